"""From a file to Settings: reads, refuses secrets, checks, and makes paths absolute."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot.config.problems import ConfigError, Place, explain, where
from bot.config.settings import ModelSettings, Settings, StoreSettings

TOKEN_VARIABLE = "FLAGPOST_TOKEN"

_TOKEN = re.compile(r"[\w-]{23,30}\.[\w-]{6,7}\.[\w-]{27,45}", re.ASCII)
"""A bot's token: its user id in base 64, a time and a signature."""

SHORTEST_TOKEN = 16
"""Characters from which on what the environment holds is looked for in the file: "test" would be found by chance."""

_TOML_PLACE = re.compile(r"(?P<what>.*) \(at (?P<where>.+)\)", re.DOTALL)

_FILE_URL = "sqlite:///"

_START = "Copy config.example.toml to that name and fill in the ids."


def load_settings(path: Path, environ: Mapping[str, str]) -> Settings:
    """The settings in a TOML file; its relative paths count from the folder of the file.

    `environ` only helps to recognise the bot's token, which has no place in the file.
    Raises ConfigError with a line for each mistake.
    """
    raw = _parse(_read(path), path)
    if not raw:
        raise ConfigError([f"{path}: the file says nothing. {_START}"])
    secrets = list(_take_out_secrets(raw, environ.get(TOKEN_VARIABLE, "").strip()))
    problems = [
        f"{where(place)}: secrets do not belong in the file; set {TOKEN_VARIABLE} and take this line out. "
        "If others have seen the file, reset the token."
        for place in secrets
    ]
    # A table left out is an empty one, so that a line names each key that is missing.
    tables: dict[str, Any] = {name: {} for name in Settings.model_fields}
    try:
        settings = Settings.model_validate(tables | raw)
    except ValidationError as error:
        problems += explain(error, excused=secrets)
    if problems:
        raise ConfigError([f"{path}: {problem}" for problem in problems])
    return _with_absolute_paths(settings, path.absolute().parent)


def token(environ: Mapping[str, str]) -> str:
    """The bot's token, from the environment and nowhere else. Raises ConfigError when it is missing or damaged."""
    value = environ.get(TOKEN_VARIABLE, "").strip()
    if not value:
        raise ConfigError(
            [f"{TOKEN_VARIABLE} is not set. Set it to the bot's token (developer portal, your application, Bot)."]
        )
    if not re.fullmatch(r"[!-~]+", value):
        raise ConfigError([f"{TOKEN_VARIABLE} holds a space or a letter that no token has. Copy the token again."])
    return value


def _read(path: Path) -> str:
    try:
        # Editors on Windows put a byte order mark in front, which TOML does not know.
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise ConfigError([f"{path}: there is no such file. {_START}"]) from None
    except IsADirectoryError:
        raise ConfigError([f"{path}: this is a folder. Name the file in it."]) from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise ConfigError([f"{path}: line {line} is not UTF-8. Save the file as UTF-8."]) from None
    except OSError as error:
        raise ConfigError([f"{path}: cannot be read: {error.strerror}. Let this user read it."]) from None


def _parse(text: str, path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        # Not only TOMLDecodeError: a number of thousands of digits is a plain ValueError.
        found = _TOML_PLACE.fullmatch(str(error))
        what, place = found.group("what", "where") if found else (str(error), "one of the lines")
        raise ConfigError([f"{path}: {place}: {what}. Texts stand in quotes, ids and numbers do not."]) from None


def _take_out_secrets(table: dict[str, Any], token: str, above: Place = ()) -> Iterator[Place]:
    for key, value in list(table.items()):
        if "token" in key.lower() or _holds_secret(value, token):
            del table[key]
            yield (*above, key)
        elif isinstance(value, dict):
            yield from _take_out_secrets(value, token, (*above, key))


def _holds_secret(value: object, token: str) -> bool:
    if isinstance(value, list):
        return any(_holds_secret(entry, token) for entry in value)
    if not isinstance(value, str):
        return False
    return bool(_TOKEN.search(value)) or (len(token) >= SHORTEST_TOKEN and token in value)


def _with_absolute_paths(settings: Settings, folder: Path) -> Settings:
    url, directory = settings.store.url, settings.model.directory
    if url.startswith(_FILE_URL):
        url = _FILE_URL + (folder / Path(url.removeprefix(_FILE_URL)).expanduser()).as_posix()
    if directory is not None:
        directory = folder / directory.expanduser()
    return settings.model_copy(
        update={"store": StoreSettings(url=url), "model": ModelSettings(directory=directory)},
    )
