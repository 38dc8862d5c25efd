"""NodeBB's posts as its interface and its webhooks write them, and the Post that each of them is."""

from datetime import UTC, datetime
from html import unescape

from pydantic import Field

from bot.sources.markup import READERS
from bot.sources.payloads import Id, Milliseconds, Payload, Text
from classifier.post import Post

_GUEST = "0"


class User(Payload):
    """Who wrote a post."""

    username: Text | None = None


class Topic(Payload):
    """The topic of a post. The title is HTML; `cid` is its category."""

    title: Text | None = None
    cid: Id | None = None


class NodeBBPost(Payload):
    """A post as its readers see it: `content` is HTML, for a deleted one a notice."""

    pid: Id
    tid: Id
    uid: Id
    content: Text
    timestamp: Milliseconds
    deleted: bool = False
    user: User | None = None
    topic: Topic | None = None
    answers: Id | None = Field(default=None, alias="toPid")

    def to_post(self, source: str, url: str) -> Post:
        """The Post, in the forum at `url`."""
        # HTML that was rendered begins with a tag; without a plugin that renders, NodeBB hands on what was typed.
        rendered = self.content.lstrip().startswith("<")
        reading = READERS["nodebb" if rendered else "nodebb-markdown"](self.content)
        user, topic = self.user or User(), self.topic or Topic()
        title = unescape(topic.title or "")
        return Post(
            source=source,
            id=self.pid,
            text=reading.own,
            quotations=reading.quotations,
            author=f"name:{user.username}" if self.uid == _GUEST else self.uid,
            author_name=user.username,
            thread=self.tid,
            place=topic.cid,
            place_name=f"{source} › {title}" if title else source,
            created_at=datetime.fromtimestamp(self.timestamp / 1000, UTC),
            link=f"{url}/post/{self.pid}",
            reply_to=self.answers,
        )


class PostId(Payload):
    """Which post an event is about."""

    pid: Id


class RecentPost(Payload):
    """A row of the list of recent posts, whose content has lost headings, lists, code and tables."""

    pid: Id
    timestamp: Milliseconds
    content: Text
    deleted: bool = False
