"""Whatever a forum answers, through the runner and into the store: one clear line, and afterwards each post once."""

import asyncio
import json
import random
import time
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.config import DiscourseSource, FeedSource, NodeBBSource, XenForoSource
from bot.sources import hosts, http
from bot.sources.discourse import DiscoursePoller
from bot.sources.feed import FeedPoller
from bot.sources.http import PoliteClient
from bot.sources.nodebb import NodeBBPoller
from bot.sources.polling import PollRunner
from bot.sources.source import Batch, Poller
from bot.sources.xenforo import XenForoPoller
from bot.store.records import Seen
from bot.store.store import Store

NOW = int(time.time())
WORDS = "The hedge behind the mill wants cutting"

Posts = Mapping[int, str]
"""What stands on the forum: words by id; the ids tell the order."""


def discourse(posts: Posts) -> dict[str, str]:
    rows = [
        {
            "id": number,
            "topic_id": 9,
            "post_number": number,
            "post_type": 1,
            "user_id": 7,
            "username": "bea",
            "cooked": f"<p>{words}</p>",
            "created_at": datetime.fromtimestamp(NOW + number, UTC).isoformat(),
        }
        for number, words in posts.items()
    ]
    return {"/posts.json": json.dumps({"latest_posts": rows[::-1]})}


def nodebb(posts: Posts) -> dict[str, str]:
    rows = [
        {"pid": number, "tid": 9, "uid": 7, "content": f"<p>{words}</p>", "timestamp": (NOW + number) * 1000}
        for number, words in posts.items()
    ]
    alone = {f"/api/v3/posts/{row['pid']}/summary": json.dumps({"response": row}) for row in rows}
    return {"/api/recent/posts/month": json.dumps(rows[::-1]), **alone}


def xenforo(posts: Posts) -> dict[str, str]:
    rows = [
        {
            "post_id": number,
            "thread_id": 9,
            "user_id": 7,
            "username": "bea",
            "post_date": NOW + number,
            "message_parsed": words,
            "last_edit_date": NOW + max(posts) if "again" in words else 0,
        }
        for number, words in posts.items()
    ]
    last = {"last_post_id": max(posts), "last_post_date": NOW + max(posts), "reply_count": len(posts) - 1}
    pages = {"last_page": 1, "per_page": 20}
    thread = {"thread_id": 9, "node_id": 3, "title": "Hedges", **last}
    return {
        "/api/threads/": json.dumps({"threads": [thread], "pagination": pages}),
        "/api/threads/9/posts": json.dumps({"posts": rows, "pagination": pages}),
    }


def phpbb(posts: Posts) -> dict[str, str]:
    entries = [
        f"<entry><id>https://a.example/viewtopic.php?p={number}#p{number}</id><title>Hedges</title>"
        f"<author><name>bea</name></author><content type='html'>{words}</content>"
        f"<published>{datetime.fromtimestamp(NOW + number, UTC).isoformat()}</published></entry>"
        for number, words in posts.items()
    ]
    return {"/feed": f"<feed xmlns='http://www.w3.org/2005/Atom'>{''.join(entries[::-1])}</feed>"}


FORUMS: dict[str, tuple[Callable[[Posts], dict[str, str]], Callable[[str], Poller]]] = {
    "discourse": (
        discourse,
        lambda url: DiscoursePoller("meadow", DiscourseSource(kind="discourse", url=url, allow_private=True), None),
    ),
    "nodebb": (
        nodebb,
        lambda url: NodeBBPoller("meadow", NodeBBSource(kind="nodebb", url=url, allow_private=True), None),
    ),
    "xenforo": (
        xenforo,
        lambda url: XenForoPoller("meadow", XenForoSource(kind="xenforo", url=url, allow_private=True), "k-1"),
    ),
    "feed": (
        phpbb,
        lambda url: FeedPoller(
            "meadow", FeedSource(kind="feed", url=f"{url}/feed", platform="phpbb", allow_private=True)
        ),
    ),
}


async def slow(_: web.Request) -> web.Response:
    await asyncio.sleep(30)
    return web.Response()


