"""What members write is not logged; what they choose cannot forge a line or command a terminal that shows it."""

import json
import logging
from datetime import datetime

import pytest

from bot.logs import JsonLines, Lines, set_up

FORGED = "7\n2026-01-01 12:00:00,000 ERROR bot: the disk is on fire\x1b[2J\x9b2J\u2028\u202e"

WORDS = "nobody else is to read this"


def test_a_name_cannot_forge_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    set_up("text", quiet=False)
    logging.getLogger("bot.pipeline").error("post %s could not be judged", FORGED)
    first, *others = capsys.readouterr().err.splitlines()
    assert first.endswith("ERROR bot.pipeline: post 7")
    assert all(line.startswith("    ") for line in others)
    assert all(letter.isprintable() for line in (first, *others) for letter in line)


def test_a_driver_does_not_repeat_at_each_write_what_is_told_once(capsys: pytest.CaptureFixture[str]) -> None:
    set_up("text", quiet=False)
    logging.getLogger("psycopg").warning("error ignored terminating <psycopg.Pipeline [INERROR, pipeline=ON]>")
    assert capsys.readouterr().err == ""


def test_a_name_cannot_forge_an_object(capsys: pytest.CaptureFixture[str]) -> None:
    set_up("json", quiet=False)
    logging.getLogger("bot.pipeline").error("post %s could not be judged", FORGED)
    (line,) = capsys.readouterr().err.splitlines()
    row = json.loads(line)
    assert (row["level"], row["logger"]) == ("ERROR", "bot.pipeline")
    assert all(letter.isprintable() or letter == "\n" for letter in row["message"])


def _record() -> logging.LogRecord:
    try:
        try:
            raise KeyError(WORDS)
        except KeyError as error:
            raise ValueError(WORDS) from error
    except ValueError as error:
        found = (type(error), error, error.__traceback__)
        return logging.LogRecord("bot.x", logging.ERROR, __file__, 1, "flag %d could\nnot", (7,), found)


def test_a_line_tells_where_an_exception_came_from_and_not_what_it_says() -> None:
    line = Lines().format(_record())
    assert WORDS not in line
    assert "ERROR bot.x: flag 7 could" in line
    assert line.index("KeyError") < line.index("ValueError")
    assert line.count("test_logs.py") >= 2


def test_json_is_one_object_a_line() -> None:
    line = JsonLines().format(_record())
    assert "\n" not in line
    row = json.loads(line)
    assert (row["level"], row["logger"], row["message"]) == ("ERROR", "bot.x", "flag 7 could\nnot")
    assert datetime.fromisoformat(row["time"]).tzinfo is not None
    assert "ValueError" in row["exception"]
    assert WORDS not in line
