"""BBCode as members of XenForo, phpBB, SMF, MyBB and vBulletin type it: one language in five dialects.

The dialects differ in how a quotation names its author and post; see `_author` and `_POST_ID`.
"""

import re
from dataclasses import dataclass, field
from html import unescape

from bot.sources.markup.flow import Flow
from bot.sources.markup.plain_text import guarded, without_typed_quotations
from bot.sources.markup.reading import Reading
from classifier.post import Quotation


def _names(names: str) -> frozenset[str]:
    return frozenset(names.split())


_CODE = _names("code html php pre")
_UNREAD = _names("c icode nobbc noparse plain")
_WITHOUT_WORDS = _names("attach attachment bbvideo img media video youtube")
_RAW = _CODE | _UNREAD | _WITHOUT_WORDS
"""Up to the closing tag, brackets are only brackets."""

_ITEMS = _names("* li")
_CELLS = _names("td th")
_LISTS = _names("list ol ul")
_LINES = _LISTS | _names("center centre div hr indent justify left right spoiler table tr")
_PARAGRAPHS = _names("h h1 h2 h3 h4 h5 h6 heading")
_FORMATTING = _names(
    "abbr acronym align anchor b background bgcolor bold color colour del email em face float font ftp glow hide "
    "highlight i ins inlinespoiler ispoiler iurl ltr mention move post quote rtl s shadow size small strike strong sub "
    "sup tbody thead thread topic tt u url user"
)

_TAG = re.compile(
    r"""\[ (?P<slash>/?) (?P<name>[a-z][a-z0-9]*|\*)
        (?P<told> (?: = (?: "[^"\n]*" | '[^'\n]*' | \[[^][\n]*\] )? | \s[a-z_-]+= (?: "[^"\n]*" | '[^'\n]*' )? )
                  [^][\n]* )? \]""",
    re.IGNORECASE | re.VERBOSE | re.ASCII,
)
"""`[name]`, `[name=…]`, `[name key=…]` or `[/name]`, all in one line: other words in brackets are just words. Names of
clans begin with brackets, so a value may, and in quotation marks it may hold any."""

_RAW_END = {name: re.compile(rf"\[/{name}\]", re.IGNORECASE | re.ASCII) for name in _RAW}
_ANY_RAW_END = re.compile(rf"\[/({'|'.join(_RAW)})\]", re.IGNORECASE | re.ASCII)
_REST_OF_LINE = re.compile(r"\A[ \t]*\n")
_NEWLINE = re.compile(r"\r\n?")

