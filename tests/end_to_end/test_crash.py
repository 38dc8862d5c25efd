"""The whole bot, killed again and again in a stream of posts and presses: nothing is lost and nothing comes twice.

`make test` kills it a few times on each database; `make crash` 200 times, in a stream of 2,000 posts and 300 presses.
The seed is printed: FLAGPOST_CRASH_SEED tries the same again.
"""

import asyncio
import os
import random
import signal
from pathlib import Path

import pytest

from bot.store.store import Store
from classifier.model import Model
from tests.end_to_end.stand_in.discord_server import discord_server
from tests.end_to_end.stand_in.harbour import Harbour, until
from tests.end_to_end.stand_in.storm import NO_WAITING, Storm

KILLS = int(os.environ.get("FLAGPOST_CRASH_KILLS", "2"))
POSTS = max(20, 10 * KILLS)
PRESSES = max(3, 3 * KILLS // 2)
SECONDS_A_KILL = 4
SEED = int(os.environ.get("FLAGPOST_CRASH_SEED", random.randrange(10**6)))


async def kill_again_and_again(harbour: Harbour, chance: random.Random) -> None:
    """Kill the bot and start it again: mostly while it works, sometimes while it starts."""
    for _ in range(KILLS):
        if chance.random() < 0.8:
            await until(lambda: harbour.discord.is_connected, seconds=120)
        await asyncio.sleep(chance.uniform(0, 1.5))
        await harbour.end(signal.SIGKILL)
        await harbour.start()


@pytest.mark.timeout(120 + 60 * KILLS)
async def test_nothing_is_lost_and_nothing_comes_twice(url: str, tmp_path: Path, models: Path, model: Model) -> None:
    print(f"FLAGPOST_CRASH_SEED={SEED}")
    async with discord_server() as discord:
        harbour = Harbour(discord, tmp_path, models, url, NO_WAITING)
        harbour.build(channels=3)
        storm = Storm(harbour, random.Random(SEED))
        await harbour.start()
        with Store.open(url) as store:
            try:  # what is said before the first start knows where it stands is not for it
                await until(lambda: store.source_state("discord"), seconds=60)
                await asyncio.gather(
                    storm.post(POSTS, seconds=KILLS * SECONDS_A_KILL),
                    storm.press(PRESSES),
                    kill_again_and_again(harbour, storm.chance),
                )
                await storm.is_over(model, store)
            finally:
                await harbour.end(signal.SIGTERM)
            storm.check(model, store)
