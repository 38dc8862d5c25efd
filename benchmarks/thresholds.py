"""Thresholds written as `precision >= 0.9`: how often the month after shows a precision in the interval stated.

The posts are the insults of a competition against the rest of its comments, and against a mix of these with posts of a
civil forum, drawn to base rates of 1, 3 and 10 in 100. They are cut into quarters by their dates. Of one quarter staff
decided everything from 0.3 on and audited 200 others; the next quarter plays the month after. Of each at most four in
five posts are drawn, again and again. The spreads of `classifier.workload` were chosen with a look at these posts.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from benchmarks import dev_sets
from classifier.labels import Label
from classifier.registry import Registry, default_directory, default_model
from classifier.targets import Aim, Target
from classifier.workload import Scores, Verdicts, outlook

QUARTERS = 4
DRAWS = 20
DRAWN = 0.8
RATES = (0.01, 0.03, 0.1)
STATED_AT = 0.03
SEEN_FROM = 0.3
AUDITS = 200
WISH = Target(Aim.PRECISION, 0.9)

LogOdds = NDArray[np.float64]


def report() -> None:
    """Print a row for each forum and base rate."""
    if reason := dev_sets.missing():
        print(f"thresholds: skipped, {reason}")
        return
    hostility = default_model(Registry(default_directory())).hostility
    insults, civil = dev_sets.dev_set("kaggle_insults_train_test"), dev_sets.discourse()
    of_insults, of_civil = (hostility.log_odds(posts.texts)[Label.PERSONAL_ATTACK] for posts in (insults, civil))
    truth = insults.labels["insult"]
    quarters = insults.in_turn(QUARTERS)
    bad = [of_insults[quarter][truth[quarter]] for quarter in quarters]
    clean = [of_insults[quarter][~truth[quarter]] for quarter in quarters]
    mixed = [np.append(of[::4], of_civil[rows]) for of, rows in zip(clean, civil.in_turn(QUARTERS), strict=True)]
    print(f"{QUARTERS - 1} months after, {DRAWS} draws of each; the wish is {WISH}, [population] says {STATED_AT}")
    print(f"{'clean posts':<20}{'base rate':>10}{'in interval':>13}{'met':>6}{'had':>7}{'flags':>8}")
    for name, of_clean in {"competition": clean, "and civil forum": mixed}.items():
        for rate in RATES:
            inside, met, had, flags = np.array(
                [
                    _month(bad[at : at + 2], of_clean[at : at + 2], rate, seed)
                    for at in range(QUARTERS - 1)
                    for seed in range(DRAWS)
                ]
            ).T
            print(
                f"{name:<20}{rate:>10}{np.nanmean(inside):>12.0%}{met.mean():>7.0%}"
                f"{np.nanmean(had):>7.0%}{flags.mean():>8.0f}"
            )


def _month(
    bad: Sequence[LogOdds], clean: Sequence[LogOdds], rate: float, seed: int
) -> tuple[float, float, float, float]:
    """Whether the precision had is in the interval stated, whether the wish was met, the precision, and the flags.

    Of `bad` and `clean` posts there are those before and those after.
    """
    random = np.random.default_rng(seed)
    many = int(DRAWN * min(*map(len, clean), min(map(len, bad)) * (1 - rate) / rate))
    few = max(1, round(many * rate / (1 - rate)))
    truth = np.arange(few + many) < few
    before, after = (
        expit(
            np.append(random.choice(guilty, few, replace=False), random.choice(harmless, many, replace=False))
            + logit(STATED_AT)
        )
        for guilty, harmless in zip(bad, clean, strict=True)
    )
    unseen = np.flatnonzero(before < SEEN_FROM)
    said = np.append(
        np.flatnonzero(before >= SEEN_FROM), random.choice(unseen, min(AUDITS, len(unseen)), replace=False)
    )
    scores = Scores(before, np.full(len(before), 1 / 30), own=True)
    expected = outlook(scores, Verdicts(before[said], truth[said]), STATED_AT)
    at = expected.nearest(WISH)
    passed = after >= at.threshold
    had = truth[passed].mean() if passed.any() else np.nan
    low, high = at.precision.interval or (0.0, 1.0)
    inside = float(low <= had <= high) if passed.any() else np.nan
    return inside, float(expected.meeting(WISH) is not None), float(had), float(passed.sum())
