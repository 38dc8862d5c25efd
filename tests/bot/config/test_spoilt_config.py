"""A config with anything in it: settings come out, or a line for each mistake."""

import re
from pathlib import Path
from typing import Any

import tomlkit
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.config import ConfigError, Settings
from bot.config.loading import settings_from
from tests.spoiling import cut, spoilt

EXAMPLE = (Path(__file__).parents[3] / "config.example.toml").read_text()
PATH = Path("config.toml")
ALL_KEYS = tomlkit.parse(re.sub(r"^# (?=\[|[a-z_]+ = )", "", EXAMPLE, flags=re.MULTILINE)).unwrap()
"""The example with every key that stands there as a remark."""


def read(text: str) -> None:
    try:
        assert isinstance(settings_from(text, PATH, {"FLAGPOST_TOKEN": "a-secret-of-nobody"}), Settings)
    except ConfigError as error:
        assert all(line.startswith("config.toml: ") for line in str(error).splitlines())


def test_the_example_has_keys_to_spoil() -> None:
    assert len(ALL_KEYS) >= 8


@given(config=spoilt(ALL_KEYS))
@settings(deadline=None)
def test_a_config_with_other_values(config: Any) -> None:
    try:
        text = tomlkit.dumps(config)
    except Exception:  # what TOML cannot hold
        return
    read(text)


@given(text=cut(EXAMPLE.encode()).map(lambda text: text.decode("utf-8", "replace")) | st.text())
@settings(deadline=None)
def test_a_config_that_is_cut(text: str) -> None:
    read(text)
