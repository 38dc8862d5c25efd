"""What is done from time to time goes on when the clock is put forward or back, and when a turn fails."""

import asyncio
from datetime import datetime, timedelta
from types import ModuleType
from typing import Any

import discord
import pytest
from discord.backoff import ExponentialBackoff
from discord.ext import tasks

from bot.loops import every


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


async def test_a_turn_that_fails_is_told_and_tried_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(ExponentialBackoff, "delay", lambda _: 0)
    turns: dict[str, int] = {"method": 0, "function": 0}
    done = asyncio.Event()

    def turn(of: str) -> None:
        turns[of] += 1
        if turns[of] <= 2:
            raise KeyError(of)
        if min(turns.values()) > 2:
            done.set()

    class Client:
        @every(seconds=0.01)
        async def work(self) -> None:
            turn("method")

    @every(seconds=0.01)
    async def work() -> None:
        turn("function")

    loops = [Client().work, work]
    for loop in loops:
        loop.start()
    async with asyncio.timeout(10):
        await done.wait()
    for loop in loops:
        loop.cancel()
    assert caplog.text.count("KeyError: 'method'") == caplog.text.count("KeyError: 'function'") == 2
