"""What a source of posts hands over, and the two ways to get it: by asking (Poller) and by being told (Receiver)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from bot.sources.http import PoliteClient
from classifier.post import Post, PostKey

State = Mapping[str, Any]
"""What a source remembers between two polls, as JSON would hold it: small and bounded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Posts that are new or were edited, oldest first; posts that are gone; and what to remember once they are stored.

    A post may come again unchanged: the store knows what it has seen. `as_of`: the source showed the posts at that
    time, so that one which was deleted before is back; None for what may be old news, such as a delivery that comes
    late. `inquiries`: posts of which a delivery tells that something changed, but not what, so that the source is to be
    asked. `warnings` are lines for the log and for `flagpost check`, without a word of any post.
    """

    posts: tuple[Post, ...] = ()
    deleted: tuple[PostKey, ...] = ()
    as_of: datetime | None = None
    inquiries: tuple[PostKey, ...] = ()
    state: State = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


class Poller(Protocol):
    """A source that is asked again and again."""

    name: str
    every_seconds: float

    async def poll(self, client: PoliteClient, state: State, inquiries: Sequence[str] = ()) -> Batch:
        """What happened since `state` (empty at the first poll). Raises SourceError.

        `inquiries` are the ids of posts to be read again besides; what has to wait for a later poll stands in the
        Batch's state. Its `as_of` and `inquiries` are not used.
        """
        ...


class Receiver(Protocol):
    """A source that is told of posts by webhook."""

    name: str

    def authenticate(self, headers: Mapping[str, str], body: bytes) -> None:
        """Raises Refused unless the delivery carries the right signature or secret. Header names are lower case.

        Called before anything of the body is parsed.
        """
        ...

    def read(self, headers: Mapping[str, str], body: bytes) -> Batch:
        """The posts of a delivery that was authenticated; empty for events that concern no post. Raises Refused.

        The state of the Batch is not used.
        """
        ...
