"""Figures of one label on judged posts, and what they would have been had other threads and authors been looked at.

The bootstrap draws whole groups (Field & Welsh 2007): posts of one thread are alike, and drawing them one by one would
make a file of a few long threads look like much more evidence than it is.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from classifier.metrics import CALIBRATION_BINS, bin_of

CELLS = 500_000
"""How many numbers one array of a step holds, 4 MB: memory stays flat however many posts there are."""


class Draws(NamedTuple):
    """A figure in each entry of the first axis: of the posts as they are first, then of every resample.

    NaN where the posts drawn cannot tell: no positives, no negatives, or nothing flagged.
    """

    roc_auc: NDArray[np.float64]
    average_precision: NDArray[np.float64]
    """Area under the curve of precision, at the base rate, over recall."""
    recall: NDArray[np.float64]
    precision: NDArray[np.float64]
    """At the base rate."""
    false_alarms: NDArray[np.float64]
    """The share of negatives that pass the threshold."""
    calibration_error: NDArray[np.float64]
    """Mean distance between probability and truth over ten equally wide bins, at the base rate."""
    stated: NDArray[np.float64]
    """Mean probability in each bin, shape (draws, CALIBRATION_BINS)."""
    true: NDArray[np.float64]
    """Share of positives in each bin, both at the base rate, of the same shape."""


def draw(
    truth: NDArray[np.bool_],
    probabilities: NDArray[np.float64],
    groups: NDArray[np.int64],
    *,
    base_rate: float,
    threshold: float,
    seed: int,
    resamples: int,
) -> Draws:
    """Figures from the truth, the probabilities and the number of the group of each post, all of shape (n,), n > 0.

    Positives weigh `base_rate` together and negatives the rest, as in `metrics.measure`. The same groups and seed draw
    the same posts, so two models' figures may be subtracted draw by draw.
    """
    levels, level = np.unique(probabilities, return_inverse=True)
    group = np.unique(groups, return_inverse=True)[1]
    shape = (int(group.max()) + 1, len(levels))
    positives, negatives = (
        csr_array((np.ones(kind.sum()), (group[kind], level[kind])), shape=shape) for kind in (truth, ~truth)
    )
    parts = [
        _figures(times @ positives, times @ negatives, levels, base_rate, threshold)
        for times in _times_drawn(shape[0], max(1, CELLS // max(shape)), seed, resamples)
    ]
    return Draws(*(np.concatenate(of_figure) for of_figure in zip(*parts, strict=True)))


def _times_drawn(groups: int, rows: int, seed: int, resamples: int) -> Iterator[NDArray[np.float64]]:
    """How often each group is drawn, at most `rows` resamples at a time."""
    yield np.ones((1, groups))
    random = np.random.default_rng(seed)
    for start in range(0, resamples, rows):
        count = min(rows, resamples - start)
        drawn = random.integers(groups, size=(count, groups)) + groups * np.arange(count)[:, None]
        yield np.bincount(drawn.ravel(), minlength=count * groups).reshape(count, groups).astype(np.float64)


def _figures(
    positives: NDArray[np.float64],
    negatives: NDArray[np.float64],
    levels: NDArray[np.float64],
    base_rate: float,
    threshold: float,
) -> Draws:
    """From how many posts of each kind have each probability, shape (draws, n_levels), probabilities rising."""
    with np.errstate(invalid="ignore"):  # 0 / 0: what cannot be told is NaN
        hits = positives / positives.sum(axis=1, keepdims=True)
        alarms = negatives / negatives.sum(axis=1, keepdims=True)
        caught, disturbed = (np.cumsum(kind[:, ::-1], axis=1)[:, ::-1] for kind in (hits, alarms))
        right = base_rate * caught / (base_rate * caught + (1 - base_rate) * disturbed)
        passing = int(np.searchsorted(levels, threshold))
        passed = (hits[:, passing:].sum(axis=1), alarms[:, passing:].sum(axis=1))
        weights = base_rate * hits + (1 - base_rate) * alarms
        into_bins = np.eye(CALIBRATION_BINS)[bin_of(levels)]
        weight, stated, true = (of_level @ into_bins for of_level in (weights, weights * levels, base_rate * hits))
        return Draws(
            roc_auc=(hits * (1 - disturbed + alarms / 2)).sum(axis=1),
            average_precision=(hits * np.where(hits > 0, right, 0)).sum(axis=1),
            recall=passed[0],
            precision=base_rate * passed[0] / (base_rate * passed[0] + (1 - base_rate) * passed[1]),
            false_alarms=passed[1],
            calibration_error=np.abs(true - stated).sum(axis=1),
            stated=stated / weight,
            true=true / weight,
        )
