"""A small Discourse on loopback that answers in the shapes of Discourse's own interface."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


class Forum:
    """A small Discourse. `window`: answers as older versions do, with what is open to all of fifty ids."""

    def __init__(self) -> None:
        self.posts: dict[int, dict[str, Any]] = {}
        self.channels: list[dict[str, Any]] = [
            {"id": 4, "title": "Hedgerow", "chatable_type": "Category"},
            {"id": 5, "title": None, "chatable_type": "DirectMessage"},
        ]
        self.messages: dict[int, dict[str, Any]] = {}
        self.older = "exclusive"
        self.page_size = 50
        self.broken: Callable[[web.Request], Any] | None = None
        self.requests: list[web.Request] = []
        self.url = ""

    def write(self, number: int, words: str = "The hedge wants cutting.", **fields: Any) -> None:
        self.posts[number] = {
            "id": number,
            "topic_id": 9,
            "post_number": number,
            "post_type": 1,
            "user_id": 7,
            "username": "bea",
            "cooked": f"<p>{words}</p>",
            "created_at": (NOON + timedelta(minutes=number)).isoformat().replace("+00:00", "Z"),
            "topic_title": "Hedges & ditches",
            "category_id": 3,
            "hidden": False,
            "user_deleted": False,
            "deleted_at": None,
        } | fields

    def say(self, number: int, words: str, **fields: Any) -> None:
        self.messages[number] = {
            "id": number,
            "cooked": f"<p>{words}</p>",
            "created_at": "2026-03-02T12:00:00.000Z",
            "user": {"id": 7, "username": "bea"},
            "chat_channel_id": 4,
        } | fields

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.requests.append(request)
        if self.broken is not None and (broken := await self.broken(request)) is not None:
            return broken
        match request.path.strip("/").removesuffix(".json").split("/"):
            case ["posts"]:
                return web.json_response({"latest_posts": self._newest(request.query.get("before"))})
            case ["posts", number] if int(number) in self.posts:
                return web.json_response(self.posts[int(number)])
            case ["chat", "api", "me", "channels"] if request.headers.get("Api-Key"):
                public, direct = self.channels[:1], self.channels[1:]
                return web.json_response({"public_channels": public, "direct_message_channels": direct})
            case ["chat", "api", "channels", "4", "messages"]:
                return self._messages(request.query)
        return web.json_response({"errors": ["not there"]}, status=404)

    def _newest(self, before: str | None) -> list[dict[str, Any]]:
        top = int(before) if before else max(self.posts, default=0) + 1
        inside = {
            "exclusive": lambda number: number < top,
            "inclusive": lambda number: number <= top,
            "window": lambda number: top - self.page_size < number <= top,
        }[self.older]
        numbers = sorted(filter(inside, self.posts), reverse=True)
        shown = [self.posts[number] for number in numbers if not self.posts[number].get("private")]
        return shown[: self.page_size]

    def _messages(self, query: Any) -> web.Response:
        target = int(query.get("target_message_id", 0))
        if target and "direction" not in query:
            if target not in self.messages:
                return web.json_response({}, status=404)
            return web.json_response({"messages": [self.messages[target]], "meta": {"can_load_more_past": True}})
        numbers = sorted(n for n in self.messages if not target or n < target)
        shown = numbers[-self.page_size :]
        more = len(shown) == self.page_size
        return web.json_response({"messages": [self.messages[n] for n in shown], "meta": {"can_load_more_past": more}})


@pytest.fixture
async def forum(serve: Callable[..., Awaitable[str]]) -> Forum:
    forum = Forum()
    forum.url = await serve(forum.answer)
    return forum
