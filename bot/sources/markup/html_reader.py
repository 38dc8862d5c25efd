"""One walk over a post's HTML, the same for every platform; where platforms differ, a few rules tell it.

Rules go by class (".quote") or by tag ("blockquote"): the first class of an element that has a rule decides, then its
tag. A rule looks at the element and says what it means: a quotation, something to stand in its place, or nothing.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from bot.sources.markup.attribution import words
from bot.sources.markup.flow import Flow
from bot.sources.markup.html_tree import CODE, LINK, is_hidden, parse, tags, without_words
from bot.sources.markup.plain_text import guarded, without_typed_quotations
from bot.sources.markup.reading import Reading
from classifier.post import Quotation


@dataclass(frozen=True, slots=True)
class Quoted:
    """The element holds the words of somebody else, apart from the nodes `told_in`, which only say whose they are."""

    author: str | None = None
    post_id: str | None = None
    told_in: tuple[LexborNode, ...] = ()


@dataclass(frozen=True, slots=True)
class Instead:
    """The element is passed over, and this text stands in its place."""

    text: str


CHROME = Instead("")
"""The element is the platform's own, no word of any author."""

Rule = Callable[[LexborNode], Quoted | Instead | None]
Rules = Mapping[str, Rule]


def chrome(classes: str) -> Rules:
    """Rules for classes, written in one line, whose elements are all chrome."""
    return {f".{name}": lambda _: CHROME for name in classes.split()}


def ordinary(_: LexborNode) -> None:
    """A rule for elements that mean nothing by themselves, whatever the rule for their tag says."""


def html_reader(rules: Rules, *, hidden_words: bool = True) -> Callable[[str], Reading]:
    """A reader of posts by `rules` on top of what holds everywhere: `blockquote`, smileys, shortened addresses.

    The reader never raises and takes time linear to the length of the HTML. A quotation inside a quotation is one of
    its own, in the order in which they begin; those typed by hand, with `>` in front of a line, come last. Paragraphs
    are parted by an empty line, list items begin with "- " or their number, smileys are their alternative text, and
    other images nothing. With `hidden_words` what is not shown at first, a spoiler on most forums, counts as written.
    """
    everywhere: Rules = {"blockquote": lambda _: Quoted(), "img": _smiley, LINK: shortened}
    known = {**everywhere, **rules}

    def read(html: str) -> Reading:
        page = _Page(known, hidden_words)
        trail: list[LexborNode] = []
        node = parse(html)
        while node is not None or trail:
            if node is None:
                node = trail.pop()
                page.leave(node)
                node = node.next
            elif page.enter(node):
                trail.append(node)
                node = node.first_child
            else:
                node = node.next
        return page.reading()

    return read


_PARAGRAPHS = tags("h1 h2 h3 h4 h5 h6 p pre")
_BLOCKS = _PARAGRAPHS | tags(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure "
    "footer form header hgroup hr legend li listing main menu nav ol plaintext search section summary table tbody "
    "tfoot thead tr ul xmp"
)
_CELLS = tags("td th")
_PREFORMATTED = tags("listing plaintext pre xmp")
_START = re.compile(r"\d{1,9}", re.ASCII)


@dataclass(slots=True)
class _Quotation:
    node: LexborNode
    meaning: Quoted
    flow: Flow


