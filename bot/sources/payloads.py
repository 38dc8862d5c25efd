"""What forums say of their posts in JSON: taken field by field and checked, for nothing in it can be trusted."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated, TypeVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from bot.store.limits import LONGEST_ID
from classifier.errors import DataError

LAST_SECOND = 253_402_300_799
"""Seconds from 1970 to the end of the calendar, with the year 9999."""


def read_json(text: bytes) -> object:
    """Whatever JSON in UTF-8 holds. Raises DataError, which tells nothing of the text but where it is wrong."""
    # JSON begins with ASCII: UTF-16 has one or two zeros in its first four bytes; what a power cut left, none or four.
    if text[:4].count(0) in (1, 2):
        raise DataError("UTF-16, it seems, as some programs on Windows write it; posts come in UTF-8")
    try:
        # Editors on Windows put a byte order mark in front of a file.
        return json.loads(text.decode("utf-8-sig").rstrip())
    except UnicodeDecodeError as error:
        raise DataError(f"not UTF-8 at byte {error.start + 1}; posts come in UTF-8") from error
    except json.JSONDecodeError as error:
        raise DataError(f"not JSON at character {error.pos + 1}: {error.msg}") from error
    except (RecursionError, ValueError) as error:
        raise DataError("nested too deeply, or with a number too long, for a post") from error


class Payload(BaseModel):
    """A JSON object of a forum: the fields that are needed; all others are passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore")


P = TypeVar("P", bound=Payload)


def checked(model: type[P], rows: Iterable[object], noun: str = "post") -> tuple[list[P], tuple[str, ...]]:
    """The rows that are what they should be, and a warning if others are not. No warning holds a word of a row."""
    good: list[P] = []
    bad: list[str] = []
    for row in rows:
        try:
            good.append(model.model_validate(row))
        except ValidationError as error:
            bad.append(first_fault(error))
    if not bad:
        return good, ()
    return good, (f"{len(bad)} of {len(good) + len(bad)} {noun}s could not be read and were passed over: {bad[0]}",)


def first_fault(error: ValidationError) -> str:
    """The first thing that is wrong, in words that hold none of the input."""
    fault = error.errors(include_input=False, include_context=False, include_url=False)[0]
    field = ".".join(str(step) for step in fault["loc"])
    return f"{field}: {fault['msg']}" if field else fault["msg"]


def _identifier(value: object) -> object:
    """Numbers and strings stand for the same id: NodeBB writes both of one post."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _whole(value: object) -> object:
    """Half characters, which JSON can hold and UTF-8 cannot, become the sign for what cannot be read."""
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if isinstance(value, str) else value


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("expected a time within the calendar") from error


Id = Annotated[str, BeforeValidator(_identifier), Field(min_length=1, max_length=LONGEST_ID)]
"""An id, which may come as a number."""

Text = Annotated[str, BeforeValidator(_whole)]
"""Words of people."""

Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]
"""A time as ISO 8601 writes it, with its zone."""

Seconds = Annotated[int, Field(ge=0, le=LAST_SECOND)]
"""A time in seconds since 1970."""

Milliseconds = Annotated[int, Field(ge=0, le=LAST_SECOND * 1000)]
"""A time in milliseconds since 1970."""
