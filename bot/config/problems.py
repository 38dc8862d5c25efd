"""What is wrong with a config, in one line per mistake."""

import re
from collections.abc import Collection, Iterator
from difflib import get_close_matches

from pydantic import ValidationError

from bot.config.settings import Settings, table_model
from bot.config.sources import SOURCE_KINDS
from bot.config.values import SHOWN, shown
from classifier.errors import FlagpostError

Place = tuple[str | int, ...]
"""Where in a config: names of tables and keys, and the index of an entry in a list."""

_BARE_NAME = re.compile(rf"[A-Za-z0-9_-]{{1,{SHOWN}}}")


_OTHER_FORUMS = 'phpBB, SMF, MyBB and others are read by their feed: kind = "feed".'


class ConfigError(FlagpostError):
    """A config that cannot be used: `problems` has one line per mistake."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def where(place: Place) -> str:
    """A place as people write it: `[review] channel`, `[discord] guilds, entry 2`, `[sources.meadow] url`."""
    names = [_name(part) for part in place if isinstance(part, str) and part != "[key]"]
    entry = "".join(f", entry {part + 1}" for part in place if isinstance(part, int))
    if place[0] not in Settings.model_fields:
        return ".".join(names) + entry
    match place:
        case ("thresholds", "places" | "sources", *_):
            depth = 3
        case ("review", "guilds", *_) | ("modes", "sources", *_):
            depth = 3
        case ("sources", *_) | ("review", "actions", *_):
            depth = 2
        case _:
            depth = 1
    return " ".join([f"[{'.'.join(names[:depth])}]", *names[depth:]]) + entry


def explain(error: ValidationError, excused: Collection[Place]) -> Iterator[str]:
    """A line per mistake, without the file's name. What is missing at or below an excused place goes unsaid."""
    mistakes = error.errors(include_url=False)
    misspelt = [mistake["loc"] for mistake in mistakes if mistake["type"] == "extra_forbidden"]
    excused = {*excused, *(_as_written((*loc[:-1], meant)) for loc in misspelt if (meant := _nearest(loc)))}
    for mistake in mistakes:
        loc, value = mistake["loc"], mistake["input"]
        place = _as_written(loc)
        match mistake["type"]:
            case "extra_forbidden":
                yield f"{_unknown(place, value)}; {_suggestion(loc)}"
            case "missing" if any(place[:length] in excused for length in range(1, len(place) + 1)):
                pass
            case "missing":
                yield f"{where(place)}: missing. {_description(loc)}"
            case "model_type" | "dict_type" | "mapping_type":
                head = where(place)
                yield f"{head}: expected a table, got {shown(value)}. Write {head} on its own line, its keys below."
            case "union_tag_not_found":
                yield f"{where(place)} kind: missing. Write one of {', '.join(SOURCE_KINDS)}."
            case "union_tag_invalid":
                kinds = ", ".join(SOURCE_KINDS)
                yield f"{where(place)} kind: expected one of {kinds}, got {shown(value['kind'])}. {_OTHER_FORUMS}"
            case _:
                yield f"{where(place)}: {mistake['msg']}"


def _as_written(loc: Place) -> Place:
    """A mistake's place as it stands in the file: pydantic puts the kind of a source behind its name."""
    return (*loc[:2], *loc[3:]) if loc[0] == "sources" else loc


def _name(part: str) -> str:
    return part if _BARE_NAME.fullmatch(part) else shown(part)


def _split(place: Place) -> tuple[tuple[str, ...], str]:
    *above, name = map(str, place)
    return tuple(above), name


def _unknown(place: Place, value: object) -> str:
    above, name = _split(place)
    if above:
        return f"unknown key `{_name(name)}` in {where(place[:-1])}"
    return f"unknown table [{_name(name)}]" if isinstance(value, dict) else f"unknown key `{_name(name)}` in no table"


def _suggestion(place: Place) -> str:
    above, name = _split(place)
    known = [f"`{key}`" if above else f"[{key}]" for key in table_model(above).model_fields]
    if nearest := _nearest(place):
        return f"did you mean {f'`{nearest}`' if above else f'[{nearest}]'}?"
    if homes := list(_homes(above, name)):
        return f"it belongs in {' or '.join(homes)}"
    return f"known here: {', '.join(known)}"


def _homes(above: tuple[str, ...], name: str) -> Iterator[str]:
    """The tables that know a key."""
    for table in Settings.model_fields:
        if table != "sources" and name in table_model((table,)).model_fields:
            yield f"[{table}]"
    if kinds := [kind for kind, model in SOURCE_KINDS.items() if name in model.model_fields]:
        yield f"a source of kind {' or '.join(kinds)}" if above[:1] == ("sources",) else "[sources.NAME]"


def _nearest(place: Place) -> str | None:
    above, name = _split(place)
    return next(iter(get_close_matches(name, table_model(above).model_fields, n=1)), None)


def _description(place: Place) -> str:
    above, name = _split(place)
    return table_model(above).model_fields[name].description or ""
