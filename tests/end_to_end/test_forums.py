"""The whole bot on a simulated Discord, with forums on loopback: what stands there comes onto a card, and only once."""

import asyncio
import hashlib
import hmac
import json
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import discord
from aiohttp import web

from bot.app import FlagpostBot
from bot.config import Settings, read_secrets
from bot.demo.headless import card_text
from bot.demo.script import Line
from bot.demo.world import World, open_world
from bot.store.records import Flag, FlagState
from bot.store.store import Store
from classifier.labels import Label
from classifier.model import Model

INSULT = "You are a stupid pathetic moron and everybody here hates you, shut up you idiot."
CIVIL = "Thanks, that fixed it. I had the cable in the wrong port the whole time."
QUOTED = "The ferry leaves at nine on Sundays."
SECRET = "the-secret-of-the-meadow"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port


@asynccontextmanager
async def reading(model: Model, **tables: Mapping[str, Any]) -> AsyncIterator[World]:
    """The bot on a Discord with one channel, reading the forums of these tables."""
    async with open_world([Line(1, "general", "Ann", "", None, frozenset())], model) as world:
        await restarted(world, model, tables)
        yield world


async def restarted(world: World, model: Model, tables: Mapping[str, Mapping[str, Any]]) -> None:
    """Another process takes over, with these forums in its config."""
    settings = Settings.model_validate(
        {**dict(world.bot.settings), "sources": tables, "webhooks": {"listen": f"127.0.0.1:{free_port()}"}}
    )
    secrets = read_secrets(settings.sources, {"FLAGPOST_MEADOW_SECRET": SECRET})
    world.bot = FlagpostBot(settings, world.bot.store, model, secrets)
    await world.env.restart_bot(world.bot)


def a_post(words: str, *, edited: int = 0, **fields: Any) -> dict[str, Any]:
    """A post as Discourse writes it, which quotes another."""
    return {
        "id": 4711,
        "topic_id": 12,
        "post_number": 3,
        "post_type": 1,
        "user_id": 7,
        "username": "moss",
        "cooked": f'<aside class="quote no-group" data-username="fern" data-post="1" data-topic="12"><blockquote>'
        f"<p>{QUOTED}</p></blockquote></aside><p>{words}</p>",
        "created_at": datetime.now(UTC).isoformat(),
        "updated_at": f"2026-01-01T00:00:0{edited}Z",
        "topic_title": "When does it leave?",
        "category_id": 5,
        **fields,
    }


async def deliver(world: World, event: str, post: Mapping[str, Any], secret: str = SECRET) -> int:
    """Send a delivery as Discourse does; the status of the answer."""
    body = json.dumps({"post": post}).encode()
    headers = {
        "Content-Type": "application/json",
        "X-Discourse-Event": event,
        "X-Discourse-Event-Signature": f"sha256={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}",
    }
    return await send(world, body, headers)


async def send(world: World, body: bytes, headers: Mapping[str, str]) -> int:
    """Send a delivery; the status of the answer. Returns when the bot is done with it."""
    headers = {**headers, "Connection": "close"}  # the simulation would wait for the end of one that is kept
    address = f"http://{world.bot.settings.webhooks.listen}/hooks/meadow"
    async with aiohttp.ClientSession() as session, session.post(address, data=body, headers=headers) as answer:
        status = answer.status
    await world.env.settle()
    return status


MEADOW = {  # an address that leads nowhere: what this forum tells comes by webhook
    "kind": "discourse",
    "url": "https://192.0.2.7",
    "webhook": True,
    "every_seconds": 86_400,
}


def only_flag(world: World) -> Flag:
    [flag] = world.bot.store.flags()
    return flag


def only_card(world: World) -> discord.Message:
    [card] = world.cards()
    return card


async def test_a_delivery_from_discourse_becomes_a_card_with_a_link_to_the_forum(model: Model) -> None:
    async with reading(model, meadow=MEADOW) as world:
        assert await deliver(world, "post_created", a_post(INSULT)) == 200
        assert only_flag(world).post.text == INSULT
        text = card_text(only_card(world))
        assert "Personal attack" in text
        assert "[Open the post on meadow] https://192.0.2.7/t/12/3" in text
        assert "**moss** · meadow › When does it leave?" in text
        assert QUOTED in text
        assert await deliver(world, "post_created", a_post(INSULT)) == 200
        assert await deliver(world, "post_created", a_post(CIVIL, id=4712)) == 200
        assert len(world.cards()) == 1
        await world.moderators[0].click(only_card(world), label="Confirm")
        assert only_flag(world).state is FlagState.CONFIRMED


async def test_a_delivery_that_is_not_signed_becomes_nothing(model: Model) -> None:
    async with reading(model, meadow=MEADOW) as world:
        assert await deliver(world, "post_created", a_post(INSULT), secret="guessed") == 403
        assert world.bot.store.flags() == []
        assert world.bot.store.unassessed_posts(9) == []


