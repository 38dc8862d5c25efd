"""Archives of posts: JSON lines and CSV, plain or gzipped, and Parquet, in the fields of `bot.sources.post_lines`."""

import csv
import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from bot.scan.parquet import parquet_rows
from bot.sources.post_lines import SOURCE, read_entry, read_object
from classifier.errors import DataError
from classifier.post import Post

LONGEST_FIELD = 10_000_000
"""Characters of one CSV field; Python's own limit is below the longest posts."""


def read_posts(path: Path) -> Iterator[tuple[int, Post | DataError]]:
    """Each post of a file with the number of its line, or what is wrong with that line.

    Raises DataError when the file as a whole cannot be read, and OSError.
    """
    for line, row in _rows(path):
        try:
            entry = read_entry(row() if callable(row) else row, SOURCE)
        except DataError as error:
            yield line, error
        else:
            if isinstance(entry, Post):
                yield line, entry


def _rows(path: Path) -> Iterator[tuple[int, Any]]:
    if path.suffix == ".parquet":
        return parquet_rows(path)
    return _csv_rows(path) if ".csv" in path.suffixes else _json_rows(path)


def _json_rows(path: Path) -> Iterator[tuple[int, Any]]:
    with _opened(path) as file:
        for line, text in enumerate(file, start=1):
            if text.strip():
                yield line, lambda text=text: read_object(text)


def _csv_rows(path: Path) -> Iterator[tuple[int, Any]]:
    csv.field_size_limit(LONGEST_FIELD)
    with _opened(path) as file, io.TextIOWrapper(file, encoding="utf-8-sig", newline="") as text:
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


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    if path.suffix != ".gz":
        with path.open("rb") as file:
            yield file
        return
    try:
        with gzip.open(path) as unpacked:
            yield unpacked  # type: ignore[misc]
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise DataError(f"{path}: damaged or not a gzip file; make it again or unpack it yourself") from error
