"""An HTML tree that is safe to build and to walk, whatever the markup."""

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

MAX_DEPTH = 1_000
"""Elements nested deeper are made flat: parsing takes time by the square of the depth. Browsers stop at 512."""


def tags(names: str) -> frozenset[str]:
    """A set of tag names, written in one line."""
    return frozenset(names.split())


_TAG_NAME = re.compile(r"<(/?)([a-z][^\t\n\f\r />]*+)", re.IGNORECASE | re.ASCII)

_PLAIN_NAMES = dict.fromkeys(tags("a b big em font i nobr s small strike strong tt u"), "span") | {"code": "samp"}
"""Formatting elements left open are opened again in every following paragraph: 80 KB of them fill a gigabyte. These
names mean the same to a reader of words and have no such rule."""

_CLOSED_BY_THEIR_LIKE = tags("dd dt li option p tbody td tfoot th thead tr")
_WITHOUT_CONTENT = tags("area base br col embed hr img input link meta source track wbr")
_NEVER_DEEPER = _CLOSED_BY_THEIR_LIKE | _WITHOUT_CONTENT

_DROPPED = tags(
    "audio button canvas datalist head iframe noembed noframes noscript object script select style svg "
    "template textarea title video"
)
_INVISIBLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


def parse(html: str) -> LexborNode | None:
    """The root of the tree as a browser would build it, but of bounded depth and with `span` for `b` and its like.

    `code` comes out as `samp`.
    """
    return LexborHTMLParser(_tamed(html)).root


def walk(root: LexborNode | None) -> Iterator[tuple[LexborNode, bool]]:
    """Every node that a reader sees, in document order: (node, True) on entering, (node, False) on leaving it."""
    trail: list[LexborNode] = []
    node = root
    while node is not None or trail:
        if node is None:
            node = trail.pop()
            yield node, False
            node = node.next
        elif _is_hidden(node):
            node = node.next
        else:
            yield node, True
            trail.append(node)
            node = node.first_child


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


def _is_hidden(node: LexborNode) -> bool:
    if node.tag in _DROPPED:
        return True
    attributes = node.attributes
    return "hidden" in attributes or _INVISIBLE.search(attributes.get("style") or "") is not None
