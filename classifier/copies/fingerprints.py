"""Fingerprints of a text: a sample of its letters' hashes that any copied stretch carries along."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classifier.text import fold

GRAM = 12
"""Letters under one hash: about two and a half English words, short enough to survive an edit every other line."""

WINDOW = 6
"""One hash is kept out of every six in a row, so a shared run of GRAM + WINDOW - 1 = 17 letters is always noticed."""

MAX_CHARACTERS = 50_000
"""A longer post is known by its beginning, so that no single one takes long or fills the memory."""

_WORD = 2**64
_WEIGHTS = np.array([pow(0x9E3779B97F4A7C15, power, _WORD) for power in range(1, GRAM + 1)], dtype=np.uint64)
_MIXER = np.uint64(0xBF58476D1CE4E5B9)


@dataclass(frozen=True, slots=True)
class Fingerprints:
    """The letters of a text and the fingerprints chosen among them.

    `letters` are the code points of its folded letters and digits; nothing else counts, so that case, spacing,
    punctuation, bullets and look-alike letters make no difference. `starts` and `ends` (exclusive) say where each
    letter stands in the original text. `hashes[n]` covers the GRAM letters from `positions[n]` on.
    """

    letters: NDArray[np.uint32]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    hashes: NDArray[np.uint64]
    positions: NDArray[np.int64]

    def distinct(self) -> tuple[int, ...]:
        """The hashes, each once, in the order of their first positions."""
        return tuple(dict.fromkeys(self.hashes.tolist()))


def fingerprint(text: str) -> Fingerprints:
    """Winnowing (Schleimer, Wilkerson, Aiken 2003) over the folded letters and digits of `text`.

    The hashes are the same in every process. A text of fewer than GRAM letters has none.
    Only the first MAX_CHARACTERS characters are read.
    """
    folded = fold(text[:MAX_CHARACTERS])
    alphanumeric = np.fromiter(map(str.isalnum, folded.text), dtype=np.bool_, count=len(folded.text))
    kept = np.flatnonzero(alphanumeric)
    letters = np.frombuffer(folded.text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)[kept]
    hashes = _hashes(letters)
    positions = _winnow(hashes)
    return Fingerprints(
        letters=letters,
        starts=np.asarray(folded.starts, dtype=np.int64)[kept],
        ends=np.asarray(folded.ends, dtype=np.int64)[kept],
        hashes=hashes[positions],
        positions=positions,
    )


def _hashes(letters: NDArray[np.uint32]) -> NDArray[np.uint64]:
    """One 64-bit hash for each GRAM letters in a row: a weighted sum, then mixed so that its order is arbitrary."""
    if len(letters) < GRAM:
        return np.empty(0, dtype=np.uint64)
    sums = np.correlate(letters.astype(np.uint64), _WEIGHTS, "valid")
    mixed = (sums ^ (sums >> np.uint64(32))) * _MIXER
    return mixed ^ (mixed >> np.uint64(29))


def _winnow(hashes: NDArray[np.uint64]) -> NDArray[np.int64]:
    """The positions of the smallest hash of every window; of equals, the last, as the authors advise."""
    width = min(WINDOW, len(hashes))
    if width == 0:
        return np.empty(0, dtype=np.int64)
    backwards = np.lib.stride_tricks.sliding_window_view(hashes, width)[:, ::-1]
    return np.unique(np.arange(len(backwards)) + (width - 1) - backwards.argmin(axis=1))
