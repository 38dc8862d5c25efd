"""A database server that is frozen takes connections, for the kernel does, and never says a word."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import patience
from bot.cli.main import main
from tests.least_config import LEAST_CONFIG


@pytest.fixture
def frozen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of such a server, which the config in the working folder names."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(patience, "SILENT_SECONDS", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"127.0.0.1:{server.getsockname()[1]}"
        store = f'[store]\nurl = "postgresql://me:s3cret@{address}/posts?connect_timeout=2"\n'
        Path("config.toml").write_text(LEAST_CONFIG + store, encoding="utf-8")
        yield address


@pytest.mark.parametrize("command", [["stats"], ["store", "migrate"], ["store", "forget", "Ann"]])
def test_a_command_says_once_what_it_waits_for(command: list[str], frozen: str) -> None:
    result = CliRunner().invoke(main, command)
    assert result.exit_code == 2
    first, second = result.stderr.splitlines()
    assert first == f"flagpost: waiting for the store postgresql://{frozen}/posts"
    assert second.startswith(f"flagpost: the store postgresql://{frozen}/posts cannot be used: ")


def test_a_quiet_one_does_not(frozen: str, models: Path) -> None:
    result = CliRunner().invoke(main, ["backtest", "--against", "config.toml", "--models", str(models), "--quiet"])
    assert result.exit_code == 2
    [line] = result.stderr.splitlines()
    assert f"the store postgresql://{frozen}/posts cannot be used" in line
