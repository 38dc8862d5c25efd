"""Markdown as members of Discourse and NodeBB type it: rendered as the forum renders it, then read like its HTML.

So a post has the same own words whether its Markdown or its HTML arrives. Both forums render with markdown-it, whose
port to Python this is.
"""

import re
from html import escape

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline

from bot.sources.markup.discourse import read_discourse
from bot.sources.markup.nodebb import read_nodebb
from bot.sources.markup.reading import Reading

_TAG = re.compile(
    r"""\[ (?P<end>/)? (?P<name>quote|details|spoiler|poll|wrap|grid|[bius])
        (?P<told> (?: = (?:"[^"\n]*")? | [ ][a-z]+= ) [^][\n]* )? \] (?!\()""",
    re.IGNORECASE | re.VERBOSE,
)
"""Discourse's own tags, which are BBCode; `[quote](…)` is a link."""
_BLOCKS = frozenset(("quote", "details", "spoiler", "poll", "wrap", "grid"))
_MARKS = "\"'“” "
_USERNAME = re.compile(r", ?username: ?([^,]+)")


def read_discourse_markdown(source: str) -> Reading:
    """Part the `raw` of a Discourse post into own words and quotations; never raises, in linear time.

    `[quote="alice, post:2, topic:3"]` tells the number of the post within its topic, but not its id. A quotation that
    is not closed goes on to the end.
    """
    return read_discourse(_DISCOURSE.render(source))


def read_nodebb_markdown(source: str) -> Reading:
    """Part the `content` of a NodeBB post into own words and quotations; never raises, in linear time.

    A quotation that begins with `> alice [said](/post/2):` tells author and post.
    """
    return read_nodebb(_NODEBB.render(source))


def _html(tag: re.Match[str]) -> str:
    """The HTML that Discourse makes of a tag, as far as it matters for who said what."""
    name, told = tag["name"].lower(), (tag["told"] or "").strip().removeprefix("=").strip(_MARKS)
    if name == "quote" and tag["end"]:
        return "</blockquote></aside>"
    if name == "quote":
        username = _USERNAME.search(told)
        author = username[1] if username else told.partition(",")[0]
        named = f' data-username="{escape(author.strip())}"' if author else ""
        return f'<aside class="quote"{named}><blockquote>'
    return f"<div>{escape(told)}</div>" if name == "details" else ""


def _tag(state: StateInline, silent: bool) -> bool:
    tag = _TAG.match(state.src, state.pos, state.posMax)
    if tag is None:
        return False
    if not silent:
        state.push("html_inline", "", 0).content = _html(tag)
    state.pos = tag.end()
    return True


def _line_of_tags(state: StateBlock, line: int, _: int, silent: bool) -> bool:
    """A line that begins with a tag belongs to no paragraph, list or `>` quotation above it."""
    start, end = state.bMarks[line] + state.tShift[line], state.eMarks[line]
    tag = _TAG.match(state.src, start, end)
    if tag is None or tag["name"].lower() not in _BLOCKS or state.is_code_block(line):
        return False
    if not silent:
        # Most lines of tags are one tag alone, and reading a line takes time.
        alone = tag.end() == end
        token = state.push("html_block" if alone else "inline", "", 0)
        token.content = _html(tag) if alone else state.src[start:end]
        token.map = [line, line + 1]
        state.line = line + 1
    return True


_ENDED_BY_TAGS = ["paragraph", "reference", "blockquote", "list"]
_LEVELS = 100
"""How deep lists and quotations nest; both forums show nothing of what stands deeper."""
_LEVELS_IN_LINE = 10
"""A `[` that is not closed takes time by the square of this. A link inside so many others stays as it was typed."""


def _parser(*, levels: int, html: bool) -> MarkdownIt:
    return MarkdownIt("js-default", {"maxNesting": levels, "html": html, "breaks": True})


def _forum(*, html: bool, tags: bool) -> MarkdownIt:
    blocks = _parser(levels=_LEVELS, html=html)
    words = _parser(levels=_LEVELS_IN_LINE, html=html)

    def read_words(state: StateCore) -> None:
        for token in state.tokens:
            if token.type == "inline":
                token.children = []
                words.inline.parse(token.content, words, state.env, token.children)

    blocks.core.ruler.at("inline", read_words)
    if tags:
        blocks.block.ruler.before("table", "tags", _line_of_tags, {"alt": _ENDED_BY_TAGS})
        words.inline.ruler.before("link", "tag", _tag)
    return blocks


_NODEBB = _forum(html=False, tags=False)
_DISCOURSE = _forum(html=True, tags=True)
