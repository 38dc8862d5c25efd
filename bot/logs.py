"""How the bot logs: lines for people or JSON for machines, and in both nothing of any post."""

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import Literal

from bot.terminal import harmless

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class Lines(logging.Formatter):
    """A line a record, and below it where an exception came from.

    The message of an exception is left out: it may hold what a member wrote, or a secret.
    """

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:
        """The line; further ones are indented, so that no name from outside can forge one or move the cursor."""
        record.message = "\n    ".join(_harmless_lines(record))
        return super().formatMessage(record)

    def formatException(self, ei: ExcInfo) -> str:
        """The frames and the kind of the exception, and of those that led to it."""
        return "\n".join(_frames(ei[1]))


class JsonLines(Lines):
    """An object a record: time (ISO 8601, UTC), level, logger, message and, where there was one, exception."""

    def format(self, record: logging.LogRecord) -> str:
        """One line of JSON."""
        row = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": "\n".join(_harmless_lines(record)),
        }
        if record.exc_info:
            row["exception"] = self.formatException(record.exc_info)
        return json.dumps(row, ensure_ascii=False)


def set_up(form: Literal["text", "json"], *, quiet: bool) -> None:
    """Log to standard error: warnings and worse, and without `quiet` also what the bot does."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if form == "json" else Lines())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("bot").setLevel(logging.WARNING if quiet else logging.INFO)
    logging.getLogger("discord.client").setLevel(logging.ERROR)  # warns at each start that there is no voice
    logging.getLogger("psycopg").setLevel(logging.ERROR)  # warns at each write that fails, which is told once already


def _harmless_lines(record: logging.LogRecord) -> list[str]:
    return [harmless(line) for line in record.getMessage().splitlines()]


def _frames(error: BaseException | None) -> list[str]:
    if error is None:
        return []
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    frames = "".join(traceback.format_tb(error.__traceback__))
    return [*_frames(before), f"Traceback (most recent call last):\n{frames}{type(error).__qualname__}"]
