"""Posts as JSON objects: how files, one object a line, and programs hand posts to flagpost in its own form.

Fields: `id` and `text`, or `html`; and, where known, `author` (an id), `author_name`, `thread`, `place`, `place_name`,
`link` and `created_at`. `format` names the markup of `text` or `html`, as in READERS; `text` without it is plain, and
may have `quotes`: a list of `{"start", "end"}` that are somebody else's words. `"deleted": true` says that a post is
gone; it needs no more than the id. Further fields are passed over.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.sources.markup import READERS, CutText, Reading, cut_spans
from bot.sources.payloads import read_json
from bot.store.limits import LONGEST_ID
from classifier.assessment import Span
from classifier.errors import DataError
from classifier.post import Post, PostKey

SOURCE = "file"

Read = Callable[[str], Reading]


@dataclass(frozen=True, slots=True)
class PostLine:
    """A post read from a line; `cut` leads from its own words back to the line's `text` (None for markup)."""

    post: Post
    cut: CutText | None

    def in_input(self, span: Span) -> list[Span]:
        """The span in characters of the line's `text`: several pieces where a quotation stood in between.

        For markup, whose characters have no place in the own words, the span as it is.
        """
        if self.cut is None:
            return [span]
        return [Span(start, end, span.weight) for start, end in self.cut.origin(span.start, span.end)]


def read_post_line(line: bytes, read_html: Read | None = None) -> PostLine:
    """Read the post of one line; `read_html` reads `html` whose line names no format.

    Raises DataError, without the line's number and without a word of it, when it is not a post.
    """
    return _post(read_object(line), SOURCE, read_html)


def read_entry(row: object, source: str) -> Post | PostKey:
    """The post that an object holds, or the key of one that it says is gone. Raises DataError as `read_post_line`."""
    row = _checked(row)
    deleted = row.get("deleted", False)
    if not isinstance(deleted, bool):
        raise DataError(f"`deleted`: expected true or false, got {_kind(deleted)}")
    return PostKey(source, _post_id(row)) if deleted else _post(row, source, READERS["html"]).post


def parted(entries: Iterable[Post | PostKey]) -> tuple[tuple[Post, ...], tuple[PostKey, ...]]:
    """The posts on one side, the keys of those that are gone on the other: those that do not come again later on."""
    posts: list[Post] = []
    gone: dict[PostKey, None] = {}
    for entry in entries:
        if isinstance(entry, Post):
            posts.append(entry)
            gone.pop(entry.key, None)
        else:
            gone[entry] = None
    return tuple(posts), tuple(gone)


def read_object(line: bytes) -> dict[str, Any]:
    """The JSON object that stands in a line. Raises DataError."""
    return _checked(read_json(line))


def _post(row: dict[str, Any], source: str, read_html: Read | None) -> PostLine:
    post_id = _post_id(row)
    if ("text" in row) == ("html" in row):
        raise DataError("a post needs either `text` or `html`" + (", not both" if "text" in row else ""))
    reading = _reading(row, read_html)
    author, name = _identifier(row, "author"), _identifier(row, "author_name")
    place = _identifier(row, "place")
    place_name = _identifier(row, "place_name") or place
    post = Post(
        source=source,
        id=post_id,
        text=reading.own,
        quotations=reading.quotations,
        author=author or (f"name:{name}" if name else None),
        author_name=name or author,
        thread=_identifier(row, "thread"),
        place=place,
        place_name=f"{source} › {place_name}" if place_name else source,
        created_at=_time(row),
        link=_identifier(row, "link"),
    )
    return PostLine(post, reading if isinstance(reading, CutText) else None)


def _reading(row: dict[str, Any], read_html: Read | None) -> Reading:
    read = read_html if "html" in row else None
    if "format" in row:
        name = _string(row, "format")
        if name not in READERS:
            raise DataError(f"`format`: not one of {', '.join(sorted(READERS))}")
        read = READERS[name]
    elif "text" in row:
        return _cut(_string(row, "text"), row.get("quotes"))
    if read is None:
        raise DataError("the post is `html`; say how to read it with --format html")
    return read(_string(row, "html" if "html" in row else "text"))


def _checked(row: object) -> dict[str, Any]:
    if not isinstance(row, dict):
        raise DataError(f"expected a JSON object, got {_kind(row)}")
    return row


def _post_id(row: dict[str, Any]) -> str:
    post_id = _identifier(row, "id")
    if post_id is None:
        raise DataError("`id` is missing; every post needs one")
    if len(post_id) > LONGEST_ID:
        raise DataError(f"`id`: longer than {LONGEST_ID} characters")
    return post_id


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
