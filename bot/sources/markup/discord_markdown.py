"""Discord's Markdown: which lines of a message are quotations.

Discord's clients differ from CommonMark: `> ` quotes one line and `>>> ` all the rest, both only at the start of a line
(after spaces at most), only with the space behind, and never inside code, not even code whose backticks
stand in front of the quotation. Quotations do not nest.
"""

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator

from bot.sources.markup.reading import Reading, cut_spans
from classifier.post import Quotation

_REST = re.compile(r" *>>> ")
_LINES = re.compile(r"(?: *> [^\n]*(?:\n|\Z))+")
_MARK = re.compile(r"^ *> ?", re.MULTILINE)
_CODE_OR_BREAK = re.compile(r"\\[^\w\s]|[`\n]")
_FENCE = "```"
_CUSTOM_EMOJI = re.compile(r"<a?:(\w{2,32}):\d{15,21}>", re.ASCII)


def read_discord(content: str) -> Reading:
    """Part the content of a Discord message into own words and quotations; custom emoji become `:name:`.

    Adjoining `> ` lines are one quotation. Own words keep their line breaks. Mentions are left as they are.
    """
    cut = cut_spans(content, _quoted_spans(content))
    quoted = (_unmarked(quotation.text) for quotation in cut.quotations)
    return Reading(_named_emoji(cut.own), tuple(Quotation(text=_named_emoji(text)) for text in quoted if text))


def _named_emoji(text: str) -> str:
    return _CUSTOM_EMOJI.sub(r":\1:", text)


def _unmarked(quoted: str) -> str:
    return (quoted[3:] if quoted.startswith(">>>") else _MARK.sub("", quoted)).strip()


def _quoted_spans(content: str) -> Iterator[tuple[int, int]]:
    code = _Code(content)
    position = 0
    while position < len(content):
        if _REST.match(content, position):
            yield position, len(content)
            return
        if lines := _LINES.match(content, position):
            yield lines.span()
            position = lines.end()
        else:
            position = code.next_line(position)


class _Code:
    """Finds the lines of a message that do not start inside code.

    Runs of backticks are looked up, not searched for: a search for each would take time by the square of the length.
    """

    def __init__(self, content: str) -> None:
        self._content = content
        runs = [run.span() for run in re.finditer("`+", content)]
        self._run_ends = [end for _, end in runs]
        self._starts: defaultdict[int, list[int]] = defaultdict(list)
        for start, end in runs:
            self._starts[end - start].append(start)

    def next_line(self, position: int) -> int:
        """The start of the first line behind `position` that code does not reach into; the length if there is none."""
        while token := _CODE_OR_BREAK.search(self._content, position):
            position = token.end()
            if token[0] == "\n":
                return position
            if token[0] == "`":
                position = self._behind_code(token.start())
        return len(self._content)

    def _behind_code(self, start: int) -> int:
        """Where the code ends that the backticks at `start` open, or where they end if nothing closes it."""
        end = self._run_ends[bisect_right(self._run_ends, start)]
        if end - start >= len(_FENCE):
            inside = start + len(_FENCE)
            while self._content.startswith("\n", inside):
                inside += 1
            closing = self._content.find(_FENCE, inside + 1)
            if closing >= 0:
                return closing + len(_FENCE)
        # Too many opening backticks are read as fewer, with the others inside the code.
        for length in range(end - start, 0, -1):
            closings = self._starts.get(length, ())
            later = bisect_left(closings, end)
            if later < len(closings):
                return closings[later] + length
        return end
