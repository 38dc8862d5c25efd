"""A small XenForo on loopback that answers as the official schema of its interface has it."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web

from bot.config import XenForoSource

NOON = 1_772_452_800
THREADS_A_PAGE = 20


class Forum:
    """Threads with their posts, oldest first; `requests` are those it got; `broken` may answer in its place."""

    def __init__(self) -> None:
        self.threads: dict[int, list[dict[str, Any]]] = {}
        self.requests: list[web.Request] = []
        self.broken: Callable[[web.Request], Awaitable[web.StreamResponse | None]] | None = None
        self.posts_a_page = 20
        self.written = 0
        self.url = ""

    @property
    def table(self) -> XenForoSource:
        """The forum's table in a config."""
        return XenForoSource(kind="xenforo", url=self.url, allow_private=True)

    def write(self, thread: int, words: str = "The hedge wants cutting.", **fields: Any) -> int:
        """Write a post, one a minute; its id."""
        self.written += 1
        post = {
            "post_id": self.written,
            "thread_id": thread,
            "user_id": 7,
            "username": "bea",
            "post_date": NOON + 60 * self.written,
            "last_edit_date": 0,
            "message": f"[B]{words}[/B]",
            "message_parsed": f"<b>{words}</b>",
            "message_state": "visible",
            "view_url": f"{self.url}/threads/hedges.{thread}/post-{self.written}",
        }
        self.threads.setdefault(thread, []).append(post | fields)
        return self.written

    def change(self, number: int, **fields: Any) -> None:
        """Change a post."""
        for posts in self.threads.values():
            for post in posts:
                if post["post_id"] == number:
                    post.update(fields)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer one request."""
        self.requests.append(request)
        if self.broken is not None and (broken := await self.broken(request)) is not None:
            return broken
        if "XF-Api-Key" not in request.headers:
            return web.json_response({"errors": [{"code": "no_api_key_in_request"}]}, status=400)
        page = int(request.query.get("page", "1"))
        match request.path.strip("/").split("/"):
            case ["api", "threads"]:
                assert (request.query["order"], request.query["direction"]) == ("last_post_date", "desc")
                rows = sorted(map(self._thread, self.threads), key=lambda row: row["last_post_date"], reverse=True)
                return self._page("threads", rows, page, THREADS_A_PAGE)
            case ["api", "threads", number, "posts"] if int(number) in self.threads:
                return self._page("posts", self.threads[int(number)], page, self.posts_a_page)
            case ["api", "posts", number] if 0 < int(number) <= self.written:
                [post] = [post for row in self.threads.values() for post in row if post["post_id"] == int(number)]
                return web.json_response({"post": post})
        return web.json_response({"errors": [{"code": "requested_page_not_found"}]}, status=404)

    def _thread(self, number: int) -> dict[str, Any]:
        visible = [post for post in self.threads[number] if post["message_state"] == "visible"]
        return {
            "thread_id": number,
            "node_id": 3,
            "title": "Hedges & ditches",
            "reply_count": len(visible) - 1,
            "last_post_id": visible[-1]["post_id"] if visible else 0,
            "last_post_date": visible[-1]["post_date"] if visible else 0,
            "discussion_type": "discussion",
        }

    @staticmethod
    def _page(name: str, rows: list[dict[str, Any]], page: int, size: int) -> web.Response:
        last = max(1, -(-len(rows) // size))
        if page > last:
            return web.json_response({"errors": [{"code": "invalid_page", "params": {"max": last}}]}, status=400)
        shown = rows[(page - 1) * size : page * size]
        pagination = {
            "current_page": page,
            "last_page": last,
            "per_page": size,
            "shown": len(shown),
            "total": len(rows),
        }
        return web.json_response({name: shown, "pagination": pagination})


@pytest.fixture
async def forum(serve: Callable[..., Awaitable[str]]) -> Forum:
    forum = Forum()
    forum.url = await serve(forum.answer)
    return forum
