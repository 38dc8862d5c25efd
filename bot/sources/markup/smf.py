"""SMF 2: posts as its pages show them and as its feeds carry them."""

import re

from selectolax.lexbor import LexborNode

from bot.sources.markup.attribution import child, has_class, number_in, words
from bot.sources.markup.html_reader import Quoted, Rules, chrome, html_reader
from bot.sources.markup.html_tree import LINK

_POST = re.compile(r"\bmsg=?(\d+)")


def _quote(node: LexborNode) -> Quoted:
    """SMF 2.1 says who is quoted in `cite`, SMF 2.0 in a box on top of the quotation."""
    cite = child(node, "cite")
    told_in = () if cite is None else (cite,)
    if cite is None and has_class(node.prev, "quoteheader"):
        cite = child(node.prev, "div")
    link = child(cite, LINK)
    # "Quote from: alice on Today at 01:44 PM": the time is there only with the link.
    _, _, said = words(cite).partition(": ")
    author = said.rpartition(" on ")[0] if link is not None else said
    return Quoted(author or None, number_in(link, "href", _POST), told_in)


RULES: Rules = {
    "blockquote": _quote,
    **chrome("attachments codeheader modified quotefooter quoteheader signature"),
}

read_smf = html_reader(RULES)
