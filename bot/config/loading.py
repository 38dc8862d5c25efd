"""From a file to Settings: reads, refuses secrets, checks, and makes paths absolute."""

import re
import tomllib
from ast import literal_eval
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot.config.problems import ConfigError, Place, explain, where
from bot.config.secrets import TOKEN_VARIABLE
from bot.config.settings import ModelSettings, Settings, StoreSettings
from bot.config.sources import FileSource, SourceSettings, key_variable, secret_variable

_TOKEN = re.compile(r"[\w-]{23,30}\.[\w-]{6,7}\.[\w-]{27,45}", re.ASCII)
"""A bot's token: its user id in base 64, a time and a signature."""

_SECRET_VARIABLE = re.compile(r"FLAGPOST_(TOKEN|\w+_KEY|\w+_SECRET)", re.ASCII)

SHORTEST_SECRET = 16
"""Characters from which on what the environment holds is looked for in the file: "test" would be found by chance."""

_TOML_PLACE = re.compile(r"(?P<what>.*) \(at (?P<where>.+)\)", re.DOTALL)

_KEYS = re.compile(r"\('[^']*+'(?:, '[^']*+')*+,?\)")
"""A table as tomllib names it: ('review',)."""

_TWICE = re.compile("Cannot (overwrite|declare|mutate)")
_ONCE = "It stands in the file before; take one of the two out."
_NOTATION = "Texts stand in straight quotes, ids and numbers in none, and decimals have a point (0.4)."

_FILE_URL = "sqlite:///"

_START = "Copy config.example.toml to that name and fill in the ids."


def load_settings(path: Path, environ: Mapping[str, str]) -> Settings:
    """The settings in a TOML file; its relative paths count from the folder of the file.

    `environ` only helps to recognise the token and the forums' secrets, which have no place in the file.
    Raises ConfigError with a line for each mistake.
    """
    return settings_from(read_text(path), path, environ)


def settings_from(text: str, path: Path, environ: Mapping[str, str]) -> Settings:
    """The settings in `text` as `load_settings` would find them if it stood in that file. Raises ConfigError."""
    raw = _parse(text, path)
    if not raw:
        raise ConfigError([f"{path}: the file says nothing. {_START}"])
    secrets = dict(_take_out_secrets(raw, _known_secrets(environ)))
    problems = [
        f"{where(place)}: secrets do not belong in the file; set {variable} and take this line out. "
        f"If others have seen the file, {'reset the token' if variable == TOKEN_VARIABLE else 'make a new one'}."
        for place, variable in secrets.items()
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


def read_text(path: Path) -> str:
    """What stands in a config. Raises ConfigError when it cannot be read."""
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
        what = _KEYS.sub(lambda keys: f"[{'.'.join(literal_eval(keys[0]))}]", what)
        advice = _ONCE if _TWICE.match(what) else _NOTATION
        raise ConfigError([f"{path}: {place}: {what}. {advice}"]) from None


def _known_secrets(environ: Mapping[str, str]) -> dict[str, str]:
    """The variable that holds a secret, by what it holds."""
    named = {value.strip(): name for name, value in environ.items() if _SECRET_VARIABLE.fullmatch(name)}
    return {value: name for value, name in named.items() if len(value) >= SHORTEST_SECRET}


def _take_out_secrets(
    table: dict[str, Any], known: Mapping[str, str], above: Place = ()
) -> Iterator[tuple[Place, str]]:
    """Where secrets stood, each with the variable it belongs in."""
    for key, value in list(table.items()):
        if variable := _variable_for(above, key) or _secret_in(value, known):
            del table[key]
            yield (*above, key), variable
        elif isinstance(value, dict):
            yield from _take_out_secrets(value, known, (*above, key))


def _variable_for(above: Place, key: str) -> str | None:
    """Where the value of a key belongs whose name alone says that it is a secret."""
    words = set(re.split(r"[_-]", key.lower()))
    match above:
        case ("sources", str(name)) if words & {"secret", "token", "password"}:
            return secret_variable(name)
        case ("sources", str(name)) if "key" in words:
            return key_variable(name)
    return TOKEN_VARIABLE if above[:1] != ("sources",) and "token" in key.lower() else None


def _secret_in(value: object, known: Mapping[str, str]) -> str | None:
    if isinstance(value, list):
        return next((variable for entry in value if (variable := _secret_in(entry, known))), None)
    if not isinstance(value, str):
        return None
    if _TOKEN.search(value):
        return TOKEN_VARIABLE
    return next((variable for secret, variable in known.items() if secret in value), None)


def _with_absolute_paths(settings: Settings, folder: Path) -> Settings:
    url, directory = settings.store.url, settings.model.directory
    if url.startswith(_FILE_URL):
        url = _FILE_URL + (folder / Path(url.removeprefix(_FILE_URL)).expanduser()).as_posix()
    if directory is not None:
        directory = folder / directory.expanduser()
    return settings.model_copy(
        update={
            "store": StoreSettings(url=url),
            "model": ModelSettings(directory=directory),
            "sources": {name: _with_absolute_path(source, folder) for name, source in settings.sources.items()},
        },
    )


def _with_absolute_path(source: SourceSettings, folder: Path) -> SourceSettings:
    if isinstance(source, FileSource):
        return source.model_copy(update={"path": folder / source.path.expanduser()})
    return source
