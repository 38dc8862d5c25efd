"""What the text model looks at: n-grams of words and characters, and a static embedding, over folded text."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.base import BaseEstimator, TransformerMixin

from classifier.embedding import StaticEmbedding
from classifier.ngrams import COLUMNS, count_ngrams
from classifier.text import fold

WORDS_PULL = 5.0
"""About the length of the TF-IDF row of one word: posts of a word or two say little for certain."""

CHARACTERS_PULL = 10.0
"""As for words: the character n-grams of one word."""

EMBEDDING_PULL = 3.0
"""About half the length of one word's vector."""


class FoldTexts(TransformerMixin, BaseEstimator):
    """Folds every text once, at the head of a pipeline. Nothing is learnt."""

    def fit(self, X: Iterable[str], y: object = None) -> "FoldTexts":  # noqa: ARG002 - scikit-learn's signature
        """Nothing to do."""
        return self

    def transform(self, X: Iterable[str]) -> list[str]:
        """The folded texts, in the order given."""
        return [fold(text).text for text in X]

    def __sklearn_is_fitted__(self) -> bool:
        return True


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
    def n_columns(self) -> int:
        """How many columns the matrix has."""
        return COLUMNS + (self.embedding.dimensions if self.embedding else 0)

    def fit(self, X: Sequence[str], y: object = None) -> "TextFeatures":  # noqa: ARG002 - scikit-learn's signature
        """Nothing to do."""
        return self

    def transform(self, X: Sequence[str]) -> csr_matrix:
        """The features of folded texts, sparse, float32, shape (n_texts, n_columns); a row without words is empty."""
        ngrams = self._ngrams(X)
        if self.embedding is None:
            return ngrams
        sums = self.embedding.sums(X)
        vectors = sums / np.hypot(np.linalg.norm(sums, axis=1, keepdims=True), EMBEDDING_PULL)
        return hstack([ngrams, csr_matrix(vectors)], format="csr")

    def _ngrams(self, folded: Sequence[str]) -> csr_matrix:
        """TF-IDF with sublinear counts, words and characters scaled apart."""
        matrix = count_ngrams(folded)
        matrix.data = (1 + np.log(matrix.data)) * self.idf[matrix.indices]
        rows = np.repeat(np.arange(len(folded)), np.diff(matrix.indptr))
        is_word = matrix.indices < COLUMNS // 2
        for part, pull in ((is_word, WORDS_PULL), (~is_word, CHARACTERS_PULL)):
            values = matrix.data[part]
            lengths = np.sqrt(np.bincount(rows[part], values**2, minlength=len(folded)))
            matrix.data[part] = values / np.hypot(lengths, pull)[rows[part]]
        return matrix

    def __sklearn_is_fitted__(self) -> bool:
        return True
