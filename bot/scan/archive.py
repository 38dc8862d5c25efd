"""Archives of posts: JSON lines and CSV, plain or gzipped, and Parquet, in the fields of `bot.sources.post_lines`."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot.scan.parquet import parquet_rows
from bot.sources.post_lines import SOURCE, read_entry, read_object
from classifier.errors import DataError
from classifier.post import Post
from classifier.unpacked import unpacked

Row = bytes | dict[str, Any]
"""A line of JSON, or the fields of a table's row."""

LONGEST_FIELD = 10_000_000
"""Characters of one CSV field; Python's own limit is below the longest posts."""


def read_posts(path: Path) -> Iterator[tuple[int, Post | DataError]]:
    """Each post of a file with the number of its line, or what is wrong with that line.

    Raises DataError when the file as a whole cannot be read, and OSError.
    """
    for line, row in read_rows(path):
        try:
            post = read_row(row)
        except DataError as error:
            yield line, error
        else:
            if post is not None:
                yield line, post


def read_row(row: Row) -> Post | None:
    """The post of a row; None when it says that a post is gone. Raises DataError when it is neither."""
    entry = read_entry(row if isinstance(row, dict) else read_object(row), SOURCE)
    return entry if isinstance(entry, Post) else None


def read_rows(path: Path) -> Iterator[tuple[int, Row]]:
    """Each row of a file, unread, with the number of its line. Raises as `read_posts`."""
    if path.suffix == ".parquet":
        return parquet_rows(path)
    return _csv_rows(path) if ".csv" in path.suffixes else _json_rows(path)


def _json_rows(path: Path) -> Iterator[tuple[int, Row]]:
    with unpacked(path) as file:
        yield from ((line, text) for line, text in enumerate(file, start=1) if text.strip())


def _csv_rows(path: Path) -> Iterator[tuple[int, Row]]:
    csv.field_size_limit(LONGEST_FIELD)
    with unpacked(path) as file, io.TextIOWrapper(file, encoding="utf-8-sig", newline="") as text:
        try:
            reader = csv.DictReader(text)
            if missing := {"id", "text"} - set(reader.fieldnames or ()):
                raise DataError(
                    f"{path}: the first line has to name the columns, and `{min(missing)}` is not among them"
                )
            for row in reader:
                yield reader.line_num, {name: value for name, value in row.items() if name == "text" or value}
        except (csv.Error, UnicodeDecodeError) as error:
            raise DataError(f"{path}: not CSV in UTF-8 ({error}); save it anew as that") from error
