"""Reading: an author's own words on one side, the words of others on the other."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from classifier.post import Quotation


@dataclass(frozen=True, slots=True)
class Reading:
    """What a post's markup holds: the author's own words, and the quotations in the order they stand."""

    own: str
    quotations: tuple[Quotation, ...] = ()


class Piece(NamedTuple):
    """Characters `start` to `end` (exclusive) of the input, which stand at `own_start` in the own words."""

    own_start: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class CutText(Reading):
    """A Reading that remembers where in the input its own words stood."""

    pieces: tuple[Piece, ...] = ()

    def origin(self, start: int, end: int) -> list[tuple[int, int]]:
        """Where characters `start` to `end` of the own words stand in the input: (start, end) pairs, ends exclusive.

        A stretch that runs over a cut gives one pair for each side; line breaks put in at cuts stand nowhere.
        """
        found = []
        for piece in self.pieces:
            shift = piece.start - piece.own_start
            left, right = max(start + shift, piece.start), min(end + shift, piece.end)
            if left < right:
                found.append((left, right))
        return found


def cut_spans(text: str, spans: Iterable[tuple[int, int]]) -> CutText:
    """Take the quoted `spans` (start, end exclusive; in characters, in any order) out of `text`.

    Overlapping spans are one quotation, empty ones none. What is left loses the white space at its edges and is joined
    by line breaks, so that the words on both sides of a cut stay apart. Raises ValueError for a span that cannot be.
    """
    pieces: list[Piece] = []
    quotations: list[Quotation] = []
    own_end = -1
    position = 0
    for start, end in [*_merged(_checked(text, spans)), (len(text), len(text))]:
        left, right = _trimmed(text, position, start)
        if left < right:
            pieces.append(Piece(own_end + 1, left, right))
            own_end += 1 + right - left
        if quoted := text[start:end].strip():
            quotations.append(Quotation(text=quoted))
        position = end
    return CutText("\n".join(text[piece.start : piece.end] for piece in pieces), tuple(quotations), tuple(pieces))


def _checked(text: str, spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    checked = []
    for number, (start, end) in enumerate(spans, start=1):
        if type(start) is not int or type(end) is not int:
            raise ValueError(f"span {number}: start and end must be whole numbers, counted in characters")
        if start < 0:
            raise ValueError(f"span {number} starts before the text; the first character is 0")
        if end < start:
            raise ValueError(f"span {number} ends before it starts")
        if end > len(text):
            raise ValueError(f"span {number} ends beyond the text, which has {len(text)} characters")
        if start < end:
            checked.append((start, end))
    return sorted(checked)


def _merged(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    chunk = text[start:end].rstrip()
    return start + len(chunk) - len(chunk.lstrip()), start + len(chunk)
