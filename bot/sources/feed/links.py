"""Links as people can use them: absolute, on the web, and without the session of the program that read them."""

import re
from urllib.parse import urljoin, urlsplit

_SESSION = re.compile(r"(?<=[?&;])(?:s=[0-9a-f]{32}|(?:sid|PHPSESSID)=[0-9A-Za-z,-]*+)(?:&|;|(?=#)|$)")
_LEFT_OVER = re.compile(r"[?&;](?=#|$)")


def cleaned(link: str, page: str) -> str | None:
    """A link as it stands on `page`, made absolute; None for what is no link to a web page."""
    try:
        absolute = urljoin(page, link.strip())
        parts = urlsplit(absolute)
        if parts.scheme not in ("http", "https") or not parts.hostname or not link.strip():
            return None
    except ValueError:
        return None
    return _LEFT_OVER.sub("", _SESSION.sub("", absolute))


def same_host(link: str, page: str) -> bool:
    """Whether a cleaned link leads to the host of `page`."""
    return urlsplit(link).hostname == urlsplit(page).hostname
