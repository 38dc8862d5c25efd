"""The intake for programs: posts in flagpost's own form, delivered by whatever can send JSON.

A delivery is one object or a list of them, with the fields of `post_lines`. It proves itself in one of two ways, both
with the same secret:

- `Authorization: Bearer SECRET`;
- `X-Flagpost-Timestamp: SECONDS` (Unix time) and `X-Flagpost-Signature: sha256=HEX`, where HEX is the HMAC-SHA256,
  under the secret, of the timestamp, a full stop and the body.
"""

import re
import time
from collections.abc import Mapping
from datetime import UTC, datetime

from bot.sources.deliveries import content, require_secret, require_signature
from bot.sources.errors import Refused
from bot.sources.post_lines import parted, read_entry
from bot.sources.source import Batch
from classifier.errors import DataError

TOLERANCE = 300
"""Seconds that a signed timestamp may lie in the past or, where clocks differ, in the future."""

TIMESTAMP, SIGNATURE = "x-flagpost-timestamp", "x-flagpost-signature"

_SECONDS = re.compile(r"[0-9]{1,12}")


class GenericWebhook:
    """A Receiver of posts in flagpost's own form."""

    def __init__(self, name: str, secret: str) -> None:
        self.name = name
        self._secret = secret

    def authenticate(self, headers: Mapping[str, str], body: bytes) -> None:
        """Refused (403) unless the delivery is signed, and lately, or carries the secret."""
        if SIGNATURE not in headers:
            require_secret(headers, "authorization", f"Bearer {self._secret}")
            return
        timestamp = headers.get(TIMESTAMP, "")
        # aiohttp keeps bytes that are no UTF-8 as surrogates.
        signed = timestamp.encode("utf-8", "surrogateescape") + b"." + body
        require_signature(headers, SIGNATURE, "sha256", self._secret, signed)
        if not _SECONDS.fullmatch(timestamp) or abs(time.time() - int(timestamp)) > TOLERANCE:
            raise Refused(
                403, f"{TIMESTAMP} is not within {TOLERANCE} seconds of the time here; see whose clock is wrong"
            )

    def read(self, headers: Mapping[str, str], body: bytes) -> Batch:  # noqa: ARG002
        """The posts of a delivery, all of them or, where one is wrong, none: Refused (400) says which and why.

        What a program delivers is how things stand: it is to keep its deliveries in order.
        """
        found = content(body)
        rows = found if isinstance(found, list) else [found]
        entries = []
        for number, row in enumerate(rows, start=1):
            try:
                entries.append(read_entry(row, self.name))
            except DataError as error:
                raise Refused(400, f"post {number} of {len(rows)}: {error}") from error
        posts, deleted = parted(entries)
        return Batch(posts=posts, deleted=deleted, as_of=datetime.now(UTC))
