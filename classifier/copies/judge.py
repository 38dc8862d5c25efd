"""The judge of copies: from what two posts share, how likely it is that one is a copy of the other."""

from collections.abc import Sequence
from math import inf
from operator import itemgetter
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from classifier.copies.features import PairFeatures
from classifier.copies.matching import Match

MAX_LOG_ODDS = 9.0
"""One in 8,000: copies made for training can teach no more certainty than this."""

MOST = 500.0
"""Letters, hours and copies are counted up to here: posts made for training are not longer, nor is there more to learn.
"""

ALIKE = 0.05
"""Two earlier posts that share so nearly the same part of a post explain it equally well."""

_COUNTS = [PairFeatures._fields.index(name) for name in ("shared", "length", "hours", "earlier_copies", "prose")]


class Ruling(NamedTuple):
    """Natural-log odds that a post is a copy, minus infinity without matches; its matches, the likeliest copy first."""

    log_odds: float
    matches: Sequence[Match]


class CopyJudge(ClassifierMixin, BaseEstimator):
    """Logistic regression over the standardised PairFeatures, counts and hours as logarithms.

    Parameters
    ----------
    C : float
        Inverse strength of the L2 penalty, as in scikit-learn's LogisticRegression.
    """

    def __init__(self, C: float = 1.0) -> None:
        self.C = C

    def fit(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Learn from matched posts: X of shape (n, len(PairFeatures._fields)), y of shape (n,), 1 for copies, else 0.

        Both classes weigh alike, however many rows they have; within its class each row has its `sample_weight`, of
        shape (n,), 1 without. Raises ValueError unless both are there.
        """
        labels = np.asarray(y, dtype=np.int64)
        weights = np.ones(len(labels)) if sample_weight is None else np.asarray(sample_weight, dtype=np.float64).copy()
        for label in np.unique(labels):
            weights[labels == label] *= len(labels) / (2 * weights[labels == label].sum())
        self.pipeline_: Pipeline = make_pipeline(
            FunctionTransformer(_with_logarithms),
            StandardScaler(),
            LogisticRegression(C=self.C, max_iter=1000),
        )
        self.pipeline_.fit(_rows(X), labels, logisticregression__sample_weight=weights)
        self.classes_: NDArray[np.int64] = np.array([0, 1])
        self.columns_ = PairFeatures._fields
        return self

    @property
    def fits_pairs(self) -> bool:
        """Whether it was fitted on the PairFeatures that there are now: a stored judge may know others."""
        return getattr(self, "columns_", ()) == PairFeatures._fields

    def log_odds(self, X: ArrayLike) -> NDArray[np.float64]:
        """Natural-log odds, shape (n,), that each row's post is a copy, as if half of the matched posts were.

        X holds PairFeatures, shape (n, len(PairFeatures._fields)); n may be 0. All lie within MAX_LOG_ODDS of 0.
        """
        rows = _rows(X)
        if len(rows) == 0:
            return np.empty(0)
        # The last digits of a product of matrices depend on how many rows there are, and would decide between equals.
        odds = np.asarray(self.pipeline_.decision_function(rows), dtype=np.float64).round(9)
        return np.clip(odds, -MAX_LOG_ODDS, MAX_LOG_ODDS)

    decision_function = log_odds

    def rulings(self, found: Sequence[Sequence[Match]]) -> list[Ruling]:
        """For the matches of each post, maybe none, what they amount to.

        The likeliest copy counts, unless a match that shares about as much of the post is `answered`: what is as well a
        quotation from its own thread is one, whoever copied the same text before.
        """
        odds = iter(self.log_odds([match.features for matches in found for match in matches]).tolist())
        rulings = []
        for matches in found:
            rated = sorted(((next(odds), match) for match in matches), key=itemgetter(0), reverse=True)
            most = max((match.features.containment for match in matches), default=0.0)
            quoted = [
                chance
                for chance, match in rated
                if match.features.answered and match.features.containment >= most - ALIKE
            ]
            likeliest = rated[0][0] if rated else -inf
            rulings.append(Ruling(min([likeliest, *quoted]), [match for _, match in rated]))
        return rulings

    def predict(self, X: ArrayLike) -> NDArray[np.int64]:
        """1 where a copy is likelier than not, else 0; shape (n,)."""
        return (self.log_odds(X) > 0).astype(np.int64)


def _rows(X: ArrayLike) -> NDArray[np.float64]:
    return np.asarray(X, dtype=np.float64).reshape(-1, len(PairFeatures._fields))


def _with_logarithms(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    scaled = rows.copy()
    scaled[:, _COUNTS] = np.log1p(np.minimum(scaled[:, _COUNTS], MOST))
    return scaled
