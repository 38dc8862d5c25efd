"""The kinds of value a config holds: each knows what is right and says what to write instead."""

import json
import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import BeforeValidator, InstanceOf
from pydantic_core import PydanticCustomError

from classifier.targets import Target, parse_target

SHOWN = 40
"""Characters of a wrong value or key that a message repeats: enough to find it again."""

FIRST_ID = 10**16
"""Discord's ids tell the time of creation: the oldest of them have 17 digits."""

LAST_ID = 2**63 - 1
"""TOML promises whole numbers up to here, and Discord's ids stay below for decades."""

MOST_DAYS = 36_500
"""A hundred years: more is a slip of the keyboard."""

MOST_PORTS = 65_535

SENTENCE = 4
"""Words at least that say who permitted something: yes is no answer to that."""

_FILE_URL = re.compile(r"sqlite:///(?!:memory:).+")
_WEB_ADDRESS = re.compile(r"https?://[!-~]+", re.IGNORECASE)
_HOST_AND_PORT = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[\w.-]+):(?P<port>\d{1,5})", re.ASCII)
_SECTION = re.compile(r"[\w-]{1,100}/.{1,100}", re.ASCII)
_SERVER_URL = re.compile(r"postgresql(\+\w+)?://.+")


def refusal(message: str) -> PydanticCustomError:
    """The error of a validator, worded for people."""
    return PydanticCustomError("refused", "{message}", {"message": message})


def shown(value: object) -> str:
    """A wrong value as the file has it, in one line and cut short."""
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list | tuple):
        return "a list" if value else "an empty list"
    if isinstance(value, int) and abs(value) > 10**SHOWN:
        return "an endless number"
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, str | bool) else str(value)
    text = "".join(sign if sign.isprintable() else f"\\u{ord(sign):04x}" for sign in text)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def _checked(right: Callable[[object], bool], expected: str, advice: str = "") -> BeforeValidator:
    def check(value: object) -> object:
        if not right(value):
            raise refusal(f"expected {expected}, got {shown(value)}. {advice}".rstrip())
        return value

    return BeforeValidator(check)


def _is_id(value: object) -> bool:
    return type(value) is int and FIRST_ID <= value <= LAST_ID


def _id(noun: str, advice: str) -> BeforeValidator:
    def check(value: object) -> object:
        if isinstance(value, str) and value.strip().isdecimal():
            raise refusal(f"expected a {noun} id (a whole number), got the text {shown(value)}. Leave the quotes out.")
        if type(value) is not int:
            raise refusal(f"expected a {noun} id (a whole number), got {shown(value)}. {advice}")
        if not _is_id(value):
            raise refusal(f"expected a {noun} id (17 to 19 digits), got {shown(value)}. {advice}")
        return value

    return BeforeValidator(check)


CHANNEL_ADVICE = "Right-click the channel in Discord, Copy Channel ID."
SERVER_ADVICE = "Right-click the server's name in Discord, Copy Server ID."
ROLE_ADVICE = "Server Settings, Roles, right-click the role, Copy Role ID."

ChannelId = Annotated[int, _id("channel", CHANNEL_ADVICE)]
ServerId = Annotated[int, _id("server", SERVER_ADVICE)]
RoleId = Annotated[int, _id("role", ROLE_ADVICE)]


def _id_as_name(noun: str, advice: str) -> BeforeValidator:
    def check(value: object) -> object:
        digits = str(value)
        if not (digits.isascii() and digits.isdecimal() and FIRST_ID <= int(digits[:SHOWN]) <= LAST_ID):
            raise refusal(f"the table is named for a {noun} id (17 to 19 digits), not {shown(value)}. {advice}")
        return value

    return BeforeValidator(check)


PlaceId = Annotated[str, _id_as_name("channel", CHANNEL_ADVICE)]
GuildId = Annotated[str, _id_as_name("server", SERVER_ADVICE)]
"""Ids as the names of tables: TOML makes texts of them."""

is_list = _checked(
    lambda value: isinstance(value, list | tuple), "a list", "Write it in square brackets, also when it has one entry."
)

Channels = Annotated[tuple[ChannelId, ...], is_list]


def _exempt_place(value: object) -> object:
    if not (isinstance(value, str) and _SECTION.fullmatch(value)) and not _is_id(value):
        raise refusal(
            f'expected a channel id without quotes, or a section of a forum as "NAME/ID", got {shown(value)}. '
            f"{CHANNEL_ADVICE}"
        )
    return value


ExemptPlaces = Annotated[tuple[Annotated[int | str, BeforeValidator(_exempt_place)], ...], is_list]


def _not_empty(advice: str) -> BeforeValidator:
    def check(value: object) -> object:
        if value in ([], ()):
            raise refusal(f"at least one id is needed. {advice}")
        return value

    return BeforeValidator(check)


