"""Real posts to look for copies among, which lie beside the project and are no part of it."""

import gzip
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[1] / "../shared/data"
STREAM = "dev/iac_forum_stream"
LENGTHS = range(60, 3_000)
"""Characters: what is shorter is never called a copy."""


def missing(*names: str) -> str | None:
    """Why there is nothing to measure on; None when there is."""
    absent = [name for name in (*names, STREAM) if not _path(name).exists()]
    return f"{', '.join(absent)} not in {FOLDER}" if absent else None


@cache
def texts_of(name: str) -> list[str]:
    """The texts of a file, each once, as far as they have one of LENGTHS."""
    by_letters: dict[str, str] = {}
    for row in _rows(name):
        text = " ".join(row["text"].split())
        if len(text) in LENGTHS:
            by_letters.setdefault("".join(filter(str.isalnum, text.lower())), text)
    return list(by_letters.values())


def own_words_of_threads() -> Iterator[tuple[str, str, str]]:
    """Posts of real threads in order, quotations taken out: text, thread, author."""
    for row in _rows(STREAM):
        text, end = "", len(row["text"])
        for quote in sorted(row.get("quotes", ()), key=lambda quote: -quote["start"]):
            text, end = row["text"][quote["end"] : end] + text, quote["start"]
        yield row["text"][:end] + text, row["thread"], row["author"]


def _rows(name: str) -> Iterator[dict[str, Any]]:
    with gzip.open(_path(name)) as lines:
        yield from map(json.loads, lines)


def _path(name: str) -> Path:
    return FOLDER / f"{name}.jsonl.gz"
