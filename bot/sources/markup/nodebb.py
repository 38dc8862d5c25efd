"""NodeBB: posts as its API, its feeds of posts and its webhooks carry them in HTML."""

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborNode

from bot.sources.markup.attribution import child, elements, has_class, number_in, words
from bot.sources.markup.html_reader import Instead, Quoted, Rules, html_reader
from bot.sources.markup.html_tree import LINK

_POST = re.compile(r"/post/([\w-]+)$")
_SAID_IN = re.compile(r"(?: said)?(?: in)?$")


def _quote(node: LexborNode) -> Quoted:
    """NodeBB writes `alice [said](/post/2):` on top of a Markdown quotation; there is no mark-up of its own for it."""
    first = next(elements(node), None)
    if first is None or first.tag != "p":
        return Quoted()
    said = tuple(_first_line(first))
    linked = [number_in(part, "href", _POST) if part.tag == LINK else None for part in said]
    post = next((place for place, number in enumerate(linked) if number), None)
    if post is None or not _text(said[-1]).rstrip().endswith(":"):
        return Quoted()
    name = " ".join("".join(_text(part) for part in said[:post]).split())
    return Quoted(_SAID_IN.sub("", name).removeprefix("@") or None, linked[post], said)


def _first_line(paragraph: LexborNode) -> Iterator[LexborNode]:
    node = paragraph.first_child
    while node is not None and node.tag != "br":
        yield node
        node = node.next


def _text(node: LexborNode) -> str:
    return (node.text_content or "") if node.is_text_node else words(node)


def _emoji(node: LexborNode) -> Instead:
    """The title is what was typed (":)"), the alternative text the emoji that it became."""
    typed = node.attributes.get("title") if has_class(node, "emoji") else None
    return Instead(typed or "")


def _preview(node: LexborNode) -> Instead | None:
    """The author wrote an address; the words were fetched from its page."""
    link = child(node, LINK)
    return Instead(link.attributes.get("href") or "") if link is not None else None


RULES: Rules = {"blockquote": _quote, "img": _emoji, ".link-preview": _preview}

read_nodebb = html_reader(RULES)
