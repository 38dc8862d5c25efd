"""Bait: trolling that is polite on its face, which nothing like an attack gives away."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from classifier.calibration import fit_sigmoid
from classifier.labels import TEXT_LABELS, Label
from classifier.regressions import Part, Regressions, calibrated, fit_with_parts

SURE = 3.0
"""Log odds from which on a post is taken for bait, about 20 to 1. What the words of written bait teach is mostly wrong
about real posts of which it is less sure than that: it takes their topics and manner for bait.
"""


def fit_bait(
    features: csr_matrix,
    truth: NDArray[np.bool_],
    parts: Sequence[Part],
    C: float,
    weights: NDArray[np.float64] | None = None,
    written: NDArray[np.bool_] | None = None,
) -> Regressions:
    """The log odds that a post is trolling and not clean, in one column. `truth` and `weights` as fit_regressions takes
    them.

    Fitted on the posts that are one or the other. Attacks that nobody called trolling are neither: of them the base
    raters know enough. Calibrated on the `written` ones among them, shape (n_posts,), by default or where these are not
    of both kinds on all: SURE was chosen for them. A forum's own are mostly posts of which a model was unsure; with
    them, nothing would be sure any more.
    """
    column = TEXT_LABELS.index(Label.TROLLING)
    trolling = truth[:, column]
    weighed: NDArray[np.float64] = np.where(trolling | ~truth.any(axis=1), 1.0, 0.0)
    if weights is not None:
        weighed *= weights[:, column]
    scores = np.empty(len(truth))
    *fitted, final = fit_with_parts(features, trolling, weighed, parts, C)
    for (_, held_out), regression in zip(parts, fitted, strict=True):
        scores[held_out] = regression.decision_function(features[held_out])
    told = weighed > 0
    if written is not None and len(set(trolling[told & written])) == 2:
        told &= written
    sigmoid = fit_sigmoid(scores[told], trolling[told], weighed[told])
    return Regressions(calibrated([final], [sigmoid]), [calibrated([of_part], [sigmoid]) for of_part in fitted])


def surplus(log_odds: NDArray[np.float64]) -> NDArray[np.float64]:
    """What bait of these log odds adds to those of trolling: nothing up to SURE, from there on what is above it."""
    return np.maximum(log_odds - SURE, 0.0)