async def test_edits_and_deletions_are_told_on_the_card(model: Model) -> None:
    async with reading(model, meadow=MEADOW) as world:
        await deliver(world, "post_created", a_post(CIVIL))
        assert world.cards() == []
        await deliver(world, "post_edited", a_post(INSULT, edited=1))
        assert Label.PERSONAL_ATTACK in only_flag(world).labels
        await deliver(world, "post_edited", a_post(CIVIL, edited=2))
        assert CIVIL[:40] in card_text(only_card(world))
        await deliver(world, "post_destroyed", a_post(CIVIL, edited=2))
        assert only_flag(world).deleted_at is not None
        assert "deleted" in card_text(only_card(world)).lower()


async def test_a_post_that_was_restored_is_asked_for_and_its_card_says_deleted_no_more(model: Model) -> None:
    posts = [a_post(INSULT)]
    async with discourse(posts) as url:
        meadow = {**MEADOW, "url": url, "allow_private": True, "every_seconds": 60}
        async with reading(model, meadow=meadow) as world:
            gone = {"deleted_at": "2026-01-01T01:00:00Z"}
            posts[0] |= gone
            await deliver(world, "post_destroyed", a_post(INSULT, **gone))
            assert "deleted" in card_text(only_card(world)).lower()
            await deliver(world, "post_recovered", a_post(INSULT))
            await polled(world)
            assert "deleted" in card_text(only_card(world)).lower(), "it is told late: the post was deleted once more"
            await deliver(world, "post_recovered", a_post(INSULT, version=2))
            await restarted(world, model, {"meadow": meadow})
            posts[0] = a_post(INSULT)
            await polled(world)
            assert "deleted" not in card_text(only_card(world)).lower()
            assert len(world.bot.store.flags()) == 1


async def test_a_delivery_replayed_after_a_restart_raises_nothing_and_is_asked_about(model: Model) -> None:
    posts = [a_post(CIVIL, edited=1)]
    async with discourse(posts) as url:
        meadow = {**MEADOW, "url": url, "allow_private": True, "every_seconds": 60}
        async with reading(model, meadow=meadow) as world:
            recorded = a_post(INSULT)
            await deliver(world, "post_created", recorded)
            await deliver(world, "post_edited", posts[0])
            await world.moderators[0].click(only_card(world), label="Confirm")
            await polled(world)
            await restarted(world, model, {"meadow": meadow})
            assert await deliver(world, "post_created", recorded) == 200
            assert only_flag(world).state is FlagState.CONFIRMED
            await polled(world)
            latest = only_flag(world).latest
            assert latest is not None
            assert latest.text == CIVIL
            assert len(world.cards()) == 1


async def test_cards_of_a_forum_with_a_channel_of_its_own_stand_there(model: Model) -> None:
    async with reading(model) as world:
        own = world.moderators[0].guild.create_text_channel("meadow-review")
        await restarted(world, model, {"meadow": {**MEADOW, "review_channel": own.id}})
        await deliver(world, "post_created", a_post(INSULT))
        await world.members["Ann"].send(world.channels["general"], INSULT.upper())
        assert "meadow" in card_text(own.history()[-1])
        assert "meadow" not in card_text(only_card(world))
        await world.moderators[0].send(own, INSULT)
        assert len(world.bot.store.flags()) == 2, "what moderators say beside the cards is not read"


async def polled(world: World) -> None:
    """Let the time come to ask the forums again."""
    await world.env.advance_time(90)


@asynccontextmanager
async def discourse(posts: list[dict[str, Any]]) -> AsyncIterator[str]:
    """A forum with these posts, newest first, on loopback; its address."""

    async def newest(_: web.Request) -> web.Response:
        return web.json_response({"latest_posts": posts})

    async def single(request: web.Request) -> web.Response:
        found = [post for post in posts if str(post["id"]) == request.match_info["id"]]
        return web.json_response(found[0]) if found else web.Response(status=404)

    async with served({"/posts.json": newest, "/posts/{id:[0-9]+}.json": single}) as url:
        yield url


@asynccontextmanager
async def served(pages: Mapping[str, Callable[[web.Request], Awaitable[web.Response]]]) -> AsyncIterator[str]:
    """These pages on loopback; their address."""
    app = web.Application()
    app.add_routes([web.get(path, page) for path, page in pages.items()])
    runner = web.AppRunner(app)
    await runner.setup()
    port = free_port()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        await runner.cleanup()


async def test_a_forum_that_is_asked(model: Model) -> None:
    posts = [a_post(CIVIL, id=2), a_post(CIVIL.upper(), id=1)]
    async with discourse(posts) as url:
        mill = {"kind": "discourse", "url": url, "allow_private": True}
        async with reading(model, mill=mill) as world:
            assert world.cards() == []
            posts.insert(0, a_post(INSULT, id=3))
            await polled(world)
            assert only_flag(world).post.id == "3"
            assert f"[Open the post on mill] {url}/t/12/3" in card_text(only_card(world))
            await restarted(world, model, {"mill": mill})
            posts[0] = a_post(CIVIL, id=3)
            await polled(world)
            assert CIVIL[:40] in card_text(only_card(world))
            del posts[0]
            await polled(world)
            assert "deleted" in card_text(only_card(world)).lower()
            assert len(world.bot.store.flags()) == 1


