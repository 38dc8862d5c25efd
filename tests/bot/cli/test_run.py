"""`flagpost run`: what ends it is told in one line."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory

import discord
import pytest
from click.testing import CliRunner

from bot.cli.main import main
from bot.store.alone import alone
from bot.store.store import Store
from classifier import registry
from classifier.errors import ModelError
from tests.least_config import LEAST_CONFIG


class Refusing(BaseHTTPRequestHandler):
    """Discord's address, where nothing is as it should be."""

    def do_GET(self) -> None:
        self.send_error(400)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def refusing_discord(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with HTTPServer(("127.0.0.1", 0), Refusing) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setattr(discord.http.Route, "BASE", f"http://127.0.0.1:{server.server_port}")
        yield
        server.shutdown()


@pytest.mark.parametrize("shard", ["2/2", "-1/2", "1", "a/b", "0/0", "0/1000"])
def test_a_shard_that_cannot_be_is_refused(shard: str) -> None:
    result = CliRunner().invoke(main, ["run", "--shard", shard])
    assert result.exit_code == 2
    assert "expected K/N" in result.output


def test_several_processes_need_postgresql(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text(LEAST_CONFIG)
    result = CliRunner().invoke(main, ["run", "--shard", "0/2", "--config", str(config)])
    assert result.exit_code == 2
    assert "need a PostgreSQL store" in result.output


@pytest.mark.usefixtures("refusing_discord")
def test_an_error_of_discord_is_told_in_one_line(models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLAGPOST_TOKEN", "no-token-of-anybody")
    (tmp_path / "config.toml").write_text(LEAST_CONFIG)
    result = CliRunner().invoke(main, ["run", "--config", str(tmp_path / "config.toml"), "--models", str(models)])
    assert result.exit_code == 2
    assert "Discord answered with an error (400)" in result.stderr
    assert result.exception is None or isinstance(result.exception, SystemExit)


def test_a_second_bot_on_one_store_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLAGPOST_TOKEN", "no-token-of-anybody")
    (tmp_path / "config.toml").write_text(LEAST_CONFIG)
    with alone(f"sqlite:///{tmp_path}/data/flagpost.sqlite3"):
        result = CliRunner().invoke(main, ["run", "--config", str(tmp_path / "config.toml")])
    assert result.exit_code == 2
    assert result.stderr == "flagpost: another flagpost is at work on this store: end that one first\n"
    assert not (tmp_path / "data" / "flagpost.sqlite3").exists()


@pytest.mark.usefixtures("refusing_discord")
def test_a_database_that_everybody_may_read_is_warned_of(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLAGPOST_TOKEN", "no-token-of-anybody")
    with TemporaryDirectory() as folder:  # others can reach it, which pytest's own folders they cannot
        Path(folder).chmod(0o755)
        (Path(folder) / "config.toml").write_text(LEAST_CONFIG)
        Store.open(f"sqlite:///{folder}/data/flagpost.sqlite3").close()
        (Path(folder) / "data" / "flagpost.sqlite3").chmod(0o644)
        result = CliRunner().invoke(main, ["run", "--config", f"{folder}/config.toml", "--models", str(models)])
    assert f"every user of this machine may read {folder}/data/flagpost.sqlite3" in result.stderr


def test_a_service_that_starts_for_the_first_time_says_what_takes_so_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object) -> None:
        raise ModelError("stopped here")

    monkeypatch.setenv("FLAGPOST_TOKEN", "no-token-of-anybody")
    monkeypatch.setattr(registry, "default_model", stopped)
    (tmp_path / "config.toml").write_text(LEAST_CONFIG)
    result = CliRunner().invoke(main, ["run", "--config", str(tmp_path / "config.toml"), "--models", str(tmp_path)])
    first, last = result.stderr.splitlines()
    assert first.endswith("there is no model yet: it is built first, which takes about a minute")
    assert (result.exit_code, last) == (2, "flagpost: stopped here")


def test_a_secret_that_a_forum_needs_is_named_before_anything_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLAGPOST_TOKEN", "no-token-of-anybody")
    (tmp_path / "config.toml").write_text(LEAST_CONFIG + '[sources.meadow]\nkind = "webhook"\n')
    result = CliRunner().invoke(main, ["run", "--config", str(tmp_path / "config.toml")])
    assert result.exit_code == 2
    assert result.stderr.startswith("flagpost: FLAGPOST_MEADOW_SECRET is not set. ")
    assert not (tmp_path / "data").exists()
