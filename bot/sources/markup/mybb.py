"""MyBB 1.8: posts as its pages show them and as its feed carries them."""

import re

from selectolax.lexbor import LexborNode

from bot.sources.markup.attribution import child, has_class, number_in, speaker, text_of
from bot.sources.markup.html_reader import CHROME, Instead, Quoted, Rules, chrome, html_reader
from bot.sources.markup.html_tree import LINK

_POST = re.compile(r"#pid(\d+)")


def _quote(node: LexborNode) -> Quoted:
    cite = child(node, "cite")
    if cite is None:
        return Quoted()
    return Quoted(speaker(text_of(cite)), number_in(child(cite, LINK), "href", _POST), (cite,))


def _title_of_code(node: LexborNode) -> Instead | None:
    return CHROME if has_class(node.parent, "codeblock") else None


RULES: Rules = {
    "blockquote": _quote,
    ".title": _title_of_code,
    **chrome("attachments edited_post post_edit signature"),
}

read_mybb = html_reader(RULES)
