"""The base scorer: what public corpora taught about hostile posts, as figures that come with flagpost.

`raters.npz` holds one linear rater for each idea of hostility that a corpus has, `embedding.npz` the table of vectors
that they look at beside the n-grams. CARD.md says what they were made of; `classifier.base.building` makes them.
"""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from classifier.embedding import StaticEmbedding
from classifier.features import TextFeatures

EMBEDDING, RATERS = "embedding.npz", "raters.npz"


@dataclass(frozen=True, slots=True)
class Raters:
    """Linear raters over the rows of TextFeatures.

    `weights` is (n_columns, n_raters), `intercepts` (n_raters,). A score is about 0 on average over the corpora, with a
    standard deviation of about 1; the higher, the more hostile.
    """

    names: tuple[str, ...]
    weights: NDArray[np.float32]
    intercepts: NDArray[np.float32]

    def scores(self, features: csr_matrix) -> NDArray[np.float32]:
        """What each rater says of each row: shape (n_texts, n_raters)."""
        scores: NDArray[np.float32] = features @ self.weights + self.intercepts
        return scores

    def average(self) -> "Raters":
        """One rater that says what these say on average."""
        weights, intercepts = self.weights.mean(axis=1, keepdims=True), self.intercepts.mean(keepdims=True)
        return Raters(names=("average",), weights=weights, intercepts=intercepts)


@cache
def text_features() -> TextFeatures:
    """The features that come with flagpost; read from disk at the first call."""
    with _arrays(EMBEDDING) as arrays:
        embedding = StaticEmbedding(str(arrays["pieces"]).split("\n"), arrays["table"], arrays["scales"])
    with _arrays(RATERS) as arrays:
        return TextFeatures(arrays["idf"].astype(np.float32), embedding)


def raters() -> Raters:
    """The raters that come with flagpost, read from disk: training needs them, judging does not."""
    with _arrays(RATERS) as arrays:
        return Raters(
            names=tuple(arrays["names"].tolist()),
            weights=arrays["weights"].astype(np.float32) * arrays["scales"],
            intercepts=arrays["intercepts"],
        )


@cache
def base_hash() -> str:
    """SHA-256 of both files, in hexadecimal: another base scorer makes other models."""
    digest = hashlib.sha256()
    for name in (EMBEDDING, RATERS):
        digest.update(resources.files(__name__).joinpath(name).read_bytes())
    return digest.hexdigest()


@contextmanager
def _arrays(name: str) -> Iterator[Mapping[str, NDArray[Any]]]:
    with resources.files(__name__).joinpath(name).open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        yield arrays
