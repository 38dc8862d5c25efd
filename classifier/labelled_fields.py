"""The fields of a labelled post, read strictly, so that a mistake is found where it was made."""

import difflib
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from classifier.labels import Label

REQUIRED_FIELDS = ("id", "text", "labels", "provenance")
OPTIONAL_FIELDS = ("topic", "note", "thread", "author", "created_at")
PROVENANCE = re.compile(r"written|forum|discord|corpus:[A-Za-z0-9_.-]+")

_OURS: Mapping[str, Label | None] = {label.value: label for label in Label}


class Mistake(Exception):
    """What is wrong with a line, and what to do about it."""


def read_fields(row: bytes | Mapping[str, Any], names: Mapping[str, Label | None]) -> dict[str, Any]:
    """The fields of a `LabelledPost`: of a line of JSON, or as a row of a table has them. Raises Mistake.

    `names` are labels of others, and which of ours each is; None for one that is none of ours.
    """
    fields = _object_in(row) if isinstance(row, bytes) else row
    for name in fields:
        if name not in REQUIRED_FIELDS + OPTIONAL_FIELDS:
            raise Mistake(f"unknown field {shown(name)}{_suggestion(name, REQUIRED_FIELDS + OPTIONAL_FIELDS)}")
    for name in REQUIRED_FIELDS:
        if name not in fields:
            raise Mistake(f'"{name}" is missing; every post needs "id", "text", "labels" and "provenance"')
    return {
        "id": _filled(fields, "id"),
        "text": _filled(fields, "text"),
        "labels": _labels(fields["labels"], names),
        "provenance": _provenance(_filled(fields, "provenance")),
        "topic": _text_or_none(fields, "topic"),
        "note": _text_or_none(fields, "note"),
        "thread": _text_or_none(fields, "thread"),
        "author": _text_or_none(fields, "author"),
        "created_at": _instant(_text_or_none(fields, "created_at")),
    }


def shown(value: object) -> str:
    """A value as it stands in the file, safe to print and short enough to read."""
    text = json.dumps(value)
    return text if len(text) <= 40 else text[:39] + "…"


def _object_in(line: bytes) -> dict[str, Any]:
    try:
        value = _ROW.decode(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise Mistake(f"not UTF-8 at byte {error.start + 1} of the line; save the file as UTF-8") from error
    except json.JSONDecodeError as error:
        raise Mistake(f"not JSON at character {error.pos + 1} ({error.msg}); write one object a line") from error
    except (ValueError, RecursionError) as error:
        raise Mistake(
            "not JSON that can be read (nested too deep, or a number too long); write one object a line"
        ) from error
    if not isinstance(value, dict):
        raise Mistake('not a JSON object; write {"id": …, "text": …, "labels": […], "provenance": …}')
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        (name, count), *_ = Counter(name for name, _ in pairs).most_common(1)
        raise Mistake(f"{shown(name)} stands {count} times in one object; keep one")
    return fields


_ROW = json.JSONDecoder(object_pairs_hook=_object)


def _text_or_none(fields: Mapping[str, Any], name: str) -> str | None:
    value = fields.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise Mistake(f'"{name}" is {shown(value)}; it has to be a text in quotation marks')
    if "\0" in value:
        raise Mistake(f'"{name}" holds a NUL character, which no post has; take it out')
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise Mistake(
            f'"{name}" holds half a character (\\u{ord(value[error.start]):04x}); write the whole one'
        ) from error
    return value


def _filled(fields: Mapping[str, Any], name: str) -> str:
    value = _text_or_none(fields, name)
    if value is None or not value.strip():
        raise Mistake(f'"{name}" is empty; fill it in or drop the line')
    return value


def _labels(value: Any, names: Mapping[str, Label | None]) -> frozenset[Label]:
    if isinstance(value, dict):
        for name, said in value.items():
            if not isinstance(said, int | float):
                raise Mistake(f'"labels" says {shown(said)} of {shown(name)}; it has to be 1 or 0')
        value = [name for name, said in value.items() if said > 0]
    if not isinstance(value, list):
        raise Mistake(f'"labels" is {shown(value)}; it has to be a list, [] for a post without any')
    meanings = {**_OURS, **names}
    for name in value:
        if not isinstance(name, str) or name not in meanings:
            raise Mistake(f'"labels" names {shown(name)}, which is no label{_suggestion(name, meanings)}')
    return frozenset(label for name in value if (label := meanings[name]) is not None)


def _provenance(value: str) -> str:
    if not PROVENANCE.fullmatch(value):
        raise Mistake(f'"provenance" is {shown(value)}; it has to be written, forum, discord or corpus:NAME')
    return value


def _instant(value: str | None) -> datetime | None:
    if value is None:
        return None
    try:
        instant = datetime.fromisoformat(value)
    except ValueError as error:
        raise Mistake(f'"created_at" is {shown(value)}; write it like 2026-05-31T18:30:00Z') from error
    if instant.tzinfo is None:
        raise Mistake(f'"created_at" is {shown(value)}, without a time zone; write it like 2026-05-31T18:30:00Z')
    try:
        return instant.astimezone(UTC)
    except OverflowError as error:
        raise Mistake(f'"created_at" is {shown(value)}, outside the calendar; put it right or leave it out') from error


def _suggestion(name: object, known: Iterable[str]) -> str:
    names = list(known)
    nearest = difflib.get_close_matches(str(name).lower(), names, n=1, cutoff=0.4)
    return f"; did you mean {shown(nearest[0])}?" if nearest else f"; known are {', '.join(names)}"
