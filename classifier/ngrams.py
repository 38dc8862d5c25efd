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

from classifier.ragged import Numbers, numbered, take
from classifier.tokens import tokenize

BITS = 18
"""Words have 2**BITS columns, characters as many behind them."""

COLUMNS = 2 << BITS

MOST_TEXTS = (1 << 32) // COLUMNS
"""A text and a column are one number of 32 bits, which is sorted twice as fast as one of 64."""

LONGEST_STRETCH = 5
"""Characters in the longest character n-gram, the space before or behind a word included."""

_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_OTHER_FACTOR = np.uint64(0xC2B2AE3D27D4EB4F)

Columns = NDArray[np.uint32]


def count_ngrams(folded: Sequence[str], tokens: Sequence[Sequence[str]] | None = None) -> csr_matrix:
    """How often each n-gram occurs in each folded text: shape (n_texts, COLUMNS), columns sorted within the rows.

    N-grams are single tokens and pairs of neighbouring tokens, and stretches of 2 to LONGEST_STRETCH characters that
    reach at most one space beyond a word. `tokens` are those of each text, where they are known already.
    Raises ValueError for more than MOST_TEXTS.
    """
    if len(folded) > MOST_TEXTS:
        raise ValueError(f"{len(folded)} texts at once: more than {MOST_TEXTS} have no room in 32 bits")
    words, texts_of_words = _words([tokenize(text) for text in folded] if tokens is None else tokens)
    stretches, texts_of_stretches = _stretches(folded)
    texts = np.concatenate([texts_of_words, texts_of_stretches]).astype(np.uint32)
    columns = np.concatenate([words, stretches + np.uint32(1 << BITS)])
    cells, counts = np.unique(texts << np.uint32(BITS + 1) | columns, return_counts=True)
    texts, columns = cells >> np.uint32(BITS + 1), cells & np.uint32(COLUMNS - 1)
    row_starts = np.append(0, np.cumsum(np.bincount(texts, minlength=len(folded))))
    return csr_matrix((counts.astype(np.float32), columns.astype(np.int32), row_starts), (len(folded), COLUMNS))


def _words(tokens: Sequence[Sequence[str]]) -> tuple[Columns, Numbers]:
    """The columns of the tokens and of their pairs, and the number of the text that each stands in."""
    places, texts, distinct = numbered(tokens)
    single = np.array([zlib.crc32(token.encode()) for token in distinct], dtype=np.uint64)[places]
    neighbours = texts[:-1] == texts[1:]
    pairs = (single[:-1] * _FACTOR ^ single[1:] * _OTHER_FACTOR)[neighbours]
    return _columns(np.concatenate([single, pairs])), np.concatenate([texts, texts[:-1][neighbours]])


def _stretches(folded: Sequence[str]) -> tuple[Columns, Numbers]:
    """The columns of the stretches, and the number of the text that each stands in."""
    places, texts, distinct = numbered([text.split() for text in folded])
    columns, lengths = take(*_stretches_of(distinct), places)
    return columns, np.repeat(texts, lengths)


def _stretches_of(words: Sequence[str]) -> tuple[Columns, Numbers]:
    """The columns of the stretches of each word with a space before and behind it, and how many each has."""
    padded = [f" {word} " for word in words]
    letters = np.frombuffer("".join(padded).encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    owners = np.repeat(np.arange(len(padded)), [len(word) for word in padded])
    space = letters == ord(" ")
    rolled = letters
    columns, numbers = [], []
    for length in range(2, LONGEST_STRETCH + 1):
        size = max(len(letters) - length + 1, 0)
        rolled = rolled[:size] * _FACTOR + letters[length - 1 :]
        # a stretch that runs from one word into the next holds two spaces side by side
        whole = ~(space[:size] & space[length - 1 :]) if length == 2 else np.ones(size, dtype=np.bool_)
        for inner in range(1, length - 1):
            whole &= ~space[inner : inner + size]
        columns.append(_columns(rolled[whole] + np.uint64(length)))
        numbers.append(owners[:size][whole])
    owners = np.concatenate(numbers)
    return np.concatenate(columns)[np.argsort(owners, kind="stable")], np.bincount(owners, minlength=len(words))


def _columns(hashes: NDArray[np.uint64]) -> Columns:
    """The upper bits of the hashes once they are well mixed (the finalizer of MurmurHash3, Appleby 2011)."""
    mixed = hashes ^ (hashes >> np.uint64(33))
    mixed *= np.uint64(0xFF51AFD7ED558CCD)
    mixed ^= mixed >> np.uint64(33)
    mixed *= np.uint64(0xC4CEB9FE1A85EC53)
    mixed ^= mixed >> np.uint64(33)
    return (mixed >> np.uint64(64 - BITS)).astype(np.uint32)
