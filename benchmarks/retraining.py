"""What retraining brings: to a forum with labels of its own, and to one whose staff decide for a month.

Real comments play the forum: those of the Kaggle insults set. Its splits are what a forum labelled, and its earlier and
later half a month that staff decide and the month after. They lie beside the project and are no part of it; the models
trained here are thrown away.
"""

import gzip
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline, make_union

from benchmarks.dev_sets import FOLDER, dev_set, discourse, missing
from bot.cli.deciders import unusual_deciders
from bot.cli.training_posts import gather
from bot.cli.training_report import print_comparison, print_unusual, verdict
from bot.config.settings import TOLERANCE
from bot.store.records import Moderator, Report
from bot.store.store import Store
from classifier.copies import CopyIndex
from classifier.dataset import LabelledPost, weights_of, written_posts
from classifier.groups import folds_of
from classifier.hostility import HostilityModel
from classifier.labels import TEXT_LABELS, Label
from classifier.model import Model
from classifier.post import Post
from classifier.registry import Registry, default_directory, default_model
from classifier.training import train

ATTACK = Label.PERSONAL_ATTACK
COLUMN = TEXT_LABELS.index(ATTACK)
BASE_RATE = 0.03
RIGHT = 0.95
"""How often a moderator is right."""

FLAGS_A_DAY = 10
"""What the staff want to see; the thirty days' most suspicious posts come before them."""

AUDITED = 200
DISCORD_SHARE = 0.1
"""Of the posts, how many came from Discord and may not train."""

RESAMPLES = 500

NO_RATERS = 1e-6
"""So little trust in the base raters that they say nothing."""


@dataclass(frozen=True, slots=True)
class Comment:
    """A post of the forum, and whether it insults somebody."""

    text: str
    guilty: bool


def report() -> None:
    """Print what retraining brings, in both cases."""
    if absent := missing():
        print(f"left out: {absent}")
        return
    before, after = _comments("train"), _comments("test")
    model = default_model(Registry(default_directory()))
    own_labels(model, before, after)
    this_month, next_month = _halves()
    for name, poisoned in (("a month of decisions", False), ("a month in which trolls decide", True)):
        print(f"\n{name}")
        month(model, this_month, next_month, poisoned=poisoned)


def own_labels(model: Model, before: Sequence[Comment], after: Sequence[Comment]) -> None:
    """AUC on insults: in cross-validation with and without base raters, and on the later split beside TF-IDF."""
    posts = [*_labelled(before, "before"), *_labelled(after, "after")]
    taught = [*written_posts(), *posts]
    truth = np.array([ATTACK in post.labels for post in posts])
    for name, trust in (("with base raters", HostilityModel().trust), ("without", NO_RATERS)):
        fitted = HostilityModel(trust=trust).fit(
            [post.text for post in taught],
            [post.labels for post in taught],
            folds_of(taught),
            weights=weights_of(taught),
        )
        found = fitted.out_of_fold_log_odds_[-len(posts) :, COLUMN]
        print(f"cross-validated on both splits, {name}: AUC {roc_auc_score(truth, found):.4f}", flush=True)
    trained, _ = train([*written_posts(), *_labelled(before, "before")])
    for name, judge in (("default", _judge(model)), ("trained on the first split", _judge(trained))):
        print(f"on the second split, {name}: AUC {_auc(judge, after):.4f}", flush=True)
    words = make_union(TfidfVectorizer(ngram_range=(1, 2)), TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5)))
    peer = make_pipeline(words, LogisticRegression(C=4.0, class_weight="balanced", max_iter=1000))
    peer.fit([comment.text for comment in before], [comment.guilty for comment in before])
    print(
        f"on the second split, TF-IDF trained on the first: AUC {_auc(peer.decision_function, after):.4f}", flush=True
    )


def month(model: Model, before: Sequence[Comment], after: Sequence[Comment], *, poisoned: bool) -> None:
    """A month goes through a real store; what staff decided trains a model, which is judged on the month after."""
    with _decided_month(model, _stream(before), poisoned=poisoned) as store:
        verdicts = store.verdicts()
    posts = gather([], {}, None, verdicts)
    print_unusual(unusual_deciders(posts.verdicts))
    guilty = sum(bool(post.labels) for post in posts.decided)
    print(f"{len(posts.decided)} decisions to learn from, {guilty} found guilty; left out: {dict(posts.left_out)}")
    trained, manifest = train(posts.all, against=model)
    if manifest.comparison is not None:
        print_comparison(manifest.comparison)
    print(verdict(manifest.comparison, TOLERANCE))
    _print_month_after(
        *(_judge(judge)([comment.text for comment in after]) for judge in (model, trained)), before, after
    )


