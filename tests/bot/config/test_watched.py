"""A config that is edited while the bot runs."""

from pathlib import Path

import pytest

from bot.config import ConfigError, ConfigFile, load_settings, taken_over, what_changed
from classifier.labels import Label
from tests.least_config import LEAST_CONFIG


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(LEAST_CONFIG)
    return path


def test_an_edit_is_read_once_and_only_when_it_is_finished(path: Path) -> None:
    file = ConfigFile(path, {})
    assert file.edited() is None

    path.write_text(f"{LEAST_CONFIG}[thresholds]\n")
    assert file.edited() is None, "somebody may still be writing"
    path.write_text(f"{LEAST_CONFIG}[thresholds]\ntrolling = 0.7\n")
    assert file.edited() is None, "and was"
    edited = file.edited()

    assert edited is not None
    assert edited.thresholds.default[Label.TROLLING] == 0.7
    assert file.edited() is None


def test_a_broken_edit_is_told_once_and_a_good_one_is_read_after_it(path: Path) -> None:
    file = ConfigFile(path, {})
    path.write_text(f"{LEAST_CONFIG}[thresholds]\ntroling = 0.7\n")
    file.edited()
    with pytest.raises(ConfigError, match="did you mean `trolling`"):
        file.edited()
    assert file.edited() is None
    path.unlink()
    file.edited()
    with pytest.raises(ConfigError, match="there is no such file"):
        file.edited()
    path.write_text(LEAST_CONFIG)
    file.edited()
    assert file.edited() is not None


def test_only_what_can_be_taken_over_is(path: Path) -> None:
    running = load_settings(path, {})
    path.write_text(f"{LEAST_CONFIG}posts_before = 2\n[thresholds]\ntrolling = 0.7\n[privacy]\nkeep_text_days = 7\n")
    edited = load_settings(path, {})

    after = taken_over(running, edited)

    assert after.thresholds.default[Label.TROLLING] == 0.7
    assert after.privacy.keep_text_days == 7
    assert after.review.posts_before == running.review.posts_before == 3
    assert what_changed(running, edited) == "in force now: [thresholds], [privacy]; after a restart: [review]"
    assert what_changed(running, running) == "it says the same as before"


def test_it_can_be_read_anew_though_nobody_edited_it(path: Path) -> None:
    file = ConfigFile(path, {})
    file.reread()
    assert file.edited() is not None
    assert file.edited() is None
