"""NodeBB's deliveries over real HTTP, and that polls find the same posts."""

import hashlib
import hmac
import json
import logging
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.config import NodeBBSource
from bot.sources.http import PoliteClient
from bot.sources.nodebb import NodeBBPoller, NodeBBReceiver

SECRET = "a long secret of the meadow"
URL = "https://meadow.example"
WORDS = "The hedge behind the mill wants cutting."
COOKIE = "express.sid=s%3Asecret-of-the-member"
CAPTURES = Path(__file__).parents[5] / "shared" / "captures" / "nodebb"
CAPTURED_SECRET = "loopback-hook-secret"
TYPED = {"pid": 21, "uid": 7, "tid": "9", "content": f"**{WORDS}**", "timestamp": 1_772_452_800_000, "cid": 3}
SEEN = {
    "pid": 21,
    "tid": 9,
    "toPid": 4,
    "content": f'<p dir="auto"><strong>{WORDS}</strong></p>\n',
    "uid": 7,
    "timestamp": 1_772_452_800_000,
    "deleted": False,
    "user": {"uid": 7, "username": "bea", "displayname": "bea"},
    "topic": {"tid": 9, "title": "Hedges &amp; ditches", "cid": 3},
    "category": {"cid": 3, "name": "Garden"},
}


@pytest.fixture(autouse=True)
def nothing_in_the_log(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    caplog.set_level(logging.DEBUG)
    yield
    for said in (WORDS, COOKIE, SECRET):
        assert said not in caplog.text


@pytest.fixture
def receiver() -> NodeBBReceiver:
    return NodeBBReceiver("meadow", NodeBBSource(kind="nodebb", url=URL), SECRET)


def event(hook: str, params: Any, secret: str = SECRET) -> tuple[bytes, dict[str, str]]:
    """A delivery as the plugin writes it, with what leaks from the request of the member."""
    caller = {"uid": 7, "req": {"headers": {"cookie": COOKIE}}, "ip": "192.0.2.7"}
    if isinstance(params, dict):
        params = params | {"caller": caller}
    body = json.dumps({"hook": f"action:{hook}", "params": params, "caller": caller}).encode()
    return body, {"x-webhook-signature": f"sha1={hmac.new(secret.encode(), body, hashlib.sha1).hexdigest()}"}


@pytest.mark.parametrize("reply_first", [True, False])
async def test_two_events_are_one_post(open_hooks: Any, receiver: NodeBBReceiver, reply_first: bool) -> None:
    hooks = await open_hooks(receiver)
    events = [event("topic.reply", {"post": SEEN}), event("post.save", {"post": TYPED})]
    for delivery in events if reply_first else events[::-1]:
        assert await hooks.deliver(*delivery) == 200
    assert await hooks.deliver(*events[0]) == 200  # once more
    [post] = hooks.store.unassessed_posts(9)
    assert hooks.posts == [post]
    assert (post.id, post.text, post.author, post.author_name, post.reply_to) == ("21", WORDS, "7", "bea", "4")
    assert (post.thread, post.place, post.place_name) == ("9", "3", "meadow › Hedges & ditches")


async def test_a_new_topic_is_a_post(open_hooks: Any, receiver: NodeBBReceiver) -> None:
    hooks = await open_hooks(receiver)
    topic = {"tid": 9, "title": "Hedges", "mainPost": SEEN}
    assert await hooks.deliver(*event("topic.save", {"topic": topic})) == 200
    assert await hooks.deliver(*event("topic.post", {"topic": topic, "post": SEEN})) == 200
    assert [post.text for post in hooks.posts] == [WORDS]


async def test_only_signed_deliveries_are_taken_in(open_hooks: Any, receiver: NodeBBReceiver) -> None:
    hooks = await open_hooks(receiver)
    body, headers = event("topic.reply", {"post": SEEN})
    right = headers["x-webhook-signature"]
    for wrong in ("", "sha1=", right.upper(), right.removeprefix("sha1="), f"sha256={right[5:]}", f"{right[:-1]}g"):
        assert await hooks.deliver(body, {"x-webhook-signature": wrong}) == 403
    assert await hooks.deliver(body, {}) == 403
    assert await hooks.deliver(body + b" ", headers) == 403
    assert await hooks.deliver(*event("post.edit", {"post": TYPED}, secret="another secret")) == 403
    assert not hooks.batches


async def test_deletions_and_purges(open_hooks: Any, receiver: NodeBBReceiver) -> None:
    hooks = await open_hooks(receiver)
    assert await hooks.deliver(*event("post.delete", {"post": TYPED | {"deleted": 1}})) == 200
    assert await hooks.deliver(*event("posts.purge", {"posts": [TYPED, TYPED | {"pid": 22}, {"pid": None}]})) == 200
    assert await hooks.deliver(*event("post.purge", {"post": TYPED | {"pid": "23"}})) == 200
    assert hooks.deleted == ["21", "21", "22", "23"]
    assert not hooks.posts


async def test_other_hooks_are_answered(open_hooks: Any, receiver: NodeBBReceiver) -> None:
    hooks = await open_hooks(receiver)
    for hook, params in {
        "user.create": {"user": {"username": "bea"}, "data": {"password": WORDS}},
        "flags.create": {"flag": {"target": SEEN}},
        "post.upvote": {"pid": 21},
        "topic.delete": {"topic": {"tid": 9}},
    }.items():
        assert await hooks.deliver(*event(hook, params)) == 200
    assert not hooks.posts
    assert not hooks.deleted
    assert not hooks.inquiries


@pytest.mark.parametrize("params", [None, [], "post", {"post": None}, {"post": {"pid": 21}}, {"post": [SEEN]}, {}])
async def test_odd_bodies_harm_nobody(open_hooks: Any, receiver: NodeBBReceiver, params: Any) -> None:
    hooks = await open_hooks(receiver)
    for hook in ("topic.reply", "post.restore", "post.delete", "posts.purge"):
        assert await hooks.deliver(*event(hook, params)) == 200
    assert not hooks.posts
    body = b'{"hook": "action:topic.reply", "params": {"post":'
    signed = f"sha1={hmac.new(SECRET.encode(), body, hashlib.sha1).hexdigest()}"
    assert await hooks.deliver(body, {"x-webhook-signature": signed}) == 400


async def test_a_poll_finds_the_same_post_and_reads_what_was_edited(
    forum: Any, client: PoliteClient, open_hooks: Any
) -> None:
    poller = NodeBBPoller("meadow", forum.table, None)
    hooks = await open_hooks(NodeBBReceiver("meadow", forum.table, SECRET))
    await hooks.deliver(*event("topic.reply", {"post": SEEN}))
    forum.posts[21] = SEEN
    first = await poller.poll(client, {})
    assert list(first.posts) == hooks.posts

    for pid in range(22, 60):  # so that it is on the list's first page no more
        forum.write(pid)
    caught_up = await poller.poll(client, first.state)
    caught_up = await poller.poll(client, caught_up.state)
    forum.posts[21] = SEEN | {"content": "<p>Edited.</p>"}
    await hooks.deliver(*event("post.edit", {"post": TYPED | {"newContent": "Edited."}}))
    second = await poller.poll(client, caught_up.state, hooks.inquiries)
    assert [(post.id, post.text, post.author_name) for post in second.posts] == [("21", "Edited.", "bea")]

    await hooks.deliver(*event("post.restore", {"post": TYPED}))
    third = await poller.poll(client, second.state, hooks.inquiries)
    assert [post.id for post in third.posts] == ["21"]


@pytest.mark.skipif(not CAPTURES.is_dir(), reason="no captures of real forum software in ../shared/captures")
@pytest.mark.parametrize("order", ["as it was", "shuffled"])
async def test_all_real_deliveries(open_hooks: Any, order: str) -> None:
    """The 112 deliveries of NodeBB 4.9.2, as they came and in another order: each post once, with its own words."""
    table = NodeBBSource(kind="nodebb", url="http://127.0.0.1:4567", allow_private=True)
    hooks = await open_hooks(NodeBBReceiver("meadow", table, CAPTURED_SECRET))
    deliveries = sorted((CAPTURES / "webhooks").glob("*.body"))
    if order == "shuffled":
        random.Random(7).shuffle(deliveries)
    for body in deliveries:
        lines = body.with_suffix(".headers.txt").read_text().splitlines()[1:]
        headers = dict(line.split(": ", 1) for line in lines if line.startswith(("x-webhook", "Content-Type")))
        assert await hooks.deliver(body.read_bytes(), headers) == 200
        assert await hooks.deliver(body.read_bytes(), headers) == 200
    ids = [post.id for post in hooks.posts]
    assert sorted(map(int, ids)) == list(range(2, 49)), "each post exactly once"
    assert not [warning for batch in hooks.batches for warning in batch.warnings]
    assert sorted(hooks.inquiries) == ["11", "22", "48"]
    assert sorted(hooks.deleted) == ["12", "37", "48", "48"]

    named = {str(pid): name for name, pid in json.loads((CAPTURES / "state.json").read_text())["posts"].items()}
    files = [CAPTURES.parent / name for name in ("posts.jsonl", "posts2.jsonl")]
    truth = {row["id"]: row["text"] for file in files for row in map(json.loads, file.read_text().splitlines())}
    other = {post.id for post in hooks.posts if post.id in named and post.text != truth[named[post.id]].rstrip()}
    assert other == {"2", "5", "6", "8"}, "those with Markdown in them, which is rendered"


async def test_a_real_list_and_the_real_deliveries_agree(forum: Any, client: PoliteClient) -> None:
    if not CAPTURES.is_dir():
        pytest.skip("no captures of real forum software in ../shared/captures")
    told = {}
    receiver = NodeBBReceiver("meadow", forum.table, CAPTURED_SECRET)
    for body in (CAPTURES / "webhooks").glob("*.body"):
        told.update({post.id: post for post in receiver.read({}, body.read_bytes()).posts})
    pages = ("api-topic.json", "long-topic-page2.json")
    listed = [post for page in pages for post in json.loads((CAPTURES / page).read_text())["posts"]]
    topics = {page["tid"]: page for page in (json.loads((CAPTURES / name).read_text()) for name in pages)}

    async def real(request: web.Request) -> web.Response:
        if request.path.endswith("/month"):
            return web.json_response(listed if request.query["page"] == "1" else [])
        pid = int(request.path.split("/")[4])
        post = next(post for post in listed if post["pid"] == pid)
        return web.json_response({"response": post | {"topic": topics[post["tid"]]}})

    forum.broken = real
    asked = await NodeBBPoller("meadow", forum.table, None).poll(client, {})
    assert len(asked.posts) > 20
    edited = {"11"}
    assert [post for post in asked.posts if told[post.id] != post and post.id not in edited] == []
