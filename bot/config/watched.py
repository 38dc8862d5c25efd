"""The file of a running bot's config, looked at from time to time."""

from collections.abc import Mapping
from pathlib import Path

from bot.config.loading import load_settings
from bot.config.settings import Settings

AT_ONCE = ("thresholds", "population", "privacy", "noise", "modes")
"""The tables that a running bot takes over; it connects and listens by the others, and that begins with a start."""

_Stamp = tuple[int, int, int]


class ConfigFile:
    """A config that was loaded from `path` just now, and may be edited from now on."""

    def __init__(self, path: Path, environ: Mapping[str, str]) -> None:
        self._path = path
        self._environ = environ
        self._read: _Stamp | None
        self._read = self._last = self._stamp()

    def reread(self) -> None:
        """Have the next look read the file, changed or not. May be called from a signal handler."""
        self._read = None

    def edited(self) -> Settings | None:
        """The settings of a file that was changed since they were last read, and has been left alone since the last
        look, so that nothing half-written is read; None otherwise.

        Raises ConfigError once for a file that is wrong or gone, with a line for each mistake.
        """
        stamp, self._last = self._last, self._stamp()
        if self._last != stamp or self._last == self._read:
            return None
        self._read = self._last
        return load_settings(self._path, self._environ)

    def _stamp(self) -> _Stamp | None:
        try:
            status = self._path.stat()
        except OSError:
            return None
        return status.st_mtime_ns, status.st_size, status.st_ino


def taken_over(running: Settings, edited: Settings) -> Settings:
    """The settings by which a bot goes on that runs by `running` when its config becomes `edited`."""
    return running.model_copy(update={name: getattr(edited, name) for name in AT_ONCE})


def what_changed(running: Settings, edited: Settings) -> str:
    """Which tables differ, and which of them take effect at once, for the log."""
    differ = [name for name in Settings.model_fields if getattr(running, name) != getattr(edited, name)]
    parts = {
        "in force now": [name for name in differ if name in AT_ONCE],
        "after a restart": [name for name in differ if name not in AT_ONCE],
    }
    told = [f"{when}: {', '.join(f'[{name}]' for name in names)}" for when, names in parts.items() if names]
    return "; ".join(told) or "it says the same as before"
