"""What is known about a post and one earlier post that shares a text with it."""

import re
from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple

from classifier.copies.alignment import BRIDGE, Alignment
from classifier.copies.fingerprints import NOTICED
from classifier.post import Post

SLIP = 5
"""Letters by which a word put in place of another is longer, mostly at most."""

CODE = 0.1
"""Share of digits and of marks unusual in prose from which on a line looks like code or a log."""

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
    """Whether the earlier post is of the same thread and `is_answered`: what is shared may be an unmarked quotation."""
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


def is_answered(alignment: Alignment, length: int, earlier_length: int | None) -> bool:
    """Whether a post says something of its own between or behind the words it shares.

    A word or two in place of others at the end is an edit. Lengths count the letters of both texts; None for an earlier
    one that is gone.
    """
    stretches = alignment.stretches
    gaps = [after.start - before.end for before, after in pairwise(stretches)]
    rest = length - stretches[-1].end
    if earlier_length is None:
        return max(rest, *gaps, 0) >= 2 * NOTICED
    left_out = earlier_length - stretches[-1].earlier_end
    is_edit = left_out / 2 - SLIP <= rest <= left_out * 2 + SLIP
    return max(rest, *gaps, 0) > BRIDGE or (rest > SLIP and not is_edit)


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
