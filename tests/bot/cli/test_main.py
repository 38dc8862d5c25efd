"""The `flagpost` command itself: its help, and what cannot be printed."""

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli.main import COMMANDS, main

FULL = Path("/dev/full")
"""Takes nothing, as a disk that is full."""


@pytest.mark.parametrize("group", [(), ("models",), ("store",), ("data",), ("thresholds",)], ids=" ".join)
def test_help_lists_every_command_and_cuts_no_sentence_short(group: tuple[str, ...]) -> None:
    result = CliRunner().invoke(main, [*group, "--help"])
    assert result.exit_code == 0
    assert "..." not in result.output.replace("[OPTIONS] COMMAND [ARGS]...", "").replace("[COMMAND] [ARGS]...", "")


def test_each_command_stands_under_what_it_is_for() -> None:
    listed = [command.name for commands in COMMANDS.values() for command in commands]
    assert sorted(listed) == sorted(main.commands)
    lines = CliRunner().invoke(main, ["--help"]).output.splitlines()
    assert [line.removesuffix(":") for line in lines if line.endswith(":") and not line.startswith(" ")][1:] == [
        *COMMANDS
    ]


@pytest.mark.skipif(not FULL.exists(), reason="needs /dev/full")
@pytest.mark.parametrize("arguments", [("--help",), ("--version",), ("models", "--help"), ("data", "list")])
def test_a_full_disk_is_told_in_one_line(arguments: tuple[str, ...], tmp_path: Path) -> None:
    command = [str(Path(sys.executable).with_name("flagpost")), *arguments]
    with FULL.open("w") as full:
        ended = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, cwd=tmp_path)
    assert (ended.returncode, ended.stderr) == (2, "flagpost: No space left on device\n")


@pytest.mark.parametrize("address", ["nonsense", "127.0.0.1", "tcp://127.0.0.1", "htp://127.0.0.1:8786", ""])
def test_a_scheduler_that_is_no_address_is_refused_at_once(address: str, tmp_path: Path) -> None:
    posts = tmp_path / "posts.jsonl"
    posts.touch()
    result = CliRunner().invoke(main, ["scan", str(posts), "--out", str(tmp_path / "scan"), "--scheduler", address])
    assert result.exit_code == 2
    assert "expected an address such as tcp://HOST:8786" in result.output
    assert not (tmp_path / "scan").exists()
