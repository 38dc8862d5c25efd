"""The webhook server over real HTTP: what is taken in, what is refused, and what becomes of it."""

import asyncio
import hashlib
import hmac
import json
import logging
import socket
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.config import WebhooksSettings
from bot.sources import webhooks
from bot.sources.generic_webhook import TOLERANCE, GenericWebhook
from bot.sources.source import Batch
from bot.sources.webhooks import WebhookError, WebhookServer
from bot.store.errors import StoreError
from bot.store.store import Store
from bot.troubles import Troubles
from classifier.post import PostKey

SECRET = "a long secret of the meadow"
WORDS = "The hedge behind the mill wants cutting"
POST = {"id": 1, "text": WORDS, "author": 7, "author_name": "Ann", "place_name": "Hedges"}


class Stumbling:
    """A Receiver that lets everybody in and has a mistake in it."""

    name = "stumbling"

    def authenticate(self, headers: Mapping[str, str], body: bytes) -> None: ...

    def read(self, headers: Mapping[str, str], body: bytes) -> Batch:  # noqa: ARG002
        raise ValueError(f"unexpected {body!r}")


@dataclass
class World:
    """A server on a free port of loopback, and what it handed on; posts are stored in a real store."""

    store: Store
    listen: WebhooksSettings
    server: WebhookServer
    batches: list[Batch] = field(default_factory=list)
    failing: bool = False
    free: asyncio.Event = field(default_factory=asyncio.Event)

    async def take_in(self, batch: Batch) -> None:
        await self.free.wait()
        if self.failing:
            raise StoreError("the store is in use")
        self.store.save_posts(batch.posts)
        self.batches.append(batch)

    async def post(self, body: Any, name: str = "meadow", headers: Mapping[str, str] | None = None) -> tuple[int, str]:
        """Deliver a body with the bearer token or other headers; the answer's status and text."""
        if headers is None:
            headers = {"Authorization": f"Bearer {SECRET}"}
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return await self.request("POST", f"/hooks/{name}", data=data, headers=headers)

    async def request(self, method: str, path: str, **how: Any) -> tuple[int, str]:
        async with aiohttp.ClientSession() as session, session.request(method, self.url(path), **how) as answer:
            return answer.status, await answer.text()

    def url(self, path: str) -> str:
        return f"http://{self.listen.listen}{path}"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port


