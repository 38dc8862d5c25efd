"""Discourse's webhooks: events of posts and of chat messages; pings and all others are answered and passed over."""

from collections.abc import Mapping

from bot.config.sources import DiscourseSource
from bot.sources.deliveries import content, require_signature
from bot.sources.discourse.payloads import ChatChannel, ChatMessage, TopicPost
from bot.sources.payloads import checked
from bot.sources.source import Batch
from classifier.post import PostKey

_DESTROYED = ("post_destroyed", "chat_message_trashed")
"""Events whose post may be written as it was before it went."""


class DiscourseReceiver:
    """Takes in what a Discourse forum tells."""

    def __init__(self, name: str, table: DiscourseSource, secret: str) -> None:
        self.name = name
        self._url = table.url
        self._chat = table.chat
        self._secret = secret

    def authenticate(self, headers: Mapping[str, str], body: bytes) -> None:
        """Refused (403) unless the body is signed."""
        require_signature(headers, "x-discourse-event-signature", "sha256", self._secret, body)

    def read(self, headers: Mapping[str, str], body: bytes) -> Batch:
        """The post or message of an event. Refused (400) when the body is no JSON."""
        destroyed = headers.get("x-discourse-event") in _DESTROYED
        match content(body):
            case {"post": post}:
                return self._post(post, destroyed)
            case {"chat_message": {"message": message, "channel": channel}} if self._chat:
                return self._message(message, channel, destroyed)
        return Batch()

    def _post(self, row: object, destroyed: bool) -> Batch:
        posts, warnings = checked(TopicPost, [row])
        return Batch(
            posts=tuple(post.to_post(self.name, self._url) for post in posts if post.readable and not destroyed),
            deleted=tuple(PostKey(self.name, post.key) for post in posts if post.gone or destroyed),
            warnings=warnings,
        )

    def _message(self, row: object, channel_row: object, destroyed: bool) -> Batch:
        channels, warnings = checked(ChatChannel, [channel_row], "channel")
        if not channels or not channels[0].public:
            return Batch(warnings=warnings)
        messages, warnings = checked(ChatMessage, [row], "chat message")
        return Batch(
            posts=tuple(
                message.to_post(self.name, self._url, channels[0])
                for message in messages
                if message.readable and not destroyed
            ),
            deleted=tuple(PostKey(self.name, message.key) for message in messages if message.gone or destroyed),
            warnings=warnings,
        )
