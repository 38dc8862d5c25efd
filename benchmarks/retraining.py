"""What labels of its own bring to a forum, and what the base raters add to them.

Real comments play the forum: those of the Kaggle insults set, whose splits it has labelled. They lie beside the project
and are no part of it; the models trained here are thrown away.
"""

import gzip
import json
from collections.abc import Callable, Sequence
from random import Random

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline, make_union

from benchmarks.dev_sets import FOLDER, missing
from classifier.dataset import LabelledPost, weights_of, written_posts
from classifier.groups import folds_of
from classifier.hostility import HostilityModel
from classifier.labels import TEXT_LABELS, Label

ATTACK = Label.PERSONAL_ATTACK
COLUMN = TEXT_LABELS.index(ATTACK)
FIRST_LABELS = (0, 300, 1_000)
"""So many of the first split are labelled, drawn at random, before all of it is."""

TRUST = {"with base raters": HostilityModel().trust, "without": 1e-6}
"""What the raters' score is multiplied with: so little that they say nothing, for a model without them."""

Judge = Callable[[list[str]], NDArray[np.float64]]


def report() -> None:
    """Print the AUC on insults: with more and more labels, beside TF-IDF, and in cross-validation."""
    if absent := missing():
        print(f"left out: {absent}")
        return
    before, after = _comments("train"), _comments("test")
    in_any_order = Random(0).sample(before, k=len(before))
    for size in (*FIRST_LABELS, len(before)):
        found = {name: _auc(_judge(_fitted(in_any_order[:size], trust)), after) for name, trust in TRUST.items()}
        _print(f"on the second split, {size:,} of the first learned", found)
    words = make_union(TfidfVectorizer(ngram_range=(1, 2)), TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5)))
    peer = make_pipeline(words, LogisticRegression(C=4.0, class_weight="balanced", max_iter=1000))
    peer.fit([post.text for post in before], [bool(post.labels) for post in before])
    _print(
        f"on the second split, {len(before):,} of the first learned", {"TF-IDF": _auc(peer.decision_function, after)}
    )
    both = [*before, *after]
    truth = [bool(post.labels) for post in both]
    found = {
        name: float(roc_auc_score(truth, _fitted(both, trust).out_of_fold_log_odds_[-len(both) :, COLUMN]))
        for name, trust in TRUST.items()
    }
    _print("both splits, cross-validated", found)


def _print(what: str, found: dict[str, float]) -> None:
    print(f"{what}: {', '.join(f'{name} {auc:.4f}' for name, auc in found.items())}", flush=True)


def _fitted(own: Sequence[LabelledPost], trust: float) -> HostilityModel:
    """The judge of words, from the posts that come with flagpost and, behind them, the forum's own."""
    posts = [*written_posts(), *own]
    texts, labels = [post.text for post in posts], [post.labels for post in posts]
    return HostilityModel(trust=trust).fit(texts, labels, folds_of(posts), weights=weights_of(posts))


def _judge(hostility: HostilityModel) -> Judge:
    return lambda texts: hostility.log_odds(texts)[ATTACK]


def _auc(judge: Judge, posts: Sequence[LabelledPost]) -> float:
    return float(roc_auc_score([bool(post.labels) for post in posts], judge([post.text for post in posts])))


def _comments(split: str) -> list[LabelledPost]:
    with gzip.open(FOLDER / "kaggle_insults_train_test.jsonl.gz") as lines:
        rows = [json.loads(line) for line in lines]
    return [
        LabelledPost(
            id=row["id"],
            text=row["text"],
            labels=frozenset({ATTACK} if row["labels"]["insult"] else ()),
            provenance="forum",
            about=frozenset({ATTACK}),
        )
        for row in rows
        if row["split"] == split
    ]
