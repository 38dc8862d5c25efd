"""`flagpost shadow`: what labels that are only logged would have brought."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli.main import main
from bot.store.shadow import ShadowFlag
from bot.store.store import Store
from classifier.labels import Label
from classifier.post import Post
from tests.least_config import LEAST_CONFIG

POST = Post(source="meadow", id="1", text="Everybody\nknows \x1b[31mit", author_name="Maple", place_name="#general")


@pytest.fixture(autouse=True)
def in_a_folder_with_a_config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("config.toml").write_text(LEAST_CONFIG)


def run(*arguments: str) -> list[str]:
    result = CliRunner().invoke(main, ["shadow", *arguments])
    assert result.exit_code == 0, result.output
    return result.stdout.splitlines()


def test_before_anything_was_logged_it_says_so() -> None:
    nothing = 'In the last 7 days no post reached the threshold of a label in the mode "log".'
    assert run() == [nothing]
    assert not Path("data").exists()


def test_without_a_config_there_is_no_store_to_look_into() -> None:
    Path("config.toml").unlink()
    result = CliRunner().invoke(main, ["shadow"])
    assert result.exit_code == 2
    assert "config.toml: there is no such file" in result.output


def test_it_counts_by_label_and_source_and_shows_the_likeliest_posts() -> None:
    now = datetime.now(UTC)
    with Store.open("sqlite:///data/flagpost.sqlite3") as store:
        for number in range(1, 5):
            post = replace(POST, id=str(number), link=f"https://forum.example/{number}")
            store.save_post(post)
            store.shadow.record([ShadowFlag(post, Label.TROLLING, number / 10, 0.1, now)])
        store.save_post(replace(POST, source="discord"))
        store.shadow.record([ShadowFlag(replace(POST, source="discord"), Label.COPY_PASTE, 1.0, 0.5, now)])
        old = replace(POST, id="old")
        store.save_post(old)
        store.shadow.record([ShadowFlag(old, Label.TROLLING, 1.0, 0.1, now - timedelta(days=8))])
    assert run("--posts", "2", "--days", "2") == [
        "What was logged in the last 2 days and not shown:",
        "",
        "Copy-paste · discord: 1 flag, 0.5 a day",
        f"  100% · {now:%Y-%m-%d %H:%M} UTC · #general · Maple",
        "      Everybody knows [31mit",
        "",
        "Trolling · meadow: 4 flags, 2.0 a day",
        f"  40% · {now:%Y-%m-%d %H:%M} UTC · #general · Maple · https://forum.example/4",
        "      Everybody knows [31mit",
        f"  30% · {now:%Y-%m-%d %H:%M} UTC · #general · Maple · https://forum.example/3",
        "      Everybody knows [31mit",
        "  … and 2 less likely ones",
    ]
