"""The runner of the polls: nothing lost, nothing in another's way, and nothing told a hundred times."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import discord
import pytest
import simcord

from bot.sources.errors import SourceError
from bot.sources.http import PoliteClient
from bot.sources.polling import FIRST_LOOK, PollRunner
from bot.sources.source import Batch, State
from bot.store.errors import StoreError
from bot.store.store import Store
from classifier.post import Post, PostKey

SECRET_WORDS = "what a member wrote"


class Source:
    """A source that answers as the test says; `asked` and `inquiries` are what it was asked with."""

    def __init__(self, name: str, *answers: Batch | Exception) -> None:
        self.name = name
        self.every_seconds = 60.0
        self.answers = list(answers)
        self.asked: list[State] = []
        self.inquiries: list[Sequence[str]] = []

    async def poll(self, _: PoliteClient, state: State, inquiries: Sequence[str] = ()) -> Batch:
        self.asked.append(state)
        self.inquiries.append(inquiries)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


def post(id: str, age: timedelta = timedelta()) -> Post:
    return Post(source="meadow", id=id, text=SECRET_WORDS, created_at=datetime.now(UTC) - age)


@pytest.fixture
def store(tmp_path: Path) -> Any:
    with Store.open(f"sqlite:///{tmp_path}/store.sqlite3") as store:
        yield store


@pytest.fixture
def submitted() -> list[Batch]:
    return []


@pytest.fixture
def run(store: Store, client: PoliteClient, submitted: list[Batch]) -> Callable[..., PollRunner]:
    async def submit(batch: Batch) -> None:
        submitted.append(batch)

    def run(*sources: Source, submit: Any = submit) -> PollRunner:
        return PollRunner(sources, client=client, store=store, submit=submit)

    return run


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name.startswith("bot.")]


async def test_the_first_poll_takes_the_last_hour_and_the_next_one_everything(run: Any, submitted: Any) -> None:
    long_ago, just_now = post("1", FIRST_LOOK * 2), post("2")
    source = Source(
        "meadow",
        Batch(posts=(long_ago, just_now, Post(source="meadow", id="3", text="when?")), state={"last": 3}),
        Batch(posts=(long_ago,), state={"last": 3}),
    )
    runner = run(source)
    await runner.poll_once("meadow")
    await runner.poll_once("meadow")
    assert [batch.posts for batch in submitted] == [(just_now,), (long_ago,)]
    assert source.asked == [{}, {"last": 3}]


async def test_the_state_is_saved_once_the_posts_are(run: Any, store: Store, caplog: Any) -> None:
    tries: list[Batch] = []

    async def submit(batch: Batch) -> None:
        tries.append(batch)
        assert store.source_state("meadow") is None
        if len(tries) == 1:
            raise StoreError("the store is full")

    source = Source("meadow", Batch(posts=(post("1"),), state={"last": 1}))
    runner = run(source, submit=submit)
    assert await runner.poll_once("meadow") is None
    assert "meadow: the store is full." in lines(caplog)[0]
    assert await runner.poll_once("meadow") is not None
    assert [batch.posts[0].id for batch in tries] == ["1", "1"]
    assert store.source_state("meadow") == {"last": 1}
    assert source.asked == [{}, {}]


async def test_what_a_delivery_left_open_is_asked_for_until_it_was(run: Any, store: Store, submitted: Any) -> None:
    source = Source("meadow", Batch(state={"n": 1}), SourceError("busy"), Batch(posts=(post("7"),), state={"n": 2}))
    runner = run(source)
    store.inquire([PostKey("meadow", "7"), PostKey("garden", "8")])
    for _ in range(4):
        await runner.poll_once("meadow")
    assert source.inquiries == [[], ["7"], ["7"], []], "the first look is at what is new"
    assert store.inquiries("garden") == ["8"]
    assert [batch.as_of < datetime.now(UTC) for batch in submitted] == [True, True]


async def test_a_failure_is_told_once_and_so_is_its_end(run: Any, caplog: Any, submitted: Any) -> None:
    caplog.set_level(logging.INFO)
    bad = Source("bad", *[SourceError("a.example answered 503")] * 3, Batch(state={"n": 1}))
    good = Source("good", Batch(posts=(post("1"),), state={}))
    runner = run(bad, good)
    for _ in range(3):
        await runner.poll_once("bad")
        await runner.poll_once("good")
    assert [at is None for at in runner.last_polls().values()] == [True, False]
    await runner.poll_once("bad")
    assert None not in runner.last_polls().values()
    assert lines(caplog) == [
        "bad: a.example answered 503. This is told once; another line tells when it works again.",
        "bad: works again, after it failed 3 times",
    ]
    assert len(submitted) == 3


async def test_an_unforeseen_error_tells_its_place_and_no_word_of_a_post(run: Any, caplog: Any) -> None:
    runner = run(Source("meadow", KeyError(SECRET_WORDS)))
    assert await runner.poll_once("meadow") is None
    line, place = lines(caplog)
    assert "a mistake in flagpost, please report it (KeyError)" in line
    assert "test_polling.py" in place
    assert SECRET_WORDS not in caplog.text


async def test_a_warning_is_told_once(run: Any, caplog: Any) -> None:
    runner = run(Source("meadow", Batch(state={}, warnings=("only first posts",))))
    await runner.poll_once("meadow")
    await runner.poll_once("meadow")
    assert lines(caplog) == ["meadow: only first posts"]


async def test_it_asks_all_at_the_start_and_ends_in_the_middle_of_polls(run: Any) -> None:
    asked = asyncio.Semaphore(0)

    class Slow(Source):
        async def poll(self, *_: object) -> Batch:
            asked.release()
            return await asyncio.Future()

    runner = run(Slow("one", Batch()), Slow("two", Batch()))
    runner.start()
    await asked.acquire()
    await asked.acquire()
    await runner.stop()
    assert runner.last_polls() == {"one": None, "two": None}


async def test_between_polls_it_waits_for_the_clock_alone(run: Any) -> None:
    source = Source("meadow", Batch(state={"n": 1}))

    class Bot(discord.Client):
        async def setup_hook(self) -> None:
            run(source).start()

    async with simcord.run(Bot(intents=discord.Intents.none())) as env:
        assert len(source.asked) == 1
        await env.advance_time(54)
        assert len(source.asked) == 1
        await env.advance_time(13)
        assert len(source.asked) == 2
