"""Parquet files of rows. Needs the extra `parquet`."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from classifier.errors import DataError

AT_ONCE = 10_000
"""Rows read or written together."""


def parquet_rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """The number of each row, from 1, and its fields as a line of JSON has them; empty ones are left out.

    Raises DataError when the file is no Parquet, or has no column `id`, or neither `text` nor `html`.
    """
    arrow = _arrow()
    from pyarrow.parquet import ParquetFile

    try:
        with ParquetFile(path) as file:
            names = set(file.schema_arrow.names)
            if "id" not in names or names.isdisjoint({"text", "html"}):
                raise DataError(f"{path}: needs a column `id`, and `text` or `html`; it has {', '.join(sorted(names))}")
            number = 0
            for batch in file.iter_batches(AT_ONCE):
                for row in batch.to_pylist():
                    number += 1
                    yield number, {name: _plain(value) for name, value in row.items() if value is not None}
    except arrow.ArrowInvalid as error:
        raise DataError(f"{path}: damaged or no Parquet file; make it again ({error})") from error


def write_parquet(path: Path, kinds: Mapping[str, type], rows: Iterable[Mapping[str, Any]]) -> None:
    """Write rows with columns of these kinds: str, int, float, datetime, or list (of str). Raises OSError."""
    arrow = _arrow()
    from pyarrow.parquet import ParquetWriter

    types = {
        str: arrow.string(),
        int: arrow.int64(),
        float: arrow.float64(),
        datetime: arrow.timestamp("us", tz="UTC"),
        list: arrow.list_(arrow.string()),
    }
    schema = arrow.schema([(name, types[kind]) for name, kind in kinds.items()])
    rows = iter(rows)
    with ParquetWriter(path, schema) as writer:
        while part := list(islice(rows, AT_ONCE)):
            writer.write_table(arrow.Table.from_pylist(part, schema))


def _arrow() -> Any:
    try:
        import pyarrow
    except ImportError as error:
        raise DataError("Parquet needs `pip install 'flagpost[parquet]'`") from error
    return pyarrow


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
