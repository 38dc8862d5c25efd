"""The rows of a corpus with the corpus's own labels, and the one file format for all of them: NAME.jsonl.gz."""

import gzip
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import platformdirs

from classifier.errors import DataError
from classifier.unpacked import unpacked
from classifier.whole_file import whole_file


@dataclass(frozen=True, slots=True, kw_only=True)
class CorpusRow:
    """A text of a corpus. `labels` are the corpus's own, as numbers; `context` is what the text replies to."""

    id: str
    text: str
    labels: Mapping[str, float]
    split: str | None = None
    thread: str | None = None
    author: str | None = None
    context: str | None = None


TEXT_FIELDS = ("split", "thread", "author", "context")


def default_directory() -> Path:
    """Where this user's corpora stand unless a command says otherwise."""
    return platformdirs.user_data_path("flagpost", appauthor=False) / "corpora"


def copy_of(name: str, directory: Path) -> Path:
    """The file that holds the rows of the corpus in a folder of corpora."""
    return directory / f"{name}.jsonl.gz"


def read_corpus(name: str, path: Path) -> list[CorpusRow]:
    """The rows of a NAME.jsonl.gz, in the file's order; fields that rows do not know are passed over.

    Raises DataError that names the file and, for a row, its line and what is wrong.
    """
    rows = []
    try:
        with unpacked(path, f"fetch {name} again, or take a whole copy") as lines:
            for number, line in enumerate(lines, start=1):
                try:
                    rows.append(_row(json.loads(line)))
                except (ValueError, RecursionError) as error:
                    raise DataError(
                        f"{path}:{number}: not a row of a corpus ({error}); fetch {name} again, or take a whole copy"
                    ) from error
    except OSError as error:
        raise DataError(
            f"{path}: cannot be read ({error.strerror or error}); flagpost data fetch {name} gets the corpus"
        ) from error
    return rows


def write_corpus(path: Path, rows: Iterable[CorpusRow]) -> None:
    """Write the rows so that the same rows make the same bytes; a half-written file is never left under the name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with (
        whole_file(path) as fresh,
        fresh.open("wb") as raw,
        gzip.GzipFile(fileobj=raw, mode="wb", filename="", mtime=0) as packed,
    ):
        for row in rows:
            fields = {name: value for name, value in asdict(row).items() if value is not None}
            packed.write(json.dumps(fields).encode() + b"\n")


def _row(fields: Any) -> CorpusRow:
    """Raises ValueError with what is wrong."""
    if not isinstance(fields, dict):
        raise ValueError("no JSON object")
    for name in ("id", "text"):
        if not isinstance(fields.get(name), str) or not fields[name].strip():
            raise ValueError(f'"{name}" has to be a text that is not empty')
    labels = fields.get("labels")
    if not isinstance(labels, dict) or not all(isinstance(value, int | float) for value in labels.values()):
        raise ValueError('"labels" has to be an object of numbers')
    texts = {name: fields.get(name) for name in TEXT_FIELDS}
    if wrong := [name for name, value in texts.items() if not isinstance(value, str | None)]:
        raise ValueError(f'"{wrong[0]}" has to be a text')
    return CorpusRow(id=fields["id"], text=fields["text"], labels=labels, **texts)
