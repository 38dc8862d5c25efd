"""vBulletin 3, 4 and 5: posts as their pages show them."""

import re

from selectolax.lexbor import LexborNode

from bot.sources.markup.attribution import child, elements, has_class, number_in, words
from bot.sources.markup.html_reader import CHROME, Instead, Quoted, Rules, chrome, html_reader
from bot.sources.markup.html_tree import LINK

_POST = re.compile(r"#post(\d+)")


def _quote(node: LexborNode) -> Quoted:
    return _told(child(child(node, ".quote_container"), ".bbcode_postedby"))


def _quote_of_vbulletin_3(node: LexborNode) -> Quoted | None:
    """A table without a class, as written by the board's software only: one cell, the words in italics below a name."""
    if node.tag != "td":
        return None
    inside = list(elements(node))
    named = len(inside) == 2 and all(element.tag == "div" for element in inside) and child(inside[0], "span")
    return _told(inside[0]) if named else Quoted()


def _whole_post(node: LexborNode) -> Instead | None:
    """vBulletin 4 puts every post, own words and all, into a `blockquote.postcontent`, and its edit notice too."""
    return CHROME if has_class(node, "lastedited") else None


def _told(line: LexborNode | None) -> Quoted:
    """Originally posted by NAME, and a link to the post where it is known."""
    if line is None:
        return Quoted()
    return Quoted(words(child(line, "span")) or None, number_in(child(line, LINK), "href", _POST), (line,))


RULES: Rules = {
    ".bbcode_quote": _quote,
    ".alt2": _quote_of_vbulletin_3,
    ".postcontent": _whole_post,
    **chrome("attachments bbcode_description signature signaturecontainer smallfont"),
}

read_vbulletin = html_reader(RULES)
