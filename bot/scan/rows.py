"""Rows in the file format that was asked for."""

import csv
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from bot.scan.parquet import write_parquet
from bot.statistics.csv_file import safe_cell
from classifier.whole_file import whole_file

Row = Mapping[str, Any]


class Format(StrEnum):
    """What a file of rows may be."""

    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"


def write_rows(path: Path, format: Format, kinds: Mapping[str, type], rows: Iterable[Row]) -> None:
    """Write all rows in place of what the file held, or nothing.

    `kinds` names the columns of a table, each str, int, float, datetime or list (of str); a row has some of them. In
    JSON lines rows stand as they are; in tables an object in a row becomes the columns that its names name, and
    objects in a list their ids. Raises OSError, and DataError where Parquet is not installed.
    """
    with whole_file(path) as fresh:
        match format:
            case Format.JSONL:
                with fresh.open("w", encoding="utf-8") as lines:
                    lines.writelines(json.dumps(row, ensure_ascii=False, default=_written) + "\n" for row in rows)
            case Format.CSV:
                # With a byte order mark spreadsheets read the letters right.
                with fresh.open("w", encoding="utf-8-sig", newline="") as lines:
                    writer = csv.DictWriter(lines, list(kinds))
                    writer.writeheader()
                    writer.writerows({name: _cell(value) for name, value in _flat(row).items()} for row in rows)
            case Format.PARQUET:
                write_parquet(fresh, kinds, map(_flat, rows))


def _flat(row: Row) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in row.items():
        if isinstance(value, Mapping):
            flat |= value
        elif isinstance(value, list):
            flat[name] = [each["id"] if isinstance(each, Mapping) else each for each in value]
        else:
            flat[name] = value
    return flat


def _cell(value: Any) -> Any:
    return safe_cell(" ".join(value) if isinstance(value, list) else _written(value))


def _written(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
