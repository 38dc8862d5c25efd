"""Training on as many posts as a forum may have labelled: time, and the most memory it takes at once.

The posts are pieces of real comments. Which of them count as trolling or attacks is what the default model thinks most
likely, so that there is something to learn; how well it is learnt is not the point here. The peer is scikit-learn's
logistic regression over words and characters, cross-validated like flagpost's and no more.
"""

import resource
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context

import numpy as np
from sklearn.model_selection import cross_val_predict

from benchmarks.judging import truth, words_and_characters
from benchmarks.real_texts import missing, pieces
from benchmarks.table import print_left_out, print_row
from classifier.dataset import LabelledPost
from classifier.labels import TEXT_LABELS, Label
from classifier.model import Model
from classifier.training import train

SIZES = (6_000, 100_000)
OF_PEER = 6_000
"""Posts that the peer is trained on; with more it takes too long to wait for."""

SHARE = 0.1
"""Of the posts that carry a label."""

FOLDS = 5

Taken = tuple[float, float, float]
"""Seconds on the clock and of the processor, and megabytes."""


def report(model: Model) -> None:
    """Print time and memory for each size, each in a process of its own."""
    if reason := missing():
        print_left_out("train", "all", reason)
        return
    for size in SIZES:
        posts = labelled_posts(model, size)
        mine = _apart(_train, posts)
        peer = _apart(_train_peer, posts) if size <= OF_PEER else (None, None, None)
        name = "scikit-learn, words and characters" if size <= OF_PEER else ""
        for unit, ours, theirs in zip(("s", "CPU s", "MB"), mine, peer, strict=True):
            print_row(f"train on {size:,} posts", unit, ours, name, theirs, less_is_better=True)


def labelled_posts(model: Model, count: int) -> list[LabelledPost]:
    """That many posts, a hundred in a thread. Raises ValueError when there are too few pieces."""
    texts = list(islice(pieces(), count))
    if len(texts) < count:
        raise ValueError(f"the comments make {len(texts):,} pieces, fewer than {count:,}")
    labels: list[set[Label]] = [set() for _ in texts]
    for label, log_odds in model.text_log_odds(texts).items():
        for at in np.argsort(-log_odds)[: int(SHARE * count)].tolist():
            labels[at].add(label)
    return [
        LabelledPost(id=str(at), text=text, labels=frozenset(of_text), provenance="corpus:bench", thread=str(at // 100))
        for at, (text, of_text) in enumerate(zip(texts, labels, strict=True))
    ]


def _apart(work: Callable[[list[LabelledPost]], object], posts: list[LabelledPost]) -> Taken:
    with ProcessPoolExecutor(1, get_context("spawn")) as process:
        return process.submit(_taken, work, posts).result()


def _taken(work: Callable[[list[LabelledPost]], object], posts: list[LabelledPost]) -> Taken:
    start, start_cpu = time.perf_counter(), time.process_time()
    work(posts)
    seconds, of_processor = time.perf_counter() - start, time.process_time() - start_cpu
    return seconds, of_processor, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _train(posts: list[LabelledPost]) -> None:
    train(posts)


def _train_peer(posts: list[LabelledPost]) -> None:
    texts = [post.text for post in posts]
    for label in TEXT_LABELS:
        cross_val_predict(words_and_characters(), texts, truth(posts, label), cv=FOLDS, method="predict_proba")
        words_and_characters().fit(texts, truth(posts, label))
