"""Plain text as mail and news have quoted since before the web: `>` in front of every quoted line."""

import re
from dataclasses import dataclass, field, replace

from bot.sources.markup.reading import Reading
from classifier.post import Quotation

_LINE_END = re.compile(r"\r\n?|\n")
_SMILEY = r"[:;][-']?\S(?!\S)|[._][<>]|="
_MARKS = re.compile(rf"\s*+((?:>(?!{_SMILEY})[ \t]?)++)")
"""`>` makes no quotation in `>:(`, `>_<` and `>= 3`."""

_LEVELS = 100
"""Nobody answers so often; what stands deeper is taken for one quotation."""

_ATTRIBUTION = re.compile(r"\b(?:wrote|writes|said|says|posted):$", re.IGNORECASE)
_LONGEST_ATTRIBUTION = 160
_LONGEST_NAME = 40
_DATED = re.compile(r"(?:On|In) .*(?:,|\d:\d\d(?::\d\d)?(?: ?[AP]M)?(?: [-+]\d{4})?) (.+)", re.IGNORECASE)
_ADDRESS = re.compile(r"\s*<[^<>]*>")
_SENTENCE = re.compile(r"[!?;:]|[.,]\s")


@dataclass(slots=True)
class _Words:
    """Lines that one person wrote, as they are gathered."""

    author: str | None = None
    lines: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(self.lines).strip()


def read_quoted_text(text: str) -> Reading:
    """Part plain text into own words and quotations; never raises, in time linear to the length of the text.

    Lines that begin with `>` are quoted, `> >` once more: those are a Quotation of their own. A line in front such as
    `Bob wrote:` or `On 5 Jan 2026 at 10:00, Bob <bob@example.org> wrote:` names the author and is nobody's words.
    """
    own = [_Words()]
    quoted: list[_Words] = []
    levels = [own[0]]
    for line in _LINE_END.split(text):
        marks = _MARKS.match(line)
        depth = min(marks[1].count(">"), _LEVELS) if marks else 0
        if not depth and len(levels) > 1:
            own.append(_Words())
            levels = [own[-1]]
        del levels[depth + 1 :]
        while len(levels) <= depth:
            quoted.append(_Words(_taken_attribution(levels[-1])))
            levels.append(quoted[-1])
        levels[-1].lines.append(line[marks.end() :] if marks else line)
    return Reading(
        "\n\n".join(part.text for part in own if part.text),
        tuple(Quotation(text=quote.text, author=quote.author) for quote in quoted if quote.text),
    )


_GUARD = "\0"
"""Stands for ">" while text is code. No text in HTML can hold this character."""


def guarded(code: str) -> str:
    """Code as it may stand among own words without being read as a quotation: `>` quotes nobody there."""
    return code.replace(">", _GUARD)


def without_typed_quotations(reading: Reading) -> Reading:
    """The reading of other markup, less what its author quoted by hand, which comes last; `guarded` code is code again.

    The own words must hold no NUL but those of `guarded`.
    """
    typed = read_quoted_text(reading.own)
    return Reading(_shown(typed.own), tuple(map(_shown_quotation, (*reading.quotations, *typed.quotations))))


def _shown(text: str) -> str:
    return text.replace(_GUARD, ">")


def _shown_quotation(found: Quotation) -> Quotation:
    return replace(found, text=_shown(found.text), author=found.author and _shown(found.author))


def _taken_attribution(words: _Words) -> str | None:
    """The author named by the last line, or by the one above an empty line; the line is taken away."""
    for count in (1, 2):
        if len(words.lines) < count:
            return None
        if line := words.lines[-count].strip():
            author = _author(line)
            if author:
                del words.lines[-count:]
            return author
    return None


def _author(line: str) -> str | None:
    verb = _ATTRIBUTION.search(line) if len(line) <= _LONGEST_ATTRIBUTION else None
    if verb is None:
        return None
    name = _ADDRESS.sub("", line[: verb.start()]).strip()
    if dated := _DATED.fullmatch(name):
        name = dated[1]
    # A longer line, or one with a sentence in it, holds words of the one who quotes.
    return None if len(name) > _LONGEST_NAME or _SENTENCE.search(name) else name.removeprefix("@") or None
