"""HTML of no platform in particular: what a reader of the page would see, with the quotations taken out."""

from selectolax.lexbor import LexborNode

from bot.sources.markup.flow import Flow
from bot.sources.markup.html_tree import parse, tags, walk
from bot.sources.markup.reading import Reading
from classifier.post import Quotation

_PARAGRAPHS = tags("h1 h2 h3 h4 h5 h6 p pre")
_BLOCKS = _PARAGRAPHS | tags(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure "
    "footer form header hgroup hr legend li listing main menu nav ol plaintext search section summary table tbody "
    "tfoot thead tr ul xmp"
)
_CELLS = tags("td th")
_PREFORMATTED = tags("listing plaintext pre samp xmp")

_QUOTING_TAGS = tags("aside div section table td")
_QUOTING_CLASSES = frozenset(
    ("bbCodeQuote", "bbcode_quote", "gmail_quote", "onebox", "quote", "quote-block", "quotecontent")
)
_WHOLE_POST_CLASSES = frozenset(("messageText", "postcontent"))
"""XenForo 1 and vBulletin 4 put every post, quotations and own words alike, into a blockquote."""


def read_html(html: str) -> Reading:
    """Part HTML into own words and quotations; never raises, in time linear to the length of the HTML.

    Quotations are `blockquote` and the containers in which forums set quotations and previews of linked pages. The
    outermost one is the Quotation, and quotations inside it are lines of its text: who said which of them is lost.
    Paragraphs are parted by an empty line, list items begin with "- ", images are their alternative text (emoji).
    """
    page = _Page()
    for node, entering in walk(parse(html)):
        if node.is_text_node:
            if entering:
                page.text(node.text_content or "")
        elif entering:
            page.enter(node, node.tag or "")
        else:
            page.leave(node, node.tag or "")
    return Reading(page.own.text, tuple(page.quotations))


class _Page:
    """Collects the own words and the quotations while the tree is walked."""

    def __init__(self) -> None:
        self.own = Flow()
        self.quotations: list[Quotation] = []
        self._flow = self.own
        self._quote: LexborNode | None = None
        self._preformatted = 0

    def text(self, text: str) -> None:
        if self._preformatted:
            self._flow.write_as_is(text)
        else:
            self._flow.write(text)

    def enter(self, node: LexborNode, tag: str) -> None:
        if self._quote is None and _quotes(node, tag):
            self.own.separate(2)
            self._quote, self._flow = node, Flow()
        self._part(tag)
        self._preformatted += tag in _PREFORMATTED
        if tag == "br":
            self._flow.newline()
        elif tag == "img":
            self._flow.write(node.attributes.get("alt") or "")
        elif tag == "li":
            self._flow.bullet("- ")

    def leave(self, node: LexborNode, tag: str) -> None:
        self._preformatted -= tag in _PREFORMATTED
        self._part(tag)
        if tag == "li":
            self._flow.bullet("")
        if node is self._quote:
            if text := self._flow.text:
                self.quotations.append(Quotation(text=text))
            self._quote, self._flow = None, self.own

    def _part(self, tag: str) -> None:
        if tag in _CELLS:
            self._flow.space()
        elif tag in _BLOCKS:
            self._flow.separate(2 if tag in _PARAGRAPHS else 1)


def _quotes(node: LexborNode, tag: str) -> bool:
    if tag != "blockquote" and tag not in _QUOTING_TAGS:
        return False
    classes = (node.attributes.get("class") or "").split()
    if tag == "blockquote":
        return _WHOLE_POST_CLASSES.isdisjoint(classes)
    return not _QUOTING_CLASSES.isdisjoint(classes)
