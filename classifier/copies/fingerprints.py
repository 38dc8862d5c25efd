"""Fingerprints of a text: a sample of its letters' hashes that any copied stretch carries along."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import accumulate, groupby, pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from classifier.text import fold, folded_text

GRAM = 12
"""Letters under one hash: about two and a half English words, short enough to survive an edit every other line."""

WINDOW = 6
"""One hash is kept out of every six in a row."""

NOTICED = GRAM + WINDOW - 1
"""Letters in a row, 17, that always carry a fingerprint."""

MAX_CHARACTERS = 50_000
"""A longer post is known by its beginning, so that no single one takes long or fills the memory."""

_AT_ONCE = 100_000
"""Characters of short posts hashed in one go: arrays that a processor's cache holds."""

_WRITING = 0x40000
"""Behind it, from the fifth plane of Unicode on, stands no letter; looking there would take most of a start."""

_WORD = 2**64
_WEIGHTS = np.array([pow(0x9E3779B97F4A7C15, power, _WORD) for power in range(GRAM)], dtype=np.uint64)
_MIXER = np.uint64(0xBF58476D1CE4E5B9)
_LOWER = np.uint64(2**32 - 1)
_NOTHING = np.uint64(_WORD - 1)
"""Stands where a hash would reach from one text into the next: never the smallest of a window."""


