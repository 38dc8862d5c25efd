"""XenForo's webhooks (2.3 and later): events of posts; all others are answered and passed over."""

from collections.abc import Mapping

from bot.config.sources import XenForoSource
from bot.sources.deliveries import content, require_secret
from bot.sources.payloads import checked
from bot.sources.source import Batch
from bot.sources.xenforo.payloads import XenForoPost
from classifier.post import PostKey


class XenForoReceiver:
    """Takes in what a XenForo forum tells."""

    def __init__(self, name: str, table: XenForoSource, secret: str) -> None:
        self.name = name
        self._url = table.url
        self._secret = secret

    def authenticate(self, headers: Mapping[str, str], body: bytes) -> None:  # noqa: ARG002
        """Refused (403) unless the secret is shown: XenForo signs nothing, so only HTTPS keeps it secret."""
        require_secret(headers, "xf-webhook-secret", self._secret)

    def read(self, headers: Mapping[str, str], body: bytes) -> Batch:  # noqa: ARG002
        """The post of an event. Refused (400) when the body is no JSON."""
        match content(body):
            case {"content_type": "post", "event": "delete" | "post_delete", "content_id": int() | str() as number}:
                return Batch(deleted=(PostKey(self.name, str(number)),))
            case {"content_type": "post", "data": data}:
                posts, warnings = checked(XenForoPost, [data])
                return Batch(
                    posts=tuple(post.to_post(self.name, self._url) for post in posts if not post.gone),
                    deleted=tuple(PostKey(self.name, post.key) for post in posts if post.gone),
                    warnings=warnings,
                )
        return Batch()
