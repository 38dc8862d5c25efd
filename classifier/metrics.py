"""How good a label's probabilities are, stated for a forum where the label is as rare as its base rate."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit
from sklearn.metrics import average_precision_score, roc_auc_score

THRESHOLDS = (0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
"""Where operating points are taken: closer together where rare labels have most of their posts."""

CALIBRATION_BINS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatingPoint:
    """What a threshold brings. `precision` is at the base rate, None when no post passes."""

    threshold: float
    recall: float
    precision: float | None
    false_alarms_per_1000: float
    """Of a thousand clean posts, how many pass."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelMetrics:
    """Figures for one label on posts that the model that judged them had not seen."""

    positives: int
    negatives: int
    base_rate: float
    roc_auc: float
    average_precision: float
    """Area under the curve of precision, at the base rate, over recall."""
    calibration_error: float
    """Mean distance between probability and truth over ten equally wide bins, at the base rate."""
    operating_points: tuple[OperatingPoint, ...]

    def nearest(self, threshold: float) -> OperatingPoint:
        """The operating point whose threshold comes nearest."""
        return min(self.operating_points, key=lambda point: abs(point.threshold - threshold))


def measure(
    truth: NDArray[np.bool_], log_odds: NDArray[np.float64], base_rate: float, *, reached: float = 1.0
) -> LabelMetrics:
    """Figures from the truth and the log odds at even prior odds, both of shape (n,).

    Posts are weighted so that positives weigh `base_rate` and negatives the rest: what is printed holds for a forum,
    not for a training set that is half hostile. Both have to occur. `reached` is the share of all clean posts that the
    negatives stand for; the others pass no threshold.
    """
    weights = np.where(truth, base_rate / truth.sum(), (1 - base_rate) / (~truth).sum())
    probabilities = expit(log_odds + logit(base_rate))
    return LabelMetrics(
        positives=int(truth.sum()),
        negatives=int((~truth).sum()),
        base_rate=base_rate,
        roc_auc=float(roc_auc_score(truth, log_odds)),
        average_precision=float(average_precision_score(truth, log_odds, sample_weight=weights)),
        calibration_error=_calibration_error(truth, probabilities, weights),
        operating_points=tuple(_operating_point(truth, probabilities, base_rate, reached, at) for at in THRESHOLDS),
    )


def bin_of(probabilities: NDArray[np.float64]) -> NDArray[np.int64]:
    """In which of the CALIBRATION_BINS equally wide bins each probability is; 1 is in the last."""
    return np.minimum((probabilities * CALIBRATION_BINS).astype(np.int64), CALIBRATION_BINS - 1)


def _calibration_error(truth: NDArray[np.bool_], probabilities: NDArray[Any], weights: NDArray[Any]) -> float:
    gaps = np.bincount(bin_of(probabilities), weights=weights * (truth - probabilities), minlength=CALIBRATION_BINS)
    return float(np.abs(gaps).sum())


def _operating_point(
    truth: NDArray[np.bool_], probabilities: NDArray[Any], base_rate: float, reached: float, threshold: float
) -> OperatingPoint:
    passed = probabilities >= threshold
    recall, false_alarms = float(passed[truth].mean()), float(passed[~truth].mean())
    flagged = base_rate * recall + (1 - base_rate) * false_alarms
    return OperatingPoint(
        threshold=threshold,
        recall=recall,
        precision=base_rate * recall / flagged if flagged else None,
        false_alarms_per_1000=1000 * reached * false_alarms,
    )