_QUOTED_VALUE = re.compile(r"""(["'])(.*?)\1""")
_NEXT_KEY = re.compile(r"\s[a-z_-]+=", re.IGNORECASE | re.ASCII)
_ALT = re.compile(r"""\salt=(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_NUMBERED = re.compile(r"=['\"]?[1ai]\b|decimal|roman|alpha", re.IGNORECASE)

_POST_ID = re.compile(
    r"""  ,[ ]post:[ ]?(\d+)                       # XenForo
        | \s(?:post_id|pid)=["']?(\d+)            # phpBB, MyBB
        | \slink=(?:topic=[\d.]+)?msg=?(\d+)      # SMF
        | ;n?(\d+)["']?\s*$                       # vBulletin""",
    re.VERBOSE | re.ASCII,
)
_AFTER_NAME = re.compile(r", [a-z-]+: ?\d+|;n?\d+\s*$", re.ASCII)


def read_bbcode(source: str) -> Reading:
    """Part BBCode into own words and quotations; never raises, in time linear to the length of the source.

    A quotation inside a quotation is one of its own, in the order in which they begin; one that is not closed goes on
    to the end; those typed by hand, with `>` in front of a line, come last. Links are read as their words, images as
    their alternative text, list items with "- " or their number in front, and spoilers like anything else.
    """
    source = _NEWLINE.sub("\n", source).replace("\0", "")
    last_ends = {end[1].lower(): end.start() for end in _ANY_RAW_END.finditer(source)}
    page = _Page()
    position = 0
    while tag := _TAG.search(source, position):
        page.text(source[position : tag.start()])
        name, told, position = tag["name"].lower(), tag["told"] or "", tag.end()
        has_end = not tag["slash"] and position <= last_ends.get(name, -1)
        if end := _RAW_END[name].search(source, position) if has_end else None:
            page.raw(name, told, source[position : end.start()])
            position = end.end()
        elif not page.tag(name, told, closing=bool(tag["slash"])):
            page.text(tag[0])
    page.text(source[position:])
    return without_typed_quotations(page.reading())


@dataclass(slots=True)
class _Words:
    """What one person wrote, as it is gathered."""

    told: str = ""
    flow: Flow = field(default_factory=Flow)
    numbers: list[int | None] = field(default_factory=list)
    """For each open list the number of its next item; None where items have no number."""


class _Page:
    """Collects the own words and the quotations while the tags go by."""

    def __init__(self) -> None:
        self._own = self._words = _Words()
        self._open: list[_Words] = []
        self._quoted: list[_Words] = []
        self._on_new_line = False

    def text(self, text: str) -> None:
        """Add what stands between two tags; the line break behind a block belongs to the block."""
        if self._on_new_line and text:
            text = _REST_OF_LINE.sub("", text)
            self._on_new_line = False
        first, *others = text.split("\n")
        self._words.flow.write(first)
        for line in others:
            self._words.flow.newline()
            self._words.flow.write(line)

    def raw(self, name: str, told: str, text: str) -> None:
        """Add what stands between an opening and a closing tag that let no tags be read between them."""
        if name in _CODE:
            self._separate(2)
            self._words.flow.write_as_is(guarded(text.strip("\n")))
            self._separate(2)
        elif name in _UNREAD:
            self.text(guarded(text))
        elif alternative := _ALT.search(told):
            self._words.flow.write(alternative[1] or alternative[2] or "")

    def tag(self, name: str, told: str, *, closing: bool) -> bool:
        """Heed a tag; whether it is one."""
        if name == "quote":
            self._end_quotation() if closing else self._begin_quotation(told)
        elif name in _ITEMS:
            self._item(closing)
        elif name in _CELLS:
            self._words.flow.space()
        elif name == "br":
            self._words.flow.newline()
        elif name in _PARAGRAPHS:
            self._separate(2)
        elif name in _LINES:
            self._line(name, told, closing)
        else:
            return name in _FORMATTING or name in _RAW
        return True

    def reading(self) -> Reading:
        """What was collected."""
        return Reading(
            self._own.flow.text,
            tuple(
                Quotation(text=text, author=_author(words.told), post_id=_post_id(words.told))
                for words in self._quoted
                if (text := words.flow.text)
            ),
        )

    def _begin_quotation(self, told: str) -> None:
        self._separate(2)
        self._words = _Words(told)
        self._open.append(self._words)
        self._quoted.append(self._words)

    def _end_quotation(self) -> None:
        if self._open:
            self._open.pop()
            self._words = self._open[-1] if self._open else self._own
            self._separate(2)

    def _line(self, name: str, told: str, closing: bool) -> None:
        self._separate(1)
        words = self._words
        if name in _LISTS:
            words.flow.bullet("")
            if not closing:
                words.numbers.append(1 if name == "ol" or _NUMBERED.search(told) else None)
            elif words.numbers:
                words.numbers.pop()
        elif name == "spoiler" and told:
            words.flow.write(_value(told))
            self._separate(1)

    def _item(self, closing: bool) -> None:
        self._separate(1)
        words = self._words
        number = words.numbers[-1] if words.numbers else None
        if closing:
            words.flow.bullet("")
        elif number is None:
            words.flow.bullet("- ")
        else:
            words.flow.bullet(f"{number}. ")
            words.numbers[-1] = number + 1

    def _separate(self, lines: int) -> None:
        self._words.flow.separate(lines)
        self._on_new_line = True


def _value(told: str) -> str:
    """The value of the first key, without its quotation marks and the keys behind it."""
    value = told.partition("=")[2]
    quoted = _QUOTED_VALUE.match(value)
    return quoted[2] if quoted else _NEXT_KEY.split(value, maxsplit=1)[0]


def _author(told: str) -> str | None:
    """The name in `="name, post: 1"`, `=name post_id=2`, ` author=name link=…`, `="name" pid='2'` and `=name;123`."""
    if told.partition("=")[0].strip().lower() not in ("", "author"):
        return None
    return _AFTER_NAME.split(unescape(_value(told)), maxsplit=1)[0].strip() or None


def _post_id(told: str) -> str | None:
    found = _POST_ID.search(told)
    return found[found.lastindex or 0] if found else None
