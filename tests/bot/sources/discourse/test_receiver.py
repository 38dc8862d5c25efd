"""Discourse's deliveries over real HTTP: what is taken in, what is refused, and that polls find the same posts."""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.config import DiscourseSource
from bot.sources.discourse import DiscoursePoller, DiscourseReceiver
from bot.sources.errors import Refused
from bot.sources.http import PoliteClient
from classifier.post import PostKey

SECRET = "a long secret of the meadow"
URL = "https://meadow.example"
WORDS = "The hedge behind the mill wants cutting."
CAPTURES = Path(__file__).parents[5] / "shared" / "captures"
POST = {
    "id": 21,
    "username": "bea",
    "user_id": 7,
    "created_at": "2026-03-02T12:00:00.000Z",
    "updated_at": "2026-03-02T12:00:00.000Z",
    "cooked": f"<p>{WORDS}</p>",
    "raw": WORDS,
    "post_number": 4,
    "post_type": 1,
    "version": 1,
    "topic_id": 9,
    "topic_title": "Hedges & ditches",
    "topic_archetype": "regular",
    "category_id": 3,
    "hidden": False,
    "deleted_at": None,
    "user_deleted": False,
}
CHANNEL = {"id": 4, "title": "Hedgerow", "chatable_type": "Category", "chatable_id": 3}
MESSAGE = {
    "id": 5,
    "message": WORDS,
    "cooked": f"<p>{WORDS}</p>",
    "created_at": "2026-03-02T12:00:00.000Z",
    "user": {"id": 7, "username": "bea"},
    "chat_channel_id": 4,
}


def receiver(chat: bool = False, url: str = URL) -> DiscourseReceiver:
    return DiscourseReceiver("meadow", DiscourseSource(kind="discourse", url=url, chat=chat), SECRET)


def signature(body: bytes, secret: str = SECRET) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def event(name: str, content: Mapping[str, Any]) -> tuple[bytes, dict[str, str]]:
    body = json.dumps(content).encode()
    headers = {
        "Content-Type": "application/json",
        "X-Discourse-Instance": URL,
        "X-Discourse-Event-Type": name.rpartition("_")[0] or name,
        "X-Discourse-Event": name,
        "X-Discourse-Event-Signature": signature(body),
    }
    return body, headers


async def test_a_post_is_taken_in_once(open_hooks: Any) -> None:
    hooks = await open_hooks(receiver())
    assert await hooks.deliver(*event("post_created", {"post": POST})) == 200
    assert await hooks.deliver(*event("post_created", {"post": POST})) == 200
    [post] = hooks.store.unassessed_posts(9)
    assert (post.id, post.text, post.author, post.author_name) == ("21", WORDS, "7", "bea")
    assert (post.thread, post.place, post.place_name) == ("9", "3", "meadow › Hedges & ditches")
    assert post.link == f"{URL}/t/9/4"


async def test_only_signed_deliveries_are_taken_in(open_hooks: Any) -> None:
    hooks = await open_hooks(receiver())
    body, headers = event("post_created", {"post": POST})
    for wrong in (
        "",
        "sha256=",
        "sha256=" + "0" * 64,
        signature(body, "another secret"),
        signature(body + b" "),
        signature(body).removeprefix("sha256="),
        signature(body).upper(),
        "sha256=ünschön",
    ):
        assert await hooks.deliver(body, {**headers, "X-Discourse-Event-Signature": wrong}) == 403
    del headers["X-Discourse-Event-Signature"]
    assert await hooks.deliver(body, headers) == 403
    assert not hooks.batches


async def test_pings_and_events_of_other_things_are_answered(open_hooks: Any) -> None:
    hooks = await open_hooks(receiver())
    for name, content in {
        "ping": {"ping": "OK"},
        "topic_created": {"topic": {"id": 9, "title": WORDS}},
        "topic_destroyed": {"topic": {"id": 9, "title": WORDS}},
        "user_created": {"user": {"id": 7}},
        "chat_message_created": {"chat_message": {"message": MESSAGE, "channel": CHANNEL}},  # not asked for
        "nothing": {},
    }.items():
        assert await hooks.deliver(*event(name, content)) == 200
    assert not hooks.posts
    assert not hooks.deleted


async def test_edits_deletions_and_recoveries(open_hooks: Any) -> None:
    hooks = await open_hooks(receiver())
    edited = POST | {"cooked": "<p>Edited.</p>", "updated_at": "2026-03-02T12:00:07.000Z"}
    for name, content in (
        ("post_created", POST),
        ("post_edited", edited),
        ("post_destroyed", edited),  # older versions: as it was before it went
        ("post_destroyed", edited | {"deleted_at": "2026-03-02T13:00:00.000Z"}),
        ("post_edited", edited | {"user_deleted": True, "cooked": "<p>(post deleted by author)</p>"}),
        ("post_recovered", edited | {"updated_at": "2026-03-02T14:00:00.000Z"}),
    ):
        assert await hooks.deliver(*event(name, {"post": content})) == 200
    assert [post.text for post in hooks.posts] == [WORDS, "Edited.", "Edited."]
    assert hooks.deleted == ["21", "21", "21"]


