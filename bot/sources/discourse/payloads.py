"""Discourse's posts and chat messages as its interface and its webhooks write them, and the Post that each one is."""

from typing import Any

from bot.sources.markup import READERS
from bot.sources.payloads import Moment, Payload, Text
from classifier.post import Post, Quotation

_REGULAR = 1
"""The others are notices: of moderators (2), small actions such as "closed this topic" (3), whispers of staff (4)."""


class TopicPost(Payload):
    """A post of a topic."""

    id: int
    topic_id: int
    post_number: int
    post_type: int
    user_id: int | None
    username: str | None
    cooked: Text
    created_at: Moment
    topic_title: Text | None = None
    category_id: int | None = None
    topic_archetype: str | None = None
    hidden: bool = False
    user_deleted: bool = False
    deleted_at: Any = None

    @property
    def key(self) -> str:
        """The id of the Post."""
        return str(self.id)

    @property
    def gone(self) -> bool:
        """Whether it was deleted, by its author or by staff."""
        return self.user_deleted or self.deleted_at is not None

    @property
    def readable(self) -> bool:
        """Whether these are a member's words for all to read.

        Hidden posts were flagged and wait in Discourse's own queue; all but staff get a notice in place of the words.
        """
        open_to_all = not self.hidden and self.topic_archetype != "private_message"
        return self.post_type == _REGULAR and _is_person(self.user_id) and open_to_all and not self.gone

    def to_post(self, source: str, url: str) -> Post:
        """The Post, in the forum at `url`."""
        reading = READERS["discourse"](self.cooked)
        return Post(
            source=source,
            id=self.key,
            text=reading.own,
            quotations=reading.quotations,
            author=None if self.user_id is None else str(self.user_id),
            author_name=self.username,
            thread=str(self.topic_id),
            place=None if self.category_id is None else str(self.category_id),
            place_name=f"{source} › {self.topic_title}" if self.topic_title else source,
            created_at=self.created_at,
            link=f"{url}/t/{self.topic_id}/{self.post_number}",
        )


class ChatUser(Payload):
    """Who wrote a chat message."""

    id: int | None = None
    username: str | None = None


class AnsweredMessage(Payload):
    """The chat message that another one answers."""

    id: int
    cooked: Text = ""
    user: ChatUser = ChatUser()


class ChatMessage(Payload):
    """A message of a chat channel."""

    id: int
    cooked: Text
    created_at: Moment
    user: ChatUser
    in_reply_to: AnsweredMessage | None = None
    chat_webhook_event: Any = None
    deleted_at: Any = None

    @property
    def key(self) -> str:
        """The id of the Post: posts are counted apart from messages."""
        return _chat_id(self.id)

    @property
    def gone(self) -> bool:
        """Whether it was deleted."""
        return self.deleted_at is not None

    @property
    def readable(self) -> bool:
        """Whether a person wrote it, no bot and no program."""
        return _is_person(self.user.id) and self.chat_webhook_event is None and not self.gone

    def to_post(self, source: str, url: str, channel: "ChatChannel") -> Post:
        """The Post, in that channel of the forum at `url`."""
        reading = READERS["discourse"](self.cooked)
        answered = self.in_reply_to
        return Post(
            source=source,
            id=self.key,
            text=reading.own,
            quotations=(*(_answered(answered) if answered else ()), *reading.quotations),
            author=str(self.user.id),
            author_name=self.user.username,
            thread=_chat_id(channel.id),
            place=_chat_id(channel.id),
            place_name=f"{source} › {channel.title}" if channel.title else source,
            created_at=self.created_at,
            link=f"{url}/chat/c/-/{channel.id}/{self.id}",
            reply_to=_chat_id(answered.id) if answered else None,
        )


class ChatChannel(Payload):
    """A channel, or a conversation between members."""

    id: int
    title: Text | None = None
    chatable_type: str

    @property
    def public(self) -> bool:
        """Whether it is a channel; conversations are not read."""
        return self.chatable_type == "Category"


def _is_person(user_id: int | None) -> bool:
    """Discourse's own accounts, which write notices and greetings, count down from -1; None: a deleted account."""
    return user_id is None or user_id > 0


def _chat_id(number: int) -> str:
    return f"chat-{number}"


def _answered(message: AnsweredMessage) -> tuple[Quotation, ...]:
    words = READERS["discourse"](message.cooked).own
    return (Quotation(text=words, author=message.user.username, post_id=_chat_id(message.id)),) if words else ()