class _Page:
    """Collects the own words and the quotations while the tree is walked."""

    def __init__(self, rules: Rules, hidden_words: bool) -> None:
        self._rules = rules
        self._hidden_words = hidden_words
        self._own = Flow()
        self._flow = self._own
        self._open: list[_Quotation] = []
        self._quotations: list[_Quotation] = []
        self._told: set[int] = set()
        self._numbers: list[int | None] = []
        self._preformatted = 0
        self._code = 0
        self._broken = False

    def enter(self, node: LexborNode) -> bool:
        """Take in what the node says by itself; whether what it holds is to be read too."""
        if self._told and node.mem_id in self._told:
            return False
        tag = node.tag or ""
        if node.is_text_node:
            self._write(node.text_content or "")
            return False
        attributes = node.attributes
        meaning = self._meaning(node, tag, attributes.get("class"))
        if isinstance(meaning, Instead):
            self._part(tag)
            self._write(meaning.text)
            self._part(tag)
            return False
        if without_words(tag) or (not self._hidden_words and is_hidden(attributes)):
            return False
        if meaning is not None:
            self._begin(_Quotation(node, meaning, Flow()))
        self._open_tag(tag, attributes)
        return True

    def leave(self, node: LexborNode) -> None:
        """Close what entering the node opened."""
        tag = node.tag or ""
        self._preformatted -= tag in _PREFORMATTED
        self._code -= tag == CODE
        if tag in ("ol", "ul"):
            self._numbers.pop()
        self._part(tag)
        if tag == "li":
            self._flow.bullet("")
        if self._open and self._open[-1].node is node:
            self._open.pop()
            self._flow = self._open[-1].flow if self._open else self._own

    def reading(self) -> Reading:
        """What was collected."""
        quotations = (
            Quotation(text=text, author=quotation.meaning.author, post_id=quotation.meaning.post_id)
            for quotation in self._quotations
            if (text := quotation.flow.text)
        )
        return without_typed_quotations(Reading(self._own.text, tuple(quotations)))

    def _meaning(self, node: LexborNode, tag: str, classes: str | None) -> Quoted | Instead | None:
        if classes:
            for name in classes.split():
                if rule := self._rules.get(f".{name}"):
                    return rule(node)
        rule = self._rules.get(tag)
        return rule(node) if rule else None

    def _begin(self, quotation: _Quotation) -> None:
        self._flow.separate(2)
        self._flow = quotation.flow
        self._open.append(quotation)
        self._quotations.append(quotation)
        self._told.update(node.mem_id for node in quotation.meaning.told_in)

    def _open_tag(self, tag: str, attributes: Mapping[str, str | None]) -> None:
        self._part(tag)
        self._preformatted += tag in _PREFORMATTED
        self._code += tag == CODE
        if tag == "br":
            self._flow.newline()
            self._broken = True
        elif tag == "ol":
            start = _START.match(attributes.get("start") or "")
            self._numbers.append(int(start[0]) if start else 1)
        elif tag == "ul":
            self._numbers.append(None)
        elif tag == "li":
            self._flow.bullet(self._mark())

    def _mark(self) -> str:
        number = self._numbers[-1] if self._numbers else None
        if number is None:
            return "- "
        self._numbers[-1] = number + 1
        return f"{number}. "

    def _write(self, text: str) -> None:
        if not (self._preformatted or self._code):
            self._flow.write(text)
        elif self._broken and not self._preformatted:
            # Platforms that break lines of code by <br> break them a second time for the reader of the source.
            self._flow.write_as_is(guarded(text.removeprefix("\n")))
        else:
            self._flow.write_as_is(guarded(text))
        self._broken = False

    def _part(self, tag: str) -> None:
        if tag in _CELLS:
            self._flow.space()
        elif tag in _BLOCKS:
            self._flow.separate(2 if tag in _PARAGRAPHS else 1)


_SMILEY = re.compile(r"emoji|smil|inlineimg", re.IGNORECASE)
_NAME = re.compile(r"\w[\w ]*")


def _smiley(node: LexborNode) -> Instead:
    attributes = node.attributes
    if not _SMILEY.search(attributes.get("class") or ""):
        return CHROME
    text = attributes.get("alt") or attributes.get("title") or ""
    # Some platforms tell what the smiley is called ("Big Grin"), not what was typed.
    return Instead(f":{text}:" if _NAME.fullmatch(text) else text)


_SCHEME = re.compile(r"\A\w+://(?:www\.)?", re.ASCII)
_GAP = re.compile(r" ?(?:\.\.\.|…) ?")


def shortened(node: LexborNode) -> Instead | None:
    """The whole address where a link shows it with a gap."""
    address = node.attributes.get("href")
    if not address:
        return None
    shown = _GAP.split(words(node))
    if len(shown) != 2:
        return None
    whole = _SCHEME.sub("", address)
    head, tail = _SCHEME.sub("", shown[0]), shown[1]
    return Instead(address) if head and whole.startswith(head) and whole.endswith(tail) else None
