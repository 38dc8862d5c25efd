"""An HTML tree that is safe to build and to walk, whatever the markup."""

import re
from collections.abc import Mapping

from selectolax.lexbor import LexborHTMLParser, LexborNode

MAX_DEPTH = 1_000
"""Elements nested deeper are made flat: parsing takes time by the square of the depth. Browsers stop at 512."""


def tags(names: str) -> frozenset[str]:
    """A set of tag names, written in one line."""
    return frozenset(names.split())


_TAG_NAME = re.compile(r"<(/?)([a-z][^\t\n\f\r />]*+)", re.IGNORECASE | re.ASCII)

LINK = "x-a"
CODE = "samp"
_FORMATTING = tags("b big em font i nobr s small strike strong tt u")
_PLAIN_NAMES = {"a": LINK, "code": CODE, **dict.fromkeys(_FORMATTING, "span")}
"""Formatting elements left open are opened again in every following paragraph: 80 KB of them fill a gigabyte. These
names mean the same to a reader of words and have no such rule."""

_CLOSED_BY_THEIR_LIKE = tags("dd dt li option p tbody td tfoot th thead tr")
_WITHOUT_CONTENT = tags("area base br col embed hr img input link meta source track wbr")
_NEVER_DEEPER = _CLOSED_BY_THEIR_LIKE | _WITHOUT_CONTENT

_WITHOUT_WORDS = tags(
    "audio button canvas datalist head iframe noembed noframes noscript object script select style svg "
    "template textarea title video"
)
_INVISIBLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


def parse(html: str) -> LexborNode | None:
    """The root of the tree as a browser would build it, but of bounded depth.

    `a` comes out as LINK, `code` as CODE, and `b`, `strong`, `i` and their like as `span`.
    """
    return LexborHTMLParser(_tamed(html)).root


def without_words(tag: str) -> bool:
    """Whether a browser shows nothing of what such an element holds, or only a control."""
    return tag in _WITHOUT_WORDS


def is_hidden(attributes: Mapping[str, str | None]) -> bool:
    """Whether the element itself says that it is not to be shown."""
    return "hidden" in attributes or _INVISIBLE.search(attributes.get("style") or "") is not None


def _tamed(html: str) -> str:
    depth = 0

    def renamed(tag: re.Match[str]) -> str:
        nonlocal depth
        slash, name = tag[1], tag[2].lower()
        if name in _NEVER_DEEPER:
            return tag[0]
        level = depth if slash else depth + 1
        depth = max(depth - 1, 0) if slash else level
        # `wbr` holds nothing, so it cannot nest, and shows nothing.
        return f"<{slash}wbr" if level > MAX_DEPTH else f"<{slash}{_PLAIN_NAMES.get(name, name)}"

    return _TAG_NAME.sub(renamed, html)
