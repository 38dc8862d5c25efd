"""Discourse: the `cooked` HTML of posts and chat messages, in its API, webhooks and feeds."""

from selectolax.lexbor import LexborNode

from bot.sources.markup.attribution import child, elements, has_class, text_of
from bot.sources.markup.html_reader import CHROME, Instead, Quoted, Rules, chrome, html_reader
from bot.sources.markup.html_tree import LINK

_TOPIC = "/t/"


def _quote(node: LexborNode) -> Quoted | Instead | None:
    """The number of the quoted post within its topic is told, but not its id."""
    if node.tag != "aside":
        return None
    title, author = child(node, ".title"), node.attributes.get("data-username") or None
    link = child(child(title, ".quote-title__text-content"), LINK)
    if author is None and link is not None:
        # Not quoted by anybody: the preview of a topic of the same forum.
        return Instead(link.attributes.get("href") or "")
    return Quoted(author, told_in=(title,) if title is not None else ())


def _body(node: LexborNode) -> Quoted | None:
    return None if has_class(node.parent, "quote") else Quoted()


def _chat_message(node: LexborNode) -> Quoted:
    return Quoted(node.attributes.get("data-username") or None)


def _trimmed_mail(node: LexborNode) -> Quoted:
    """What a reply by mail carried along below the words of its author."""
    summary = child(node, "summary")
    return Quoted(told_in=(summary,) if summary is not None else ())


def _preview(node: LexborNode) -> Instead:
    """The author wrote an address; the words were fetched from its page."""
    address = node.attributes.get("data-onebox-src") or node.attributes.get("href")
    if not address:
        link = child(node, LINK)
        address = link.attributes.get("href") if link is not None else None
    return Instead(address or "")


def _hashtag(node: LexborNode) -> Instead | None:
    name = node.attributes.get("data-slug")
    return Instead(f"#{name}") if name else None


def _read_full_topic(node: LexborNode) -> Instead | None:
    """A feed of one topic ends each post with a link to it."""
    inside = list(elements(node))
    if len(inside) != 1 or inside[0].tag != LINK or text_of(node) or not _is_last(node):
        return None
    address = inside[0].attributes.get("href") or ""
    return CHROME if _leads_to_topic(address) and text_of(inside[0]) not in ("", address) else None


def _leads_to_topic(address: str) -> bool:
    """Whether an address ends in the number of a topic or of a post in it, without a query."""
    _, topic, number = address.rpartition(_TOPIC)
    return bool(topic) and number[-1:].isdecimal() and not {"?", "#"} & {*number}


def _is_last(node: LexborNode) -> bool:
    if node.parent is None or node.parent.tag != "body":
        return False
    behind = node.next
    return behind is None or (behind.next is None and behind.is_text_node and not (behind.text_content or "").strip())


RULES: Rules = {
    ".quote": _quote,
    ".chat-transcript": _chat_message,
    ".elided": _trimmed_mail,
    "blockquote": _body,
    ".onebox": _preview,
    ".inline-onebox": _preview,
    ".lazy-video-container": _preview,
    ".hashtag-cooked": _hashtag,
    "p": _read_full_topic,
    **chrome(
        "chat-transcript-user chat-transcript-meta chat-transcript-reactions chat-transcript-thread-header clicks "
        "footnote-backref lightbox-wrapper poll-info"
    ),
}

read_discourse = html_reader(RULES)
