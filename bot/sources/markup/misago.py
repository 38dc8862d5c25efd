"""Misago: the `content` of posts in its API."""

from selectolax.lexbor import LexborNode

from bot.sources.markup.attribution import child, words
from bot.sources.markup.html_reader import Instead, Quoted, Rules, html_reader, ordinary, shortened
from bot.sources.markup.html_tree import LINK


def _quote(node: LexborNode) -> Quoted:
    """A quotation names a member, never a post."""
    heading, body = child(node, ".quote-heading"), child(node, ".quote-body")
    author = (body.attributes.get("data-author") or "").removeprefix("@") if body is not None else ""
    return Quoted(author or None, told_in=(heading,) if heading is not None else ())


def _link(node: LexborNode) -> Instead | None:
    """An address is shown without its scheme."""
    address = node.attributes.get("href") or ""
    shown = words(node)
    return Instead(address) if shown and address.partition("://")[2] == shown else shortened(node)


RULES: Rules = {".quote-block": _quote, ".quote-body": ordinary, ".spoiler-body": ordinary, LINK: _link}

read_misago = html_reader(RULES)
