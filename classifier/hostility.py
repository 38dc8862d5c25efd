"""The judge of words: trolling and personal attack, from the words of one post."""

from collections.abc import Collection, Iterable, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.base import BaseEstimator

from classifier import base
from classifier.assessment import Span
from classifier.bait import fit_bait, surplus
from classifier.explanation import heaviest_spans
from classifier.labels import TEXT_LABELS, Label
from classifier.regressions import Linear, fit_regressions, parts_of, truth_of
from classifier.sentences import length, log_odds_with_sentences
from classifier.text import fold, folded_text


class HostilityModel(BaseEstimator):
    """A logistic regression for each text label, over the words of a post and what the base raters say on average.

    The base raters stay as they are: what is learnt here is how far to trust them, and what they do not know. They are
    averaged, since a few thousand posts cannot tell which of them will be right about other posts. To the log odds of
    trolling comes the surplus of those of bait, which know nothing of the base raters. Long posts are judged by their
    sentences as well, with the regressions and the calibration that whole posts taught.

    Parameters
    ----------
    C : inverse strength of the regressions' regularisation, > 0, for each label or for all. By default the raters are
        trusted more about trolling: what written posts teach of it carries over to real ones less than of attacks.
    C_bait : the same for bait.
    trust : what the base score is multiplied with, > 0: the more, the less regularisation holds its weight back.
    part_weights : what words, characters and embedding are multiplied with, likewise. By default most is learnt from
        words: in the others, posts written for training show their manner as well as their hostility.
    folds : into how many parts the posts are divided to calibrate on posts not fitted on, >= 2.

    Attributes
    ----------
    weights_ : (n_columns, n_labels + 1), intercepts_ : (n_labels + 1,): log odds = features @ weights_ + intercepts_,
        of the labels and, last, of bait, for a text as a whole. The base raters and the calibration are in them. Labels
        are in the order of TEXT_LABELS here and below.
    out_of_fold_log_odds_ : (n_posts, n_labels), in the order of the posts fitted on: what regressions of the other
        parts make of each. The parameters above were chosen on other posts.
    """

    weights_: NDArray[np.float32]
    intercepts_: NDArray[np.float64]
    out_of_fold_log_odds_: NDArray[np.float64]

    def __init__(
        self,
        C: float | Sequence[float] = (0.2, 1.5),
        C_bait: float = 1.0,
        trust: float = 3.0,
        part_weights: Sequence[float] = (1.0, 0.3, 0.3),
        folds: int = 5,
    ) -> None:
        self.C = C
        self.C_bait = C_bait
        self.trust = trust
        self.part_weights = part_weights
        self.folds = folds

    def fit(
        self,
        texts: Sequence[str],
        labels: Sequence[Collection[Label]],
        groups: Sequence[str] | None = None,
        seed: int = 0,
        weights: NDArray[np.float64] | None = None,
        written: NDArray[np.bool_] | None = None,
    ) -> "HostilityModel":
        """Fit on posts with the labels that are true of each; labels other than TEXT_LABELS are passed over.

        Posts of one group (a thread, an author) are never in two folds; without groups every post is its own.
        `weights`, >= 0, shape (n_posts, n_labels), say how much each post counts for each label, by default all the
        same. `written`, shape (n_posts,), are those that come with flagpost, by default all: bait is calibrated on
        them. Raises DataError when a label has too few posts to cross-validate.
        """
        truth = truth_of(labels)
        parts = parts_of(truth, groups, self.folds, seed)
        rater = base.raters().average()
        folded = [folded_text(text) for text in texts]
        features = base.text_features().transform(folded)
        of_rater = csr_matrix(self.trust * rater.scores(features))
        features.data *= self._scales()[features.indices]  # of many posts one matrix alone is half a gigabyte
        bait = fit_bait(features, truth, parts, self.C_bait, weights, written)
        features = hstack([features, of_rater], format="csr")
        fitted = fit_regressions(features, truth, parts, self.C, weights)
        del features
        final = self._of_features(fitted.final, bait.final, rater)
        self.weights_, self.intercepts_ = final.weights, final.intercepts
        self.out_of_fold_log_odds_ = np.empty(truth.shape)
        for (_, held_out), of_labels, of_bait in zip(parts, fitted.of_parts, bait.of_parts, strict=True):
            judge = self._of_features(of_labels, of_bait, rater)
            unseen = [folded[row] for row in held_out]
            self.out_of_fold_log_odds_[held_out] = _log_odds(unseen, list(map(length, unseen)), judge)
        return self

    def _scales(self) -> NDArray[np.float32]:
        return np.repeat(np.asarray(self.part_weights, dtype=np.float32), base.text_features().widths)

    def _of_features(self, of_labels: Linear, of_bait: Linear, rater: base.Raters) -> Linear:
        """Both in one, for features that are not scaled and without the base rater's score among them."""
        scales = self._scales()
        own, of_base = np.split(of_labels.weights, [len(scales)])
        own = np.column_stack([own, of_bait.weights]) * scales[:, np.newaxis]
        of_base = np.column_stack([self.trust * of_base, [0.0]])
        return Linear(
            weights=(own + rater.weights @ of_base).astype(np.float32),
            intercepts=np.append(of_labels.intercepts, of_bait.intercepts) + rater.intercepts @ of_base,
        )

    def log_odds(self, texts: Sequence[str]) -> dict[Label, NDArray[np.float64]]:
        """Natural log odds, shape (n_texts,), for each text label, as if the label were true for half of all posts."""
        folded = [folded_text(text) for text in texts]
        found = _log_odds(folded, list(map(length, folded)), Linear(self.weights_, self.intercepts_))
        return {label: found[:, column] for column, label in enumerate(TEXT_LABELS)}

    def explain(self, text: str, labels: Iterable[Label], limit: int = 6) -> dict[Label, tuple[Span, ...]]:
        """For each of the labels the spans of at most `limit` words that speak most for it, heaviest first.

        Spans are in characters of the text; their weight is what the log odds lose without their words.
        """
        folded = fold(text)
        # A post that is a word shorter is judged a little more as a whole, whichever word it is: that is no word's
        # doing, so all are judged as if they were as long as the post.
        judge, at = Linear(self.weights_, self.intercepts_), length(folded.text)
        known: dict[str, NDArray[np.float64]] = {}  # one judgement tells of all labels

        def score(column: int, shortened: Sequence[str]) -> NDArray[np.float64]:
            new = [one for one in dict.fromkeys(shortened) if one not in known]
            known.update(zip(new, _log_odds(new, [at] * len(new), judge), strict=True))
            return np.array([known[one][column] for one in shortened])

        return {label: heaviest_spans(folded, partial(score, TEXT_LABELS.index(label)), limit) for label in labels}


def _log_odds(folded: Sequence[str], lengths: Sequence[float], judge: Linear) -> NDArray[np.float64]:
    """The log odds of folded texts, shape (n_texts, n_labels), by the weights of the labels and, last, of bait."""

    def score(texts: Sequence[str]) -> NDArray[np.float64]:
        return _with_bait(base.text_features().scores(texts, judge.weights) + judge.intercepts)

    return log_odds_with_sentences(folded, lengths, score)


def _with_bait(log_odds: NDArray[np.float64]) -> NDArray[np.float64]:
    """The log odds of the labels, (n_texts, n_labels), from these and those of bait in a last column."""
    of_labels, of_bait = log_odds[:, :-1].copy(), log_odds[:, -1]
    of_labels[:, TEXT_LABELS.index(Label.TROLLING)] += surplus(of_bait)
    return of_labels
