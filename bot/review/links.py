"""Addresses from posts, made fit for a link button or a masked link, or left out."""

import re
from urllib.parse import quote, urlsplit

LONGEST_LINK = 512
"""Discord's limit for the address of a link button."""

_HOST = re.compile(r"([a-z0-9_-]+\.)+[a-z0-9-]+")
_KEPT = ":/?#@!$&'*+,;=%~"
"""What may stand in an address beside letters, digits, `-`, `.` and `_`; a bracket would end a masked link."""


def usable(link: str | None) -> str | None:
    """The address in the form Discord takes, or None: it refuses a whole card for one address it cannot read."""
    try:
        parts = urlsplit(link or "")
        host, named, _ = parts.hostname or "", parts.username, parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or named is not None or not _HOST.fullmatch(host):
        return None
    address = quote(link or "", safe=_KEPT, errors="replace")
    return address if len(address) <= LONGEST_LINK else None
