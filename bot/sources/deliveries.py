"""Deliveries of forums: how they prove themselves (the body signed, or the secret shown), and what they hold."""

import hmac
from collections.abc import Mapping

from bot.sources.errors import Refused
from bot.sources.payloads import read_json
from classifier.errors import DataError


def require_signature(headers: Mapping[str, str], header: str, hash_name: str, secret: str, body: bytes) -> None:
    """Refused (403) unless `header` holds `HASH=` and the HMAC of the body under the secret, in hexadecimal digits."""
    right = f"{hash_name}={hmac.new(secret.encode(), body, hash_name).hexdigest()}"
    _require(headers, header, right, "its signature")


def require_secret(headers: Mapping[str, str], header: str, secret: str) -> None:
    """Refused (403) unless `header` holds the secret."""
    _require(headers, header, secret, "its secret")


def content(body: bytes) -> object:
    """The JSON of a delivery. Refused (400) when it is none."""
    try:
        return read_json(body)
    except DataError as error:
        raise Refused(400, f"{error}; let the forum's webhook send JSON") from error


def _require(headers: Mapping[str, str], header: str, right: str, what: str) -> None:
    given = headers.get(header)
    if given is None:
        raise Refused(403, f"{header} is missing; give the forum's webhook the secret that flagpost has")
    # Bytes: of two strings, compare_digest takes none that hold more than ASCII.
    if not hmac.compare_digest(given.encode("utf-8", "surrogateescape"), right.encode()):
        raise Refused(403, f"{what} is wrong; the forum's webhook and flagpost have to have the same secret")
