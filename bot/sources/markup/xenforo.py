"""XenForo 1 and 2: posts as their pages show them and as the API parses them (`message_parsed`)."""

import re

from selectolax.lexbor import LexborNode

from bot.sources.markup.attribution import child, has_class, number_in, speaker, words
from bot.sources.markup.html_reader import Instead, Quoted, Rules, chrome, html_reader, ordinary
from bot.sources.markup.html_tree import LINK

_POST = re.compile(r"\bpost: (\d+)")
_POST_ANCHOR = re.compile(r"#post-(\d+)")


def _quote(node: LexborNode) -> Quoted:
    """XenForo 2: who is quoted stands in the title, and since 2.1 or so in the attributes too."""
    title = child(node, ".bbCodeBlock-title")
    link = child(title, LINK)
    author = node.attributes.get("data-quote") or speaker(words(title))
    post = number_in(node, "data-source", _POST) or number_in(link, "data-content-selector", _POST_ANCHOR)
    return Quoted(author, post)


def _quote_of_xenforo_1(node: LexborNode) -> Quoted:
    attribution = child(child(node, "aside"), ".attribution")
    link = child(attribution, LINK)
    author = node.attributes.get("data-author") or speaker(words(attribution).removesuffix("↑").rstrip())
    told_in = () if attribution is None else (attribution,)
    return Quoted(author, number_in(link, "href", _POST_ANCHOR), told_in)


def _preview(node: LexborNode) -> Instead | None:
    """The author wrote an address; the words were fetched from its page."""
    address = node.attributes.get("data-url")
    return Instead(address) if address else None


def _spoiler_title(node: LexborNode) -> Instead:
    """The author's words among those of the button; a spoiler without a title has none."""
    title: LexborNode | None = node
    while title is not None and not has_class(title, "bbCodeSpoiler-button-title"):
        title = child(title, "span")
    return Instead(words(title))


RULES: Rules = {
    ".bbCodeBlock--quote": _quote,
    ".bbCodeQuote": _quote_of_xenforo_1,
    ".quoteContainer": ordinary,
    ".messageText": ordinary,
    ".bbCodeBlock--unfurl": _preview,
    ".bbCodeSpoiler-button": _spoiler_title,
    **chrome(
        "bbCodeBlock-title bbCodeBlock-expandLink bbCodeBlock-shrinkLink message-lastEdit message-signature "
        "message-attachments message-attribution message-footer attachment attachmentList "
        "quoteExpand type editDate signature attachedFiles messageMeta messageTextEndMarker"
    ),
}
"""The last line of chrome is XenForo 1's, where every post, own words and all, stands in a `blockquote.messageText`."""

read_xenforo = html_reader(RULES)
