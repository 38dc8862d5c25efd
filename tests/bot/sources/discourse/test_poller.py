"""Discourse asked over real HTTP: every post of every topic and the chat, whatever happens in between."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.config import DiscourseSource
from bot.sources import newest_first
from bot.sources.discourse import DiscoursePoller
from bot.sources.errors import SourceError
from bot.sources.http import PoliteClient
from bot.sources.source import Batch, State
from bot.store.store import Store
from classifier.post import PostKey, Quotation

LIVE = Path(__file__).parents[5] / "shared" / "captures" / "discourse" / "live-rss-json" / "posts.json"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
QUOTE = (
    '<aside class="quote no-group" data-username="ann" data-post="2" data-topic="9"><div class="title">ann:</div>'
    "<blockquote><p>Cut it in March.</p></blockquote></aside>"
)


def poller(forum: Any, key: str | None = None, chat: bool = False) -> DiscoursePoller:
    table = DiscourseSource(kind="discourse", url=forum.url, allow_private=True, chat=chat)
    return DiscoursePoller("meadow", table, key)


def ids(batch: Batch) -> list[str]:
    return [post.id for post in batch.posts]


def kept(batch: Batch) -> State:
    """The state as the store gives it back."""
    state: State = json.loads(json.dumps(batch.state))
    return state


async def test_a_post_becomes_a_post(forum: Any, client: PoliteClient) -> None:
    forum.write(21, f"Not now!{QUOTE}Birds nest there.")
    (post,) = (await poller(forum).poll(client, {})).posts
    assert post.key == PostKey("meadow", "21")
    assert post.text == "Not now!\n\nBirds nest there."
    assert post.quotations == (Quotation(text="Cut it in March.", author="ann"),)
    assert (post.author, post.author_name) == ("7", "bea")
    assert (post.thread, post.place, post.place_name) == ("9", "3", "meadow › Hedges & ditches")
    assert post.created_at == NOON + timedelta(minutes=21)
    assert post.link == f"{forum.url}/t/9/21"
    assert post.provenance == "forum"


async def test_only_members_words_for_all_to_read(forum: Any, client: PoliteClient) -> None:
    forum.write(1)
    forum.write(2, user_id=-1)  # the system's own account
    forum.write(3, post_type=2)  # a notice of a moderator
    forum.write(4, post_type=3)  # "closed this topic"
    forum.write(5, post_type=4)  # a whisper among staff
    forum.write(6, hidden=True)
    forum.write(7, user_deleted=True)
    forum.write(8, topic_archetype="private_message")
    forum.write(9, user_id=None, username=None)  # of an account that was deleted
    assert ids(await poller(forum).poll(client, {})) == ["1", "9"]


async def test_a_second_poll_has_what_is_new_edited_and_gone(forum: Any, client: PoliteClient) -> None:
    for number in range(1, 6):
        forum.write(number)
    forum.write(4, hidden=True)
    first = await poller(forum).poll(client, {})
    assert ids(first) == ["1", "2", "3", "5"]
    assert (await poller(forum).poll(client, kept(first))) == Batch(state=kept(first))

    forum.write(2, "Edited.")
    del forum.posts[3]  # by staff
    forum.write(4)  # let through by staff
    forum.write(5, "(post deleted by author)", user_deleted=True)
    forum.write(6, "New.")
    second = await poller(forum).poll(client, kept(first))
    assert [post.text for post in second.posts] == ["Edited.", "The hedge wants cutting.", "New."]
    assert set(second.deleted) == {PostKey("meadow", "3"), PostKey("meadow", "5")}
    third = await poller(forum).poll(client, kept(second))
    assert (third.posts, third.deleted) == ((), ())


async def test_posts_inquired_about_are_read_however_old(forum: Any, client: PoliteClient) -> None:
    for number in range(1, 100):
        forum.write(number)
    first = await poller(forum).poll(client, {})
    forum.write(3, "Restored.")
    forum.posts[4]["deleted_at"] = "2026-03-02T13:00:00Z"
    del forum.posts[5]
    forum.posts[6]["hidden"] = True
    batch = await poller(forum).poll(client, kept(first), ["3", "4", "5", "6", "chat-7"])
    assert [post.text for post in batch.posts] == ["Restored."]
    assert batch.deleted == (PostKey("meadow", "4"),)
    [warning] = batch.warnings
    assert warning.startswith("a post was passed over")
    forum.requests.clear()
    await poller(forum).poll(client, kept(batch))
    assert [request.path for request in forum.requests] == ["/posts.json"]


async def test_an_inquiry_that_is_not_answered_waits(forum: Any, client: PoliteClient) -> None:
    forum.write(3)

    async def broken(request: web.Request) -> web.Response | None:
        return web.json_response({"post": "The hedge"}) if request.path == "/posts/3.json" else None

    forum.broken = broken
    first = await poller(forum).poll(client, {}, ["3"])
    assert first.warnings[0].startswith("a post could not be read: ")
    forum.broken = None
    second = await poller(forum).poll(client, kept(first))
    assert (ids(second), second.warnings) == (["3"], ())


async def test_a_post_that_became_hidden_or_private_is_not_gone(forum: Any, client: PoliteClient) -> None:
    forum.write(1)
    forum.write(2)
    first = await poller(forum).poll(client, {})
    forum.posts[1]["hidden"] = True
    forum.posts[2]["private"] = True
    assert (await poller(forum).poll(client, kept(first))).deleted == ()


@pytest.mark.parametrize("older", ["exclusive", "inclusive", "window"])
async def test_after_downtime_all_is_caught_up_in_stages(
    forum: Any, client: PoliteClient, monkeypatch: pytest.MonkeyPatch, older: str
) -> None:
    """However the version of Discourse reads `before`: with private posts of more than fifty ids in between."""
    monkeypatch.setattr(newest_first, "MOST_PAGES", 3)
    forum.older = older
    forum.write(100)
    batch = await poller(forum).poll(client, {})
    for number in range(101, 500):
        forum.write(number, private=300 <= number < 380)
    seen: set[str] = set()
    for _ in range(8):
        forum.requests.clear()
        batch = await poller(forum).poll(client, kept(batch))
        assert len(forum.requests) <= 6
        seen.update(ids(batch))
    assert not ids(batch)
    expected = {str(number) for number in range(101, 500) if not 300 <= number < 380}
    assert seen - {"100"} == expected


async def failing(_: web.Request) -> web.Response:
    return web.Response(status=500)


async def something_else(_: web.Request) -> web.Response:
    return web.json_response({"latest_posts": {"The hedge": 1}})


async def a_bare_number(_: web.Request) -> web.Response:
    return web.json_response(7)


@pytest.mark.parametrize("trouble", [failing, something_else, a_bare_number])
async def test_trouble_with_the_second_page_costs_a_poll_but_no_post(
    forum: Any, client: PoliteClient, trouble: Any
) -> None:
    for number in range(1, 200):
        forum.write(number)
    first = await poller(forum).poll(client, {})
    for number in range(200, 320):
        forum.write(number)

    async def on_the_second_page(request: web.Request) -> Any:
        return await trouble(request) if "before" in request.query else None

    forum.broken = on_the_second_page
    async with PoliteClient(pause=0) as another:  # what the host says to it is not held against the other one
        with pytest.raises(SourceError) as raised:
            await poller(forum).poll(another, kept(first))
    assert "hed" not in str(raised.value).lower().replace(forum.url, "")
    assert "\n" not in str(raised.value)
    forum.broken = None
    second = await poller(forum).poll(client, kept(first))
    assert ids(second) == [str(number) for number in range(200, 320)]


@pytest.mark.parametrize(
    "wrong",
    [
        {"cooked": None},
        {"cooked": ["The hedge"]},
        {"id": "The hedge"},
        {"created_at": "yesterday"},
        {"created_at": "0001-01-01T00:00:00+14:00"},
        {"topic_id": None},
        {"user_id": {"id": 7}},
        {"hidden": "perhaps"},
    ],
)
async def test_one_bad_post_costs_no_other(forum: Any, client: PoliteClient, wrong: dict[str, Any]) -> None:
    forum.write(1)
    forum.write(2, **wrong)
    forum.write(3)
    batch = await poller(forum).poll(client, {})
    assert ids(batch) == ["1", "3"]
    (warning,) = batch.warnings
    assert warning.startswith("1 of 3 posts could not be read")
    assert next(iter(wrong)) in warning
    assert "hedge" not in warning.lower()


async def test_the_key_is_shown_only_when_there_is_one(forum: Any, client: PoliteClient) -> None:
    await poller(forum, key="k-1").poll(client, {})
    await poller(forum).poll(client, {})
    with_key, without = forum.requests
    assert with_key.headers["Api-Key"] == "k-1"
    assert "Api-Key" not in without.headers


async def test_chat_messages_of_channels_and_of_no_conversation(forum: Any, client: PoliteClient) -> None:
    forum.write(1)
    forum.say(1, "Anybody there?")
    forum.say(2, "Me.", in_reply_to={"id": 1, "cooked": "<p>Anybody there?</p>", "user": {"username": "cid"}})
    forum.say(3, "Hello from a bot.", user={"id": -2, "username": "discobot"})
    forum.say(4, "A build broke.", chat_webhook_event={"username": "ci"})
    assert ids(await poller(forum, key="k-1").poll(client, {})) == ["1"]
    batch = await poller(forum, key="k-1", chat=True).poll(client, {})
    assert ids(batch) == ["1", "chat-1", "chat-2"]
    message = batch.posts[-1]
    assert (message.text, message.thread, message.place, message.reply_to) == ("Me.", "chat-4", "chat-4", "chat-1")
    assert message.quotations == (Quotation(text="Anybody there?", author="cid", post_id="chat-1"),)
    assert message.place_name == "meadow › Hedgerow"
    assert message.link == f"{forum.url}/chat/c/-/4/2"
    assert not any("/channels/5" in request.path for request in forum.requests)


async def test_chat_is_caught_up_edited_and_deleted(forum: Any, client: PoliteClient) -> None:
    forum.say(1, "One.")
    forum.say(2, "Two.")
    asked = poller(forum, key="k-1", chat=True)
    batch = await asked.poll(client, {})
    for number in range(3, 140):
        forum.say(number, "More.")
    batch = await asked.poll(client, kept(batch))
    assert ids(batch) == [f"chat-{number}" for number in range(3, 140)]
    forum.say(139, "Edited.")
    del forum.messages[138]
    forum.messages[137]["deleted_at"] = "2026-03-02T13:00:00Z"
    batch = await asked.poll(client, kept(batch))
    assert [post.text for post in batch.posts] == ["Edited."]
    assert set(batch.deleted) == {PostKey("meadow", "chat-137"), PostKey("meadow", "chat-138")}


async def test_trouble_with_the_chat_costs_no_post(forum: Any, client: PoliteClient) -> None:
    forum.write(1)
    forum.say(1, "One.")
    batch = await poller(forum, key="k-1", chat=True).poll(client, {})
    forum.write(2)
    forum.say(2, "Two.")
    forum.broken = no_chat
    batch = await poller(forum, key="k-1", chat=True).poll(client, kept(batch))
    assert ids(batch) == ["2"]
    assert batch.warnings[0].startswith("the chat could not be read: ")
    forum.broken = None
    assert ids(await poller(forum, key="k-1", chat=True).poll(client, kept(batch))) == ["chat-2"]


async def no_chat(request: web.Request) -> web.Response | None:
    return web.Response(status=403) if request.path.startswith("/chat/") else None


async def test_a_guest_does_not_ask_for_the_chat(forum: Any, client: PoliteClient) -> None:
    forum.write(1)
    assert (await poller(forum, chat=True).poll(client, {})).warnings == ()
    assert [request.path for request in forum.requests] == ["/posts.json"]


@pytest.mark.skipif(not LIVE.is_file(), reason="no captures of real forum software in ../shared/captures")
async def test_a_real_answer_is_read_whole(forum: Any, client: PoliteClient, tmp_path: Path) -> None:
    rows = json.loads(LIVE.read_text())["latest_posts"]
    forum.posts = {row["id"]: row for row in rows}
    first = await poller(forum).poll(client, {})
    assert ids(first) == sorted((str(row["id"]) for row in rows), key=int)
    assert first.warnings == ()
    assert all(post.author_name and post.place and post.place_name for post in first.posts)
    for post in first.posts:
        assert all(quotation.text not in post.text for quotation in post.quotations if len(quotation.text) > 40)
    with Store.open(f"sqlite:///{tmp_path}/store.sqlite3") as store:
        assert all(store.save_posts(first.posts))
        assert not any(store.save_posts((await poller(forum).poll(client, {})).posts))
