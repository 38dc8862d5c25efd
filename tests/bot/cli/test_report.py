"""`flagpost report` and `flagpost backtest` on a small forum in a real store; the report in a real browser."""

import re
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from playwright.async_api import async_playwright

from bot.cli.main import main
from bot.store.records import Moderator
from bot.store.store import Store
from classifier.assessment import Assessment
from classifier.labels import Label
from classifier.model import Model
from classifier.post import Post
from classifier.thresholds import Thresholds
from tests.least_config import LEAST_CONFIG

CHROMIUM = shutil.which("chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run", "--disable-sync"]
CONFIG = f'{LEAST_CONFIG}[store]\nurl = "sqlite:///forum.sqlite3"\n'
ANN = Moderator("100", "Ann")


@pytest.fixture
def forum(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, model: Model) -> None:
    """Twenty days of thirty posts, of which some are likely trolling; two in three of those flags are confirmed."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "140")
    Path("config.toml").write_text(CONFIG)
    random, now = np.random.default_rng(3), datetime.now(UTC)
    with Store.open(f"sqlite:///{tmp_path / 'forum.sqlite3'}") as store:
        for day in range(20):
            at, batch = now - timedelta(days=20 - day), []
            for number in range(30):
                text = f"<b>You</b> clown, number {number} of day {day}"
                post = Post(source="meadow", id=f"{day}-{number}", text=text, created_at=at)
                trolling = float(random.uniform(0.3, 0.9) if number % 10 == 0 else random.beta(1, 60))
                found = {Label.TROLLING: trolling, Label.PERSONAL_ATTACK: 0.01, Label.COPY_PASTE: 0.0}
                labels = Thresholds().passed(post, found)
                batch.append((post, Assessment(probabilities=found, model=model.version, spans={}), labels))
            store.save_posts([post for post, _, _ in batch])
            store.save_assessments(batch, at)
        for flag in store.flags():
            if flag.id % 3:
                store.confirm(flag.id, ANN, [Label.TROLLING], now, timedelta(minutes=10))
            else:
                store.dismiss(flag.id, ANN, now, timedelta(minutes=10))


def run(models: Path, command: str, *arguments: str) -> Result:
    return CliRunner().invoke(main, [command, "--models", str(models), *arguments])


def test_a_report_into_a_folder_is_refused_in_words(models: Path, tmp_path: Path) -> None:
    result = run(models, "report", "--out", str(tmp_path))
    assert result.exit_code == 2
    assert "is a directory" in result.stderr


@pytest.mark.usefixtures("forum")
def test_backtest_counts_and_lists_what_another_config_would_change(models: Path) -> None:
    Path("other.toml").write_text(f"{CONFIG}[thresholds]\ntrolling = 0.6\n")

    result = run(models, "backtest", "--days", "30", "--against", "other.toml", "--show", "3")

    assert result.exit_code == 0, result.output
    with Store.open("sqlite:///forum.sqlite3") as store:
        found = [flag.assessment.probabilities[Label.TROLLING] for flag in store.flags()]
    lost = sum(chance < 0.6 for chance in found)
    assert f"Trolling: {len(found)} flags, and {len(found) - lost} then; 0 gained, {lost} lost" in result.stdout
    assert "Personal attack: 0 flags, and 0 then; 0 gained, 0 lost" in result.stdout
    listed = [line for line in result.stdout.splitlines() if line.startswith("  - ")]
    assert len(listed) == 3
    assert all("[staff: " in line and "You</b> clown" in line for line in listed)
    assert f"… and {lost - 3} more (--show {lost})" in result.stdout
    latest = run(models, "backtest", "--days", "1", "--against", "other.toml")
    assert "no post of the last day was judged by" in latest.stderr


@pytest.mark.usefixtures("forum")
def test_backtest_with_another_model_judges_the_texts_anew(models: Path, model: Model) -> None:
    result = run(models, "backtest", "--days", "30", "--model", model.version, "--quiet")

    assert result.exit_code == 0, result.output
    assert result.stdout.startswith(f"600 posts of the last 30 days, judged by {model.version}:")
    assert run(models, "backtest").exit_code == 2, "there is nothing to compare with"


@pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed")
@pytest.mark.usefixtures("forum")
async def test_the_slider_shows_what_flagpost_thresholds_prints(models: Path, tmp_path: Path) -> None:
    told = run(models, "thresholds").stdout.split("\nTrolling", 1)[1].split("\nPersonal attack", 1)[0]
    printed = [line.removeprefix("->").split() for line in told.splitlines() if "%" in line and "threshold" not in line]
    result = run(models, "report", "--out", "report.html")
    assert result.exit_code == 0, result.output
    assert Path("report.html").stat().st_size < 1_000_000

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = await browser.new_page(viewport={"width": 360, "height": 740}, color_scheme="dark")
        asked: list[str] = []
        said: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        address = (tmp_path / "report.html").as_uri()
        await page.goto(address)
        section = page.locator("#trolling")
        slider, fields = section.locator("input"), section.locator("output")
        assert await fields.first.text_content() == "0.4", "it begins with the threshold in force"
        for at, row in enumerate(printed):
            await slider.fill(str(at))
            shown = " ".join(await fields.all_text_contents()).split()
            assert shown == row
        assert len(printed) == 17
        assert await section.locator("mark").count() > 0
        assert await section.locator("svg text", has_text=re.compile("^1$")).count() > 0, "counts stand there in full"
        assert "<b>You</b>" in await section.inner_text(), "members' words are shown, not obeyed"
        assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "fits a phone"
        dark = await page.evaluate("getComputedStyle(document.body).backgroundColor")
        await page.emulate_media(color_scheme="light")
        assert await page.evaluate("getComputedStyle(document.body).backgroundColor") != dark
        assert (asked, said) == ([address], [])
        await browser.close()
