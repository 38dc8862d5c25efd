"""Post: what a member wrote, with everything that others wrote kept apart."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple


class PostKey(NamedTuple):
    """Which post, whatever its revision."""

    source: str
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotation:
    """Words of somebody else inside a post, or the post it answers: context, never judged."""

    text: str
    author: str | None = None
    post_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One revision of what a member wrote.

    `text` is the member's own words: quotations, forwards and platform chrome are already taken out.
    `author`, `thread` and `place` are ids within the source; `created_at` is aware, in UTC.
    `provenance` is `written`, `forum`, `discord` or `corpus:NAME` and decides what may train a model.
    """

    source: str
    id: str
    text: str
    quotations: tuple[Quotation, ...] = ()
    author: str | None = None
    author_name: str | None = None
    thread: str | None = None
    place: str | None = None
    place_name: str | None = None
    created_at: datetime | None = None
    link: str | None = None
    reply_to: str | None = None
    provenance: str = "forum"

    @property
    def key(self) -> PostKey:
        """Which post this is a revision of."""
        return PostKey(self.source, self.id)

    @property
    def revision(self) -> str:
        """Sixteen hexadecimal digits that change exactly when the own words change."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


class Original(NamedTuple):
    """An earlier post as it stands: `is_gone` when it was deleted there. Its text is empty when it is not kept."""

    post: Post
    is_gone: bool = False
