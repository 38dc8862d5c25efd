"""Whoever rates posts: flagpost's default model and two peers, each as a function from texts to scores.

The peers are what people use today: alt-profanity-check, trained by others on 200,000 comments, and what a scikit-learn
user would write first, TF-IDF and logistic regression, trained on the same written posts as the default model.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from benchmarks.judging import plain_pipeline, truth
from classifier.dataset import LabelledPost
from classifier.labels import DEFAULT_BASE_RATES, TEXT_LABELS
from classifier.model import Model
from classifier.thresholds import DEFAULT_THRESHOLDS

INSTALL = "alt-profanity-check is left out, since it is not installed: pip install 'flagpost[benchmarks]'"
HIGHER = "higher of both"
EVEN = 0.5
"""Where the peers themselves draw the line."""

Scores = Mapping[str, NDArray[np.float64]]
"""By the name of the score, probabilities of shape (n_texts,); `HIGHER` is the highest of the others."""


@dataclass(frozen=True, slots=True, eq=False)
class Rater:
    """Scores texts. `thresholds` say for each score but `HIGHER` from where on a text is flagged."""

    name: str
    scores: Callable[[list[str]], Scores]
    thresholds: Mapping[str, float]

    def flagged(self, scores: Scores, name: str) -> NDArray[np.bool_]:
        """Which texts the score of that name flags; `HIGHER`: which any score flags."""
        names = self.thresholds if name == HIGHER else (name,)
        flagged: NDArray[np.bool_] = np.any([scores[of] >= self.thresholds[of] for of in names], axis=0)
        return flagged


def raters(model: Model, written: list[LabelledPost]) -> list[Rater]:
    """flagpost first; alt-profanity-check only where it is installed."""
    return [_flagpost(model), _tf_idf(written), *_alt_profanity_check()]


def _flagpost(model: Model) -> Rater:
    def scores(texts: list[str]) -> Scores:
        found = {
            label.value: expit(log_odds + logit(DEFAULT_BASE_RATES[label]))
            for label, log_odds in model.hostility.log_odds(texts).items()
        }
        return _with_higher(found)

    return Rater("flagpost", scores, {label.value: DEFAULT_THRESHOLDS[label] for label in TEXT_LABELS})


def _tf_idf(written: list[LabelledPost]) -> Rater:
    texts = [post.text for post in written]
    fitted = {label.value: plain_pipeline().fit(texts, truth(written, label)) for label in TEXT_LABELS}

    def scores(texts: list[str]) -> Scores:
        return _with_higher({name: pipeline.predict_proba(texts)[:, 1] for name, pipeline in fitted.items()})

    return Rater("TF-IDF", scores, dict.fromkeys(fitted, EVEN))


def _alt_profanity_check() -> list[Rater]:
    try:
        from profanity_check import predict_prob
    except ImportError:
        return []
    return [Rater("alt-profanity-check", lambda texts: {"profanity": predict_prob(texts)}, {"profanity": EVEN})]


def _with_higher(scores: dict[str, NDArray[np.float64]]) -> Scores:
    return {**scores, HIGHER: np.max(list(scores.values()), axis=0)}
