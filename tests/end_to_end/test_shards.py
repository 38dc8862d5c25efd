"""Two processes on one PostgreSQL database, each with a server of its own: every card once, wherever it was raised."""

import asyncio
import random
import signal
from dataclasses import replace
from pathlib import Path

import pytest

from bot.store.store import Store
from classifier.model import Model
from tests.end_to_end.stand_in.discord_server import discord_server
from tests.end_to_end.stand_in.harbour import Harbour, until
from tests.end_to_end.stand_in.storm import NO_WAITING, Storm

POSTS, PRESSES = 40, 6


@pytest.mark.parametrize("url", ["postgres"], indirect=True)
@pytest.mark.timeout(300)
async def test_two_processes_share_the_work(url: str, tmp_path: Path, models: Path, model: Model) -> None:
    async with discord_server() as discord:
        first = Harbour(discord, tmp_path, models, url, NO_WAITING, arguments=("--shard", "0/2"))
        first.build(channels=2, shards=2)
        second = replace(first, arguments=("--shard", "1/2"))
        storm = Storm(first, random.Random(8))
        await asyncio.gather(first.start(), second.start())
        with Store.open(url) as store:
            try:
                channels = {str(channel) for channel in first.channels}
                await until(lambda: channels <= _positions(store), seconds=120)
                await asyncio.gather(storm.post(POSTS, seconds=10), storm.press(PRESSES), _kill_once(second))
                await storm.is_over(model, store)
                await until(storm.is_on_the_cards, seconds=30)
            finally:
                await first.end(signal.SIGTERM)
                await second.end(signal.SIGTERM)
            storm.check(model, store)
            raised_in = {str(flag.post.place) for flag in store.flags()}
            halves = [set(map(str, first.channels[:2])), set(map(str, first.channels[2:]))]
            assert all(raised_in & half for half in halves), "both had something to do"


def _positions(store: Store) -> set[str]:
    return set((store.source_state("discord") or {}).get("positions", {}))


async def _kill_once(harbour: Harbour) -> None:
    await asyncio.sleep(4)
    await harbour.end(signal.SIGKILL)
    await harbour.start()
