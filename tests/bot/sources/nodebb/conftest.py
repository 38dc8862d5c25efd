"""A small NodeBB on loopback that answers in the shapes of NodeBB's own interface."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web

from bot.config import NodeBBSource

_STRIPPED = re.compile(r"</?(?:ul|ol|li|pre|code|h\d)\b[^>]*>")
"""Of the tags that NodeBB takes out of its list of recent posts, those that tests write."""

_A_PAGE = 20


class Forum:
    """Posts by their ids; `requests` are those it got; `broken` may answer in its place."""

    def __init__(self) -> None:
        self.posts: dict[int, dict[str, Any]] = {}
        self.requests: list[web.Request] = []
        self.broken: Callable[[web.Request], Awaitable[web.StreamResponse | None]] | None = None
        self.url = ""

    @property
    def table(self) -> NodeBBSource:
        """The forum's table in a config."""
        return NodeBBSource(kind="nodebb", url=self.url, allow_private=True)

    def write(self, pid: int, html: str = '<p dir="auto">The hedge wants cutting.</p>\n', **fields: Any) -> None:
        """Write a post, or write it anew."""
        self.posts[pid] = {
            "pid": pid,
            "tid": 9,
            "toPid": None,
            "url": f"{self.url}/post/{pid}",
            "content": html,
            "uid": 7,
            "timestamp": 1_772_452_800_000 + pid * 1000,
            "deleted": False,
            "user": {"uid": 7, "username": "bea", "displayname": "Bea B."},
            "topic": {"tid": 9, "title": "Hedges &amp; ditches", "cid": 3, "deleted": 0},
            "category": {"cid": 3, "name": "Garden"},
        } | fields

    @property
    def asked_for(self) -> list[int]:
        """The posts that were asked for one by one, in that order."""
        return [int(request.path.split("/")[4]) for request in self.requests if request.path.endswith("/summary")]

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer one request."""
        self.requests.append(request)
        if self.broken is not None and (broken := await self.broken(request)) is not None:
            return broken
        match request.path.strip("/").split("/"):
            case ["api", "recent", "posts", "month"]:
                return web.json_response(self._recent(int(request.query.get("page", "1"))))
            case ["api", "v3", "posts", pid, "summary"] if int(pid) in self.posts:
                status = {"code": "ok", "message": "OK"}
                return web.json_response({"status": status, "response": self._seen(self.posts[int(pid)])})
        return web.json_response({"status": {"code": "not-found"}, "response": {}}, status=404)

    def _recent(self, page: int) -> list[dict[str, Any]]:
        numbers = sorted(self.posts, reverse=True)[(page - 1) * _A_PAGE : page * _A_PAGE]
        shown = [self.posts[pid] for pid in numbers if not self.posts[pid]["deleted"]]
        return [post | {"content": _STRIPPED.sub("", post["content"] or "") or None} for post in shown]

    @staticmethod
    def _seen(post: dict[str, Any]) -> dict[str, Any]:
        return post | {"content": "[[topic:post-is-deleted]]"} if post["deleted"] else post


@pytest.fixture
async def forum(serve: Callable[..., Awaitable[str]]) -> Forum:
    forum = Forum()
    forum.url = await serve(forum.answer)
    return forum
