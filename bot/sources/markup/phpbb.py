"""phpBB 3: posts as its pages show them and as its feed carries them."""

import re

from selectolax.lexbor import LexborNode

from bot.sources.markup.attribution import child, has_class, number_in, speaker, text_of, words
from bot.sources.markup.html_reader import CHROME, Instead, Quoted, Rules, chrome, html_reader
from bot.sources.markup.html_tree import LINK, parse

_POST = re.compile(r"[?&]p=(\d+)")
_MEMBER = re.compile(r"[?&]u=(\d+)")


def _quote(node: LexborNode) -> Quoted:
    """The feed strips everything that says who is quoted."""
    cite = child(node, "cite") or child(child(node, "div"), "cite")
    if cite is None:
        return Quoted()
    member = child(cite, LINK)
    author = words(member) if number_in(member, "href", _MEMBER) else speaker(text_of(cite))
    return Quoted(author or None, number_in(node, "cite", _POST), (cite,))


def _quote_of_subsilver(node: LexborNode) -> Quoted | None:
    """The spoilers that boards make themselves look just the same, apart from their titles."""
    title = node.prev
    author = speaker(words(title)) if has_class(title, "quotetitle") else None
    return Quoted(author) if author else None


def _paragraph(node: LexborNode) -> Instead | None:
    """Members cannot write `p`: it is the title of a box of code, or what the feed says of the post below it."""
    return CHROME if has_class(node.parent, "codebox") or _is_statistics(node) else None


def _is_statistics(node: LexborNode) -> bool:
    rule = node.next
    return rule is not None and rule.tag == "hr" and node.parent is not None and node.parent.tag == "body"


def _title_of_code(node: LexborNode) -> Instead | None:
    return CHROME if has_class(node.parent, "codebox") else None


RULES: Rules = {
    "blockquote": _quote,
    ".quotecontent": _quote_of_subsilver,
    "p": _paragraph,
    "dt": _title_of_code,
    **chrome("attachbox attachtitle codetitle file inline-attachment notice post_deleted_msg quotetitle signature"),
}

read_phpbb = html_reader(RULES)


def author_in_feed(html: str) -> str | None:
    """The id of the post's author, which the feed tells nowhere but in the paragraph it puts below the body."""
    root = parse(html)
    body = child(root, "body")
    node = body.last_child if body is not None else None
    while node is not None and node.tag != "p":
        node = node.prev
    if node is None or not _is_statistics(node):
        return None
    return number_in(child(node, LINK), "href", _MEMBER)
