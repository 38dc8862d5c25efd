"""What is reported of a label on some posts: figures, each with an interval where there is evidence for one."""

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from classifier.metrics import CALIBRATION_BINS, LabelMetrics, bin_of
from classifier.resampling import Draws, draw

ENOUGH_POSTS = 10
"""With fewer posts of a kind, figures about them are left out: a post more or less would turn them over."""

ENOUGH_GROUPS = 10
"""With posts of fewer threads and authors, intervals are left out: redrawing so few would make them too narrow."""

TAIL = 0.025
"""What a 95 % interval leaves out at each end."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure and its 95 % interval, None where posts of too few threads and authors speak for one."""

    value: float
    interval: tuple[float, float] | None = None

    def times(self, factor: float) -> "Estimate":
        """The same in another unit."""
        interval = self.interval and (factor * self.interval[0], factor * self.interval[1])
        return Estimate(factor * self.value, interval)


@dataclass(frozen=True, slots=True)
class Bin:
    """The posts with a probability from `low` up to `high`, where the label is as common as its base rate."""

    low: float
    high: float
    posts: int
    stated: float
    """Their mean probability."""
    true: Estimate
    """The share of them for which the label is true."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What is known of one label on some posts at one threshold; None where there are too few posts to tell.

    All but `roc_auc`, `recall` and `false_alarms_per_1000` are at the base rate.
    """

    positives: int
    negatives: int
    threshold: float
    roc_auc: Estimate | None = None
    average_precision: Estimate | None = None
    recall: Estimate | None = None
    precision: Estimate | None = None
    """None also when no post is flagged."""
    false_alarms_per_1000: Estimate | None = None
    """Of a thousand negatives, how many are flagged."""
    calibration_error: Estimate | None = None
    reliability: tuple[Bin, ...] = ()
    """Without the bins that no post is in."""


class _Evidence(NamedTuple):
    """How many posts of a kind there are, and of how many threads and authors."""

    posts: int
    groups: int


def figures(
    truth: NDArray[np.bool_],
    probabilities: NDArray[np.float64],
    groups: NDArray[np.int64],
    *,
    base_rate: float,
    threshold: float,
    seed: int,
    resamples: int,
) -> Figures:
    """Figures from the truth, the probabilities and the number of the group of each post, all of shape (n,).

    Intervals are percentiles of a bootstrap over groups. A share of 0 or 1 has no spread to redraw: its interval is
    the exact binomial one (Clopper & Pearson 1934), with each post counted as a trial.
    """
    positive, negative = _evidence(truth, groups)
    counted = Figures(positives=positive.posts, negatives=negative.posts, threshold=threshold)
    if max(positive.posts, negative.posts) < ENOUGH_POSTS:
        return counted
    both = _enough(positive, negative)
    draws = draw(truth, probabilities, groups, base_rate=base_rate, threshold=threshold, seed=seed, resamples=resamples)
    recall, false_alarms = _share(draws.recall, positive), _share(draws.false_alarms, negative)
    return replace(
        counted,
        roc_auc=_estimate(draws.roc_auc, positive, negative),
        average_precision=_estimate(draws.average_precision, positive, negative),
        recall=recall,
        precision=_precision(draws.precision, positive, negative, recall, false_alarms, base_rate),
        false_alarms_per_1000=false_alarms and false_alarms.times(1000),
        calibration_error=_estimate(_without_bias(draws.calibration_error), positive, negative) if both else None,
        reliability=_reliability(draws, probabilities, groups) if both else (),
    )


def gain(
    truth: NDArray[np.bool_],
    probabilities: NDArray[np.float64],
    others: NDArray[np.float64],
    groups: NDArray[np.int64],
    *,
    seed: int,
    resamples: int,
) -> Estimate | None:
    """How much larger the AUC of `probabilities` is than that of `others`, both on the same posts and draws."""
    kinds = _evidence(truth, groups)
    if not _enough(*kinds):
        return None
    mine, theirs = (
        draw(truth, of_one, groups, base_rate=0.5, threshold=0.5, seed=seed, resamples=resamples).roc_auc
        for of_one in (probabilities, others)
    )
    return _estimate(mine - theirs, *kinds)