Servers = Annotated[tuple[ServerId, ...], is_list, _not_empty(SERVER_ADVICE)]
Roles = Annotated[tuple[RoleId, ...], is_list, _not_empty(ROLE_ADVICE)]


def whole_number(low: int, high: int) -> BeforeValidator:
    """A whole number, `low` to `high`."""
    return _checked(lambda value: type(value) is int and low <= value <= high, f"a whole number from {low} to {high}")


def one_of(*choices: str) -> BeforeValidator:
    """One of these words."""
    return _checked(lambda value: value in choices, f"one of {', '.join(choices)}")


Days = Annotated[int, whole_number(1, MOST_DAYS)]


def _number(value: object) -> float:
    """The number, or not-a-number for anything else, which lies in no range."""
    return value if isinstance(value, int | float) and not isinstance(value, bool) else math.nan


def _threshold(value: object) -> object:
    expected = f"expected a probability above 0 and at most 1, got {shown(value)}."
    if isinstance(value, str):
        try:
            return parse_target(value)
        except ValueError as error:
            if _is_number(value):
                advice = "Leave the quotes out"
            else:
                advice = "One in two is written 0.5" if _is_number(value.removesuffix("%")) else str(error)
            raise refusal(f"{expected} {advice}.") from None
    if not isinstance(value, Target) and not 0 < _number(value) <= 1:
        raise refusal(f"{expected} One in two is written 0.5.")
    return value


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


Threshold = Annotated[float | InstanceOf[Target], BeforeValidator(_threshold)]
"""A number, or a target such as "precision >= 0.9"."""

Rate = Annotated[
    float,
    _checked(
        lambda value: 0 < _number(value) < 0.5,
        "a share of all posts above 0 and below 0.5",
        "Three posts in a hundred are written 0.03.",
    ),
]


Tolerance = Annotated[
    float,
    _checked(lambda value: 0 <= _number(value) <= 0.1, "a difference in AUC from 0 to 0.1", "0.01 is hardly felt."),
]

Permission = Annotated[
    str,
    _checked(
        lambda value: isinstance(value, str) and len(value.split()) >= SENTENCE,
        "a sentence in quotes",
        "Say who permits training on your members' Discord messages, and when.",
    ),
]


def _directory(value: object) -> object:
    if value is None or isinstance(value, Path) or (isinstance(value, str) and value.strip()):
        return value
    raise refusal(f"expected a folder in quotes, got {shown(value)}. Leave the line out for the usual folder.")


Directory = Annotated[Path | None, BeforeValidator(_directory)]


def _store_url(value: object) -> object:
    if isinstance(value, str) and (_FILE_URL.fullmatch(value) or _SERVER_URL.fullmatch(value)):
        return value
    # The address of a database may hold a password.
    got = "another address" if isinstance(value, str) and "@" in value else shown(value)
    raise refusal(f'expected "sqlite:///FILE" or "postgresql://USER@HOST/DATABASE", got {got}.')


StoreUrl = Annotated[str, BeforeValidator(_store_url)]


YesNo = Annotated[bool, _checked(lambda value: isinstance(value, bool), "true or false", "Write it without quotes.")]


def _file_path(value: object) -> object:
    if isinstance(value, Path) or (isinstance(value, str) and value.strip()):
        return value
    raise refusal(f"expected the path of a file in quotes, got {shown(value)}.")


FilePath = Annotated[Path, BeforeValidator(_file_path)]


def _web_address(value: object) -> object:
    if not isinstance(value, str) or not _WEB_ADDRESS.fullmatch(value):
        raise refusal(f'expected an address such as "https://forum.example.org", got {shown(value)}.')
    try:
        parts = urlsplit(value)
        right = bool(parts.hostname) and parts.port != 0
    except ValueError:
        right = False
    if not right:
        raise refusal(f"{shown(value)} names no host. Copy the address from the browser.")
    if "@" in parts.netloc:
        raise refusal("the address holds a user name or a password. Take out what stands before the @.")
    return parts._replace(scheme=parts.scheme.lower(), fragment="").geturl()


WebAddress = Annotated[str, BeforeValidator(_web_address)]
"""An http or https address, without user name, password and fragment."""


def _address(value: object) -> object:
    if isinstance(value, str) and (found := _HOST_AND_PORT.fullmatch(value)) and 0 < int(found["port"]) <= MOST_PORTS:
        return value
    raise refusal(f'expected a host and a port such as "127.0.0.1:8472", got {shown(value)}.')


Address = Annotated[str, BeforeValidator(_address)]
"""HOST:PORT to listen on; an IPv6 number stands in brackets."""
