"""Calibration: from a classifier's scores to log odds that mean what they say."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression


@dataclass(frozen=True, slots=True)
class Sigmoid:
    """Log odds = `slope` × score + `intercept`, in natural logarithms."""

    slope: float
    intercept: float

    def log_odds(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """The log odds of scores, of any shape."""
        return self.slope * scores + self.intercept


def fit_sigmoid(scores: NDArray[np.float64], truth: NDArray[np.bool_], weights: NDArray[np.float64]) -> Sigmoid:
    """Platt's sigmoid for scores of posts that the classifier was not fitted on, all of shape (n,), weights > 0.

    Positives and negatives weigh the same in all, so the log odds are those of a population where half are positive;
    shift them by the log odds of the base rate (Saerens, Latinne & Decaestecker 2002). The targets are Platt's (1999)
    smoothed ones, which keep the slope finite when the classes do not overlap. Both classes have to occur.
    """
    positives, negatives = int(truth.sum()), int((~truth).sum())
    targets = np.where(truth, (positives + 1) / (positives + 2), 1 / (negatives + 2))
    class_weights = weights * np.where(truth, 0.5 / weights[truth].sum(), 0.5 / weights[~truth].sum()) * len(truth)
    regression = LogisticRegression(C=np.inf, tol=1e-6, max_iter=1000).fit(
        np.concatenate([scores, scores])[:, np.newaxis],
        np.repeat([True, False], len(scores)),
        sample_weight=np.concatenate([targets * class_weights, (1 - targets) * class_weights]),
    )
    return Sigmoid(slope=float(regression.coef_[0, 0]), intercept=float(regression.intercept_[0]))
