"""N-grams of words and of characters, hashed into one space of columns.

Feature hashing (Weinberger et al. 2009): no vocabulary to fit or store, so weights learnt on one corpus fit the
posts of any other. The characters of a whole batch are hashed at once, without a Python loop over them.
"""

import re
import zlib
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from classifier.tokens import tokenize

BITS = 18
"""Words have 2**BITS columns, characters as many behind them."""

COLUMNS = 2 << BITS

LONGEST_STRETCH = 5
"""Characters in the longest character n-gram, the space before or behind a word included."""

_SPACE = re.compile(r"\s")

_FACTOR = 0x9E3779B97F4A7C15
_OTHER_FACTOR = 0xC2B2AE3D27D4EB4F
_64_BITS = 0xFFFFFFFFFFFFFFFF

_Hashed = tuple[NDArray[np.int64], NDArray[np.int64]]
"""The column of every n-gram, and the number of the text it stands in."""


def count_ngrams(folded: Sequence[str]) -> csr_matrix:
    """How often each n-gram occurs in each folded text: shape (n_texts, COLUMNS), columns sorted within the rows.

    N-grams are single tokens and pairs of neighbouring tokens, and stretches of 2 to LONGEST_STRETCH characters that
    reach at most one space beyond a word.
    """
    (words, texts_of_words), (stretches, texts_of_stretches) = _words(folded), _stretches(folded)
    columns = np.concatenate([words, stretches + (1 << BITS)])
    texts = np.concatenate([texts_of_words, texts_of_stretches])
    cells, counts = np.unique(texts * COLUMNS + columns, return_counts=True)
    rows, columns = np.divmod(cells, COLUMNS)
    row_starts = np.searchsorted(rows, np.arange(len(folded) + 1))
    return csr_matrix((counts.astype(np.float32), columns.astype(np.int32), row_starts), (len(folded), COLUMNS))


def _words(folded: Sequence[str]) -> _Hashed:
    hashes: list[int] = []
    sizes: list[int] = []
    for text in folded:
        single = [zlib.crc32(token.encode()) for token, _, _ in tokenize(text)]
        pairs = [(one * _FACTOR ^ other * _OTHER_FACTOR) & _64_BITS for one, other in pairwise(single)]
        hashes += single + pairs
        sizes.append(len(single) + len(pairs))
    return _columns(np.array(hashes, dtype=np.uint64)), np.repeat(np.arange(len(folded)), sizes)


def _stretches(folded: Sequence[str]) -> _Hashed:
    padded = [f" {_SPACE.sub(' ', text)} " for text in folded]
    letters = np.frombuffer("".join(padded).encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    texts = np.repeat(np.arange(len(padded)), [len(text) for text in padded])
    space = letters == ord(" ")
    rolled = letters
    columns, numbers = [], []
    for length in range(2, LONGEST_STRETCH + 1):
        size = max(len(letters) - length + 1, 0)
        rolled = rolled[:size] * np.uint64(_FACTOR) + letters[length - 1 :]
        # texts are padded, so a stretch that runs from one into the next holds two spaces side by side
        whole = ~(space[:size] & space[length - 1 :]) if length == 2 else np.ones(size, dtype=np.bool_)
        for inner in range(1, length - 1):
            whole &= ~space[inner : inner + size]
        columns.append(_columns(rolled[whole] + np.uint64(length)))
        numbers.append(texts[:size][whole])
    return np.concatenate(columns), np.concatenate(numbers)


def _columns(hashes: NDArray[np.uint64]) -> NDArray[np.int64]:
    """The upper bits of the hashes once they are well mixed (the finalizer of MurmurHash3, Appleby 2011)."""
    mixed = hashes ^ (hashes >> np.uint64(33))
    mixed *= np.uint64(0xFF51AFD7ED558CCD)
    mixed ^= mixed >> np.uint64(33)
    mixed *= np.uint64(0xC4CEB9FE1A85EC53)
    mixed ^= mixed >> np.uint64(33)
    return (mixed >> np.uint64(64 - BITS)).astype(np.int64)
