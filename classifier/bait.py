"""Bait: trolling that is polite on its face, which nothing like an attack gives away."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from classifier.calibration import fit_sigmoid
from classifier.labels import TEXT_LABELS, Label
from classifier.regressions import Part, fitted_regression

SURE = 3.0
"""Log odds from which on a post is taken for bait, about 20 to 1. What the words of written bait teach is mostly wrong
about real posts of which it is less sure than that: it takes their topics and manner for bait.
"""


@dataclass(frozen=True, slots=True, eq=False)
class Bait:
    """Log odds that a post is trolling and not clean = features @ `weights` + `intercept`.

    `weights` is (n_columns,); `out_of_fold_log_odds` is (n_posts,), in the order of the posts, as in Regressions.
    """

    weights: NDArray[np.float64]
    intercept: float
    out_of_fold_log_odds: NDArray[np.float64]


def fit_bait(
    features: csr_matrix,
    truth: NDArray[np.bool_],
    parts: Sequence[Part],
    C: float,
    weights: NDArray[np.float64] | None = None,
) -> Bait:
    """Fit on the posts that are trolling or clean. `truth` and `weights` are as fit_regressions takes them.

    Attacks that nobody called trolling are neither: of them the base raters know enough.
    """
    column = TEXT_LABELS.index(Label.TROLLING)
    trolling = truth[:, column]
    weighed: NDArray[np.float64] = np.where(trolling | ~truth.any(axis=1), 1.0, 0.0)
    if weights is not None:
        weighed *= weights[:, column]
    scores = np.empty(len(truth))
    for seen, held_out in parts:
        regression = fitted_regression(features[seen], trolling[seen], weighed[seen], C)
        scores[held_out] = regression.decision_function(features[held_out])
    told = weighed > 0
    sigmoid = fit_sigmoid(scores[told], trolling[told], weighed[told])
    final = fitted_regression(features, trolling, weighed, C)
    return Bait(
        weights=sigmoid.slope * final.coef_[0],
        intercept=float(sigmoid.log_odds(final.intercept_)[0]),
        out_of_fold_log_odds=sigmoid.log_odds(scores),
    )


def surplus(log_odds: NDArray[np.float64]) -> NDArray[np.float64]:
    """What bait of these log odds adds to those of trolling: nothing up to SURE, from there on what is above it."""
    return np.maximum(log_odds - SURE, 0.0)