@pytest.mark.parametrize(
    "other", [{"topic_archetype": "private_message"}, {"post_type": 4}, {"user_id": -1}, {"hidden": True}]
)
async def test_what_is_not_for_all_to_read_is_passed_over(open_hooks: Any, other: dict[str, Any]) -> None:
    hooks = await open_hooks(receiver())
    assert await hooks.deliver(*event("post_created", {"post": POST | other})) == 200
    assert not hooks.posts


async def test_chat_messages(open_hooks: Any) -> None:
    hooks = await open_hooks(receiver(chat=True))
    direct = CHANNEL | {"chatable_type": "DirectMessage", "title": "ann, bea"}
    for name, content in (
        ("chat_message_created", {"message": MESSAGE, "channel": CHANNEL}),
        ("chat_message_created", {"message": MESSAGE | {"id": 6}, "channel": direct}),
        (
            "chat_message_edited",
            {"message": MESSAGE | {"cooked": "<p>Edited.</p>", "edited": True}, "channel": CHANNEL},
        ),
        ("chat_message_trashed", {"message": MESSAGE | {"id": 7}, "channel": CHANNEL}),
    ):
        assert await hooks.deliver(*event(name, {"chat_message": content})) == 200
    assert [(post.id, post.text) for post in hooks.posts] == [("chat-5", WORDS), ("chat-5", "Edited.")]
    assert hooks.deleted == ["chat-7"]


@pytest.mark.parametrize("body", [b"", b"{", b'{"post": "\xff"}', b"[" * 100_000, b'{"post": 1' + b"0" * 5000 + b"}"])
async def test_a_signed_body_that_is_no_json_is_refused(open_hooks: Any, body: bytes) -> None:
    hooks = await open_hooks(receiver())
    assert await hooks.deliver(body, {"X-Discourse-Event-Signature": signature(body)}) == 400


@pytest.mark.parametrize(
    "content", [[], None, "post", {"post": None}, {"post": [POST]}, {"post": {"id": 21, "cooked": WORDS}}, {"post": {}}]
)
async def test_odd_bodies_harm_nobody(open_hooks: Any, content: Any, caplog: pytest.LogCaptureFixture) -> None:
    hooks = await open_hooks(receiver())
    assert await hooks.deliver(*event("post_created", content)) == 200
    assert not hooks.posts
    assert WORDS not in caplog.text


async def test_a_poll_finds_the_same_post(site: Any, client: PoliteClient) -> None:
    row = {key: value for key, value in POST.items() if key != "topic_archetype"} | {
        "excerpt": "The…",
        "truncated": True,
    }
    message = MESSAGE | {"thread_id": None}
    site.pages = {
        "/posts.json": json.dumps({"latest_posts": [row]}),
        "/chat/api/me/channels": json.dumps({"public_channels": [CHANNEL]}),
        "/chat/api/channels/4/messages": json.dumps({"messages": [message], "meta": {"can_load_more_past": False}}),
    }
    table = DiscourseSource(kind="discourse", url=site.url, allow_private=True, chat=True)
    polled = (await DiscoursePoller("meadow", table, "k-1").poll(client, {})).posts
    told = receiver(chat=True, url=site.url)
    delivered = [
        told.read({}, json.dumps(content).encode()).posts
        for content in ({"post": POST}, {"chat_message": {"message": MESSAGE, "channel": CHANNEL}})
    ]
    assert [(post,) for post in polled] == delivered


def test_the_signature_that_discourse_itself_expects() -> None:
    vector = CAPTURES / "discourse-signature-vector.txt"
    if not vector.is_file():
        pytest.skip("no captures of real forum software in ../shared/captures")
    found = re.search(r"secret: (\S+).*?body: +(\S+).*?Signature: (\S+)", vector.read_text(), re.DOTALL)
    assert found is not None
    secret, body, signed = found.groups()
    table = DiscourseSource(kind="discourse", url=URL)
    headers = {"x-discourse-event-signature": signed}
    DiscourseReceiver("meadow", table, secret).authenticate(headers, body.encode())
    with pytest.raises(Refused):
        DiscourseReceiver("meadow", table, f"{secret}.").authenticate(headers, body.encode())


async def test_a_real_delivery(open_hooks: Any) -> None:
    real = CAPTURES / "discourse" / "tc-message-service" / "discourseNewPostWebhook.json"
    if not real.is_file():
        pytest.skip("no captures of real forum software in ../shared/captures")
    hooks = await open_hooks(receiver())
    content = json.loads(real.read_text())
    assert await hooks.deliver(*event("post_created", content)) == 200
    [post] = hooks.posts
    assert post.key == PostKey("meadow", str(content["post"]["id"]))
    assert f"<p>{post.text}</p>" == content["post"]["cooked"]
    topic = real.with_name("discourseNewTopicWebhook.json").read_text()
    assert await hooks.deliver(*event("topic_created", json.loads(topic))) == 200
    assert len(hooks.posts) == 1
