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

from classifier.batch import Batch
from classifier.ragged import sums_of, take

CACHED_TOKENS = 50_000
"""Tokens whose pieces are kept: a forum's everyday words, and not what a flood of random letters would bring."""

LONGEST_CACHED = 24
"""Characters of a token whose pieces are kept."""

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

    def sums(self, batch: Batch) -> NDArray[np.float32]:
        """For each text the sum of the vectors of its tokens' pieces, shape (n_texts, n_dimensions)."""
        rows = [self.rows(token) for token in batch.tokens]
        pieces = np.fromiter(chain.from_iterable(rows), dtype=np.int64)
        lengths = np.fromiter(map(len, rows), dtype=np.int64, count=len(rows))
        places, of_tokens = take(np.arange(len(pieces)), lengths, batch.token_places)
        row_starts = np.append(0, sums_of(of_tokens, batch.token_counts).cumsum())
        # In 32 bits; of wider numbers scipy would look for the largest first.
        at = places.astype(np.int32), row_starts.astype(np.int32)
        occurrences = csr_matrix((np.ones(len(places), np.float32), *at), (len(batch), len(pieces)))
        sums: NDArray[np.float32] = occurrences @ self.table[pieces].astype(np.float32)
        return sums * self.scales

    def rows(self, token: str) -> tuple[int, ...]:
        """The rows of the table that a token is made of; none when the vocabulary cannot spell it."""
        known = self._known.get(token)
        if known is None:
            known = tuple(row for part in _PART.findall(token) for row in self._spelt(part))
            if len(self._known) < CACHED_TOKENS and len(token) <= LONGEST_CACHED:
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
