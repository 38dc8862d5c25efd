"""What was changed between an earlier post and its copy, in a few lines: ~~taken out~~, **put in**, … unchanged."""

from bot.review import texts
from bot.review.marking import ELLIPSIS, inert, units
from classifier.copies import DiffKind, DiffPart, word_diff

WORDS_AROUND = 5
"""Unchanged words shown on each side of a change."""
ROOM_FOR_PART = 120
"""Units shown of one change; a change is told by its beginning."""


def changes(earlier: str, later: str, room: int) -> str:
    """The word diff from `earlier` to `later` in at most `room` units, escaped."""
    parts = word_diff(earlier, later, context_words=WORDS_AROUND)
    if all(part.kind is DiffKind.SAME for part in parts):
        return texts.card.WORD_FOR_WORD
    shown: list[str] = []
    left = room - len(ELLIPSIS)
    for piece in filter(None, map(_piece, parts)):
        left -= units(piece) + 1
        if left < 0:
            return " ".join([*shown, ELLIPSIS])
        shown.append(piece)
    return " ".join(shown)


def _piece(part: DiffPart) -> str:
    words = inert(part.text, ROOM_FOR_PART)
    match part.kind:
        case DiffKind.REMOVED if words:
            # Discord ends a crossed-out stretch at the first two tildes, escaped or not: keep the post's own apart.
            return f"~~{words}\u200b~~" if words.endswith("~") else f"~~{words}~~"
        case DiffKind.ADDED if words:
            return f"**{words}**"
        case _:
            return words
