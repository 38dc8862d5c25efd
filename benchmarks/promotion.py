"""After a change of model: how far the workload told for its thresholds is off, with and without earlier verdicts.

The posts are the insults of a competition against the rest of its comments and posts of a civil forum, cut into
quarters by their dates. Of one quarter staff decided everything that the default model put at SEEN_FROM or above, and
audited AUDITS others. A model that learned from that comes into use and judges the next quarter.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from benchmarks.dev_sets import dev_set, discourse, missing
from benchmarks.thresholds import AUDITS, QUARTERS, SEEN_FROM, STATED_AT
from bot.rejudging import verdicts_anew
from bot.store.records import Moderator
from bot.store.verdicts import Origin, Verdict
from classifier.dataset import weights_of, written_posts
from classifier.figures import Estimate
from classifier.groups import folds_of
from classifier.hostility import HostilityModel
from classifier.labels import Label
from classifier.model import Model
from classifier.out_of_fold import OutOfFold
from classifier.post import Post
from classifier.registry import Registry, default_directory, default_model
from classifier.workload import Scores, Verdicts, outlook

ATTACK = Label.PERSONAL_ATTACK
RATES = (0.03, 0.1)
FEWEST = 5
"""Thresholds that fewer posts of the month after reach have no precision to speak of."""

Figures = NDArray[np.float64]
"""(n_thresholds, 2, 3): of precision and recall how far off, whether in the interval, and how wide that is."""


@dataclass(frozen=True, slots=True)
class Quarter:
    """Comments of the competition, which of them insult, and posts of the civil forum."""

    comments: Sequence[str]
    guilty: NDArray[np.bool_]
    civil: Sequence[str]


def report() -> None:
    """Print a row for each base rate, without earlier verdicts and with them."""
    if reason := missing():
        print(f"promotion: skipped, {reason}")
        return
    default = default_model(Registry(default_directory()))
    insults, civil = dev_set("kaggle_insults_train_test"), discourse()
    quarters = [
        Quarter([insults.texts[row] for row in of], insults.labels["insult"][of], [civil.texts[row] for row in others])
        for of, others in zip(insults.in_turn(QUARTERS), civil.in_turn(QUARTERS), strict=True)
    ]
    print(f"{'':<28}{'precision':>29}{'recall':>29}")
    print(f"{'earlier verdicts':<18}{'base rate':>10}{2 * '       off  in interval  wide'}")
    for rate in RATES:
        months = [_month_after(default, before, after, rate) for before, after in pairwise(quarters)]
        for name, of in zip(("none", "judged anew"), zip(*months, strict=True), strict=True):
            off, inside, width = np.moveaxis(np.concatenate(of), 2, 0)
            cells = zip(np.abs(off).mean(axis=0), inside.mean(axis=0), width.mean(axis=0), strict=True)
            print(f"{name:<18}{rate:>10}" + "".join(f"{o:>10.3f}{i:>13.0%}{w:>6.2f}" for o, i, w in cells), flush=True)


def _month_after(default: Model, before: Quarter, after: Quarter, rate: float) -> list[Figures]:
    """Without earlier verdicts, and with them."""
    random = np.random.default_rng(0)
    texts, truth = _stream(before, rate, random)
    said = _decided(default, texts, truth, random)
    posts = [*written_posts(), *filter(None, (verdict.as_labelled() for verdict in said))]
    learned, labels = [post.text for post in posts], [post.labels for post in posts]
    hostility = HostilityModel().fit(learned, labels, folds_of(posts), weights=weights_of(posts))
    new = replace(
        default,
        version="new",
        hostility=hostility,
        out_of_fold=OutOfFold.of(posts, hostility.out_of_fold_log_odds_),
    )
    texts, truth = _stream(after, rate, random)
    probabilities = _probabilities(new, texts)
    anew = [verdict for verdict in verdicts_anew(new, said) if ATTACK in verdict.probabilities]
    scores = Scores(probabilities, np.full(len(truth), 1 / 30), own=True)
    found = []
    for verdicts in ([], anew):
        told = outlook(
            scores,
            Verdicts(
                np.array([verdict.probabilities[ATTACK] for verdict in verdicts]),
                np.array([ATTACK in verdict.labels for verdict in verdicts], dtype=np.bool_),
            ),
            STATED_AT,
        )
        rows = []
        for workload in told.workloads:
            passed = probabilities >= workload.threshold
            if passed.sum() >= FEWEST:
                had = truth[passed].mean(), truth[passed].sum() / truth.sum()
                rows.append([_off(of, to) for of, to in zip((workload.precision, workload.recall), had, strict=True)])
        found.append(np.array(rows))
    return found


def _off(told: Estimate, had: float) -> tuple[float, float, float]:
    low, high = told.interval or (0.0, 1.0)
    return told.value - had, float(low <= had <= high), high - low


def _stream(quarter: Quarter, rate: float, random: np.random.Generator) -> tuple[list[str], NDArray[np.bool_]]:
    """All harmless comments and civil posts, and so many insults that they are `rate` of all."""
    sides: dict[bool, list[str]] = {False: [text for text in quarter.civil if text.strip()], True: []}
    for text, is_guilty in zip(quarter.comments, quarter.guilty.tolist(), strict=True):
        sides[is_guilty].append(text)
    clean, bad = sides[False], sides[True]
    chosen = random.choice(len(bad), min(len(bad), round(len(clean) * rate / (1 - rate))), replace=False)
    return clean + [bad[at] for at in chosen], np.arange(len(clean) + len(chosen)) >= len(clean)


def _decided(model: Model, texts: list[str], truth: NDArray[np.bool_], random: np.random.Generator) -> list[Verdict]:
    """What staff said of everything from SEEN_FROM on and of AUDITS others."""
    probabilities = _probabilities(model, texts)
    unseen = np.flatnonzero(probabilities < SEEN_FROM)
    flagged = np.flatnonzero(probabilities >= SEEN_FROM)
    return [
        Verdict(
            post=Post(source="forum", id=str(at), text=texts[at]),
            origin=Origin.MODEL if at in flagged else Origin.AUDIT,
            labels=frozenset({ATTACK} if truth[at] else ()),
            flagged=(ATTACK,) if at in flagged else (),
            probabilities={ATTACK: probabilities[at]},
            model=model.version,
            at=datetime.now(UTC),
            by=Moderator("1", "Ann"),
        )
        for at in [*flagged, *random.choice(unseen, AUDITS, replace=False)]
    ]


def _probabilities(model: Model, texts: list[str]) -> NDArray[np.float64]:
    found: NDArray[np.float64] = expit(model.hostility.log_odds(texts)[ATTACK] + logit(STATED_AT))
    return found