async def test_an_edit_that_nodebb_only_mentions_is_read_also_after_a_restart(model: Model) -> None:
    post = {"pid": 21, "tid": 9, "uid": 7, "content": f"<p>{CIVIL}</p>", "timestamp": 1_772_452_800_000}

    async def no_posts(_: web.Request) -> web.Response:
        return web.json_response([])

    async def single(_: web.Request) -> web.Response:
        return web.json_response({"response": post})

    async with served({"/api/recent/posts/month": no_posts, "/api/v3/posts/21/summary": single}) as url:
        meadow = {"kind": "nodebb", "url": url, "allow_private": True, "webhook": True}
        async with reading(model, meadow=meadow) as world:
            body = json.dumps({"hook": "action:post.edit", "params": {"post": {"pid": 21}}}).encode()
            signature = hmac.new(SECRET.encode(), body, hashlib.sha1).hexdigest()
            assert await send(world, body, {"x-webhook-signature": f"sha1={signature}"}) == 200
            post["content"] = f"<p>{INSULT}</p>"
            await restarted(world, model, {"meadow": meadow})
            await polled(world)
            assert f"[Open the post on meadow] {url}/post/21" in card_text(only_card(world))


async def test_a_file_that_grows(model: Model, tmp_path: Path) -> None:
    path = tmp_path / "posts.jsonl"
    path.touch()
    async with reading(model, barn={"kind": "file", "path": str(path)}) as world:
        row = {"id": 1, "text": INSULT, "author_name": "moss", "place_name": "Hay", "link": "https://barn.example/1"}
        path.write_text(json.dumps(row) + "\n")
        await polled(world)
        assert "[Open the post on barn] https://barn.example/1" in card_text(only_card(world))
        assert "**moss** · barn › Hay" in card_text(only_card(world))
        path.write_text(path.read_text() + json.dumps({"id": 1, "deleted": True}) + "\n")
        await polled(world)
        assert "deleted" in card_text(only_card(world)).lower()
        path.write_text(path.read_text() + json.dumps(row))
        await polled(world)
        assert "deleted" not in card_text(only_card(world)).lower()


PROCESS = """
import asyncio, sys
from pathlib import Path

from bot.config import WebhooksSettings
from bot.judge import Judge
from bot.pipeline import Pipeline
from bot.sources.generic_webhook import GenericWebhook
from bot.sources.webhooks import WebhookServer
from bot.store.store import Store
from classifier.copies import CopyIndex
from classifier.registry import Registry
from classifier.thresholds import Thresholds

async def show(flag):
    await asyncio.sleep(1)

async def main(listen, database, models):
    model = Registry(Path(models)).load()
    store = Store.open(database)
    pipeline = Pipeline(Judge(store, model, CopyIndex(), Thresholds()), show)
    receivers = [GenericWebhook("meadow", "no secret")]
    server = WebhookServer(
        WebhooksSettings(listen=listen), receivers, lambda batch: pipeline.take_in(batch.posts, batch.deleted)
    )
    await server.start()
    print("ready", flush=True)
    await asyncio.Event().wait()

asyncio.run(main(*sys.argv[1:]))
"""


async def test_what_was_answered_with_200_outlives_a_kill(models: Path, tmp_path: Path) -> None:
    listen, database = f"127.0.0.1:{free_port()}", f"sqlite:///{tmp_path / 'flagpost.sqlite3'}"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PROCESS, listen, database, str(models), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"ready\n"
    numbers = iter(range(1000))
    stored = []

    async def deliver_on_and_on(session: aiohttp.ClientSession) -> None:
        for number in numbers:
            post = {"id": number, "text": f"{INSULT} {number}"}
            try:
                async with session.post(f"http://{listen}/hooks/meadow", json=post) as answer:
                    if answer.status == 200:
                        stored.append(str(number))
            except aiohttp.ClientError:
                return
            if len(stored) == 30:
                process.kill()

    async with aiohttp.ClientSession(headers={"Authorization": "Bearer no secret"}) as session:
        await asyncio.gather(*(deliver_on_and_on(session) for _ in range(5)))
    await process.wait()
    assert len(stored) >= 30
    with Store.open(database) as store:
        kept = {post.id for post in store.recent_posts(datetime(2026, 1, 1, tzinfo=UTC))}
        assert kept.issuperset(stored)
        waiting = {post.id for post in store.unassessed_posts(1000)}
        judged = {flag.post.id for flag in store.flags()}
        assert kept == waiting | judged, "what was not judged yet is for the next start"
