"""The judge of copies: from what two posts share, how likely it is that one is a copy of the other."""

from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from classifier.copies.features import PairFeatures

MAX_LOG_ODDS = 9.0
"""One in 8,000: copies made for training can teach no more certainty than this."""

_COUNTS = [PairFeatures._fields.index(name) for name in ("shared", "length", "hours", "earlier_copies")]


class CopyJudge(ClassifierMixin, BaseEstimator):
    """Logistic regression over the standardised PairFeatures, counts and hours as logarithms.

    Parameters
    ----------
    C : float
        Inverse strength of the L2 penalty, as in scikit-learn's LogisticRegression.
    """

    def __init__(self, C: float = 1.0) -> None:
        self.C = C

    def fit(self, X: ArrayLike, y: ArrayLike) -> Self:
        """Learn from matched posts: X of shape (n, len(PairFeatures._fields)), y of shape (n,), 1 for copies, else 0.

        Both classes weigh alike, however many rows they have. Raises ValueError unless both are there.
        """
        self.pipeline_: Pipeline = make_pipeline(
            FunctionTransformer(_with_logarithms),
            StandardScaler(),
            LogisticRegression(C=self.C, class_weight="balanced", max_iter=1000),
        )
        self.pipeline_.fit(_rows(X), np.asarray(y, dtype=np.int64))
        self.classes_: NDArray[np.int64] = np.array([0, 1])
        return self

    def log_odds(self, X: ArrayLike) -> NDArray[np.float64]:
        """Natural-log odds, shape (n,), that each row's post is a copy, as if half of the matched posts were.

        X holds PairFeatures, shape (n, len(PairFeatures._fields)); n may be 0. All lie within MAX_LOG_ODDS of 0.
        """
        rows = _rows(X)
        if len(rows) == 0:
            return np.empty(0)
        odds = np.asarray(self.pipeline_.decision_function(rows), dtype=np.float64)
        return np.clip(odds, -MAX_LOG_ODDS, MAX_LOG_ODDS)

    decision_function = log_odds

    def predict(self, X: ArrayLike) -> NDArray[np.int64]:
        """1 where a copy is likelier than not, else 0; shape (n,)."""
        return (self.log_odds(X) > 0).astype(np.int64)


def _rows(X: ArrayLike) -> NDArray[np.float64]:
    return np.asarray(X, dtype=np.float64).reshape(-1, len(PairFeatures._fields))


def _with_logarithms(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    scaled = rows.copy()
    scaled[:, _COUNTS] = np.log1p(scaled[:, _COUNTS])
    return scaled
