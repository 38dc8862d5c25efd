"""The judge of words: trolling and personal attack, from the words of one post."""

from collections.abc import Collection, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.base import BaseEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold

from classifier import base
from classifier.assessment import Span
from classifier.calibration import Sigmoid, fit_sigmoid
from classifier.errors import DataError
from classifier.explanation import heaviest_spans
from classifier.labels import TEXT_LABELS, Label
from classifier.text import fold

_Part = tuple[NDArray[np.int64], NDArray[np.int64]]


class HostilityModel(BaseEstimator):
    """A logistic regression for each text label, over the words of a post and what the base raters say of it.

    The base raters stay as they are: what is learnt here is how far to trust each of them, and what they do not know.

    Parameters
    ----------
    C : inverse strength of the regressions' regularisation, > 0.
    trust : what base scores are multiplied with, > 0: the more, the less regularisation holds their weights back.
    folds : into how many parts the posts are divided to calibrate on posts not fitted on, >= 2.

    Attributes
    ----------
    weights_ : (n_columns, n_labels), intercepts_ : (n_labels,): log odds = features @ weights_ + intercepts_. The base
        raters and the calibration are in them. Labels are in the order of TEXT_LABELS here and below.
    out_of_fold_log_odds_ : (n_posts, n_labels), in the order of the posts fitted on. A post's score comes from
        regressions fitted on the other folds only, no group in two folds; its sigmoid comes from the scores of the
        other folds only. Those other scores do come from models that saw the post, so the two parameters of the sigmoid
        are not wholly blind to it; C and trust were chosen on other posts. The final model is fitted on all
        posts and calibrated on all scores: a little more evidence than any model behind this array had.
    """

    weights_: NDArray[np.float32]
    intercepts_: NDArray[np.float64]
    out_of_fold_log_odds_: NDArray[np.float64]

    def __init__(self, C: float = 0.1, trust: float = 3.0, folds: int = 5) -> None:
        self.C = C
        self.trust = trust
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
        raters = base.raters()
        features = base.text_features().transform([fold(text).text for text in texts])
        seen_by_raters = hstack([features, csr_matrix(self.trust * raters.scores(features))], format="csr")
        scores = np.empty(truth.shape)
        for seen, held_out in parts:
            for column, regression in enumerate(self._regressions(seen_by_raters[seen], truth[seen])):
                scores[held_out, column] = regression.decision_function(seen_by_raters[held_out])
        self.out_of_fold_log_odds_ = np.empty(truth.shape)
        for seen, held_out in parts:
            for column, sigmoid in enumerate(_sigmoids(scores[seen], truth[seen])):
                self.out_of_fold_log_odds_[held_out, column] = sigmoid.log_odds(scores[held_out, column])
        weights, intercepts = [], []
        regressions = self._regressions(seen_by_raters, truth)
        for sigmoid, regression in zip(_sigmoids(scores, truth), regressions, strict=True):
            own, of_raters = np.split(regression.coef_[0], [features.shape[1]])
            trusted = self.trust * of_raters
            weights.append(sigmoid.slope * (own + raters.weights @ trusted))
            intercepts.append(sigmoid.log_odds(regression.intercept_ + raters.intercepts @ trusted)[0])
        self.weights_ = np.column_stack(weights).astype(np.float32)
        self.intercepts_ = np.array(intercepts)
        return self

    def log_odds(self, texts: Sequence[str]) -> dict[Label, NDArray[np.float64]]:
        """Natural log odds, shape (n_texts,), for each text label, as if the label were true for half of all posts."""
        found = self._log_odds([fold(text).text for text in texts])
        return {label: found[:, column] for column, label in enumerate(TEXT_LABELS)}

    def explain(self, texts: Sequence[str], label: Label, limit: int = 6) -> list[tuple[Span, ...]]:
        """For each text the spans of at most `limit` words that speak most for `label`, heaviest first.

        Spans are in characters of the text given; their weight is what the log odds lose without their words.
        """
        score = partial(self._log_odds_of, TEXT_LABELS.index(label))
        return [heaviest_spans(fold(text), score, limit) for text in texts]

    def _log_odds(self, folded: Sequence[str]) -> NDArray[np.float64]:
        """The log odds of folded texts, shape (n_texts, n_labels)."""
        found: NDArray[np.float64] = base.text_features().transform(folded) @ self.weights_ + self.intercepts_
        return found

    def _log_odds_of(self, column: int, folded: Sequence[str]) -> NDArray[np.float64]:
        return self._log_odds(folded)[:, column]

    def _parts(self, truth: NDArray[np.bool_], groups: Sequence[str] | None, seed: int) -> list[_Part]:
        """Row numbers to fit on and to hold out, for each fold; labels are spread evenly over the folds."""
        for label, of_label in zip(TEXT_LABELS, truth.T, strict=True):
            against = ~_taught_as(label, truth)
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
                if of_label.mean() in (0, 1) or _taught_as(label, truth[seen]).all():
                    raise DataError(f"{label}: all posts with or without it come from one thread or author; add others")
        return parts

    def _regressions(self, features: csr_matrix, truth: NDArray[np.bool_]) -> list[LogisticRegression]:
        return [
            # in the dual form, work grows with the posts and not with the columns
            LogisticRegression(
                C=self.C, class_weight="balanced", solver="liblinear", dual=True, max_iter=2000, random_state=0
            ).fit(features, _taught_as(label, truth))
            for label in TEXT_LABELS
        ]


def _taught_as(label: Label, truth: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which posts a label's regression takes for examples of it.

    An insult mostly provokes as well, whether or not whoever labelled it called that trolling. Were attacks that carry
    only their own label counter-examples of trolling, the plainest insults would speak for good faith; so they count
    as examples there. Trolling that insults nobody is no attack by definition.
    """
    taught: NDArray[np.bool_] = truth[:, TEXT_LABELS.index(label)]
    return taught | truth[:, TEXT_LABELS.index(Label.PERSONAL_ATTACK)] if label is Label.TROLLING else taught


def _sigmoids(scores: NDArray[np.float64], truth: NDArray[np.bool_]) -> list[Sigmoid]:
    """Each label's from the posts that carry it and the clean ones. Posts with the other label alone are left out: for
    training they are many, in a forum they are few.
    """
    clean = ~truth.any(axis=1)
    return [
        fit_sigmoid(of_label[is_true | clean], is_true[is_true | clean])
        for of_label, is_true in zip(scores.T, truth.T, strict=True)
    ]
