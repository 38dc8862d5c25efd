"""Other people's words on our cards: nothing in them acts, and the words that weighed most stand out.

Every ASCII punctuation mark is sent with a backslash before it. Discord takes the backslash away and shows the mark, so
formatting, mentions, links, emoji codes and timestamps in a post all stay what they are: text.
"""

import re
import string
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate

from classifier.assessment import Span

MARK_START, MARK_END = "**__", "__**"
ELLIPSIS = "…"

MOST_COMBINING = 4
"""Marks kept on one letter: living scripts get by with fewer, and a tower of them would cover the lines around."""
LONGEST_WORD = 40
"""A mark grows to the whole word up to this length, in characters; in scripts without spaces it stays as it is."""
LINE = 30
"""Units that a line break counts for, since it takes so much of a card: a column of letters stays as short as prose."""
MOST_HIDDEN = 20
"""Characters looked at for each one shown on a line, so that a long post costs no more than a short one."""
ROOM_FOR_NAME = 60
"""Units of anybody's name: enough to know them by."""

_PUNCTUATION = frozenset(string.punctuation)
_JOINERS = frozenset("\u200c\u200d")
"""Invisible, but Persian, Indic scripts and composed emoji need them."""
_BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Drawn as nothing, although Unicode calls them letters or symbols."""
_WORD = re.compile(r"[\w'’]+")
_SPACE = re.compile(r"\s")


def units(text: str) -> int:
    """The length of a text in UTF-16 units, the strictest way in which Discord counts."""
    return len(text) + sum(character > "\uffff" for character in text)


def plain(text: str, limit: int) -> str:
    """One clean line of at most `limit` units for a place where Discord reads no Markdown, such as a footer."""
    return _clip(_one_line(text, limit), limit, escape=False)


def inert(text: str, limit: int) -> str:
    """One clean line of at most `limit` units, escaped, for a place where Discord reads Markdown."""
    return _clip(_one_line(text, limit), limit, escape=True)


def passage(text: str, limit: int, marks: Iterable[Span] = (), focus: int = 0) -> str:
    """A text of several lines in at most `limit` units, escaped, with the `marks` in bold and underlined.

    What does not fit is cut off around the character at `focus`, so that the words around it are shown.
    `marks` and `focus` are in characters of `text`; what lies beyond its end is ignored.
    """
    clean, origins = _clean(text)
    runs = _runs(clean, [(bisect_left(origins, span.start), bisect_left(origins, span.end)) for span in marks])
    start, end = _window(clean, runs, bisect_left(origins, focus), limit)
    pieces, done = [f"{ELLIPSIS} " if clean[:start].strip() else ""], start
    for run_start, run_end in runs:
        if run_start < end and run_end > start:
            first, last = max(run_start, start), min(run_end, end)
            pieces += [_escape(clean[done:first]), MARK_START, _escape(clean[first:last]), MARK_END]
            done = last
    pieces += [_escape(clean[done:end]), f" {ELLIPSIS}" if clean[end:].strip() else ""]
    return "".join(pieces)


def _one_line(text: str, limit: int) -> str:
    most = limit * MOST_HIDDEN
    clean, _ = _clean(" ".join((text[:most] + ELLIPSIS if len(text) > most else text).split()))
    return clean.strip()


def _escape(clean: str) -> str:
    return "".join(f"\\{character}" if character in _PUNCTUATION else character for character in clean)


def _costs(clean: str, *, escape: bool) -> list[int]:
    """How many units each character takes."""
    return [2 if character > "\uffff" or (escape and character in _PUNCTUATION) else 1 for character in clean]


def veiled(words: str, hidden: bool) -> str:
    """Escaped words, behind a spoiler where they are to be `hidden` until somebody clicks on them."""
    return f"||{words}||" if hidden else words


def _clip(clean: str, limit: int, *, escape: bool) -> str:
    sums = [0, *accumulate(_costs(clean, escape=escape))]
    end = len(clean) if sums[-1] <= limit else max(bisect_right(sums, limit - len(ELLIPSIS)) - 1, 0)
    shown = clean[:end].rstrip() + (ELLIPSIS if end < len(clean) else "")
    return _escape(shown) if escape else shown


def _clean(text: str) -> tuple[str, list[int]]:
    """The characters that are shown, and where in `text` each of them stands.

    Left out are control, direction and other invisible characters, marks piled on one letter, and space that would not
    show; every kind of space but the line break becomes a plain one.
    """
    shown: list[str] = []
    origins: list[int] = []
    combining = breaks = 0
    spaced = True  # at the beginning of a line or after a space, where a further one does not show
    for index, character in enumerate(text):
        category = unicodedata.category(character)
        combining = combining + 1 if category in ("Mn", "Me") else 0
        if character == "\n":
            breaks, spaced = breaks + 1, True
            keep = breaks <= 2
        elif character.isspace() or character in _BLANKS:
            keep, spaced, character = not spaced, True, " "
        elif category == "Cc" or (category == "Cf" and character not in _JOINERS):
            keep = False
        else:
            keep = combining <= MOST_COMBINING
            breaks, spaced = 0, False
            character = "\ufffd" if category == "Cs" else character
        if keep:
            shown.append(character)
            origins.append(index)
    return "".join(shown), origins


def _runs(clean: str, marks: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The stretches to mark: whole words, neighbours joined, never across lines, never beginning or ending in space."""
    marked = bytearray(len(clean))
    for start, end in marks:
        marked[start:end] = b"\1" * len(marked[start:end])
    for word in _WORD.finditer(clean):
        start, end = word.span()
        if end - start <= LONGEST_WORD and any(marked[start:end]):
            marked[start:end] = b"\1" * (end - start)
    for space in re.finditer(r"\s+", clean):
        start, end = space.span()
        joined = "\n" not in space[0] and marked[start - 1 : start] == marked[end : end + 1] == b"\1"
        marked[start:end] = bytes([joined]) * (end - start)
    return [run.span() for run in re.finditer(b"\1+", marked)]


def _window(clean: str, runs: Sequence[tuple[int, int]], focus: int, limit: int) -> tuple[int, int]:
    """The part of a text to show: all of it, or what fits from a third of the room before `focus`, cut at words."""
    mark = len(MARK_START + MARK_END)
    costs = [LINE if clean[at] == "\n" else cost for at, cost in enumerate(_costs(clean, escape=True))]
    for start, _ in runs:
        costs[start] += mark
    sums = [0, *accumulate(costs)]
    room = limit - mark - len(f"{ELLIPSIS}  {ELLIPSIS}")  # one mark more, where the cut falls into a marked stretch
    start, end = 0, len(clean)
    if sums[-1] > room:
        start = min(bisect_left(sums, sums[focus] - room // 3), bisect_left(sums, sums[-1] - room))
        end = bisect_right(sums, sums[start] + room) - 1
        if start and (space := _SPACE.search(clean, start - 1, start + LONGEST_WORD)):
            start = space.end()
        if end < len(clean):
            nearest = max(end - LONGEST_WORD, start + 1)
            cut = max(clean.rfind(space, nearest, end + 1) for space in " \n")
            end = cut if cut != -1 else end
    while start < end and clean[start].isspace():
        start += 1
    while start < end and clean[end - 1].isspace():
        end -= 1
    return start, end
