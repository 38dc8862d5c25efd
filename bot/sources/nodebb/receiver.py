"""NodeBB's webhooks (the plugin nodebb-plugin-webhooks): a hook of NodeBB's, with what it hands to its plugins.

A body holds the cookies and the token of who wrote the post: nothing of it is kept but the post, and nothing logged.
"""

from collections.abc import Mapping, Sequence

from bot.config.sources import NodeBBSource
from bot.sources.deliveries import content, require_signature
from bot.sources.nodebb.payloads import NodeBBPost, PostId
from bot.sources.payloads import checked
from bot.sources.source import Batch
from classifier.post import PostKey


class NodeBBReceiver:
    """Takes in what a NodeBB forum tells.

    A new post comes in two events: `post.save`, as it was typed and without a name, is passed over; `topic.post` and
    `topic.reply` have it as its readers see it. Of edited and restored posts there is nothing but what was typed: they
    become inquiries.
    """

    def __init__(self, name: str, table: NodeBBSource, secret: str) -> None:
        self.name = name
        self._url = table.url
        self._secret = secret

    def authenticate(self, headers: Mapping[str, str], body: bytes) -> None:
        """Refused (403) unless the body is signed. NodeBB's plugin knows SHA-1 alone; in an HMAC it is unbroken."""
        require_signature(headers, "x-webhook-signature", "sha1", self._secret, body)

    def read(self, headers: Mapping[str, str], body: bytes) -> Batch:  # noqa: ARG002
        """The posts of an event. Refused (400) when the body is no JSON."""
        match content(body):
            case {"hook": "action:topic.post" | "action:topic.reply", "params": {"post": post}}:
                return self._new(post)
            case {"hook": "action:post.edit" | "action:post.restore", "params": {"post": post}}:
                return self._changed(post)
            case {"hook": "action:post.delete" | "action:post.purge", "params": {"post": post}}:
                return self._gone([post])
            case {"hook": "action:posts.purge", "params": {"posts": [*posts]}}:
                return self._gone(posts)
        return Batch()

    def _new(self, row: object) -> Batch:
        posts, warnings = checked(NodeBBPost, [row])
        return Batch(posts=tuple(post.to_post(self.name, self._url) for post in posts), warnings=warnings)

    def _changed(self, row: object) -> Batch:
        posts, warnings = checked(PostId, [row])
        return Batch(inquiries=tuple(PostKey(self.name, post.pid) for post in posts), warnings=warnings)

    def _gone(self, rows: Sequence[object]) -> Batch:
        posts, warnings = checked(PostId, rows)
        return Batch(deleted=tuple(PostKey(self.name, post.pid) for post in posts), warnings=warnings)
