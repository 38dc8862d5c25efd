"""The word diff of an original and its copy, for people."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import groupby

from classifier.copies.alignment import align
from classifier.copies.fingerprints import fingerprint
from classifier.text import letters_of

MAX_WORDS = 600
"""Words of each text that are compared, since difflib takes quadratic time; a card has room for far fewer."""

LEAD_WORDS = 100
"""Words compared before the longest shared stretch when a text has more than MAX_WORDS."""

ELLIPSIS = "… "

_WORD = re.compile(r"\S++\s*+(?:[^\w\s]++(?:\s++|\Z))*+")
"""Bullets, dashes and other signs that stand alone belong to the word before: another layout is no change."""


class DiffKind(StrEnum):
    """Where the words stand: in both texts, in the later only, in the earlier only."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class DiffPart:
    """Words in a row with the white space after them. What is the same is written as in the later text."""

    kind: DiffKind
    text: str


_Word = tuple[DiffKind, str]


def word_diff(earlier: str, later: str, context_words: int | None = None) -> tuple[DiffPart, ...]:
    """How `later` came out of `earlier`: no two parts in a row of one kind, none empty.

    Words are the same when their folded letters and digits are. With `context_words`, of a longer stretch that is the
    same only so many words stay next to each change, an ellipsis for the rest. Of texts of more than MAX_WORDS words,
    only so many around the longest shared stretch are compared; the others count as removed or added.
    """
    words = list(_words(earlier, later))
    parts = [(kind, [text for _, text in group]) for kind, group in groupby(words, key=lambda word: word[0])]
    if context_words is not None:
        last = len(parts) - 1
        parts = [
            (kind, _shortened(texts, context_words, number == 0 < last, number == last > 0))
            if kind is DiffKind.SAME
            else (kind, texts)
            for number, (kind, texts) in enumerate(parts)
        ]
    return tuple(DiffPart(kind, "".join(texts)) for kind, texts in parts)


def _words(earlier: str, later: str) -> Iterator[_Word]:
    """Every word with its fate, in reading order; of a replaced stretch, first what was removed."""
    old, new = _WORD.findall(earlier), _WORD.findall(later)
    old_from, new_from = (0, 0) if max(len(old), len(new)) <= MAX_WORDS else _first_compared(earlier, later)
    old_to, new_to = old_from + MAX_WORDS, new_from + MAX_WORDS
    yield from _all(DiffKind.REMOVED, old[:old_from])
    yield from _all(DiffKind.ADDED, new[:new_from])
    yield from _compared(old[old_from:old_to], new[new_from:new_to])
    yield from _all(DiffKind.REMOVED, old[old_to:])
    yield from _all(DiffKind.ADDED, new[new_to:])


def _first_compared(earlier: str, later: str) -> tuple[int, int]:
    """The words of each text from which to compare, so that the longest shared stretch is among them."""
    old, new = fingerprint(earlier), fingerprint(later)
    stretches = align(new, old).stretches
    if not stretches:
        return 0, 0
    longest = max(stretches, key=lambda stretch: stretch.end - stretch.start)
    old_at = _word_at(earlier, int(old.starts[longest.earlier_start]))
    new_at = _word_at(later, int(new.starts[longest.start]))
    lead = min(old_at, new_at, LEAD_WORDS)
    return old_at - lead, new_at - lead


def _word_at(text: str, character: int) -> int:
    return max(bisect_right([word.start() for word in _WORD.finditer(text)], character) - 1, 0)


def _compared(old: Sequence[str], new: Sequence[str]) -> Iterator[_Word]:
    # Frequent words start no match in a long text (difflib's autojunk), which keeps repetitive posts cheap as well.
    matcher = SequenceMatcher(None, [_key(word) for word in old], [_key(word) for word in new])
    for tag, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if tag == "equal":
            yield from _all(DiffKind.SAME, new[new_from:new_to])
        else:
            yield from _all(DiffKind.REMOVED, old[old_from:old_to])
            yield from _all(DiffKind.ADDED, new[new_from:new_to])


def _all(kind: DiffKind, texts: Sequence[str]) -> Iterator[_Word]:
    return ((kind, text) for text in texts)


def _key(word: str) -> str:
    return letters_of(word) or word.strip()


def _shortened(texts: Sequence[str], context: int, opens: bool, closes: bool) -> list[str]:
    """The words next to the changes: the last ones of a part that opens the diff, the first of one that closes it."""
    head, tail = (0 if opens else context), (0 if closes else context)
    if len(texts) <= head + tail + 1:
        return list(texts)
    return [*texts[:head], ELLIPSIS, *texts[len(texts) - tail :]]
