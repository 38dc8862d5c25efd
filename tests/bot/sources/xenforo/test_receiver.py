"""XenForo's deliveries over real HTTP, in the shape that its receivers describe; polls find the same posts."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from bot.config import XenForoSource
from bot.sources.http import PoliteClient
from bot.sources.xenforo import XenForoPoller, XenForoReceiver

SECRET = "a long secret of the meadow"
URL = "https://meadow.example"
WORDS = "The hedge behind the mill wants cutting."
POST: dict[str, Any] = {
    "post_id": 21,
    "thread_id": 9,
    "user_id": 7,
    "username": "bea",
    "post_date": 1_772_452_800,
    "last_edit_date": 0,
    "message": f"[B]{WORDS}[/B]",
    "message_parsed": f"<b>{WORDS}</b>",
    "message_state": "visible",
    "view_url": f"{URL}/threads/hedges.9/post-21",
    "Thread": {"thread_id": 9, "node_id": 3, "title": "Hedges & ditches"},
}


@pytest.fixture(autouse=True)
def nothing_in_the_log(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    caplog.set_level(logging.DEBUG)
    yield
    assert WORDS not in caplog.text
    assert SECRET not in caplog.text


def receiver() -> XenForoReceiver:
    return XenForoReceiver("meadow", XenForoSource(kind="xenforo", url=URL), SECRET)


def event(name: str, data: Any, content_type: str = "post", secret: str = SECRET) -> tuple[bytes, dict[str, str]]:
    content = {"content_type": content_type, "event": name, "content_id": 21, "data": data}
    headers = {"XF-Content-Type": content_type, "XF-Webhook-Event": name, "XF-Webhook-Id": "7"}
    return json.dumps(content).encode(), headers | {"XF-Webhook-Secret": secret}


async def test_a_post_is_taken_in_once(open_hooks: Any) -> None:
    hooks = await open_hooks(receiver())
    assert await hooks.deliver(*event("insert", POST)) == 200
    assert await hooks.deliver(*event("insert", POST)) == 200
    assert await hooks.deliver(*event("update", POST | {"reaction_score": 1})) == 200
    [post] = hooks.store.unassessed_posts(9)
    assert (post.id, post.text, post.author, post.author_name) == ("21", WORDS, "7", "bea")
    assert (post.thread, post.place, post.place_name) == ("9", "3", "meadow › Hedges & ditches")
    assert post.link == f"{URL}/threads/hedges.9/post-21"


@pytest.mark.parametrize("secret", ["", "wrong", SECRET[:-1], f"{SECRET}.", "ünschön"])
async def test_only_deliveries_with_the_secret_are_taken_in(open_hooks: Any, secret: str) -> None:
    hooks = await open_hooks(receiver())
    body, headers = event("insert", POST, secret=secret)
    assert await hooks.deliver(body, headers) == 403
    del headers["XF-Webhook-Secret"]
    assert await hooks.deliver(body, headers) == 403
    assert not hooks.batches


@pytest.mark.parametrize("delete", ["delete", "post_delete"])
async def test_edits_and_deletions(open_hooks: Any, delete: str) -> None:
    hooks = await open_hooks(receiver())
    edited = POST | {"message_parsed": "Edited.", "last_edit_date": 1_772_452_900}
    for name, data in (
        ("insert", POST),
        ("update", edited),
        ("update", edited | {"message_state": "deleted"}),  # staff still see it
        ("update", edited | {"message_state": "visible", "position": 1}),
        (delete, edited),
    ):
        assert await hooks.deliver(*event(name, data)) == 200
    assert [post.text for post in hooks.posts] == [WORDS, "Edited.", "Edited."]
    assert hooks.deleted == ["21", "21"]


async def test_other_content_is_answered(open_hooks: Any) -> None:
    hooks = await open_hooks(receiver())
    for content_type in ("thread", "profile_post", "conversation_message", "user"):
        assert await hooks.deliver(*event("insert", POST, content_type)) == 200
        assert await hooks.deliver(*event("delete", POST, content_type)) == 200
    assert not hooks.posts
    assert not hooks.deleted


@pytest.mark.parametrize("data", [None, [], "post", {}, {"post_id": 21, "message": WORDS}, POST | {"username": None}])
async def test_odd_bodies_harm_nobody(open_hooks: Any, data: Any) -> None:
    hooks = await open_hooks(receiver())
    assert await hooks.deliver(*event("insert", data)) == 200
    assert not hooks.posts


async def test_a_form_in_place_of_json_is_refused(open_hooks: Any) -> None:
    hooks = await open_hooks(receiver())
    _, headers = event("insert", POST)
    assert await hooks.deliver(b"content_type=post&event=insert&content_id=21", headers) == 400


async def test_a_poll_finds_the_same_post(site: Any, client: PoliteClient) -> None:
    pages = {"last_page": 1, "per_page": 20}
    row = {key: value for key, value in POST.items() if key != "Thread"}
    thread = {**POST["Thread"], "reply_count": 0, "last_post_id": 21, "last_post_date": POST["post_date"]}
    site.pages = {
        "/api/threads/": json.dumps({"threads": [thread], "pagination": pages}),
        "/api/threads/9/posts": json.dumps({"posts": [row], "pagination": pages}),
    }
    table = XenForoSource(kind="xenforo", url=site.url, allow_private=True)
    asked = await XenForoPoller("meadow", table, "k-1").poll(client, {})
    told = XenForoReceiver("meadow", table, SECRET).read({}, event("insert", POST)[0])
    assert asked.posts == told.posts
    assert len(asked.posts) == 1