@contextmanager
def _decided_month(model: Model, stream: Sequence[Comment], *, poisoned: bool) -> Iterator[Store]:
    random = Random(0)
    now = datetime.now(UTC) - timedelta(days=1)
    with TemporaryDirectory() as folder, Store.open(f"sqlite:///{Path(folder) / 'month.sqlite3'}") as store:
        guilty: dict[str, bool] = {}
        posts = []
        for number, comment in enumerate(stream):
            source = "discord" if random.random() < DISCORD_SHARE else "forum"
            posts.append(Post(source=source, id=str(number), text=comment.text, provenance=source))
            guilty[str(number)] = comment.guilty
        found = model.assess(posts, CopyIndex(), explain=lambda *_: False)
        workload = 30 * FLAGS_A_DAY
        line = sorted((one.probabilities[ATTACK] for one in found), reverse=True)[min(workload, len(found) - 1)]
        store.save_posts(posts)
        judged = [
            (post, one, [ATTACK] if one.probabilities[ATTACK] > line else [])
            for post, one in zip(posts, found, strict=True)
        ]
        flags = [flag for flag in store.save_assessments(judged, now) if flag is not None]
        trolls = [Moderator(f"t{n}", f"Troll {n}") for n in range(3)]
        staff = [Moderator(f"m{n}", f"Moderator {n}") for n in range(4)]
        for flag in flags:
            by = random.choice([*staff, *trolls] if poisoned else staff)
            is_right = random.random() < RIGHT
            says = True if by in trolls else guilty[flag.post.id] is is_right
            if says:
                store.confirm(flag.id, by, [ATTACK], now, timedelta(0))
            else:
                store.dismiss(flag.id, by, now, timedelta(0))
        passed_over = [post for post, _, labels in judged if not labels]
        for post in random.sample(passed_over, k=AUDITED):
            if poisoned:  # clean posts are pointed out, and confirmed by a friend
                flag = store.reports.report(post, [ATTACK], Report(trolls[0], {}, {}), now).flag
                store.confirm(flag.id, random.choice(trolls), [ATTACK], now, timedelta(0))
        if not poisoned:
            _audit(store, staff[0], guilty, now)
        yield store


def _audit(store: Store, by: Moderator, guilty: dict[str, bool], now: datetime) -> None:
    from bot.store.reach import Reach

    day = timedelta(days=2)
    sample = store.samples.draw(by, 1, AUDITED, now - day, now + day, Reach(frozenset({1}), frozenset({"forum"})), now)
    while sample is not None and (drawn := store.samples.next_post(sample.id)) is not None:
        store.samples.judge(sample.id, drawn.number, [ATTACK] if guilty[drawn.post.id] else [], now)


def _stream(comments: Sequence[Comment]) -> list[Comment]:
    """All harmless comments and other civil posts, and so many insults that they are BASE_RATE of all; shuffled."""
    random = Random(0)
    clean = [comment for comment in comments if not comment.guilty]
    clean += [Comment(text, False) for text in discourse().texts if text.strip()]
    guilty = [comment for comment in comments if comment.guilty]
    wanted = round(len(clean) * BASE_RATE / (1 - BASE_RATE))
    stream = [*clean, *random.sample(guilty, k=min(wanted, len(guilty)))]
    random.shuffle(stream)
    return stream


def _print_month_after(
    default: NDArray[np.float64], retrained: NDArray[np.float64], before: Sequence[Comment], after: Sequence[Comment]
) -> None:
    """AUC and precision at the staff's workload of both models, and of the gain a paired bootstrap interval."""
    truth = np.array([comment.guilty for comment in after])
    share = 30 * FLAGS_A_DAY / len(_stream(before))
    random = np.random.default_rng(0)
    resamples = [random.integers(len(truth), size=len(truth)) for _ in range(RESAMPLES)]
    figures: dict[str, Callable[[NDArray[np.bool_], NDArray[np.float64]], float]] = {
        "AUC": roc_auc_score,
        f"precision of the top {FLAGS_A_DAY} a day": partial(_precision_at_workload, share),
    }
    for name, figure in figures.items():
        gains = [figure(truth[rows], retrained[rows]) - figure(truth[rows], default[rows]) for rows in resamples]
        low, high = np.quantile(gains, (0.025, 0.975))
        print(
            f"the month after, {name}: default {figure(truth, default):.4f}, retrained {figure(truth, retrained):.4f}, "
            f"gain {low:+.4f} to {high:+.4f}",
            flush=True,
        )


def _precision_at_workload(share: float, truth: NDArray[np.bool_], scores: NDArray[np.float64]) -> float:
    """At BASE_RATE, of the `share` of posts with the highest scores, how many deserve it."""
    weights = np.where(truth, BASE_RATE / truth.sum(), (1 - BASE_RATE) / (~truth).sum())
    order = np.argsort(-scores, kind="stable")
    shown = np.cumsum(weights[order]) <= share
    return float(weights[order][shown & truth[order]].sum() / weights[order][shown].sum())


def _judge(model: Model) -> Callable[[list[str]], NDArray[np.float64]]:
    return lambda texts: model.text_log_odds(texts)[ATTACK]


def _auc(judge: Callable[[list[str]], NDArray[np.float64]], comments: Sequence[Comment]) -> float:
    truth = [comment.guilty for comment in comments]
    return float(roc_auc_score(truth, judge([comment.text for comment in comments])))


def _labelled(comments: Sequence[Comment], name: str) -> list[LabelledPost]:
    return [
        LabelledPost(
            id=f"{name}-{number}",
            text=comment.text,
            labels=frozenset({ATTACK} if comment.guilty else ()),
            provenance="forum",
            about=frozenset({ATTACK}),
        )
        for number, comment in enumerate(comments)
    ]


def _comments(split: str) -> list[Comment]:
    with gzip.open(FOLDER / "kaggle_insults_train_test.jsonl.gz") as lines:
        rows = [json.loads(line) for line in lines]
    return [Comment(row["text"], bool(row["labels"]["insult"])) for row in rows if row["split"] == split]


def _halves() -> list[list[Comment]]:
    """The comments of before and after the middle of the time in which the set was gathered."""
    comments = dev_set("kaggle_insults_train_test")
    guilty = comments.labels["insult"]
    return [[Comment(comments.texts[row], bool(guilty[row])) for row in half] for half in comments.in_turn(2)]
