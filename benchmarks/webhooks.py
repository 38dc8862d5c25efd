"""Deliveries by webhook: until the sender has its answer, and until the card stands in the moderator channel.

The peer is the least that a web server can do: read the body and answer, with nothing checked, stored or judged.
"""

import asyncio
import json
import socket
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
from aiohttp import web

from bot.app import FlagpostBot
from bot.config import Secrets, Settings, WebhooksSettings
from bot.demo.script import Line
from bot.demo.world import World, open_world
from bot.pipeline import Pipeline
from bot.sources.generic_webhook import GenericWebhook
from bot.sources.source import Batch
from bot.sources.webhooks import WebhookServer
from bot.store.records import Flag
from bot.store.store import Store
from classifier.copies import CopyIndex
from classifier.dataset import written_posts
from classifier.model import Model
from classifier.post import Post
from classifier.registry import Registry, default_model
from classifier.thresholds import Thresholds

SECRET = "benchmark"
DELIVERIES = 300
CARDS = 30
BACKLOG = 2_000
INSULT = "You are a stupid pathetic moron number {} and everybody here hates you, shut up you idiot."


def report() -> None:
    """Print a row per situation: median and 95th percentile in milliseconds, and the peer's median."""
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measured(default_model(Registry(Path(folder)))))


async def measured(model: Model) -> None:
    """Deliver to the server with pipeline and store, then to the whole bot on a simulated Discord."""
    texts = [post.text for post in written_posts()]
    print(f"{'milliseconds':<44}{'median':>8}{'95%':>8}{'peer':>8}")
    async with bare_server() as peer, judging(model) as (ours, pipeline):
        row("answer, one delivery after the other", await times(ours, texts), await times(peer, texts))
        await pipeline.drain()
        row("answer, ten at once", await times(ours, texts, at_once=10), await times(peer, texts, at_once=10))
        await pipeline.drain()
        backlog = [Post(source="bench", id=f"{number}", text=text) for number, text in enumerate(texts * 9)]
        await pipeline.take_in(backlog[:BACKLOG])
        row(f"answer, while {BACKLOG:,} posts are judged", await times(ours, texts))
        await pipeline.drain()
    async with bot_at_work(model) as (world, ours):
        row("card, from the sending of the delivery", [await until_card(world, ours, n) for n in range(CARDS)])


def row(task: str, ours: Sequence[float], theirs: Sequence[float] = ()) -> None:
    """Print what was measured, in seconds each."""
    median, late = statistics.median(ours), statistics.quantiles(ours, n=20)[-1]
    peer = f"{statistics.median(theirs) * 1000:>8.1f}" if theirs else ""
    print(f"{task:<44}{median * 1000:>8.1f}{late * 1000:>8.1f}{peer}")


async def times(address: str, texts: Sequence[str], at_once: int = 1) -> list[float]:
    """How long each answer took."""
    number = iter(range(DELIVERIES))
    taken: list[float] = []

    async def one_after_the_other() -> None:
        for n in number:
            taken.append(await timed(lambda n=n: deliver(address, f"{time.monotonic_ns()}", texts[n % len(texts)])))

    await asyncio.gather(*(one_after_the_other() for _ in range(at_once)))
    return taken


async def timed(work: Callable[[], Awaitable[object]]) -> float:
    """Seconds of wall-clock time."""
    start = time.perf_counter()
    await work()
    return time.perf_counter() - start


async def deliver(address: str, id: str, text: str) -> None:
    """Send one post."""
    headers = {"Authorization": f"Bearer {SECRET}", "Connection": "close"}
    body = json.dumps({"id": id, "text": text, "author": "7", "link": f"https://meadow.example/{id}"})
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{address}/hooks/meadow", data=body, headers=headers) as answer,
    ):
        assert answer.status in (200, 202), await answer.text()


async def until_card(world: World, address: str, number: int) -> float:
    """Seconds from the sending of a delivery until its card stands."""
    before = len(world.cards())

    async def deliver_and_see() -> None:
        await deliver(address, f"card-{number}", INSULT.format(number))
        await world.env.settle()
        assert len(world.cards()) == before + 1

    return await timed(deliver_and_see)


@asynccontextmanager
async def judging(model: Model) -> AsyncIterator[tuple[str, Pipeline]]:
    """A server with a pipeline over a store on disk, whose cards go nowhere."""

    async def show(_: Flag) -> None: ...

    async def take_in(batch: Batch) -> None:
        await pipeline.take_in(batch.posts, batch.deleted)

    listen = WebhooksSettings(listen=f"127.0.0.1:{free_port()}")
    with tempfile.TemporaryDirectory() as folder, Store.open(f"sqlite:///{folder}/bench.sqlite3") as store:
        pipeline = Pipeline(store=store, model=model, index=CopyIndex(), thresholds=Thresholds(), show=show)
        server = WebhookServer(listen, [GenericWebhook("meadow", SECRET)], take_in)
        await server.start()
        yield f"http://{listen.listen}", pipeline
        await server.stop()
        await pipeline.drain()


@asynccontextmanager
async def bot_at_work(model: Model) -> AsyncIterator[tuple[World, str]]:
    """The bot with one source that delivers, and where to."""
    listen = f"127.0.0.1:{free_port()}"
    async with open_world([Line(1, "general", "Ann", "", None, frozenset())], model) as world:
        more = {"sources": {"meadow": {"kind": "webhook"}}, "webhooks": {"listen": listen}}
        settings = Settings.model_validate({**dict(world.bot.settings), **more})
        secrets = {"meadow": Secrets(secret=SECRET)}
        world.bot = FlagpostBot(settings, world.bot.store, model, secrets)
        await world.env.restart_bot(world.bot)
        yield world, f"http://{listen}"


@asynccontextmanager
async def bare_server() -> AsyncIterator[str]:
    """The peer, and where it listens."""

    async def answer(request: web.Request) -> web.Response:
        await request.read()
        return web.Response(text="stored\n")

    app = web.Application()
    app.router.add_post("/hooks/meadow", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    port = free_port()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    yield f"http://127.0.0.1:{port}"
    await runner.cleanup()


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port
