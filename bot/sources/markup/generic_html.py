"""HTML of no platform in particular: the quotations of every platform, and only such chrome as is certain."""

from selectolax.lexbor import LexborNode

from bot.sources.markup import discourse, misago, mybb, nodebb, phpbb, smf, vbulletin, xenforo
from bot.sources.markup.attribution import has_class
from bot.sources.markup.html_reader import Instead, Quoted, Rules, html_reader
from bot.sources.markup.html_tree import tags

_CONTAINERS = tags("aside div section table td")
_BLOCKQUOTES = tuple(platform.RULES["blockquote"] for platform in (phpbb, smf, mybb, nodebb))


def _container(node: LexborNode) -> Quoted | Instead | None:
    if node.tag not in _CONTAINERS or has_class(node.parent, "quoteContainer"):
        return None
    return discourse.RULES[".quote"](node) or Quoted()


def _blockquote(node: LexborNode) -> Quoted | Instead | None:
    """Read as that platform does which finds a name in it."""
    if discourse.RULES["blockquote"](node) is None:
        return None
    readings = [rule(node) for rule in _BLOCKQUOTES]
    return next((found for found in readings if isinstance(found, Quoted) and found.author), readings[0])


def _of(rules: Rules, names: str) -> Rules:
    return {name: rules[name] for name in names.split()}


RULES: Rules = {
    **_of(discourse.RULES, ".chat-transcript .chat-transcript-user .elided .onebox"),
    **_of(xenforo.RULES, ".bbCodeBlock--quote .bbCodeBlock-title .bbCodeBlock-expandLink"),
    **_of(xenforo.RULES, ".bbCodeQuote .quoteContainer .quoteExpand .messageText"),
    **_of(phpbb.RULES, ".quotecontent .quotetitle"),
    **_of(smf.RULES, ".codeheader .quoteheader"),
    **_of(vbulletin.RULES, ".bbcode_quote .bbcode_description .postcontent"),
    **_of(misago.RULES, ".quote-block .quote-body .spoiler-body"),
    ".quote": _container,
    ".gmail_quote": _container,
    "blockquote": _blockquote,
}

read_html = html_reader(RULES, hidden_words=False)
