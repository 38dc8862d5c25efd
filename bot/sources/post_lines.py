"""Posts as JSON lines, one object a line: how files hand posts to flagpost.

Fields: `id` and `text`, or `html` with a reader for it; and, where known, `author`, `thread`, `created_at` and, with
`text`, `quotes`: a list of `{"start", "end"}` that are somebody else's words. Further fields are passed over.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.sources.markup import CutText, Reading, cut_spans
from classifier.assessment import Span
from classifier.errors import DataError
from classifier.post import Post

SOURCE = "file"


@dataclass(frozen=True, slots=True)
class PostLine:
    """A post read from a line; `cut` leads from its own words back to the line's `text` (None for `html`)."""

    post: Post
    cut: CutText | None

    def in_input(self, span: Span) -> list[Span]:
        """The span in characters of the line's `text`: several pieces where a quotation stood in between.

        For `html`, whose characters have no place in the own words, the span as it is.
        """
        if self.cut is None:
            return [span]
        return [Span(start, end, span.weight) for start, end in self.cut.origin(span.start, span.end)]


def read_post_line(line: bytes, read_html: Callable[[str], Reading] | None = None) -> PostLine:
    """Read one line; raises DataError, without the line's number, when it is not a post."""
    row = _object(line)
    post_id = _identifier(row, "id")
    if post_id is None:
        raise DataError("`id` is missing; every post needs one")
    if ("text" in row) == ("html" in row):
        raise DataError("a post needs either `text` or `html`" + (", not both" if "text" in row else ""))
    cut = None
    if "html" in row:
        if read_html is None:
            raise DataError("the post is `html`; say how to read it with --format html")
        reading = read_html(_string(row, "html"))
        own, quotations = reading.own, reading.quotations
    else:
        cut = _cut(_string(row, "text"), row.get("quotes"))
        own, quotations = cut.own, cut.quotations
    post = Post(
        source=SOURCE,
        id=post_id,
        text=own,
        quotations=quotations,
        author=_identifier(row, "author"),
        author_name=_identifier(row, "author"),
        thread=_identifier(row, "thread"),
        created_at=_time(row),
    )
    return PostLine(post, cut)


def _object(line: bytes) -> dict[str, Any]:
    try:
        # Editors on Windows put a byte order mark in front of a file.
        row = json.loads(line.decode("utf-8-sig").rstrip())
    except UnicodeDecodeError as error:
        raise DataError(f"not UTF-8 at byte {error.start + 1}; save the file as UTF-8") from error
    except json.JSONDecodeError as error:
        raise DataError(f"not JSON at character {error.pos + 1}: {error.msg}") from error
    except (RecursionError, ValueError) as error:
        raise DataError("nested too deeply, or with a number too long, for a post") from error
    if not isinstance(row, dict):
        raise DataError(f"expected a JSON object, got {_kind(row)}")
    return row


def _string(row: dict[str, Any], name: str) -> str:
    value = row[name]
    if not isinstance(value, str):
        raise DataError(f"`{name}`: expected a string, got {_kind(value)}")
    return value


def _identifier(row: dict[str, Any], name: str) -> str | None:
    value = row.get(name)
    if value is None or (isinstance(value, str) and value):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise DataError(f"`{name}`: expected a name or a whole number, got {_kind(value)}")


def _time(row: dict[str, Any]) -> datetime | None:
    value = row.get("created_at")
    if value is None:
        return None
    try:
        time = datetime.fromisoformat(value)
        return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)
    except (TypeError, ValueError, OverflowError) as error:
        raise DataError("`created_at`: expected a time such as 2026-03-02T18:30:00Z") from error


def _cut(text: str, quotes: Any) -> CutText:
    try:
        spans = [(quote["start"], quote["end"]) for quote in quotes or []]
    except (TypeError, KeyError) as error:
        raise DataError('`quotes`: expected a list of {"start": …, "end": …}') from error
    try:
        return cut_spans(text, spans)
    except ValueError as error:
        raise DataError(f"`quotes`: {error}") from error


def _kind(value: Any) -> str:
    if value == "":
        return "an empty string"
    names = {dict: "an object", list: "a list", str: "a string", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")
