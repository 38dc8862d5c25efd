"""The sample conversation: who says what where, and what staff would want flagged."""

import json
from dataclasses import dataclass
from importlib.resources import files

from classifier.labels import Label


@dataclass(frozen=True, slots=True)
class Line:
    """One post of the sample; `reply_to` is the number, from 1, of the line it answers."""

    number: int
    channel: str
    author: str
    text: str
    reply_to: int | None
    expected: frozenset[Label]


def sample_thread() -> list[Line]:
    """The lines of the sample in the order they are posted."""
    rows = files("bot.demo").joinpath("sample_thread.jsonl").read_text(encoding="utf-8").splitlines()
    return [_line(number, json.loads(row)) for number, row in enumerate(rows, start=1)]


def _line(number: int, row: dict[str, str | int | list[str]]) -> Line:
    flags = row.get("flags", [])
    reply_to = row.get("reply_to")
    assert isinstance(flags, list)
    assert reply_to is None or isinstance(reply_to, int)
    return Line(
        number=number,
        channel=str(row["channel"]),
        author=str(row["author"]),
        text=str(row["text"]),
        reply_to=reply_to,
        expected=frozenset(Label(flag) for flag in flags),
    )
