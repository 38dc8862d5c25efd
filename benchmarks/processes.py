"""The whole way of a post through a running bot but for Discord: stored, judged, looked up among the others, recorded.

One process with SQLite, one with PostgreSQL, and two with one PostgreSQL, each with the posts of its own places, as two
shards of a bot have them. PostgreSQL is the server that FLAGPOST_TEST_POSTGRES names.
"""

import asyncio
import multiprocessing
import os
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Barrier

from sqlalchemy import create_engine, make_url, text

from benchmarks.real_texts import missing, pieces
from benchmarks.table import print_left_out, print_row
from bot.judge import Judge
from bot.pipeline import Pipeline
from bot.store.records import Flag
from bot.store.store import Store
from classifier.copies import CopyIndex
from classifier.model import Model
from classifier.post import Post
from classifier.thresholds import Thresholds

POSTS = 4_000
"""Of each process; all are there at once, so that none is waited for."""


def report(model: Model) -> None:
    """Print posts a second on the clock, milliseconds of the processor a post, and bytes of the database a post."""
    if reason := missing():
        print_left_out("posts through the bot", "all", reason)
        return
    with TemporaryDirectory() as folder:
        path = Path(folder, "store.sqlite3")
        seconds, of_processor = _together(model, f"sqlite:///{path}", 1)
        _row("SQLite", seconds, of_processor, path.stat().st_size, 1)
    server = os.environ.get("FLAGPOST_TEST_POSTGRES")
    if server is None:
        print_left_out("posts through the bot", "PostgreSQL", "FLAGPOST_TEST_POSTGRES names no server")
        return
    for processes in (1, 2):
        with _database(server) as url:
            seconds, of_processor = _together(model, url, processes)
            _row(
                f"PostgreSQL, {processes} process{'es' * (processes > 1)}", seconds, of_processor, _size(url), processes
            )


def _row(store: str, seconds: float, of_processor: float, size: int, processes: int) -> None:
    count = processes * POSTS
    print_row(f"posts through the bot, {store}", "posts/s", count / seconds)
    print_row("  processor a post, without the database server's", "ms", of_processor / count * 1000)
    print_row("  database a post", "bytes", size / count)


def _together(model: Model, url: str, processes: int) -> tuple[float, float]:
    """Seconds on the clock, and of the processor in all."""
    Store.open(url).close()  # its tables are made once
    with (
        multiprocessing.get_context("spawn").Manager() as manager,
        ProcessPoolExecutor(processes, multiprocessing.get_context("spawn")) as executor,
    ):
        ready = manager.Barrier(processes)
        started = [executor.submit(_played, model, url, number, ready) for number in range(processes)]
        taken = [each.result() for each in started]
    return max(seconds for seconds, _ in taken), sum(of_processor for _, of_processor in taken)


def _played(model: Model, url: str, number: int, ready: Barrier) -> tuple[float, float]:
    return asyncio.run(_through_pipeline(model, url, number, ready))


async def _through_pipeline(model: Model, url: str, number: int, ready: Barrier) -> tuple[float, float]:
    posts = [
        Post(source="bench", id=f"{number}-{at}", text=text, author=f"a{at % 500}", place=f"p{number}")
        for at, text in enumerate(islice(pieces(), number * POSTS, (number + 1) * POSTS))
    ]

    async def show(_: Flag) -> None: ...

    with Store.open(url) as store:
        pipeline = Pipeline(Judge(store, model, CopyIndex(archive=store), Thresholds()), show)
        model.text_log_odds([posts[0].text])  # what is loaded at the first call
        ready.wait()
        start, start_cpu = time.perf_counter(), time.process_time()
        for post in posts:
            if not pipeline.submit(post):
                raise RuntimeError("no room for the posts")
        await pipeline.drain()
        return time.perf_counter() - start, time.process_time() - start_cpu


@contextmanager
def _database(server: str) -> Iterator[str]:
    """A database that lasts as long as the block."""
    address, name = make_url(server).set(drivername="postgresql+psycopg"), f"bench_{uuid.uuid4().hex}"
    admin = create_engine(address, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    try:
        yield address.set(database=name).render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        admin.dispose()


def _size(url: str) -> int:
    engine = create_engine(url)
    with engine.connect() as connection:
        size = connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one()
        empty = connection.execute(text("SELECT pg_database_size('template1')")).scalar_one()
    engine.dispose()
    return int(size) - int(empty)
