"""Calibrated regressions: one for each text label, and others for posts that these were fitted on."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import joblib
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold

from classifier.calibration import Sigmoid, fit_sigmoid
from classifier.errors import DataError
from classifier.labels import TEXT_LABELS, Label

Part = tuple[NDArray[np.int64], NDArray[np.int64]]
"""Row numbers to fit on and to hold out."""


@dataclass(frozen=True, slots=True, eq=False)
class Linear:
    """Log odds = features @ `weights` + `intercepts`, shapes (n_columns, n_labels) and (n_labels,)."""

    weights: NDArray[np.float32]
    intercepts: NDArray[np.float64]

    def log_odds(self, features: csr_matrix | NDArray[np.float64]) -> NDArray[np.float64]:
        """The log odds of each row, shape (n_rows, n_labels)."""
        found: NDArray[np.float64] = features @ self.weights + self.intercepts
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Regressions:
    """What judges new posts, and for each part of those fitted on, what judges that part; labels as in TEXT_LABELS.

    `final` is fitted on all posts and calibrated on all scores. `of_parts` are fitted on the other parts only, and
    calibrated on the scores of the other parts only. Those other scores do come from regressions that saw the part, so
    the two parameters of the sigmoid are not wholly blind to it; and they have a little less evidence than `final` has.
    """

    final: Linear
    of_parts: Sequence[Linear]


def truth_of(labels: Sequence[Collection[Label]]) -> NDArray[np.bool_]:
    """Which text labels each post has, shape (n_posts, n_labels)."""
    truth = np.array([[label in of_post for label in TEXT_LABELS] for of_post in labels], dtype=np.bool_)
    return truth.reshape(-1, len(TEXT_LABELS))  # no posts make no columns


def parts_of(truth: NDArray[np.bool_], groups: Sequence[str] | None, folds: int, seed: int) -> list[Part]:
    """The posts divided `folds` times, labels spread evenly, no group in two parts; without groups each is its own.

    Raises DataError when a label has too few posts to cross-validate.
    """
    for label, of_label in zip(TEXT_LABELS, truth.T, strict=True):
        against = ~_taught_as(label, truth)
        without = "without it" if label is not Label.TROLLING else "without it or a personal attack"
        for count, kind in ((of_label.sum(), "with it"), (against.sum(), without)):
            if count < folds:
                raise DataError(f"{label}: too few posts {kind} to calibrate on: {count}; label at least {folds}")
    members = np.unique(groups, return_inverse=True)[1] if groups is not None else np.arange(len(truth))
    if len(np.unique(members)) < folds:
        raise DataError(f"posts of fewer than {folds} threads or authors cannot calibrate; add posts of others")
    divided = StratifiedGroupKFold(folds, shuffle=True, random_state=seed)
    parts = list(divided.split(members, truth @ (1 << np.arange(truth.shape[1])), members))
    for seen, _ in parts:
        for label, of_label in zip(TEXT_LABELS, truth[seen].T, strict=True):
            if of_label.mean() in (0, 1) or _taught_as(label, truth[seen]).all():
                raise DataError(f"{label}: all posts with or without it come from one thread or author; add others")
    return parts


def fit_regressions(
    features: csr_matrix | NDArray[np.float64],
    truth: NDArray[np.bool_],
    parts: Sequence[Part],
    C: float | Sequence[float],
    weights: NDArray[np.float64] | None = None,
) -> Regressions:
    """Fit on posts, one row each, and calibrate on what regressions of other parts say of them.

    `C` is the inverse strength of the regularisation, > 0, for all labels or for each in the order of TEXT_LABELS.
    `weights`, of the shape of `truth` and >= 0, say how much each post counts for each label, by default all the same.
    """
    weighed = np.ones(truth.shape) if weights is None else weights
    scores = np.empty(truth.shape)
    of_labels = [
        fit_with_parts(features, _taught_as(label, truth), of_posts, parts, of_label)
        for label, of_posts, of_label in zip(
            TEXT_LABELS, weighed.T, np.broadcast_to(C, len(TEXT_LABELS)).tolist(), strict=True
        )
    ]
    fitted = list(zip(*of_labels, strict=True))
    for (_, held_out), regressions in zip(parts, fitted[:-1], strict=True):
        unseen = features[held_out]
        for column, regression in enumerate(regressions):
            scores[held_out, column] = regression.decision_function(unseen)
    of_parts = [
        calibrated(regressions, _sigmoids(scores[seen], truth[seen], weighed[seen]))
        for (seen, _), regressions in zip(parts, fitted[:-1], strict=True)
    ]
    return Regressions(calibrated(fitted[-1], _sigmoids(scores, truth, weighed)), of_parts)


def fit_with_parts(
    features: csr_matrix | NDArray[np.float64],
    truth: NDArray[np.bool_],
    weights: NDArray[np.float64],
    parts: Sequence[Part],
    C: float,
) -> list[LogisticRegression]:
    """For each part a regression on the posts outside it, and last one on all; `truth` and `weights` are (n_posts,).

    Of the posts, those count whose weights are above 0; before the weights, true and false count the same in all. They
    are fitted side by side where joblib has a back end for that.
    """
    nobody = np.empty(0, dtype=np.int64)
    fitted: list[LogisticRegression] = joblib.Parallel()(
        joblib.delayed(_fitted)(features, truth, weights, without, C)
        for without in (*(held_out for _, held_out in parts), nobody)
    )
    return fitted


def _fitted(
    features: csr_matrix | NDArray[np.float64],
    truth: NDArray[np.bool_],
    weights: NDArray[np.float64],
    without: NDArray[np.int64],
    C: float,
) -> LogisticRegression:
    # liblinear leaves out what weighs nothing; a matrix of the other rows would stand in memory beside this one
    weights = weights.copy()
    weights[without] = 0
    # in the dual form, work grows with the posts and not with the columns; a finer tolerance moves no log odds by 0.02
    return LogisticRegression(
        C=C, class_weight="balanced", solver="liblinear", dual=True, tol=1e-1, max_iter=2000, random_state=0
    ).fit(features, truth, weights)


def calibrated(regressions: Sequence[LogisticRegression], sigmoids: Sequence[Sigmoid]) -> Linear:
    """Regressions, one a column, with the calibration in their weights."""
    both = list(zip(regressions, sigmoids, strict=True))
    return Linear(
        weights=np.column_stack([sigmoid.slope * regression.coef_[0] for regression, sigmoid in both]).astype("f4"),
        intercepts=np.array([sigmoid.log_odds(regression.intercept_)[0] for regression, sigmoid in both]),
    )


def _taught_as(label: Label, truth: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which posts a label's regression takes for examples of it.

    An insult mostly provokes as well, whether or not whoever labelled it called that trolling. Were attacks that carry
    only their own label counter-examples of trolling, the plainest insults would speak for good faith; so they count
    as examples there. Trolling that insults nobody is no attack by definition.
    """
    taught: NDArray[np.bool_] = truth[:, TEXT_LABELS.index(label)]
    return taught | truth[:, TEXT_LABELS.index(Label.PERSONAL_ATTACK)] if label is Label.TROLLING else taught


def _sigmoids(scores: NDArray[np.float64], truth: NDArray[np.bool_], weights: NDArray[np.float64]) -> list[Sigmoid]:
    """Each label's from the posts that carry it and the clean ones. Posts with the other label alone are left out: for
    training they are many, in a forum they are few.
    """
    sigmoids = []
    for of_label, is_true, weighed in zip(scores.T, truth.T, weights.T, strict=True):
        rows = (is_true | ~truth.any(axis=1)) & (weighed > 0)
        sigmoids.append(fit_sigmoid(of_label[rows], is_true[rows], weighed[rows]))
    return sigmoids
