"""The whole bot while a fifth of all calls to Discord fail, the gateway hangs up and the database goes away at times:
the same comes of a stream of posts and presses as without, only later.

FLAGPOST_FAULT_POSTS makes the stream longer (`make faults`); FLAGPOST_FAULT_SEED has others fail.
"""

import asyncio
import json
import os
import random
import signal
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from bot.store.store import Store
from classifier.model import Model
from tests.end_to_end.stand_in.discord_server import DiscordServer, discord_server
from tests.end_to_end.stand_in.faults import Faults
from tests.end_to_end.stand_in.harbour import Harbour, until
from tests.end_to_end.stand_in.storm import NO_WAITING, Storm

POSTS = int(os.environ.get("FLAGPOST_FAULT_POSTS", "24"))
PRESSES = max(3, POSTS // 7)
SECONDS_A_POST = 0.3
SEED = int(os.environ.get("FLAGPOST_FAULT_SEED", "1"))
SHARE = 0.2


async def hang_up_at_times(discord: DiscordServer) -> None:
    """End the gateway's connections, so that what is said meanwhile has to be read back."""
    while True:
        await asyncio.sleep(4)
        await discord.hang_up()


async def take_the_database_away_at_times(url: str) -> None:
    """A fifth of the time SQLite is locked by somebody else; PostgreSQL ends all connections at every turn."""
    while True:
        await asyncio.sleep(2)
        if url.startswith("sqlite"):
            with closing(sqlite3.connect(make_url(url).database or "", isolation_level=None)) as other:
                with suppress(sqlite3.OperationalError):
                    other.execute("BEGIN IMMEDIATE")
                await asyncio.sleep(0.5)
        else:
            await asyncio.to_thread(_end_connections, url)


def _end_connections(url: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    others = "datname = current_database() AND pid <> pg_backend_pid() AND application_name <> 'the test'"
    with engine.connect() as connection:
        connection.execute(text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}"))
    engine.dispose()


@pytest.mark.timeout(180 + 5 * POSTS)
async def test_the_same_comes_of_it_later(url: str, tmp_path: Path, models: Path, model: Model) -> None:
    print(f"FLAGPOST_FAULT_SEED={SEED}")
    own_url = url if url.startswith("sqlite") else f"{url}?application_name=the+test"
    async with discord_server() as discord:
        harbour = Harbour(discord, tmp_path, models, url, f'{NO_WAITING}[logging]\nformat = "json"\n')
        harbour.build(channels=3)
        storm = Storm(harbour, random.Random(SEED))
        discord.faults = faults = Faults(random.Random(SEED), SHARE)
        await harbour.start("--hurry")
        with Store.open(own_url) as store:
            try:
                await until(lambda: store.source_state("discord"), seconds=120)
                troubles = [
                    asyncio.create_task(hang_up_at_times(discord)),
                    asyncio.create_task(take_the_database_away_at_times(url)),
                ]
                await asyncio.gather(storm.post(POSTS, seconds=POSTS * SECONDS_A_POST), storm.press(PRESSES))
                await storm.is_over(model, store)
                for trouble in troubles:
                    trouble.cancel()
                discord.faults = None
                await until(storm.is_on_the_cards, seconds=60)
            finally:
                await harbour.end(signal.SIGTERM)
            storm.check(model, store)
    print(f"{faults.met} calls failed")
    assert faults.met
    levels = [json.loads(line)["level"] for line in harbour.log().splitlines()]
    assert "ERROR" in levels
