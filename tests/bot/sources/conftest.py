"""Web servers on loopback that answer as a test says, a client for them, and a webhook server to deliver to."""

import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from bot.config import WebhooksSettings
from bot.sources import webhooks
from bot.sources.http import PoliteClient
from bot.sources.source import Batch, Receiver
from bot.sources.webhooks import WebhookServer
from bot.store.store import Store
from classifier.post import Post

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Serve = Callable[[Handler], Awaitable[str]]


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """`await serve(handler)`: the address of a server whose every page is answered by that handler."""
    runners: list[web.AppRunner] = []

    async def serve(handler: Handler) -> str:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", handler)
        runners.append(web.AppRunner(app, shutdown_timeout=0.1))
        await runners[-1].setup()
        await web.TCPSite(runners[-1], "127.0.0.1", 0).start()
        host, port = runners[-1].addresses[0][:2]
        return f"http://{host}:{port}"

    yield serve
    for runner in runners:
        await runner.cleanup()


class Site:
    """A server whose pages are set while it runs; `requests` are those it got."""

    def __init__(self) -> None:
        self.pages: dict[str, Handler | web.Response | str | bytes] = {}
        self.requests: list[web.Request] = []
        self.url = ""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.requests.append(request)
        page = self.pages.get(request.path)
        if callable(page):
            return await page(request)
        if page is None:
            return web.Response(status=404, text="no such page")
        if isinstance(page, web.Response):
            return web.Response(status=page.status, headers=page.headers, body=page.body)
        body = page.encode() if isinstance(page, str) else page
        return web.Response(body=body, content_type="text/html" if body.startswith(b"<!") else "application/xml")


@pytest.fixture
async def site(serve: Serve) -> Site:
    site = Site()
    site.url = await serve(site.answer)
    return site


@pytest.fixture
async def client() -> AsyncIterator[PoliteClient]:
    async with PoliteClient(pause=0) as client:
        yield client


class Hooks:
    """The webhook server on loopback, in front of one receiver, with a real store behind it."""

    def __init__(self, receiver: Receiver, store: Store) -> None:
        self.store = store
        self.batches: list[Batch] = []
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.server = WebhookServer(WebhooksSettings(listen=f"127.0.0.1:{port}"), [receiver], self._take_in)
        self._url = f"http://127.0.0.1:{port}/hooks/{receiver.name}"

    async def deliver(self, body: bytes, headers: Mapping[str, str]) -> int:
        """Deliver a body; the status of the answer."""
        async with aiohttp.ClientSession() as session, session.post(self._url, data=body, headers=headers) as answer:
            return answer.status

    @property
    def posts(self) -> list[Post]:
        """All posts that were taken in, those that came again too."""
        return [post for batch in self.batches for post in batch.posts]

    @property
    def deleted(self) -> list[str]:
        """The ids of the posts that were said to be gone."""
        return [key.id for batch in self.batches for key in batch.deleted]

    @property
    def inquiries(self) -> list[str]:
        """The ids of the posts that the source is to be asked about."""
        return [key.id for batch in self.batches for key in batch.inquiries]

    async def _take_in(self, batch: Batch) -> None:
        self.store.save_posts(batch.posts)
        self.batches.append(batch)


OpenHooks = Callable[[Receiver], Awaitable[Hooks]]


@pytest.fixture
async def open_hooks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[OpenHooks]:
    monkeypatch.setattr(webhooks, "PATIENCE", 30)  # a busy machine is to answer what it found, not that it is at it
    opened: list[Hooks] = []
    with Store.open(f"sqlite:///{tmp_path / 'hooks.sqlite3'}") as store:

        async def start(receiver: Receiver) -> Hooks:
            hooks = Hooks(receiver, store)
            await hooks.server.start()
            opened.append(hooks)
            return hooks

        yield start
        for hooks in opened:
            await hooks.server.stop()
