"""What is known about a post and one earlier post that shares a text with it."""

from typing import NamedTuple

from classifier.copies.alignment import Alignment
from classifier.post import Post


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
    answer: float
    """What `answer_share` says of the post."""
    same_author: bool
    same_thread: bool
    hours: float
    """Hours from the earlier post to this one; 0 when either time is unknown."""
    earlier_copies: int
    """How many earlier posts share at least half as many fingerprints with the post as this one does; at least 1."""


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


def answer_share(post: Post, earlier: Post, alignment: Alignment, length: int) -> float:
    """Share of a post's `length` letters outside the words it has from another member of its thread, 0 to 1.

    Such a post may be an unmarked quotation and its answer. 0 for posts from elsewhere or by one author.
    """
    if not same_thread(post, earlier) or same_author(post, earlier):
        return 0.0
    return 1 - sum(stretch.end - stretch.start for stretch in alignment.stretches) / length
