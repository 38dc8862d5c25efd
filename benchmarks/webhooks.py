"""Deliveries by webhook: until the sender has its answer, and until the card stands in the moderator channel.

The peer is the least that a web server can do: read the body and answer, with nothing checked, stored or judged. The
share of answers that tell that the post is on disk is the other half of the story: the rest came while it was at work.
The sender is a process of its own, as forums are.
"""

import asyncio
import hashlib
import hmac
import json
import os
import socket
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path

import aiohttp
from aiohttp import web

from bot.app import FlagpostBot
from bot.config import Secrets, Settings, WebhooksSettings
from bot.demo.headless import card_text
from bot.demo.script import Line
from bot.demo.world import World, open_world
from bot.judge import Judge
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


@dataclass
class Times:
    """Seconds until each answer, and how many of the answers said that the post is on disk."""

    seconds: list[float] = field(default_factory=list)
    stored: int = 0


def report() -> None:
    """Print a row per situation: median and 95th percentile in milliseconds, share stored, and the peer's median."""
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measured(default_model(Registry(Path(folder)))))


async def measured(model: Model) -> None:
    """Deliver to the server with pipeline and store, then to the whole bot on a simulated Discord."""
    texts = [post.text for post in written_posts()]
    print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print(f"{'milliseconds':<44}{'median':>8}{'95%':>8}{'stored':>8}{'peer':>8}")
    with ProcessPoolExecutor(1, get_context("spawn")) as sender:
        async with bare_server() as peer, judging(model) as (ours, pipeline):
            await times(sender, peer, texts, 1)  # so that all is imported
            for at_once in (1, 10):
                mine = await times(sender, ours, texts, at_once)
                row(f"answer, {at_once} at once", mine, await times(sender, peer, texts, at_once))
                await pipeline.drain()
            for at_once in (1, 10):
                await pipeline.take_in(backlog(texts, at_once))
                mine = await times(sender, ours, texts, at_once)
                row(f"answer, {at_once} at once, {BACKLOG:,} posts being judged", mine)
                await pipeline.drain()
    async with bare_server() as forum, bot_at_work(model, forum) as (world, ours):
        row("card, from a delivery signed by Discourse", await times_of_cards(world, ours, forum))


def row(task: str, ours: Times, theirs: Times | None = None) -> None:
    """Print what was measured."""
    median, late = statistics.median(ours.seconds), statistics.quantiles(ours.seconds, n=20)[-1]
    peer = f"{statistics.median(theirs.seconds) * 1000:>8.1f}" if theirs else ""
    share = ours.stored / len(ours.seconds)
    print(f"{task:<44}{median * 1000:>8.1f}{late * 1000:>8.1f}{share:>8.0%}{peer}")


def backlog(texts: Sequence[str], run: int) -> list[Post]:
    """Posts to be judged, others for each run."""
    return [
        Post(source="bench", id=f"{run}-{number}", text=f"{texts[number % len(texts)]} {number // len(texts)} {run}")
        for number in range(BACKLOG)
    ]


async def times(sender: Executor, address: str, texts: Sequence[str], at_once: int) -> Times:
    """How long each answer took, while so many deliveries are under way."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(sender, sent, address, texts[:DELIVERIES], at_once)


def sent(address: str, texts: Sequence[str], at_once: int) -> Times:
    """Deliver each text as a new post."""
    measured = Times()
    waiting = iter(texts)

    async def one_after_the_other() -> None:
        for text in waiting:
            id = f"{time.time_ns()}"
            body = json.dumps({"id": id, "text": text, "link": f"https://meadow.example/{id}"})
            start = time.perf_counter()
            stored = await deliver(address, body.encode(), {"Authorization": f"Bearer {SECRET}"})
            measured.seconds.append(time.perf_counter() - start)
            measured.stored += stored

    async def all_at_once() -> None:
        await asyncio.gather(*(one_after_the_other() for _ in range(at_once)))

    asyncio.run(all_at_once())
    return measured


async def deliver(address: str, body: bytes, headers: Mapping[str, str]) -> bool:
    """Send one post; whether the answer says that it is stored."""
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{address}/hooks/meadow", data=body, headers={**headers, "Connection": "close"}) as answer,
    ):
        assert answer.status in (200, 202), await answer.text()
        return answer.status == 200


async def times_of_cards(world: World, address: str, forum: str) -> Times:
    """How long it took from the sending of each delivery until its card stood, with a link to the forum."""
    measured = Times()
    for number in range(1, CARDS + 1):
        body = json.dumps({"post": discourse_post(number)}).encode()
        signature = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
        headers = {"X-Discourse-Event": "post_created", "X-Discourse-Event-Signature": f"sha256={signature}"}
        start = time.perf_counter()
        measured.stored += await deliver(address, body, headers)
        await world.env.settle()
        measured.seconds.append(time.perf_counter() - start)
        assert len(world.cards()) == number
        assert f"{forum}/t/12/{number}" in card_text(world.cards()[-1])
    return measured


def discourse_post(number: int) -> dict[str, object]:
    """A post as Discourse delivers it."""
    return {
        "id": number,
        "topic_id": 12,
        "post_number": number,
        "post_type": 1,
        "user_id": 7,
        "username": "moss",
        "cooked": f"<p>{INSULT.format(number)}</p>",
        "created_at": datetime.now(UTC).isoformat(),
        "topic_title": "Hedges",
        "category_id": 5,
    }


@asynccontextmanager
async def judging(model: Model) -> AsyncIterator[tuple[str, Pipeline]]:
    """A server with a pipeline over a store on disk, whose cards go nowhere."""

    async def show(_: Flag) -> None: ...

    async def take_in(batch: Batch) -> None:
        await pipeline.take_in(batch.posts, batch.deleted, batch.as_of)

    listen = WebhooksSettings(listen=f"127.0.0.1:{free_port()}")
    with tempfile.TemporaryDirectory() as folder, Store.open(f"sqlite:///{folder}/bench.sqlite3") as store:
        pipeline = Pipeline(Judge(store, model, CopyIndex(), Thresholds()), show)
        server = WebhookServer(listen, [GenericWebhook("meadow", SECRET)], take_in)
        await server.start()
        yield f"http://{listen.listen}", pipeline
        await server.stop()
        await pipeline.drain()


@asynccontextmanager
async def bot_at_work(model: Model, forum: str) -> AsyncIterator[tuple[World, str]]:
    """The bot with a Discourse forum that delivers, and where to."""
    listen = f"127.0.0.1:{free_port()}"
    async with open_world([Line(1, "general", "Ann", "", None, frozenset())], model) as world:
        meadow = {"kind": "discourse", "url": forum, "allow_private": True, "webhook": True}
        more = {"sources": {"meadow": meadow}, "webhooks": {"listen": listen}}
        settings = Settings.model_validate({**dict(world.bot.settings), **more})
        secrets = {"meadow": Secrets(secret=SECRET)}
        world.bot = FlagpostBot(settings, world.bot.store, model, secrets)
        await world.env.restart_bot(world.bot)
        yield world, f"http://{listen}"
        await world.bot.close()


@asynccontextmanager
async def bare_server() -> AsyncIterator[str]:
    """The peer, and where it listens; as a forum it has no posts."""

    async def answer(request: web.Request) -> web.Response:
        await request.read()
        return web.Response(text="stored\n")

    async def no_posts(_: web.Request) -> web.Response:
        return web.json_response({"latest_posts": []})

    app = web.Application()
    app.add_routes([web.post("/hooks/meadow", answer), web.get("/posts.json", no_posts)])
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