def held_out_figures(metrics: LabelMetrics, threshold: float) -> Figures:
    """The figures of a manifest, at the threshold nearest to `threshold` for which it has any; no intervals."""
    point = metrics.nearest(threshold)
    return Figures(
        positives=metrics.positives,
        negatives=metrics.negatives,
        threshold=point.threshold,
        roc_auc=Estimate(metrics.roc_auc),
        average_precision=Estimate(metrics.average_precision),
        recall=Estimate(point.recall),
        precision=None if point.precision is None else Estimate(point.precision),
        false_alarms_per_1000=Estimate(point.false_alarms_per_1000),
        calibration_error=Estimate(metrics.calibration_error),
    )


def _evidence(truth: NDArray[np.bool_], groups: NDArray[np.int64]) -> tuple[_Evidence, _Evidence]:
    """Of the positives and of the negatives."""
    positive, negative = (_Evidence(int(kind.sum()), len(np.unique(groups[kind]))) for kind in (truth, ~truth))
    return positive, negative


def _enough(*kinds: _Evidence) -> bool:
    return min(kind.posts for kind in kinds) >= ENOUGH_POSTS


def _estimate(draws: NDArray[np.float64], *kinds: _Evidence) -> Estimate | None:
    """From the figure on the posts as they are and on every resample, which takes posts of these kinds."""
    if not _enough(*kinds) or np.isnan(draws[0]):
        return None
    if min(kind.groups for kind in kinds) < ENOUGH_GROUPS:
        return Estimate(float(draws[0]))
    low, high = np.nanquantile(draws[1:], (TAIL, 1 - TAIL)).tolist()
    return Estimate(float(draws[0]), (low, high))


def _share(draws: NDArray[np.float64], kind: _Evidence) -> Estimate | None:
    share = _estimate(draws, kind)
    if share is None or share.interval is None or 0 < share.value < 1:
        return share
    unseen = 1 - TAIL ** (1 / kind.posts)
    return Estimate(share.value, (1 - unseen, 1.0) if share.value else (0.0, unseen))


def _without_bias(errors: NDArray[np.float64]) -> NDArray[np.float64]:
    """A resample is less even than the posts themselves, so its error is larger, on average, for no other reason."""
    bias = np.nanmean(errors[1:]) - errors[0]
    return np.append(errors[:1], np.maximum(errors[1:] - bias, 0))


def _precision(
    draws: NDArray[np.float64],
    positive: _Evidence,
    negative: _Evidence,
    recall: Estimate | None,
    false_alarms: Estimate | None,
    base_rate: float,
) -> Estimate | None:
    """A precision of 0 or 1 has no spread either: there the bounds of the shares it is made of are carried over."""
    precision = _estimate(draws, positive, negative)
    if precision is None or not (recall and recall.interval and false_alarms and false_alarms.interval):
        return precision
    if precision.value == 1:
        return Estimate(1.0, (_right(recall.value, false_alarms.interval[1], base_rate), 1.0))
    if precision.value == 0:
        return Estimate(0.0, (0.0, _right(recall.interval[1], false_alarms.value, base_rate)))
    return precision


def _right(recall: float, false_alarms: float, base_rate: float) -> float:
    return base_rate * recall / (base_rate * recall + (1 - base_rate) * false_alarms)


def _reliability(draws: Draws, probabilities: NDArray[np.float64], groups: NDArray[np.int64]) -> tuple[Bin, ...]:
    bins = bin_of(probabilities)
    found = []
    for at in np.unique(bins).tolist():
        inside = _Evidence(int((bins == at).sum()), len(np.unique(groups[bins == at])))
        true = _estimate(draws.true[:, at], inside) or Estimate(float(draws.true[0, at]))
        if true.value in (0, 1):
            true = Estimate(true.value)  # nothing to redraw, and the weights of posts allow no exact interval
        found.append(
            Bin(
                low=at / CALIBRATION_BINS,
                high=(at + 1) / CALIBRATION_BINS,
                posts=inside.posts,
                stated=float(draws.stated[0, at]),
                true=true,
            )
        )
    return tuple(found)
