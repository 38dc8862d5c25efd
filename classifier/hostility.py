"""The judge of words: trolling and personal attack, from the words of one post."""

from collections.abc import Collection, Sequence

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.pipeline import Pipeline

from classifier.assessment import Span
from classifier.calibration import Sigmoid, fit_sigmoid
from classifier.errors import DataError
from classifier.explanation import heaviest_spans
from classifier.features import FoldTexts, occurrences, text_features
from classifier.labels import TEXT_LABELS, Label
from classifier.text import fold

_Part = tuple[NDArray[np.int64], NDArray[np.int64]]


class HostilityModel(BaseEstimator):
    """A logistic regression for each text label over one feature space, calibrated.

    Parameters
    ----------
    C : inverse strength of the regressions' regularisation, > 0.
    min_df : in how many posts a feature has to occur to count.
    folds : into how many parts the posts are divided to calibrate on posts not fitted on, >= 2.

    Attributes
    ----------
    features_ : Pipeline from texts to the feature matrix, fitted on all posts.
    weights_ : (n_features, n_labels), intercepts_ : (n_labels,): log odds = features @ weights_ + intercepts_. The
        calibration is in them. Labels are in the order of TEXT_LABELS here and below.
    out_of_fold_log_odds_ : (n_posts, n_labels), in the order of the posts fitted on. A post's score comes from features
        and regressions fitted on the other folds only, no group in two folds; its sigmoid comes from the scores of the
        other folds only. Those other scores do come from models that saw the post, so the two parameters of the sigmoid
        are not wholly blind to it; C and min_df were chosen on other posts. The final model is fitted on all
        posts and calibrated on all scores: a little more evidence than any model behind this array had.
    """

    features_: Pipeline
    weights_: NDArray[np.float64]
    intercepts_: NDArray[np.float64]
    out_of_fold_log_odds_: NDArray[np.float64]

    def __init__(self, C: float = 1.0, min_df: int = 2, folds: int = 5) -> None:
        self.C = C
        self.min_df = min_df
        self.folds = folds

    def fit(
        self,
        texts: Sequence[str],
        labels: Sequence[Collection[Label]],
        groups: Sequence[str] | None = None,
        seed: int = 0,
    ) -> "HostilityModel":
        """Fit on posts with the labels that are true of each; labels other than TEXT_LABELS are passed over.

        Posts of one group (a thread, an author) are never in two folds; without groups every post is its own.
        Raises DataError when a label has too few posts to cross-validate.
        """
        truth = np.array([[label in of_post for label in TEXT_LABELS] for of_post in labels], dtype=np.bool_)
        truth = truth.reshape(-1, len(TEXT_LABELS))  # no posts make no columns
        parts = self._parts(truth, groups, seed)
        folded = FoldTexts().transform(texts)
        scores = np.empty(truth.shape)
        for (_, held_out), found in zip(
            parts, Parallel()(delayed(self._held_out_scores)(folded, truth, *part) for part in parts), strict=True
        ):
            scores[held_out] = found
        self.out_of_fold_log_odds_ = np.empty(truth.shape)
        for seen, held_out in parts:
            for column, sigmoid in enumerate(_sigmoids(scores[seen], truth[seen])):
                self.out_of_fold_log_odds_[held_out, column] = sigmoid.log_odds(scores[held_out, column])
        self.features_, regressions = self._fit_regressions(folded, truth)
        sigmoids = _sigmoids(scores, truth)
        self.weights_ = np.column_stack(
            [sigmoid.slope * of_label.coef_[0] for sigmoid, of_label in zip(sigmoids, regressions, strict=True)]
        )
        self.intercepts_ = np.array(
            [sigmoid.log_odds(of_label.intercept_)[0] for sigmoid, of_label in zip(sigmoids, regressions, strict=True)]
        )
        return self

    def log_odds(self, texts: Sequence[str]) -> dict[Label, NDArray[np.float64]]:
        """Natural log odds, shape (n_texts,), for each text label, as if the label were true for half of all posts."""
        if not len(texts):
            return {label: np.empty(0) for label in TEXT_LABELS}
        log_odds = self.features_.transform(texts) @ self.weights_ + self.intercepts_
        return {label: log_odds[:, column] for column, label in enumerate(TEXT_LABELS)}

    def explain(self, texts: Sequence[str], label: Label, limit: int = 6) -> list[tuple[Span, ...]]:
        """For each text the spans of at most `limit` words that speak most for `label`, heaviest first.

        Spans are in characters of the text given; their weight is what their words add to the log odds. The score is
        linear, so a feature's share is its value times its weight, spread over the characters where it occurs.
        """
        if not len(texts):
            return []
        folded = [fold(text) for text in texts]
        matrix = self.features_["features"].transform([text.text for text in folded]).tocsr()
        matrix.sort_indices()
        weights = self.weights_[:, TEXT_LABELS.index(label)]
        spans = []
        for text, start, end in zip(folded, matrix.indptr[:-1], matrix.indptr[1:], strict=True):
            columns = matrix.indices[start:end]
            places = occurrences(self.features_, text.text)
            feature = np.searchsorted(columns, places[:, 0])
            shares = matrix.data[start:end] * weights[columns] / np.bincount(feature, minlength=len(columns))
            spans.append(heaviest_spans(text, places, shares[feature], limit))
        return spans

    def _parts(self, truth: NDArray[np.bool_], groups: Sequence[str] | None, seed: int) -> list[_Part]:
        """Row numbers to fit on and to hold out, for each fold; labels are spread evenly over the folds."""
        for label, of_label in zip(TEXT_LABELS, truth.T, strict=True):
            against = ~of_label & _is_evidence(label, truth)
            without = "without it" if label is not Label.TROLLING else "without it or a personal attack"
            for count, kind in ((of_label.sum(), "with it"), (against.sum(), without)):
                if count < self.folds:
                    raise DataError(
                        f"{label}: {count} posts {kind} are too few to calibrate on; label at least {self.folds}"
                    )
        members = np.unique(groups, return_inverse=True)[1] if groups is not None else np.arange(len(truth))
        if len(np.unique(members)) < self.folds:
            raise DataError(
                f"posts of fewer than {self.folds} threads or authors cannot calibrate; add posts of others"
            )
        folds = StratifiedGroupKFold(self.folds, shuffle=True, random_state=seed)
        parts = list(folds.split(members, truth @ (1 << np.arange(truth.shape[1])), members))
        for seen, _ in parts:
            for label, of_label in zip(TEXT_LABELS, truth[seen].T, strict=True):
                if of_label[_is_evidence(label, truth[seen])].mean() in (0, 1):
                    raise DataError(f"{label}: all posts with or without it come from one thread or author; add others")
        return parts

    def _held_out_scores(
        self, folded: Sequence[str], truth: NDArray[np.bool_], seen: NDArray[np.int64], held_out: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        features, regressions = self._fit_regressions([folded[row] for row in seen], truth[seen])
        matrix = features["features"].transform([folded[row] for row in held_out])
        return np.column_stack([regression.decision_function(matrix) for regression in regressions])

    def _fit_regressions(
        self, folded: Sequence[str], truth: NDArray[np.bool_]
    ) -> tuple[Pipeline, list[LogisticRegression]]:
        features = text_features(self.min_df)
        matrix = features["features"].fit_transform(folded)
        regressions = []
        for label, of_label in zip(TEXT_LABELS, truth.T, strict=True):
            rows = _is_evidence(label, truth)
            regression = LogisticRegression(C=self.C, class_weight="balanced", solver="liblinear")
            regressions.append(regression.fit(matrix[rows], of_label[rows]))
        return features, regressions


def _is_evidence(label: Label, truth: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which posts a label's regression is fitted on; the calibration always takes them all.

    An insult mostly provokes as well, whether or not whoever labelled it called that trolling. Were attacks that carry
    only their own label counter-examples of trolling, the plainest insults would speak for good faith; so they are
    left out there. Trolling that insults nobody is no attack by definition and counts.
    """
    if label is not Label.TROLLING:
        return np.ones(len(truth), dtype=np.bool_)
    trolling, attack = (truth[:, TEXT_LABELS.index(of)] for of in (Label.TROLLING, Label.PERSONAL_ATTACK))
    return trolling | ~attack


def _sigmoids(scores: NDArray[np.float64], truth: NDArray[np.bool_]) -> list[Sigmoid]:
    return [fit_sigmoid(of_label, is_true) for of_label, is_true in zip(scores.T, truth.T, strict=True)]
