"""Folded text: what a post says once spelling tricks are undone, with the way back to the original characters."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from classifier.characters import latin_words, plain_characters
from classifier.disguises import join_spaced, read_signs, shorten_stretched
from classifier.misspellings import correct_misspelt

UNDOINGS: tuple[Callable[[str], Sequence[str] | None], ...] = (
    latin_words,
    shorten_stretched,
    join_spaced,
    read_signs,
    correct_misspelt,
)
MAX_TURNS = 8
"""Undoing one disguise can lay open another (`f u u u c k`). Two or three turns do; none may take many."""


@dataclass(frozen=True, slots=True, eq=False)
class Folded:
    """A folded text and where each of its characters came from.

    `starts` and `ends` have one entry for each character of `text`: the original characters it stands for, end
    exclusive. Both never decrease. What was dropped belongs to the character before it.
    """

    text: str
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]

    def origin(self, i: int, j: int) -> tuple[int, int]:
        """The original characters, start and end (exclusive), that became folded characters `i` to `j` (exclusive).

        Raises ValueError unless 0 <= i < j <= len(text).
        """
        if not 0 <= i < j <= len(self.text):
            raise ValueError(f"no characters {i} to {j} in a folded text of {len(self.text)}")
        return int(self.starts[i]), int(self.ends[j - 1])

    def rewritten(self, parts: Sequence[str]) -> "Folded":
        """This text with every character replaced by its part, which may be empty or longer; a string is taken
        character by character.
        """
        if isinstance(parts, str):
            return replace(self, text=parts)
        lengths = np.fromiter(map(len, parts), dtype=np.int64, count=len(parts))
        kept = np.flatnonzero(lengths)
        last = np.append(kept[1:], len(parts))[: len(kept)] - 1
        return Folded(
            text="".join(parts),
            starts=np.repeat(self.starts[kept], lengths[kept]),
            ends=np.repeat(self.ends[last], lengths[kept]),
        )


def fold(text: str) -> Folded:
    """Undo spelling tricks: Unicode forms, case, look-alikes, invisible characters, heaped marks, disguised words; and
    slips in hostile words.

    Takes linear time for any input. Folding a folded text changes nothing.
    """
    at = np.arange(len(text), dtype=np.int64)
    folded = Folded(text, at, at + 1).rewritten(plain_characters(text))
    for _ in range(MAX_TURNS):
        before = folded.text
        for undo in UNDOINGS:
            parts = undo(folded.text)
            if parts is not None:
                folded = folded.rewritten(parts)
        if folded.text == before:
            break
    return folded


@lru_cache(maxsize=512)
def folded_text(text: str) -> str:
    """`fold(text).text` without the way back, in less time; both judges ask for that of a batch of posts."""
    after = _joined(plain_characters(text))
    for _ in range(MAX_TURNS):
        before = after
        for undo in UNDOINGS:
            parts = undo(after)
            if parts is not None:
                after = _joined(parts)
        if after == before:
            break
    return after


def letters_of(text: str) -> str:
    """The letters and digits of the folded text: what remains without case, disguises, spaces and signs."""
    return "".join(filter(str.isalnum, folded_text(text)))


def _joined(parts: Sequence[str]) -> str:
    return parts if isinstance(parts, str) else "".join(parts)
