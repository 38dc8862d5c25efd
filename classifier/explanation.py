"""Explanation: the words of a post without which it would be judged milder."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classifier.assessment import Span
from classifier.text import Folded

MAX_TRIED = 64
"""Words that are taken out one by one to see what they weigh; of longer posts, those in the most hostile places."""

FAINT = 0.1
"""Words with less than this share of the heaviest word's weight would only distract from it."""

Score = Callable[[Sequence[str]], NDArray[np.float64]]
"""The log odds of folded texts, shape (n_texts,)."""

_WORD = re.compile(r"\S+")
_TRIMMED = re.compile(r"\w.*\w|\w", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Word:
    """A word and its place in the folded text, without the punctuation around it."""

    number: int
    start: int
    end: int
    opens: bool
    closes: bool
    """Whether nothing but white space stands before and after it."""


def heaviest_spans(folded: Folded, score: Score, limit: int) -> tuple[Span, ...]:
    """The words whose removal lowers the log odds most, at most `limit` of them, neighbours joined, heaviest first.

    Each word is taken out by itself and the rest judged again (leave-one-out; Zeiler & Fergus 2014 call it occlusion):
    the weight of a span is what the log odds lose, added up over its words. Spans are in original characters.
    """
    words = _most_hostile(list(_words(folded.text)), folded.text, score)
    if not words:
        return ()
    without = [folded.text[: word.start] + folded.text[word.end :] for word in words]
    log_odds = score([folded.text, *without])
    weights = (log_odds[0] - log_odds[1:]).tolist()
    weighed = sorted(zip(weights, words, strict=True), key=_weight, reverse=True)[:limit]
    chosen = [(weight, word) for weight, word in weighed if weight > 0 and weight >= FAINT * weighed[0][0]]
    return tuple(sorted(_joined(folded, sorted(chosen, key=_place)), key=_span_weight, reverse=True))


def _words(text: str) -> Iterator[_Word]:
    for number, match in enumerate(_WORD.finditer(text)):
        trimmed = _TRIMMED.search(text, *match.span())
        start, end = trimmed.span() if trimmed else match.span()
        yield _Word(number, start, end, opens=start == match.start(), closes=end == match.end())


def _most_hostile(words: list[_Word], text: str, score: Score) -> list[_Word]:
    """The words of a long post that score highest together with their neighbours; all of a short one."""
    if len(words) <= MAX_TRIED:
        return words
    around = [text[words[max(at - 1, 0)].start : words[min(at + 1, len(words) - 1)].end] for at in range(len(words))]
    best = np.argsort(-score(around), kind="stable")[:MAX_TRIED]
    return [words[at] for at in sorted(best.tolist())]


def _joined(folded: Folded, chosen: Sequence[tuple[float, _Word]]) -> list[Span]:
    spans: list[Span] = []
    before: _Word | None = None
    for weight, word in chosen:
        start, end = folded.origin(word.start, word.end)
        if before and word.number == before.number + 1 and before.closes and word.opens:
            joined = spans.pop()
            spans.append(Span(joined.start, end, joined.weight + weight))
        else:
            spans.append(Span(start, end, weight))
        before = word
    return spans


def _weight(weighed: tuple[float, _Word]) -> float:
    return weighed[0]


def _place(weighed: tuple[float, _Word]) -> int:
    return weighed[1].number


def _span_weight(span: Span) -> float:
    return span.weight
