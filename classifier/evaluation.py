"""How good a model is on labelled posts, for each label and kind of post, and whether it beats another model."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial

import numpy as np
from numpy.typing import NDArray

from classifier.copies import CopyIndex
from classifier.dataset import LabelledPost, data_hash, without_repeats, written_posts
from classifier.figures import Estimate, Figures, figures, gain
from classifier.groups import groups_of, numbers_of
from classifier.labels import TEXT_LABELS, Label
from classifier.manifest import Manifest
from classifier.model import Model
from classifier.post import Post
from classifier.progress import Progress, silent
from classifier.slices import slices_of
from classifier.thresholds import Thresholds

RESAMPLES = 500
"""Enough for the ends of a 95 % interval to stand still to two digits."""

BATCH = 256
"""Posts judged together; only how often progress is told depends on it."""

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelEvaluation:
    """One label on all posts that tell, and on kinds of them."""

    base_rate: float
    overall: Figures
    slices: Mapping[str, Figures]
    """By the name of the kind; empty for copy-paste, which words alone do not decide."""
    gain: Estimate | None = None
    """The AUC on all posts less that of the other model, where there is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """What is known of posts that a model is judged by and was trained on."""

    known: int
    """How many certainly are."""
    possible: Mapping[str, int]
    """Provenances of which some may be, and how many posts of each the model was trained on."""


def evaluate(
    model: Model,
    posts: Sequence[LabelledPost],
    thresholds: Thresholds,
    *,
    against: Model | None = None,
    window: timedelta | None = None,
    seed: int = 0,
    resamples: int = RESAMPLES,
    progress: Progress = silent,
) -> dict[Label, LabelEvaluation]:
    """Figures for every label, at the model's base rates and the default thresholds.

    For trolling and personal attack, posts that carry only the other of the two are left out, as they are from the
    figures of a manifest. Copies are looked for among the posts themselves, within `window` (None: all).
    Raises ValueError without posts.
    """
    if not posts:
        raise ValueError("no posts to evaluate on")
    found = _judge(model, posts, window, progress)
    others = _judge(against, posts, window, progress) if against is not None else None
    groups = numbers_of(groups_of(posts))
    kinds = slices_of(posts)
    evaluations = {}
    for label in Label:
        truth, told = _truth(posts, label)
        measure = partial(
            figures,
            base_rate=model.base_rates[label],
            threshold=thresholds.default[label],
            seed=seed,
            resamples=resamples,
        )
        rows = {name: told & of_kind for name, of_kind in kinds.items()} if label in TEXT_LABELS else {}
        evaluations[label] = LabelEvaluation(
            base_rate=model.base_rates[label],
            overall=measure(truth[told], found[label][told], groups[told]),
            slices={name: measure(truth[of], found[label][of], groups[of]) for name, of in rows.items()},
            gain=None
            if others is None
            else gain(
                truth[told], found[label][told], others[label][told], groups[told], seed=seed, resamples=resamples
            ),
        )
    return evaluations


def overlap(posts: Sequence[LabelledPost], manifest: Manifest) -> Overlap:
    """How many of the posts the model of this manifest was trained on, as far as can be told.

    Manifests do not name the posts; those that come with flagpost are known by their letters and digits, the rest by
    the hash of all when they are exactly the data of that training.
    """
    if data_hash(without_repeats(posts)) == manifest.data_sha256:
        return Overlap(known=len(posts), possible={})
    known = 0
    if "written" in manifest.counts.provenances:
        written = set(groups_of([_alone(post) for post in written_posts()]))
        known = sum(letters in written for letters in groups_of([_alone(post) for post in posts]))
    here = {post.provenance for post in posts} - {"written"}
    return Overlap(
        known=known,
        possible={name: count for name, count in manifest.counts.provenances.items() if name in here},
    )


def probabilities_of(
    model: Model, posts: Sequence[Post], window: timedelta | None, progress: Progress = silent
) -> list[Mapping[Label, float]]:
    """What the model makes of each post, in order; copies are looked for among these, within `window` (None: all).

    Raises ModelError as `Model.assess`.
    """
    index = CopyIndex(window)
    found: list[Mapping[Label, float]] = []
    for start in range(0, len(posts), BATCH):
        batch = model.assess(posts[start : start + BATCH], index, explain=lambda *_: False)
        found += [assessment.probabilities for assessment in batch]
        progress(f"judging posts with {model.version}", len(found), len(posts))
    return found


def _judge(
    model: Model, posts: Sequence[LabelledPost], window: timedelta | None, progress: Progress
) -> dict[Label, NDArray[np.float64]]:
    """The probabilities of each label, shape (n_posts,); copies are of posts that are earlier or stand earlier."""
    order = sorted(range(len(posts)), key=lambda row: posts[row].created_at or _LONG_AGO)
    found = probabilities_of(model, [_as_post(posts[row], row) for row in order], window, progress)
    probabilities = {label: np.empty(len(posts)) for label in Label}
    for label, of_label in probabilities.items():
        of_label[order] = [of_post[label] for of_post in found]
    return probabilities


def _truth(posts: Sequence[LabelledPost], label: Label) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Whether each post has the label, and whether it tells anything about it."""
    truth = np.array([label in post.labels for post in posts])
    if label not in TEXT_LABELS:
        return truth, np.ones(len(posts), dtype=np.bool_)
    return truth, truth | np.array([post.labels.isdisjoint(TEXT_LABELS) for post in posts])


def _as_post(post: LabelledPost, row: int) -> Post:
    """Known by its row, since posts of several files may share an id."""
    return Post(
        source="evaluation",
        id=str(row),
        text=post.text,
        author=post.author,
        thread=post.thread,
        created_at=post.created_at,
        provenance=post.provenance,
    )


def _alone(post: LabelledPost) -> LabelledPost:
    """The post without what would group it with others than those of its own letters and digits."""
    return replace(post, thread=None, author=None)
