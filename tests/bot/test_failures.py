"""What fails for a while: it is told once, nothing is lost, and it goes on by itself."""

import asyncio
import json
import logging
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import discord
import pytest
from discord.ext import tasks

from bot.judge import Judge
from bot.logs import JsonLines, Lines
from bot.loops import every
from bot.pipeline import Pipeline
from bot.store.records import Flag
from bot.store.store import Store
from bot.trouble_watch import TroubleWatch
from bot.troubles import DATABASE, PATIENCE, Troubles
from classifier.assessment import Assessment
from classifier.copies import CopyIndex
from classifier.labels import Label
from classifier.model import Explain
from classifier.post import Post
from classifier.thresholds import Thresholds
from tests.full_disk import full_disk

WORDS = "nobody else is to read this"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path / 'flagpost.sqlite3'}") as opened:
        yield opened


class FaultyModel:
    """A model that finds nothing in any post; `error` is what it raises for the posts of those ids, or for all."""

    version = "m"

    def __init__(self, error: Exception | None = None, at: Sequence[str] | None = None) -> None:
        self.error, self.at = error, at

    def assess(self, posts: Sequence[Post], index: CopyIndex, explain: Explain) -> list[Assessment]:  # noqa: ARG002
        if self.error and any(self.at is None or post.id in self.at for post in posts):
            raise self.error
        return [Assessment(probabilities=dict.fromkeys(Label, 0.0), model="m", spans={}) for _ in posts]


async def show(_: Flag) -> None:
    raise AssertionError("nothing is flagged here")


def pipeline(store: Store, model: FaultyModel, troubles: Troubles) -> Pipeline:
    return Pipeline(Judge(store, model, CopyIndex(), Thresholds()), show, troubles=troubles)


def post(number: int) -> Post:
    return Post(source="discord", id=str(number), text=f"{WORDS} {number} " * 100)


async def test_a_full_disk(store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    troubles = Troubles()
    judging = pipeline(store, FaultyModel(), troubles)
    store.save_post(post(0))
    with full_disk((tmp_path / "flagpost.sqlite3-wal").stat().st_size + 1000):
        for number in range(1, 100):
            judging.submit(post(number))
            await judging.drain()
    [trouble] = troubles.current
    assert trouble.about == DATABASE
    assert "disk" in trouble.words
    assert len(caplog.messages) == 1
    judging.retry()
    await judging.drain()
    assert store.unassessed_posts(200) == []
    assert len(list(store.recent_posts(datetime(2026, 1, 1, tzinfo=UTC)))) == 100


@pytest.mark.parametrize("error", [MemoryError(), ValueError(WORDS)])
async def test_a_post_that_takes_too_much_costs_no_other(
    store: Store, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    judging = pipeline(store, FaultyModel(error, ["2"]), Troubles())
    for number in range(5):
        judging.submit(post(number))
    await judging.drain()
    assert [left.id for left in store.unassessed_posts(9)] == ["2"]
    assert "post 2 could not be judged" in caplog.text


async def test_a_broken_model_is_told_once_and_not_for_each_post(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    troubles = Troubles()
    judging = pipeline(store, FaultyModel(ValueError(WORDS)), troubles)
    for number in range(100):
        judging.submit(post(number))
    await judging.drain()
    assert len(caplog.messages) == 2, "what fails, and where"
    assert troubles.current[0].times == 100
    await judging.use(FaultyModel(), Thresholds())
    await judging.recover()
    assert len(store.unassessed_posts(200)) == 100, "the next start tries them again"
    await _after_a_start(store)
    assert store.unassessed_posts(200) == []


async def _after_a_start(store: Store) -> None:
    judging = pipeline(store, FaultyModel(), Troubles())
    judging.learn_history()
    await judging.recover()


async def test_staff_are_told_once_of_what_lasts(store: Store, tmp_path: Path) -> None:
    troubles, told = Troubles(), list[str]()

    async def tell(line: str) -> bool:
        told.append(line)
        return True

    watch = TroubleWatch(troubles, store, tell)
    troubles.met("meadow", "a.example answered 503")
    await watch.look()
    assert told == [], "it may be over in a moment"
    troubles.current[0].since -= PATIENCE
    for _ in range(3):
        await watch.look()
        troubles.met("meadow", "a.example answered 500")
    assert len(told) == 1
    assert "meadow. a.example answered 503" in told[0].replace("\\", "")
    troubles.over("meadow")
    for _ in range(3):
        await watch.look()
    assert len(told) == 2
    with full_disk((tmp_path / "flagpost.sqlite3-wal").stat().st_size + 1000):
        for _ in range(30):
            await watch.look()
    assert [trouble.about for trouble in troubles.current] == [DATABASE], "found without a post"
    await watch.look()
    assert troubles.current == []


@pytest.mark.parametrize("jump", [timedelta(hours=-1), timedelta(days=1)])
async def test_loops_go_on_at_their_pace_when_the_clock_jumps(monkeypatch: pytest.MonkeyPatch, jump: timedelta) -> None:
    shift = timedelta()

    class Clock(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return datetime.now(tz) + shift

    module = ModuleType("datetime")
    module.__dict__.update(discord.utils.datetime.__dict__ | {"datetime": Clock})
    monkeypatch.setattr(discord.utils, "datetime", module)
    monkeypatch.setattr(tasks, "datetime", module)
    turns = 0

    class Client:
        @every(seconds=0.02)
        async def work(self) -> None:
            nonlocal turns, shift
            turns += 1
            if turns == 3:
                shift = jump

    client = Client()
    client.work.start()
    await asyncio.sleep(0.5)
    client.work.cancel()
    assert 4 <= turns <= 26


def _record() -> logging.LogRecord:
    try:
        try:
            raise KeyError(WORDS)
        except KeyError as error:
            raise ValueError(WORDS) from error
    except ValueError as error:
        found = (type(error), error, error.__traceback__)
        return logging.LogRecord("bot.x", logging.ERROR, __file__, 1, "flag %d could\nnot", (7,), found)


def test_a_line_tells_where_an_exception_came_from_and_not_what_it_says() -> None:
    line = Lines().format(_record())
    assert WORDS not in line
    assert "ERROR bot.x: flag 7 could" in line
    assert line.index("KeyError") < line.index("ValueError")
    assert line.count("test_failures.py") >= 2


def test_json_is_one_object_a_line() -> None:
    line = JsonLines().format(_record())
    assert "\n" not in line
    row = json.loads(line)
    assert (row["level"], row["logger"], row["message"]) == ("ERROR", "bot.x", "flag 7 could\nnot")
    assert datetime.fromisoformat(row["time"]).tzinfo is not None
    assert "ValueError" in row["exception"]
    assert WORDS not in line
