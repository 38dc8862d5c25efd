"""One threshold of a config changed by a command: the rest of the file, remarks and layout included, stays as it is."""

import shutil
from collections.abc import Mapping, MutableMapping
from pathlib import Path
from typing import Any

import tomlkit

from bot.config.loading import load_settings, read_text, settings_from
from classifier.labels import Label
from classifier.targets import Scope, Target, Wish
from classifier.whole_file import whole_file


def set_threshold(path: Path, label: Label, scope: Scope, wish: Wish, environ: Mapping[str, str]) -> None:
    """Write the threshold into the TOML file: all of the change or nothing of it, whenever the power fails.

    Raises ConfigError, and changes nothing, when the file is wrong already or would be afterwards; OSError when it
    cannot be written.
    """
    load_settings(path, environ)
    document = tomlkit.parse(read_text(path))
    table = _table(document, "thresholds")
    if scope.place is not None:
        table = _table(_table(table, "places"), scope.place)
    elif scope.source is not None:
        table = _table(_table(table, "sources"), scope.source)
    table[label.value] = str(wish) if isinstance(wish, Target) else wish
    text = tomlkit.dumps(document)
    settings_from(text, path, environ)
    _replace(path.resolve(), text)


def _table(parent: MutableMapping[str, Any], name: str) -> MutableMapping[str, Any]:
    if name not in parent:
        parent[name] = tomlkit.table(is_super_table=name in ("places", "sources"))
    found: MutableMapping[str, Any] = parent[name]
    return found


def _replace(path: Path, text: str) -> None:
    """Put `text` in the place of a file, which keeps its mode."""
    with whole_file(path) as fresh:
        fresh.write_bytes(text.encode())
        shutil.copymode(path, fresh)
