"""`flagpost thresholds`: what each threshold means, in words and a table."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli.main import main
from bot.cli.workload_table import COLUMNS
from tests.least_config import LEAST_CONFIG


@pytest.fixture(autouse=True)
def in_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")


def run(models: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["thresholds", "--models", str(models), *arguments])


def test_before_there_is_a_forum_it_says_that_it_does_not_know_it(models: Path) -> None:
    result = run(models)

    assert result.exit_code == 0, result.output
    assert "Trolling: flags from 0.4 on. To be expected of 1,000 posts: " in result.stdout
    assert result.stdout.count("Too few decisions yet: this rests on flagpost's own posts (0 decisions") == 3
    marked = [line.split()[1] for line in result.stdout.splitlines() if line.startswith("->")]
    assert marked == ["0.4", "0.5", "0.5"]


def test_on_a_narrow_terminal_every_interval_stands_below_its_figure(
    models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    lines = run(models).stdout.splitlines()
    [at, *_] = [number for number, line in enumerate(lines) if line.startswith("->")]
    assert "(" not in lines[at]
    assert lines[at + 1].count("(") == len(COLUMNS) - 1
    assert all(len(line) <= 80 for line in lines[at : at + 2])


def test_targets_are_shown_with_the_numbers_they_come_to(models: Path) -> None:
    Path("config.toml").write_text(
        f'{LEAST_CONFIG}[thresholds]\ntrolling = "precision >= 0.9"\n[thresholds.sources.meadow]\n'
        'personal_attack = "recall >= 0.99"\n[sources.meadow]\nkind = "webhook"\n'
    )

    result = run(models)

    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    [wished] = [line for line in lines if line.endswith("missed.") and "(precision >= 0.9)" in line]
    marked = next(line for line in lines[lines.index(wished) :] if line.startswith("->"))
    assert wished.startswith(f"Trolling: flags from {marked.split()[1]} on (precision >= 0.9).")
    assert any(line.startswith("Personal attack in forum meadow: flags from 0.02 on") for line in lines)
    beware = "no threshold from 0.02 to 0.98 meets recall >= 0.99; 0.02 comes nearest and is used."
    assert f"BEWARE: Personal attack in forum meadow: {beware}" in lines
    assert not Path("data").exists()  # to look at thresholds makes no store


def test_set_writes_the_config_and_says_what_that_brings(models: Path) -> None:
    Path("config.toml").write_text(f"{LEAST_CONFIG}[thresholds]\n# as we agreed\ntrolling = 0.4\n")

    result = run(models, "set", "trolling", "at most 2 flags a day", "--models", str(models))

    assert result.exit_code == 0, result.output
    assert '# as we agreed\ntrolling = "at most 2 flags a day"\n' in Path("config.toml").read_text()
    written, headline, *_ = result.stdout.splitlines()
    assert written == "config.toml: written."
    assert headline.startswith("Trolling: flags from 0.")
    assert "(at most 2 flags a day). To be expected of 1,000 posts: " in headline


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("trolling", "often"), "neither a number nor a target"),
        (("trolling", "40"), "above 0 and at most 1"),
        (("spam", "0.5"), "'spam' is not one of 'trolling', 'personal_attack', 'copy_paste'"),
        (("trolling", "0.5", "--source", "medow"), "there is no medow"),
        (("trolling", "0.5", "--config", "other.toml"), "other.toml: there is no such file"),
    ],
)
def test_set_refuses_what_makes_no_sense(models: Path, arguments: tuple[str, ...], message: str) -> None:
    Path("config.toml").write_text(LEAST_CONFIG)

    result = run(models, "set", *arguments)

    assert result.exit_code == 2
    assert message in result.stderr
    assert Path("config.toml").read_text() == LEAST_CONFIG
