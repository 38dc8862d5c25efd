"""What the text model looks at: n-grams of words and characters, and a static embedding, over folded text."""

from collections.abc import Iterator, Sequence
from itertools import islice

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack, vstack
from sklearn.base import BaseEstimator, TransformerMixin

from classifier.batch import Batch, read_batch
from classifier.embedding import StaticEmbedding
from classifier.ngrams import COLUMNS, count_ngrams

WORDS_PULL = 5.0
"""About the length of the TF-IDF row of one word: posts of a word or two say little for certain."""

CHARACTERS_PULL = 10.0
"""As for words: the character n-grams of one word."""

EMBEDDING_PULL = 3.0
"""About half the length of one word's vector."""

AT_ONCE = 512
"""Texts whose features are made together: enough to share the cost of a call, few enough for the processor's cache."""

CHARACTERS_AT_ONCE = 100_000
"""The same for long ones: numpy lets no other thread of the process run while it works on them."""

_STACKED = 16
"""Blocks put into one matrix before the next are made: few enough for them to take the place of those before them."""


class TextFeatures(TransformerMixin, BaseEstimator):
    """Folded texts as rows of one sparse matrix: words, characters, embedding. Nothing is learnt here.

    Each of the three parts x of a row is scaled to x / sqrt(|x|² + pull²): long posts to about unit length, short ones
    to less. At unit length the one word of a post of one word would weigh as much as all the words of a long post
    together, and a bare "you" would be an attack for certain.

    Parameters
    ----------
    idf : (COLUMNS,), inverse document frequencies of the n-grams.
    embedding : the table of vectors, or None to do without.
    """

    def __init__(self, idf: NDArray[np.float32], embedding: StaticEmbedding | None = None) -> None:
        self.idf = idf
        self.embedding = embedding

    @property
    def widths(self) -> tuple[int, int, int]:
        """How many columns words, characters and embedding have."""
        return COLUMNS // 2, COLUMNS // 2, self.embedding.dimensions if self.embedding else 0

    def fit(self, X: Sequence[str], y: object = None) -> "TextFeatures":  # noqa: ARG002 - scikit-learn's signature
        """Nothing to do."""
        return self

    def transform(self, X: Sequence[str]) -> csr_matrix:
        """The features of folded texts, sparse, float32, shape (n_texts, n_columns); a row without words is empty."""
        blocks = (
            ngrams if vectors is None else hstack([ngrams, csr_matrix(vectors)]) for ngrams, vectors in self._parts(X)
        )
        # what is freed of many small blocks stays with the process, unless others take its place in time
        stacks = [vstack(stack) for stack in iter(lambda: list(islice(blocks, _STACKED)), [])]
        return vstack(stacks, format="csr")

    def scores(self, X: Sequence[str], weights: NDArray[np.float32]) -> NDArray[np.float32]:
        """`transform(X) @ weights` for dense weights, (n_columns, n_scores), without making the matrix."""
        of_ngrams, of_vectors = weights[:COLUMNS], weights[COLUMNS:]
        blocks = [
            ngrams @ of_ngrams if vectors is None else ngrams @ of_ngrams + vectors @ of_vectors
            for ngrams, vectors in self._parts(X)
        ]
        return np.concatenate(blocks)

    def _parts(self, folded: Sequence[str]) -> Iterator[tuple[csr_matrix, NDArray[np.float32] | None]]:
        """The n-grams and the embedding, block by block; of no texts, one empty block."""
        for block in _blocks(folded):
            batch = read_batch(block)
            vectors = None
            if self.embedding is not None:
                vectors = self.embedding.sums(batch)
                vectors /= np.hypot(np.linalg.norm(vectors, axis=1, keepdims=True), EMBEDDING_PULL)
            yield self._ngrams(batch), vectors

    def _ngrams(self, batch: Batch) -> csr_matrix:
        """TF-IDF with sublinear counts, words and characters scaled apart."""
        matrix = count_ngrams(batch)
        matrix.data = (1 + np.log(matrix.data)) * self.idf[matrix.indices]
        rows = np.arange(len(batch)).repeat(np.diff(matrix.indptr))
        parts = 2 * rows + (matrix.indices >= COLUMNS // 2)
        lengths = np.sqrt(np.bincount(parts, matrix.data**2, minlength=2 * len(batch)))
        pulls = np.tile([WORDS_PULL, CHARACTERS_PULL], len(batch))
        matrix.data /= np.hypot(lengths, pulls).astype(np.float32)[parts]
        return matrix

    def __sklearn_is_fitted__(self) -> bool:
        return True


def _blocks(folded: Sequence[str]) -> Iterator[Sequence[str]]:
    """The texts in their order, so many at once; of no texts, one empty block."""
    first = characters = 0
    for at, text in enumerate(folded):
        if at > first and (at - first == AT_ONCE or characters + len(text) > CHARACTERS_AT_ONCE):
            yield folded[first:at]
            first, characters = at, 0
        characters += len(text)
    yield folded[first:]
