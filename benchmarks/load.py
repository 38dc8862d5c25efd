"""The whole bot under load: 200 messages a second for five minutes, and 5,000 in ten seconds.

The bot is a process of its own with an SQLite file, on a Discord that stands on loopback; three messages in a hundred
are insults. Told are what of it is stored, judged, flagged and on cards in the end, how long after the last message
that was so, how far judging lay behind at most, and the memory that the bot took. Discord sends its events through the
same cores, so all of this is an upper bound.
"""

import asyncio
import os
import random
import signal
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from classifier.dataset import written_posts
from classifier.registry import Registry, default_model
from tests.end_to_end.stand_in.discord_server import discord_server
from tests.end_to_end.stand_in.harbour import Harbour, until
from tests.end_to_end.stand_in.storm import INSULTS

STREAM = 200, int(os.environ.get("FLAGPOST_LOAD_SECONDS", "300"))
BURST = 500, 10
"""Messages a second, and for how many seconds."""

BAD = 0.03
WORDS = 18
TICK = 0.05


@dataclass(frozen=True)
class Counts:
    """What the store holds."""

    posts: int
    judged: int
    flags: int
    folded: int
    cards: int


def report() -> None:
    """Print a row for the stream and one for the burst."""
    with tempfile.TemporaryDirectory() as folder:
        default_model(Registry(Path(folder) / "models"))
        for name, (rate, seconds) in {"stream": STREAM, "burst": BURST}.items():
            load = os.getloadavg()[0]
            print(f"{name}: {rate} messages a second for {seconds} s (load of the machine before: {load:.1f})")
            asyncio.run(_run(Path(folder), name, rate, seconds))


def _texts() -> Iterator[str]:
    chance = random.Random(1)
    words = [word for post in written_posts() if not post.labels for word in post.text.split() if word.isalpha()]
    while True:
        text = " ".join(chance.choices(words, k=WORDS))
        yield f"You {chance.choice(INSULTS)}, {text}" if chance.random() < BAD else text


async def _run(folder: Path, name: str, rate: int, seconds: int) -> None:
    home = folder / name
    home.mkdir()
    async with discord_server() as discord:
        harbour = Harbour(discord, home, folder / "models", f"sqlite:///{home / 'store.sqlite3'}")
        harbour.build(channels=5, members=200)
        await harbour.start()
        try:
            await until(lambda: discord.is_connected and _is_ready(home), seconds=300)
            await asyncio.sleep(3)
            await _measure(harbour, home, rate, seconds)
        finally:
            await harbour.end(signal.SIGTERM)


def _is_ready(home: Path) -> bool:
    try:
        with closing(sqlite3.connect(home / "store.sqlite3")) as store:
            return bool(store.execute("SELECT count(*) FROM source_states").fetchone()[0])
    except sqlite3.Error:
        return False


async def _measure(harbour: Harbour, home: Path, rate: int, seconds: int) -> None:
    before = peak = _megabytes(harbour)
    behind = posted = 0
    texts = _texts()
    start = time.monotonic()
    looked = start
    while (now := time.monotonic() - start) < seconds or posted < rate * seconds:
        for _ in range(min(int(now * rate), rate * seconds) - posted):
            harbour.says(next(texts), posted % 5, posted % 200)
            posted += 1
        if time.monotonic() - looked > 1:
            looked = time.monotonic()
            counts = await asyncio.to_thread(_counts, home)
            peak, behind = max(peak, _megabytes(harbour)), max(behind, posted - counts.judged)
        await asyncio.sleep(TICK)
    sent = time.monotonic()
    while (counts := await asyncio.to_thread(_counts, home)).judged < posted and time.monotonic() - sent < 600:
        peak, behind = max(peak, _megabytes(harbour)), max(behind, posted - counts.judged)
        await asyncio.sleep(0.2)
    drained = time.monotonic() - sent
    await asyncio.sleep(3)
    counts = await asyncio.to_thread(_counts, home)
    peak = max(peak, _megabytes(harbour))
    waiting = counts.flags - counts.folded - counts.cards
    took = sent - start
    print(f"  {posted:,} sent in {took:.0f} s: {counts.posts:,} stored, {counts.judged:,} judged")
    print(f"  {counts.flags:,} flagged: {counts.cards:,} cards, {counts.folded:,} on others' cards, {waiting:,} wait")
    print(f"  judging was {behind:,} posts behind at most, and done {drained:.1f} s after the last message")
    print(f"  memory: {before:.0f} MB before, {peak:.0f} MB at most")


def _counts(home: Path) -> Counts:
    with closing(sqlite3.connect(home / "store.sqlite3", timeout=30)) as store:
        tables = ("posts", "assessments", "flags", "burst_members", "cards")
        return Counts(*(store.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables))


def _megabytes(harbour: Harbour) -> float:
    assert harbour.bot is not None
    status = Path(f"/proc/{harbour.bot.pid}/status").read_text()
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS"))