async def broken_off(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Length": "5000"})
    await response.prepare(request)
    await response.write(WORDS.encode())
    assert request.transport is not None
    request.transport.abort()
    return response


TROUBLES: dict[str, tuple[Any, str]] = {
    "too many requests": (web.Response(status=429, headers={"Retry-After": "0"}), "answered 429 (Too Many Requests)"),
    "a mistake there": (web.Response(status=500, text=WORDS), "answered 500 (Internal Server Error)"),
    "maintenance": (web.Response(status=503, text=f"<!doctype html>{WORDS}"), "answered 503 (Service Unavailable)"),
    "no key": (web.Response(status=403), "answered 403 (Forbidden): it does not let flagpost in"),
    "slow": (slow, "did not answer within 1 s"),
    "broken off": (broken_off, "broke off in the middle of its answer"),
    "half an answer": (None, "not "),
    "a web page": (f"<!doctype html><p>{WORDS}</p>", "a web page"),
    "nothing": ("", ""),
    "odd bytes": (b"\xfd\x80" + WORDS.encode(), "not "),
    "deep": ("[" * 100_000, ""),
    "too large": (b"{" + b" " * http.LARGEST_BODY, "sends more than 10 MB, as no forum does"),
}


@pytest.fixture
async def hasty() -> AsyncIterator[PoliteClient]:
    async with PoliteClient(pause=0, timeout=0.3) as client:
        yield client


@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.parametrize("kind", FORUMS)
async def test_trouble_is_one_line_and_costs_no_post(
    site: Any,
    client: PoliteClient,
    hasty: PoliteClient,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
    trouble: str,
) -> None:
    monkeypatch.setattr(hosts, "FIRST_WAIT", 0)
    answers, open_poller = FORUMS[kind]
    with Store.open(f"sqlite:///{tmp_path}/store.sqlite3") as store:
        taken: list[str] = []

        async def take_in(batch: Batch) -> None:
            entries = [*(Seen(post, batch.as_of) for post in batch.posts), *batch.deleted]
            for entry, is_news in zip(entries, store.take_in(entries, datetime.now(UTC)), strict=True):
                taken.extend([entry.post.id] if isinstance(entry, Seen) and is_news else [])

        poller = open_poller(site.url)
        runner = PollRunner([poller], client=client, store=store, submit=take_in)
        in_trouble = PollRunner([poller], client=hasty if trouble == "slow" else client, store=store, submit=take_in)
        posts = {number: f"{WORDS}, part {number}" for number in (1, 2, 3)}
        site.pages = answers(posts)
        assert await runner.poll_once("meadow") is not None
        posts |= {2: f"{WORDS}, again", 4: f"{WORDS}, part 4"}

        answer, told = TROUBLES[trouble]
        right = answers(posts)
        site.pages = {path: page[: len(page) // 2] if answer is None else answer for path, page in right.items()}
        for _ in range(3):
            assert await in_trouble.poll_once("meadow") is None
        [line] = caplog.messages
        assert told in line
        assert line.startswith("meadow: ")
        assert line.endswith(". This is told once; another line tells when it works again.")
        assert WORDS not in caplog.text

        site.pages = right
        for _ in range(2):
            assert await runner.poll_once("meadow") is not None
        assert sorted(taken) == ["1", "2", "2", "3", "4"]
        kept = {post.id: post.text for post in store.recent_posts(datetime.fromtimestamp(NOW - 60, UTC))}
        assert kept == {str(number): words for number, words in posts.items()}


@pytest.mark.parametrize("kind", FORUMS)
async def test_a_forum_that_fails_one_time_in_five_loses_nothing(
    serve: Any, client: PoliteClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(hosts, "FIRST_WAIT", 0)
    answers, open_poller = FORUMS[kind]
    chance = random.Random(kind)
    posts: dict[int, str] = {}
    failures = 0

    async def answer(request: web.Request) -> web.StreamResponse:
        nonlocal failures
        if chance.random() >= 0.2:
            return web.Response(text=answers(posts).get(request.path, ""))
        failures += 1
        match chance.choice(("429", "500", "broken off", "a web page")):
            case "429":
                return web.Response(status=429, headers={"Retry-After": "0"})
            case "500":
                return web.Response(status=500)
            case "broken off":
                return await broken_off(request)
            case _:
                return web.Response(text="<!doctype html><p>Please wait</p>")

    with Store.open(f"sqlite:///{tmp_path}/store.sqlite3") as store:
        news: list[str] = []

        async def take_in(batch: Batch) -> None:
            entries = [Seen(post, batch.as_of) for post in batch.posts]
            told = zip(entries, store.take_in(entries, datetime.now(UTC)), strict=True)
            news.extend(entry.post.id for entry, is_news in told if is_news)

        runner = PollRunner([open_poller(await serve(answer))], client=client, store=store, submit=take_in)
        for number in range(1, 21):
            posts[number] = f"{WORDS}, part {number}"
            await runner.poll_once("meadow")
        for _ in range(30):  # the polls of half an hour
            await runner.poll_once("meadow")
    assert failures
    assert sorted(news, key=int) == [str(number) for number in posts]
