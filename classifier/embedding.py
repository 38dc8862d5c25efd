"""Static embedding: the meaning of a text as the sum of the vectors of its word pieces, looked up in a table.

The table was distilled from a sentence encoder in the manner of model2vec (Tulkens & van Dongen 2024): every piece of
the encoder's vocabulary was encoded by itself, reduced by principal components and weighted down by how common it is.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import chain

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from classifier.ragged import numbered

CACHED_TOKENS = 50_000
"""Tokens whose pieces are kept: a forum's everyday words, and not what a flood of random letters would bring."""

_PART = re.compile(r"[^\W_]+|[^\w\s]")
"""What the encoder's vocabulary counts as one word: letters and digits, or one sign."""


class StaticEmbedding:
    """Looks up texts in a table.

    Parameters
    ----------
    pieces : the vocabulary of a WordPiece tokenizer in the order of the table's rows; `##` marks what continues a word.
    table : (n_pieces, n_dimensions) int8; times `scales`, (n_dimensions,), the vectors.
    """

    def __init__(self, pieces: Sequence[str], table: NDArray[np.int8], scales: NDArray[np.float32]) -> None:
        self.table = table
        self.scales = scales
        self._pieces = pieces
        self._known: dict[str, tuple[int, ...]] = {}

    @property
    def dimensions(self) -> int:
        """The length of a vector."""
        return int(self.table.shape[1])

    def sums(self, tokens: Sequence[Sequence[str]]) -> NDArray[np.float32]:
        """For the tokens of each text the sum of their pieces' vectors, shape (n_texts, n_dimensions)."""
        places, texts, distinct = numbered(tokens)
        occurrences = csr_matrix(
            (np.ones(len(places), dtype=np.float32), places, np.searchsorted(texts, np.arange(len(tokens) + 1))),
            shape=(len(tokens), len(distinct)),
        )
        sums: NDArray[np.float32] = occurrences @ self._vectors(distinct)
        return sums * self.scales

    def _vectors(self, tokens: Sequence[str]) -> NDArray[np.float32]:
        """The unscaled vectors of tokens, shape (n_tokens, n_dimensions)."""
        rows = [self.rows(token) for token in tokens]
        lengths = np.array([len(of_token) for of_token in rows], dtype=np.int64)
        vectors = np.zeros((len(tokens), self.dimensions), dtype=np.float32)
        spelt = np.flatnonzero(lengths)
        if len(spelt):
            pieces = self.table[np.fromiter(chain.from_iterable(rows), dtype=np.int64)]
            vectors[spelt] = np.add.reduceat(pieces, (np.cumsum(lengths) - lengths)[spelt], axis=0, dtype=np.float32)
        return vectors

    def rows(self, token: str) -> tuple[int, ...]:
        """The rows of the table that a token is made of; none when the vocabulary cannot spell it."""
        known = self._known.get(token)
        if known is None:
            known = tuple(row for part in _PART.findall(token) for row in self._spelt(part))
            if len(self._known) < CACHED_TOKENS:
                self._known[token] = known
        return known

    @cached_property
    def _vocabulary(self) -> Mapping[str, int]:
        return {piece: row for row, piece in enumerate(self._pieces)}

    @cached_property
    def _longest(self) -> int:
        return max(map(len, self._pieces), default=0)

    def _spelt(self, word: str) -> list[int]:
        """WordPiece (Schuster & Nakajima 2012; Devlin et al. 2019): always the longest known piece."""
        rows: list[int] = []
        at = 0
        while at < len(word):
            for end in range(min(len(word), at + self._longest), at, -1):
                row = self._vocabulary.get(word[at:end] if at == 0 else f"##{word[at:end]}")
                if row is not None:
                    rows.append(row)
                    at = end
                    break
            else:
                return []
        return rows
