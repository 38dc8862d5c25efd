"""The second stage: what the words leave open, a full encoder reads again, sentence by sentence."""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit
from sklearn.base import BaseEstimator

from classifier.errors import ModelError
from classifier.labels import TEXT_LABELS, Label
from classifier.progress import Progress, silent
from classifier.regressions import fit_regressions, parts_of, truth_of
from classifier.text import folded_text

UNLIKELY, LIKELY = 0.05, 0.95
"""Between these probabilities of a label the words alone do not settle it. Below are most posts of a forum, where a
second reading would cost most and turn up least; above, it would change no flag.
"""

READ_AT_ONCE = 256

PROBE = "Somebody has to say it: this thread was better before you turned up."
"""Embedded with every training, to tell later whether an encoder is still the same."""

SAME = 0.99
"""Cosine from which on two embeddings of one text are of one encoder, on whatever processor."""

STAGE = "reading posts with the encoder"


class Encoder(Protocol):
    """What the second stage needs of an encoder. `source` is its name or folder; `load` raises ModelError."""

    source: str

    def load(self) -> None:
        """Make it ready, once."""

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embeddings of length 1, shape (n_texts, n_dimensions)."""


class SecondStage(BaseEstimator):
    """A logistic regression for each text label, over a post's embedding and what the first stage says of the post.

    Parameters
    ----------
    encoder : makes embeddings; pickled with this object.
    C : inverse strength of the regressions' regularisation, > 0. Small, since an encoder learns the manner of a few
        thousand posts as readily as their hostility: figures on posts held out rise with C, those on real boards fall.
    folds : into how many parts the posts are divided to calibrate on posts not fitted on, >= 2.

    Attributes
    ----------
    weights_ : (n_dimensions + n_labels, n_labels), intercepts_ : (n_labels,), the calibration included, labels in the
        order of TEXT_LABELS.
    out_of_fold_log_odds_ : (n_posts, n_labels), what regressions of the other parts make of each post.
    probe_ : (n_dimensions,), the embedding of PROBE.
    """

    weights_: NDArray[np.float32]
    intercepts_: NDArray[np.float64]
    out_of_fold_log_odds_: NDArray[np.float64]
    probe_: NDArray[np.float32]

    def __init__(self, encoder: Encoder, C: float = 0.03, folds: int = 5) -> None:
        self.encoder = encoder
        self.C = C
        self.folds = folds

    def fit(
        self,
        texts: Sequence[str],
        labels: Sequence[Collection[Label]],
        first_log_odds: NDArray[np.float64],
        groups: Sequence[str] | None = None,
        seed: int = 0,
        progress: Progress = silent,
        weights: NDArray[np.float64] | None = None,
    ) -> "SecondStage":
        """Fit on posts with the labels that are true of each; `weights` as those of HostilityModel.

        `first_log_odds`, (n_posts, n_labels), have to come from first stages that did not see the post: of posts it has
        seen, the first stage is surer than it will ever be again. Raises DataError as HostilityModel does, ModelError
        when the encoder cannot be loaded.
        """
        truth = truth_of(labels)
        parts = parts_of(truth, groups, self.folds, seed)
        self.probe_ = self.encoder.embed([PROBE])[0]
        embeddings = []
        for start in range(0, len(texts), READ_AT_ONCE):
            progress(STAGE, start, len(texts))
            embeddings.append(self._embedded(texts[start : start + READ_AT_ONCE]))
        progress(STAGE, len(texts), len(texts))
        features = np.hstack([np.vstack(embeddings), first_log_odds])
        fitted = fit_regressions(features, truth, parts, self.C, weights)
        self.weights_, self.intercepts_ = fitted.final.weights, fitted.final.intercepts
        self.out_of_fold_log_odds_ = np.empty(truth.shape)
        for (_, held_out), of_part in zip(parts, fitted.of_parts, strict=True):
            self.out_of_fold_log_odds_[held_out] = of_part.log_odds(features[held_out])
        return self

    def load(self) -> None:
        """Load the encoder. Raises ModelError when it is missing, or is not the one that this was fitted with."""
        self.encoder.load()
        found = self.encoder.embed([PROBE])[0]
        if found.shape != self.probe_.shape or found @ self.probe_ < SAME:
            raise ModelError(
                f"encoder {self.encoder.source}: is not the one that the model was trained with; put that back, "
                f"or make a new model with: flagpost train --encoder {self.encoder.source}"
            )

    def reconsider(
        self, texts: Sequence[str], first: Mapping[Label, NDArray[np.float64]], base_rates: Mapping[Label, float]
    ) -> dict[Label, NDArray[np.float64]]:
        """The log odds of the first stage, with those of both stages in the place of all that were unsure.

        All are of shape (n_texts,) for each text label, as if the label were true for half of all posts.
        """
        log_odds = np.column_stack([first[label] for label in TEXT_LABELS])
        rows = np.flatnonzero(unsure(log_odds, base_rates)).tolist()
        if rows:
            log_odds[rows] = self.log_odds([texts[row] for row in rows], log_odds[rows])
        return {label: log_odds[:, column] for column, label in enumerate(TEXT_LABELS)}

    def log_odds(self, texts: Sequence[str], first_log_odds: NDArray[np.float64]) -> NDArray[np.float64]:
        """Both stages' log odds, shape (n_texts, n_labels), from those of the first, of the same shape."""
        found: NDArray[np.float64] = np.hstack([self._embedded(texts), first_log_odds]) @ self.weights_
        return found + self.intercepts_

    def _embedded(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self.encoder.embed([folded_text(text) for text in texts])


def unsure(log_odds: NDArray[np.float64], base_rates: Mapping[Label, float]) -> NDArray[np.bool_]:
    """Which posts have a label that is neither UNLIKELY nor LIKELY, shape (n_posts,).

    `log_odds` is (n_posts, n_labels), as if a label were true for half of all posts.
    """
    probabilities = expit(log_odds + logit([base_rates[label] for label in TEXT_LABELS]))
    open_: NDArray[np.bool_] = ((probabilities >= UNLIKELY) & (probabilities <= LIKELY)).any(axis=1)
    return open_
