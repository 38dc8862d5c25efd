"""What is done from time to time goes on when the clock is put forward or back."""

import asyncio
from datetime import datetime, timedelta
from types import ModuleType
from typing import Any

import discord
import pytest
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
