"""XenForo's threads and posts as its interface and its webhooks write them, and the Post that each post is."""

from datetime import UTC, datetime
from typing import Self

from pydantic import Field, model_validator

from bot.sources.markup import READERS
from bot.sources.payloads import Payload, Seconds, Text
from classifier.post import Post


class ThreadHead(Payload):
    """What a thread is called, and the id of its forum."""

    node_id: int
    title: Text


class Thread(ThreadHead):
    """A thread on the list of threads; its replies are those that all may read."""

    thread_id: int
    reply_count: int = 0
    last_post_id: int
    last_post_date: int
    discussion_type: str = ""


class XenForoPost(Payload):
    """A post: `message_parsed` is HTML, `message` its BBCode. Dates are seconds since 1970."""

    post_id: int
    thread_id: int
    user_id: int
    username: Text
    post_date: Seconds
    last_edit_date: int = 0
    message: Text | None = None
    message_parsed: Text | None = None
    message_state: str = "visible"
    view_url: str = ""
    thread: ThreadHead | None = Field(default=None, alias="Thread")

    @model_validator(mode="after")
    def _has_words(self) -> Self:
        if self.message is None and self.message_parsed is None:
            raise ValueError("message_parsed and message are both missing")
        return self

    @property
    def key(self) -> str:
        """The id of the Post."""
        return str(self.post_id)

    @property
    def gone(self) -> bool:
        """Whether it was deleted so that staff can still see it.

        A post that waits for approval is read like all others: what its author says is for staff to decide, and once it
        is approved it keeps its date, so that it would never be new.
        """
        return self.message_state == "deleted"

    def to_post(self, source: str, url: str, thread: ThreadHead | None = None) -> Post:
        """The Post, in the forum at `url`; `thread` if the post does not say itself."""
        thread = self.thread or thread
        if self.message_parsed is not None:
            reading = READERS["xenforo"](self.message_parsed)
        else:
            reading = READERS["bbcode"](self.message or "")
        at_home = self.view_url.startswith(f"{url}/")
        return Post(
            source=source,
            id=self.key,
            text=reading.own,
            quotations=reading.quotations,
            author=str(self.user_id) if self.user_id else f"name:{self.username}",
            author_name=self.username,
            thread=str(self.thread_id),
            place=str(thread.node_id) if thread else None,
            place_name=f"{source} › {thread.title}" if thread else source,
            created_at=datetime.fromtimestamp(self.post_date, UTC),
            link=self.view_url if at_home else f"{url}/posts/{self.post_id}/",
        )
