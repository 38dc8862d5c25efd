"""`flagpost stats`: the same figures as text and as a file."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli.main import main
from bot.store.records import Moderator
from bot.store.store import Store
from classifier.assessment import Assessment
from classifier.labels import Label
from classifier.post import Post
from tests.least_config import LEAST_CONFIG

CONFIG = f'{LEAST_CONFIG}[store]\nurl = "sqlite:///flags.sqlite3"\n'


@pytest.fixture(autouse=True)
def forum(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store with twelve flags for trolling, nine of them confirmed."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "140")
    Path("config.toml").write_text(CONFIG, encoding="utf-8")
    now, judged = datetime.now(UTC), Assessment(probabilities=dict.fromkeys(Label, 0.6), model="m1", spans={})
    with Store.open("sqlite:///flags.sqlite3") as store:
        for number in range(12):
            post = Post(source="discord", id=str(number), text=f"words {number}", place_name="[bold]general\x1b[2J")
            store.save_post(post)
            flag = store.save_assessment(post, judged, [Label.TROLLING], now)
            assert flag is not None
            if number < 9:
                store.confirm(flag.id, Moderator("1", "=Dana"), [Label.TROLLING], now, timedelta(0))
            else:
                store.dismiss(flag.id, Moderator("1", "=Dana"), now, timedelta(0))


def test_the_figures_come_as_text() -> None:
    result = CliRunner().invoke(main, ["stats"])
    assert result.exit_code == 0, result.output
    assert "12 flags" in result.output
    assert "75% (47% to 92%; 9 of 12)" in result.output
    (row,) = (line for line in result.output.splitlines() if line.startswith("all "))
    assert row.split()[-2:] == ["-", "-"], "nothing is told of labels without decisions"
    assert "[bold]general?[2J" in result.output, "neither markup nor a terminal's command"


def test_the_figures_come_as_a_file() -> None:
    result = CliRunner().invoke(main, ["stats", "--csv", "figures.csv"])
    assert (result.exit_code, result.output) == (0, "figures.csv: written; open it in a spreadsheet.\n")
    table = Path("figures.csv").read_text(encoding="utf-8-sig")
    assert "'=Dana,9" in table.replace("\n", "")
    assert list(Path.cwd().glob("*.part")) == []


def test_a_file_that_cannot_be_written_is_one_line() -> None:
    result = CliRunner().invoke(main, ["stats", "--csv", "missing/figures.csv"])
    assert result.exit_code == 2
    assert len(result.output.splitlines()) == 1
    assert "missing/figures.csv" in result.output
