"""What is known about a post and one earlier post that shares a text with it."""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from classifier.copies.alignment import BRIDGE, Alignment, Stretch
from classifier.copies.fingerprints import NOTICED
from classifier.post import Post

SLIP = 5
"""Letters by which a word put in place of another is longer, mostly at most."""

CODE = 0.1
"""Share of digits and of marks unusual in prose from which on a line looks like code or a log."""

_SAYS_WHOSE = re.compile(
    r"(?:\bposted by [^\n]{1,40}|\b(?:wrote|writes|said|says|quot(?:e|es|ed|ing))\b[^\n]{0,30}[:\"“])\s{0,9}\Z",
    re.IGNORECASE,
)
_LONGEST_SAYING = 90

_LINK = re.compile(r"https?://\S+|www\.\S+", re.IGNORECASE)
_SYMBOL = re.compile(r"[0-9#$%&/<=>@\[\\\]^_`{|}~+]|(?<=[a-z])[A-Z]|\(\)|[.:](?=\w)")


class PairFeatures(NamedTuple):
    """The columns the judge sees, in this order.

    Shares are 0 to 1; lengths count folded letters and digits. Never reorder: a stored judge relies on it.
    """

    containment: float
    """Share of the post's letters that stand in the earlier post."""
    earlier_containment: float
    """Share of the earlier post's letters that stand in the post: near 1 for a copy buried in other words."""
    rare_containment: float
    """Share of the post's fingerprints that stand in the earlier post, each weighing less the more posts carry it."""
    longest: float
    """Share of the post's letters in its longest shared stretch, small edits included."""
    shared: int
    """Letters of the post that stand in the earlier post."""
    length: int
    """Letters of the post."""
    answered: bool
    """Whether the earlier post `is_answered`, or the post `says_whose` words it repeats: an unmarked quotation."""
    same_author: bool
    same_thread: bool
    hours: float
    """Hours from the earlier post to this one; 0 when either time is unknown."""
    earlier_copies: int
    """How many earlier posts share at least half as many fingerprints with the post as this one does; at least 1."""
    prose: int
    """Letters of the post that stand in the earlier one, outside web addresses and lines of code or of a log."""
    quoted: float
    """Share of the post, own words and marked quotations together, that is quotation."""


def same_author(post: Post, earlier: Post) -> bool:
    """Whether both are known to be by one member; ids mean nothing outside their source."""
    return post.author is not None and (post.source, post.author) == (earlier.source, earlier.author)


def same_thread(post: Post, earlier: Post) -> bool:
    """Whether both are known to stand in one thread."""
    return post.thread is not None and (post.source, post.thread) == (earlier.source, earlier.thread)


def hours_between(post: Post, earlier: Post) -> float:
    """Hours from `earlier` to `post`, 0 when either time is unknown."""
    if post.created_at is None or earlier.created_at is None:
        return 0.0
    return (post.created_at - earlier.created_at).total_seconds() / 3600


def is_answered(post: Post, earlier: Post, alignment: Alignment, length: int, earlier_length: int | None) -> bool:
    """Whether a post says something of its own between or behind the words it shares with a post of its own thread.

    Or before them, when they are somebody else's: an answer may stand above what it answers. A word or two in place of
    others at the end is an edit, unless the post is known to reply to the earlier one. Lengths count the letters of
    both texts; None for an earlier one that is gone.
    """
    if not same_thread(post, earlier):
        return False
    stretches = alignment.stretches if earlier_length is None else _first_uses(alignment.stretches)
    first, last = stretches[0], stretches[-1]
    between = max((_own_words(one, after) for one, after in pairwise(stretches)), default=0)
    behind = length - last.end
    is_own = same_author(post, earlier)
    if earlier_length is None:
        return max(0 if is_own else first.start, between, behind) >= 2 * NOTICED
    if max(between, behind) > BRIDGE or (behind and post.reply_to == earlier.id):
        return True
    answers_below = behind > SLIP and not _is_edit(behind, earlier_length - last.earlier_end)
    return answers_below or (not is_own and opens_anew(alignment))


def opens_anew(alignment: Alignment) -> bool:
    """Whether a post says something before the words it shares, rather than in place of how the earlier one began."""
    first = alignment.stretches[0]
    return first.start > BRIDGE and not _is_edit(first.start, first.earlier_start)


def says_whose(before: str) -> bool:
    """Whether words that stand before a shared stretch say that somebody else's follow."""
    return _SAYS_WHOSE.search(before[-_LONGEST_SAYING:]) is not None


def _own_words(one: Stretch, after: Stretch) -> int:
    """Letters between two stretches; 0 when they are about as many as those in their place, some words of which differ.

    Here less is taken for an edit than at the ends: an answer may stand in place of a sentence that was not quoted.
    """
    letters, left_out = after.start - one.end, after.earlier_start - one.earlier_end
    return 0 if abs(letters - left_out) <= SLIP + left_out / 4 else letters


def _is_edit(letters: int, left_out: int) -> bool:
    """Whether letters of the post may stand in place of those of the earlier one that were left out."""
    return left_out / 2 - SLIP <= letters <= left_out * 2 + SLIP


def _first_uses(stretches: Sequence[Stretch]) -> list[Stretch]:
    """Without those that mostly repeat what one before them repeats: nobody quotes a line twice, but answers use it."""
    first: list[Stretch] = []
    for stretch in stretches:
        again = max((_overlap(stretch, one) for one in first), default=0)
        if 2 * again <= stretch.earlier_end - stretch.earlier_start:
            first.append(stretch)
    return first


def _overlap(one: Stretch, other: Stretch) -> int:
    return min(one.earlier_end, other.earlier_end) - max(one.earlier_start, other.earlier_start)


def prose_length(stretches: Iterable[str]) -> int:
    """Letters and digits in pieces of text, outside web addresses and lines that look like code or a log."""
    lines = [line for stretch in stretches for line in _LINK.sub("", stretch).splitlines()]
    return sum(sum(map(str.isalnum, line)) for line in lines if not _is_code(line))


def _is_code(line: str) -> bool:
    return len(_SYMBOL.findall(line)) > CODE * sum(map(len, line.split()))


def quoted_share(post: Post) -> float:
    """Share of a post, own words and marked quotations together, that is quotation."""
    quoted = sum(len(quotation.text) for quotation in post.quotations)
    return quoted / max(quoted + len(post.text), 1)
