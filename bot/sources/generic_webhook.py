"""The intake for programs: posts in flagpost's own form, delivered by whatever can send JSON.

A delivery is one object or a list of them, with the fields of `post_lines`. It proves itself in one of two ways, both
with the same secret:

- `Authorization: Bearer SECRET`;
- `X-Flagpost-Timestamp: SECONDS` (Unix time) and `X-Flagpost-Signature: sha256=HEX`, where HEX is the HMAC-SHA256,
  under the secret, of the timestamp, a full stop and the body.
"""

import hashlib
import hmac
import re
import time
from collections.abc import Callable, Mapping

from bot.sources.post_lines import parted, read_entry, read_json
from bot.sources.source import Batch, Refused
from classifier.errors import DataError

TOLERANCE = 300
"""Seconds that a signed timestamp may lie in the past or, where clocks differ, in the future."""

_SECONDS = re.compile(r"[0-9]{1,12}")

TIMESTAMP, SIGNATURE = "x-flagpost-timestamp", "x-flagpost-signature"


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """The value of the header `X-Flagpost-Signature`."""
    signed = _bytes(timestamp) + b"." + body
    return f"sha256={hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()}"


class GenericWebhook:
    """A Receiver of posts in flagpost's own form."""

    def __init__(self, name: str, secret: str, now: Callable[[], float] = time.time) -> None:
        self.name = name
        self._secret = secret
        self._now = now

    def authenticate(self, headers: Mapping[str, str], body: bytes) -> None:
        """Refused (401) unless the delivery is signed, and lately, or carries the secret."""
        if SIGNATURE in headers:
            timestamp = headers.get(TIMESTAMP, "")
            if not _same(headers[SIGNATURE], signature(self._secret, timestamp, body)):
                raise Refused(401, "the signature is not right")
            if not _SECONDS.fullmatch(timestamp) or abs(self._now() - int(timestamp)) > TOLERANCE:
                raise Refused(401, f"the timestamp is not within {TOLERANCE} seconds of the time here")
        elif not _same(headers.get("authorization", ""), f"Bearer {self._secret}"):
            raise Refused(401, "the bearer token is not right")

    def read(self, headers: Mapping[str, str], body: bytes) -> Batch:  # noqa: ARG002
        """The posts of a delivery, all of them or, where one is wrong, none: Refused (400) says which and why."""
        entries = []
        try:
            content = read_json(body)
        except DataError as error:
            raise Refused(400, str(error)) from error
        rows = content if isinstance(content, list) else [content]
        for number, row in enumerate(rows, start=1):
            try:
                entries.append(read_entry(row, self.name))
            except DataError as error:
                raise Refused(400, f"post {number} of {len(rows)}: {error}") from error
        posts, deleted = parted(entries)
        return Batch(posts=posts, deleted=deleted)


def _same(given: str, right: str) -> bool:
    """Whether two texts are the same, in a time that does not tell how much of them is."""
    return hmac.compare_digest(_bytes(given), _bytes(right))


def _bytes(header: str) -> bytes:
    """What stood on the wire: aiohttp keeps bytes that are no UTF-8 as surrogates."""
    return header.encode("utf-8", "surrogateescape")
