"""Labelled posts in a table: the rows of a CSV file, as the fields that a line of JSON would have."""

import csv
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from classifier.errors import DataError
from classifier.labels import Label

SEPARATORS = str.maketrans(";,|", "   ")
"""What may stand between the names of several labels in one cell."""

YES, NO = frozenset({"1", "1.0", "true", "yes", "y", "x"}), frozenset({"", "0", "0.0", "false", "no", "n"})


def csv_rows(lines: Iterable[bytes], names: Collection[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    """The line on which each row begins, from 1, and its fields: `id` and `text`, `provenance` (else `forum`), …

    Labels stand in a column `labels`, several with a space, comma or semicolon in between, or each of `names` has a
    column of its own with yes or no. Columns that no post knows are passed over. Raises DataError, without the file's
    name, when the first line names no `id` or `text` or no labels, or when the file is no CSV.
    """
    reader = csv.DictReader(_decoded(lines), strict=True)
    try:
        columns = [name for name in reader.fieldnames or () if name]
        wanted = [name for name in columns if name in names]
        for name in ("id", "text"):
            if name not in columns:
                raise DataError(f"1: the first line has to name the columns, and names no {name!r}")
        if "labels" not in columns and not wanted:
            ours = ", ".join(f"`{label}`" for label in Label)
            raise DataError(f"1: no column `labels`, {ours}; flagpost train takes another with --label NAME=LABEL")
        start = reader.line_num + 1
        for row in reader:
            yield start, _fields(row, wanted)
            start = reader.line_num + 1
    except csv.Error as error:
        raise DataError(f"{reader.line_num}: not CSV ({error}); save the table as CSV with commas") from error


def _fields(row: dict[str, Any], wanted: Collection[str]) -> dict[str, Any]:
    known = ("id", "text", "provenance", "topic", "note", "thread", "author", "created_at")
    fields: dict[str, Any] = {name: row[name] for name in known if row.get(name)}
    labels = (row.get("labels") or "").translate(SEPARATORS).split()
    for name in wanted:
        said = (row[name] or "").strip().lower()
        if said in YES:
            labels.append(name)
        elif said not in NO:
            fields["labels"] = {name: said}  # told as a mistake by whoever reads the fields
    return {"provenance": "forum", "text": "", "id": "", "labels": labels, **fields}


def _decoded(lines: Iterable[bytes]) -> Iterator[str]:
    for number, line in enumerate(lines, start=1):
        try:
            yield line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            raise DataError(f"{number}: not UTF-8 at byte {error.start + 1}; save the file as UTF-8") from error