@dataclass(frozen=True, eq=False)
class Fingerprints:
    """The letters of a text and the fingerprints chosen among them.

    `letters` are the code points of its folded letters and digits; nothing else counts, so that case, spacing,
    punctuation, bullets and look-alike letters make no difference. `hashes[n]` covers the GRAM letters from
    `positions[n]` on.
    """

    text: str
    letters: NDArray[np.uint32]
    hashes: NDArray[np.uint32]
    positions: NDArray[np.int64]

    @property
    def starts(self) -> NDArray[np.int64]:
        """Where each letter stands in the text."""
        return self._places[0]

    @property
    def ends(self) -> NDArray[np.int64]:
        """Where each letter ends in the text (exclusive)."""
        return self._places[1]

    @cached_property
    def _places(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        # Most texts that are compared share too little to be shown, and the way back takes longer than the way there.
        folded = fold(self.text)
        kept = np.flatnonzero(_alphanumeric()[_code_points(folded.text)])
        return folded.starts[kept], folded.ends[kept]


@dataclass(frozen=True, slots=True, eq=False)
class Prints:
    """The fingerprints of several texts: each of a text's hashes once, the smallest hashes first.

    `texts[n]` is the number of the text that `hashes[n]` is of, ascending where a hash is of several; `counts` says how
    many each text has.
    """

    hashes: NDArray[np.uint32]
    texts: NDArray[np.int64]
    counts: NDArray[np.int64]


def fingerprint(text: str) -> Fingerprints:
    """Winnowing (Schleimer, Wilkerson, Aiken 2003) over the folded letters and digits of `text`.

    The hashes are the same in every process. A text of fewer than GRAM letters has none.
    Only the first MAX_CHARACTERS characters are read.
    """
    return fingerprint_each([text])[0]


def fingerprint_each(texts: Sequence[str]) -> list[Fingerprints]:
    """`fingerprint` each: much quicker than one by one."""
    found = []
    for part in _winnowed(texts):
        bounds = np.cumsum([0, *np.bincount(part.owners, minlength=len(part.texts))])
        places = np.searchsorted(part.positions, bounds)
        of_each = zip(part.texts, pairwise(bounds.tolist()), pairwise(places.tolist()), strict=True)
        for text, (start, end), (first, last) in of_each:
            letters, hashes = part.letters[start:end], part.hashes[first:last]
            found.append(Fingerprints(text, letters, hashes, part.positions[first:last] - start))
    return found


def fingerprint_many(texts: Sequence[str]) -> Prints:
    """The fingerprints of each text, without their places: quicker still."""
    found = [np.empty(0, dtype=np.uint64)]
    done = 0
    for part in _winnowed(texts):
        numbers = (done + part.owners[part.positions]).astype(np.uint64)
        found.append(part.hashes.astype(np.uint64) << np.uint64(32) | numbers)
        done += len(part.texts)
    each = np.sort(np.concatenate(found))
    each = each[_differing(each)]
    of_texts = (each & _LOWER).astype(np.int64)
    counts = np.bincount(of_texts, minlength=len(texts))
    return Prints((each >> np.uint64(32)).astype(np.uint32), of_texts, counts)


class _Winnowed(NamedTuple):
    """Texts, their letters one after another, the text (by its place) that each letter is of, and what was chosen."""

    texts: Sequence[str]
    letters: NDArray[np.uint32]
    owners: NDArray[np.int64]
    hashes: NDArray[np.uint32]
    positions: NDArray[np.int64]


def _winnowed(texts: Sequence[str]) -> Iterator[_Winnowed]:
    """The texts part by part, as far as they are read."""
    read = [text[:MAX_CHARACTERS] for text in texts]
    folded = list(map(folded_text, read))
    ends = accumulate(map(len, folded))
    for _, group in groupby(zip(read, folded, ends, strict=True), key=lambda each: each[2] // _AT_ONCE):
        part = list(group)
        characters = _code_points("".join(text for _, text, _ in part))
        (kept,) = _alphanumeric()[characters].nonzero()
        letters, owners = characters[kept], np.arange(len(part)).repeat([len(text) for _, text, _ in part])[kept]
        yield _Winnowed([text for text, _, _ in part], letters, owners, *_winnow(letters, owners))


def _code_points(text: str) -> NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


@cache
def _alphanumeric() -> NDArray[np.bool_]:
    """Whether each code point there is stands for a letter or digit."""
    table = np.zeros(sys.maxunicode + 1, dtype=np.bool_)
    table[:_WRITING] = np.strings.isalnum(np.arange(_WRITING, dtype=np.uint32).view("U1"))
    return table


def _winnow(letters: NDArray[np.uint32], texts: NDArray[np.int64]) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """The smallest hash of every window of each text, and its position; of equals, the last, as the authors advise.

    `texts` are the numbers of the texts that the letters stand in, in order.
    """
    size = len(letters) - GRAM + 1
    if size < 1:
        return np.empty(0, dtype=np.uint32), np.empty(0, dtype=np.int64)
    whole = np.zeros(size + WINDOW - 1, dtype=np.bool_)
    whole[:size] = texts[:size] == texts[GRAM - 1 :]
    ranked = np.full(len(whole), _NOTHING)
    np.copyto(ranked[:size], _ranked(letters), where=whole[:size])
    smallest = ranked[:size]
    for ahead in range(1, WINDOW):
        smallest = np.minimum(smallest, ranked[ahead : size + ahead])
    # A text with fewer hashes than a window has one window all the same, the one that its first hash opens.
    first = np.ones(size, dtype=np.bool_)
    first[1:] = texts[1:size] != texts[: size - 1]
    chosen = smallest[whole[:size] & (whole[WINDOW - 1 :] | first)]
    chosen = chosen[_differing(chosen)]
    return (chosen >> np.uint64(32)).astype(np.uint32), size - 1 - (chosen & _LOWER).astype(np.int64)


def _differing(values: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Whether each value is another than the one before it."""
    differing = np.ones(len(values), dtype=np.bool_)
    np.not_equal(values[1:], values[:-1], out=differing[1:])
    return differing


def _ranked(letters: NDArray[np.uint32]) -> NDArray[np.uint64]:
    """For each GRAM letters in a row their hash, a weighted sum, mixed so that its order is arbitrary: the upper half.

    Each letter weighs one power more than the one before it, so that sums of twelve are made of sums of four.

    The lower half counts the places up to the end, so that of equal hashes the last is the smallest.
    """
    of_one = letters * _WEIGHTS[1]
    of_two = of_one[:-1] + _WEIGHTS[1] * of_one[1:]
    of_four = of_two[:-2] + _WEIGHTS[2] * of_two[2:]
    sums = of_four[:-8] + _WEIGHTS[4] * of_four[4:-4] + _WEIGHTS[8] * of_four[8:]
    mixed = (sums ^ (sums >> np.uint64(32))) * _MIXER
    ranked: NDArray[np.uint64] = (mixed & ~_LOWER) | np.arange(len(sums) - 1, -1, -1, dtype=np.uint64)
    return ranked
