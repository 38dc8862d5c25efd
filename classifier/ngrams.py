"""N-grams of words and of characters, hashed into one space of columns.

Feature hashing (Weinberger et al. 2009): no vocabulary to fit or store, so weights learnt on one corpus fit the
posts of any other. The characters of a whole batch are hashed at once, without a Python loop over them, and those of a
word that comes again are not hashed again.
"""

import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from classifier.batch import Batch
from classifier.ragged import Table, side_by_side, sums_of, take

BITS = 18
"""Words have 2**BITS columns, characters as many behind them."""

COLUMNS = 2 << BITS

LONGEST_STRETCH = 5
"""Characters in the longest character n-gram, the space before or behind a word included."""

_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_OTHER_FACTOR = np.uint64(0xC2B2AE3D27D4EB4F)


def count_ngrams(batch: Batch) -> csr_matrix:
    """How often each n-gram occurs in each text: shape (n_texts, COLUMNS), columns sorted within the rows.

    N-grams are single tokens and pairs of neighbouring tokens, and stretches of 2 to LONGEST_STRETCH characters that
    reach at most one space beyond a word.
    """
    single, pairs = _words(batch)
    columns, lengths = side_by_side([single, pairs, _stretches(batch)])
    ends = lengths.cumsum()
    # Text by text, in the processor's cache: many times as quick as one long sort.
    for start, end in zip((ends - lengths).tolist(), ends.tolist(), strict=True):
        columns[start:end].sort()
    differs = np.ones(len(columns) + 1, dtype=np.bool_)
    differs[1:-1] = columns[1:] != columns[:-1]
    differs[ends] = True  # the last of one text and the first of the next
    (firsts,) = differs.nonzero()
    counts = np.diff(firsts).astype(np.float32)
    row_starts = firsts.searchsorted(np.append(0, ends)).astype(np.int32)
    return csr_matrix((counts, columns[firsts[:-1]].astype(np.int32), row_starts), (len(batch), COLUMNS))


def _words(batch: Batch) -> tuple[Table[np.uint32], Table[np.uint32]]:
    """The columns of the tokens of each text, and of their pairs."""
    hashes = np.array([zlib.crc32(token.encode()) for token in batch.tokens], dtype=np.uint64)
    single = hashes[batch.token_places]
    texts = np.arange(len(batch)).repeat(batch.token_counts)
    neighbours = texts[:-1] == texts[1:]
    pairs = (single[:-1] * _FACTOR ^ single[1:] * _OTHER_FACTOR)[neighbours]
    of_tokens = _columns(hashes)[batch.token_places]
    return (of_tokens, batch.token_counts), (_columns(pairs), np.maximum(batch.token_counts - 1, 0))


def _stretches(batch: Batch) -> Table[np.uint32]:
    """The columns of the stretches of each text."""
    columns, lengths = take(*_stretches_of(batch.words), batch.word_places)
    return columns + np.uint32(1 << BITS), sums_of(lengths, batch.word_counts)


def _stretches_of(words: Sequence[str]) -> Table[np.uint32]:
    """The columns of the stretches of each word with a space before and behind it, and how many each has."""
    padded = [f" {word} " for word in words]
    letters = np.frombuffer("".join(padded).encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    owners = np.arange(len(padded)).repeat([len(word) for word in padded])
    space = letters == ord(" ")
    rolled = letters
    hashes, numbers = [], []
    for length in range(2, LONGEST_STRETCH + 1):
        size = max(len(letters) - length + 1, 0)
        rolled = rolled[:size] * _FACTOR + letters[length - 1 :]
        # a stretch that runs from one word into the next holds two spaces side by side
        whole = ~(space[:size] & space[length - 1 :]) if length == 2 else np.ones(size, dtype=np.bool_)
        for inner in range(1, length - 1):
            whole &= ~space[inner : inner + size]
        hashes.append(rolled[whole] + np.uint64(length))
        numbers.append(owners[:size][whole])
    owners = np.concatenate(numbers)
    columns = _columns(np.concatenate(hashes))
    return columns[owners.argsort(kind="stable")], np.bincount(owners, minlength=len(words))


def _columns(hashes: NDArray[np.uint64]) -> NDArray[np.uint32]:
    """The upper bits of the hashes once they are well mixed (the finalizer of MurmurHash3, Appleby 2011)."""
    mixed = hashes ^ (hashes >> np.uint64(33))
    mixed *= np.uint64(0xFF51AFD7ED558CCD)
    mixed ^= mixed >> np.uint64(33)
    mixed *= np.uint64(0xC4CEB9FE1A85EC53)
    mixed ^= mixed >> np.uint64(33)
    return (mixed >> np.uint64(64 - BITS)).astype(np.uint32)