@pytest.fixture(autouse=True)
def no_word_of_a_post_in_the_log(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    caplog.set_level(logging.DEBUG)
    yield
    for said in (WORDS, SECRET):
        assert said not in caplog.text


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    with Store.open(f"sqlite:///{tmp_path / 'flagpost.sqlite3'}") as store:
        polled = {"river": datetime(2026, 1, 1, 12, tzinfo=UTC), "meadow": None}
        receivers = [GenericWebhook("meadow", SECRET), GenericWebhook("shop", SECRET), Stumbling()]
        listen = WebhooksSettings(listen=f"127.0.0.1:{free_port()}")
        server = WebhookServer(listen, receivers, lambda batch: world.take_in(batch), lambda: polled)
        world = World(store, listen, server)
        world.free.set()
        await server.start()
        yield world
        world.free.set()
        await server.stop()


async def test_a_delivery_is_stored_when_it_is_answered(world: World) -> None:
    assert await world.post(POST) == (200, "stored\n")
    [post] = world.store.unassessed_posts(9)
    assert (post.source, post.id, post.text, post.author) == ("meadow", "1", WORDS, "7")
    assert (post.author_name, post.place_name, post.provenance) == ("Ann", "meadow › Hedges", "forum")


async def test_several_posts_and_deletions_in_one_delivery(world: World) -> None:
    html = {"id": 2, "html": f"<blockquote>Who said that?</blockquote><p>{WORDS}</p>"}
    markdown = {"id": 3, "format": "discord", "text": f"> Who said that?\n{WORDS}"}
    assert await world.post([POST, html, markdown, {"id": 4, "deleted": True}]) == (200, "stored\n")
    [batch] = world.batches
    assert [post.text for post in batch.posts] == [WORDS] * 3
    assert [len(post.quotations) for post in batch.posts] == [0, 1, 1]
    assert batch.deleted == (PostKey("meadow", "4"),)


def signature(timestamp: str, body: bytes, secret: str = SECRET) -> str:
    signed = timestamp.encode() + b"." + body
    return "sha256=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def signed(body: bytes, at: float, secret: str = SECRET) -> dict[str, str]:
    timestamp = str(int(at))
    return {"X-Flagpost-Timestamp": timestamp, "X-Flagpost-Signature": signature(timestamp, body, secret)}


async def test_signatures(world: World) -> None:
    body, now = json.dumps(POST).encode(), time.time()
    wrong: list[Mapping[str, str]] = [
        {},
        {"Authorization": "Bearer wrong"},
        {"Authorization": SECRET},
        {"Authorization": f"Bearer {SECRET[:-1]}"},
        {"Authorization": "Bearer ünschön"},
        {"X-Flagpost-Signature": signature("", body)},
        {"X-Flagpost-Signature": signature("soon", body), "X-Flagpost-Timestamp": "soon"},
        {"X-Flagpost-Signature": signature("9" * 5000, body), "X-Flagpost-Timestamp": "9" * 5000},
        signed(body, now, "another secret"),
        signed(body + b" ", now),
        {**signed(body, now), "X-Flagpost-Timestamp": str(int(now) + 1)},
        {**signed(body, now, "another secret"), "Authorization": f"Bearer {SECRET}"},
        signed(body, now - TOLERANCE - 5),
        signed(body, now + TOLERANCE + 5),
    ]
    for headers in wrong:
        status, _ = await world.post(body, headers=headers)
        assert status == 403, headers
    assert world.batches == []
    assert await world.post(body, headers=signed(body, now - TOLERANCE + 5)) == (200, "stored\n")


async def test_a_signature_is_looked_at_before_the_body(world: World) -> None:
    status, _ = await world.post(b"\xff{", headers={})
    assert status == 403
    status, _ = await world.post(b"\xff{")
    assert status == 400


async def test_an_unknown_name_is_not_found(world: World, caplog: pytest.LogCaptureFixture) -> None:
    assert await world.post(POST, name="nowhere\x1b") == (404, "there is no such source\n")
    assert "nowhere" not in caplog.text
    for method, path in (("GET", "/hooks/meadow"), ("GET", "/"), ("POST", "/hooks/"), ("POST", "/health")):
        status, _ = await world.request(method, path)
        assert status in (404, 405)


MALFORMED = {
    b"": "not JSON at character 1: Expecting value; let the forum's webhook send JSON",
    b'{"id": 1': "not JSON at character 9: Expecting ',' delimiter; let the forum's webhook send JSON",
    b'\xff\xfe{"id"': "not UTF-8 at byte 1; posts come in UTF-8; let the forum's webhook send JSON",
    b"[" * 100_000: "nested too deeply, or with a number too long, for a post; let the forum's webhook send JSON",
    b"7": "post 1 of 1: expected a JSON object, got a number",
    b'[{"id": 1, "text": "a"}, []]': "post 2 of 2: expected a JSON object, got a list",
    b'{"text": "a"}': "post 1 of 1: `id` is missing; every post needs one",
    b'{"id": "%s", "text": "a"}' % (b"1" * 501): "post 1 of 1: `id`: longer than 500 characters",
    b'{"id": 1}': "post 1 of 1: a post needs either `text` or `html`",
    b'{"id": 1, "deleted": "yes"}': "post 1 of 1: `deleted`: expected true or false, got a string",
    b'{"id": 1, "text": "a", "format": 3}': "post 1 of 1: `format`: expected a string, got a number",
}


@pytest.mark.parametrize(("body", "message"), MALFORMED.items(), ids=range(len(MALFORMED)))
async def test_a_malformed_delivery_is_refused_whole(world: World, body: bytes, message: str) -> None:
    assert await world.post(body) == (400, f"{message}\n")
    assert await world.post(body) == (400, f"{message}\n"), "and refused again, not taken for a replay"
    assert world.batches == []


async def test_an_unknown_format_is_named_with_those_that_are_known(world: World) -> None:
    status, text = await world.post({**POST, "format": "runes"})
    assert status == 400
    assert "html" in text
    assert "runes" not in text


async def test_a_delivery_that_came_before_does_nothing(world: World) -> None:
    for _ in range(3):
        assert await world.post(POST, headers=signed(json.dumps(POST).encode(), time.time())) == (200, "stored\n")
    await asyncio.gather(*(world.post({**POST, "id": 2}) for _ in range(5)))
    assert [batch.posts[0].id for batch in world.batches] == ["1", "2"]


async def test_what_is_remembered_of_deliveries_is_bounded(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhooks, "REMEMBERED", 3)
    for number in range(6):
        await world.post({**POST, "id": number})
    assert len(world.server._deliveries) == 3
    monkeypatch.setattr(webhooks, "REMEMBERED_SECONDS", -1)
    await world.post({**POST, "id": 5})
    assert len(world.batches) == 7


async def test_a_body_that_is_too_large(world: World) -> None:
    status, _ = await world.post({**POST, "text": "a" * (webhooks.LARGEST_BODY - 200)})
    assert status == 200
    for size in (webhooks.LARGEST_BODY + 1, 10 * 2**20):
        status, _ = await world.post({**POST, "text": "a" * size})
        assert status == 413

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b"a" * 2**16

    status, _ = await world.request("POST", "/hooks/meadow", data=endless())
    assert status == 413
    assert len(world.batches) == 1


async def test_a_compressed_body_is_not_unpacked(world: World) -> None:
    headers = {"Authorization": f"Bearer {SECRET}", "Content-Encoding": "deflate"}
    status, _ = await world.request("POST", "/hooks/meadow", data=b"x\x9c", headers=headers)
    assert status == 400


async def raw(world: World, request: bytes, *, end: bool = False) -> bytes:
    """What the server answers to these bytes."""
    reader, writer = await asyncio.open_connection(world.listen.host, world.listen.port)
    writer.write(request)
    if end:
        writer.write_eof()
    answer = await reader.read()
    writer.close()
    return answer


async def test_a_body_that_does_not_come(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(webhooks, "SLOWEST_BODY", 0.05)
    head = b"POST /hooks/meadow HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
    assert b" 408 " in await raw(world, head + b'Content-Length: 100\r\n\r\n{"id"', end=False)
    await raw(world, head + b'Content-Length: 100\r\n\r\n{"id"', end=True)
    assert b" 400 " in await raw(world, head + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n" + WORDS.encode() + b"\r\n")
    assert b" 400 " in await raw(world, WORDS.encode() + b"\r\n\r\n")
    assert "Traceback" not in caplog.text
    assert await world.post(POST) == (200, "stored\n")


async def test_while_storing_takes_long_the_sender_is_not_kept_waiting(world: World) -> None:
    world.free.clear()
    status, text = await world.post(POST)
    assert (status, world.batches) == (202, [])
    assert "same again" in text
    world.free.set()
    assert await world.post(POST) == (200, "stored\n")
    assert len(world.batches) == 1


async def test_what_no_poll_would_find_again_is_not_promised_before_it_is_stored(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhooks, "PATIENCE_OF_PROGRAMS", 0.05)
    world.free.clear()
    assert (await world.post(POST, name="shop"))[0] == 503
    world.free.set()
    assert await world.post(POST, name="shop") == (200, "stored\n")
    assert len(world.batches) == 1


async def test_when_the_store_fails_the_delivery_can_be_sent_again(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.failing = True
    status, text = await world.post(POST)
    assert (status, "store fails" in text) == (503, True)
    assert "the database: the store is in use" in caplog.text
    world.failing = False
    assert await world.post(POST) == (200, "stored\n")
    assert len(world.batches) == 1


async def test_a_mistake_of_ours_is_told_without_a_word_of_the_post(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    status, text = await world.post(POST, name="stumbling")
    assert (status, text) == (500, "this delivery cannot be read\n")
    assert f"a delivery to stumbling was not read: ValueError at {__file__}:" in caplog.text


async def test_too_many_deliveries_at_once_are_asked_to_come_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhooks, "MOST_AT_ONCE", 4)
    world.free.clear()
    for number in range(4):
        assert (await world.post({**POST, "id": number}))[0] == 202
    assert (await world.post({**POST, "id": 9}))[0] == 503
    world.free.set()
    await asyncio.sleep(0.05)
    assert (await world.post({**POST, "id": 9}))[0] == 200


async def test_stopping_waits_until_what_came_in_is_stored(world: World) -> None:
    world.free.clear()
    assert (await world.post(POST))[0] == 202
    stopping = asyncio.create_task(world.server.stop())
    await asyncio.sleep(0.05)
    assert not stopping.done()
    world.free.set()
    await stopping
    assert len(world.batches) == 1


async def test_health(world: World) -> None:
    status, text = await world.request("GET", "/health")
    before = json.loads(text)
    assert (status, before["ok"]) == (200, True)
    assert before["sources"]["meadow"] == {"last_delivery": None, "last_poll": None}
    assert before["sources"]["river"] == {"last_delivery": None, "last_poll": "2026-01-01T12:00:00+00:00"}
    await world.post(POST)
    after = json.loads((await world.request("GET", "/health"))[1])["sources"]["meadow"]["last_delivery"]
    assert abs((datetime.now(UTC) - datetime.fromisoformat(after)).total_seconds()) < 60


async def test_an_address_that_cannot_be_had(world: World) -> None:
    for listen in (world.listen, WebhooksSettings(listen="nowhere.invalid:80")):
        with pytest.raises(WebhookError) as error:
            await WebhookServer(listen, [GenericWebhook("meadow", SECRET)], world.take_in).start()
        assert str(error.value).startswith(f"[webhooks] listen: {listen.listen} cannot be used (")
        assert "\n" not in str(error.value)


async def test_nothing_listens_when_no_source_is_told(world: World) -> None:
    settings = WebhooksSettings()
    server = WebhookServer(settings, [], world.take_in)
    with socket.socket() as taken:
        with suppress(OSError):  # some other program has it: it is taken all the same
            taken.bind((settings.host, settings.port))
            taken.listen()
        await server.start()
        await server.stop()


async def test_health_tells_what_fails_also_without_sources_where_the_config_says_where(world: World) -> None:
    troubles = Troubles()
    settings = WebhooksSettings(listen=f"127.0.0.1:{free_port()}")
    server = WebhookServer(settings, [], world.take_in, troubles=troubles)
    await server.start()
    try:
        for words in (None, "cannot grow: the disk is full", None):
            if words:
                troubles.met("the database", words)
            else:
                troubles.over("the database")
            url = f"http://{settings.listen}/health"
            async with aiohttp.ClientSession() as session, session.get(url) as answer:
                told = await answer.json()
            assert (answer.status, told["ok"]) == ((503, False) if words else (200, True))
            assert [trouble["what"] for trouble in told["troubles"]] == ([words] if words else [])
    finally:
        await server.stop()
