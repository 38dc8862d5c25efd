"""Reading the short elements in which platforms tell whose words a quotation holds."""

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborNode

_CHARACTERS = 500
_NODES = 50
"""An attribution is short. Without bounds, quotations in quotations would take time by the square of the depth."""


def elements(node: LexborNode | None) -> Iterator[LexborNode]:
    """The first few elements right inside the node."""
    for child in _children(node):
        if child.is_element_node:
            yield child


def child(node: LexborNode | None, name: str) -> LexborNode | None:
    """The first element right inside the node that has the tag, or the class if `name` begins with a dot."""
    return next((element for element in elements(node) if _is(element, name)), None)


def has_class(node: LexborNode | None, name: str) -> bool:
    """Whether the element carries the class."""
    return node is not None and name in (node.attributes.get("class") or "").split()


def text_of(node: LexborNode | None) -> str:
    """The text right inside the node, without that of its elements; white space as one space each."""
    return " ".join("".join(child.text_content or "" for child in _children(node) if child.is_text_node).split())


def words(node: LexborNode | None) -> str:
    """The first words of the node and of all it holds; white space as one space each."""
    parts: list[str] = []
    waiting = [node.first_child] if node is not None else []
    length = 0
    for _ in range(_NODES):
        if not waiting or length > _CHARACTERS:
            break
        current = waiting.pop()
        if current is None:
            continue
        waiting += [current.next, current.first_child]
        if current.is_text_node:
            text = (current.text_content or "")[:_CHARACTERS]
            parts.append(text)
            length += len(text)
    return " ".join("".join(parts).split())


def speaker(line: str) -> str | None:
    """The name in a line such as "alice wrote:"; None where there is none, as in "Quote:"."""
    name, _, verb = line.rpartition(" ")
    return name if name and verb.endswith(":") else None


def number_in(node: LexborNode | None, attribute: str, pattern: re.Pattern[str]) -> str | None:
    """What the group of `pattern` finds in an attribute of the node."""
    found = pattern.search(node.attributes.get(attribute) or "") if node is not None else None
    return found[1] if found else None


def _children(node: LexborNode | None) -> Iterator[LexborNode]:
    current = node.first_child if node is not None else None
    for _ in range(_NODES):
        if current is None:
            return
        yield current
        current = current.next


def _is(element: LexborNode, name: str) -> bool:
    return has_class(element, name[1:]) if name.startswith(".") else element.tag == name
