"""Explanation: which words of a post a linear score rests on."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classifier.assessment import Span
from classifier.text import Folded

FAINT = 0.1
"""Words with less than this share of the heaviest word's weight would only distract from it."""

_WORD = re.compile(r"\S+")
_TRIMMED = re.compile(r"\w.*\w|\w", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Word:
    number: int
    start: int
    end: int
    """In the original text, without the punctuation around the word."""
    weight: float
    opens: bool
    closes: bool
    """Whether nothing but white space stands before and after it."""


def heaviest_spans(
    folded: Folded, places: NDArray[np.int64], contributions: NDArray[np.float64], limit: int
) -> tuple[Span, ...]:
    """The words that raise a score most, at most `limit` of them, neighbours joined, heaviest first.

    `places` are rows (column, start, end) in the folded text, `contributions` (n,) what each adds to the score: it is
    spread evenly over the characters of its place and added up for each word. Spans are in original characters.
    """
    words = [word for word in _words(folded, _per_character(folded, places, contributions)) if word.weight > 0]
    words.sort(key=_weight, reverse=True)
    chosen = [word for word in words[:limit] if word.weight >= FAINT * words[0].weight]
    chosen.sort(key=_number)
    spans: list[Span] = []
    before: _Word | None = None
    for word in chosen:
        if before and word.number == before.number + 1 and before.closes and word.opens:
            joined = spans.pop()
            spans.append(Span(joined.start, word.end, joined.weight + word.weight))
        else:
            spans.append(Span(word.start, word.end, word.weight))
        before = word
    return tuple(sorted(spans, key=_weight, reverse=True))


def _per_character(
    folded: Folded, places: NDArray[np.int64], contributions: NDArray[np.float64]
) -> NDArray[np.float64]:
    _, starts, ends = places.T
    density = contributions / (ends - starts)
    size = len(folded.text) + 1
    steps = np.bincount(starts, density, size) - np.bincount(ends, density, size)
    return np.cumsum(steps)[:-1]


def _words(folded: Folded, weights: NDArray[np.float64]) -> Iterator[_Word]:
    totals = np.concatenate([[0.0], np.cumsum(weights)])
    for number, match in enumerate(_WORD.finditer(folded.text)):
        trimmed = _TRIMMED.search(folded.text, *match.span())
        start, end = trimmed.span() if trimmed else match.span()
        yield _Word(
            number,
            *folded.origin(start, end),
            weight=float(totals[match.end()] - totals[match.start()]),
            opens=start == match.start(),
            closes=end == match.end(),
        )


def _weight(weighed: _Word | Span) -> float:
    return weighed.weight


def _number(word: _Word) -> int:
    return word.number
