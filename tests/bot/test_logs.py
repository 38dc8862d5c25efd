"""Nothing that members choose can forge a line of the log or command a terminal that shows it."""

import json
import logging

import pytest

from bot.logs import set_up

FORGED = "7\n2026-01-01 12:00:00,000 ERROR bot: the disk is on fire\x1b[2J\x9b2J\u2028\u202e"


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
