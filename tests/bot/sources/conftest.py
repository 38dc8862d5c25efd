"""A web server on loopback that answers as a test says, and a client for it."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from aiohttp import web

from bot.sources.http import PoliteClient

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


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
async def site() -> AsyncIterator[Site]:
    site = Site()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", site.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    site.url = f"http://{host}:{port}"
    yield site
    await runner.cleanup()


@pytest.fixture
async def client() -> AsyncIterator[PoliteClient]:
    async with PoliteClient(pause=0) as client:
        yield client
