"""NodeBB asked over real HTTP: each new post once and whole, whatever happens in between."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.sources import one_by_one
from bot.sources.errors import SourceError
from bot.sources.http import PoliteClient
from bot.sources.nodebb import NodeBBPoller
from bot.sources.source import Batch, State
from bot.store.limits import LONGEST_ID
from bot.store.store import Store
from classifier.post import PostKey, Quotation

CAPTURES = Path(__file__).parents[5] / "shared" / "captures" / "nodebb"
QUOTING = (
    '<blockquote>\n<p dir="auto">ann <a href="/post/2">said</a>:</p>\n'
    '<p dir="auto">Cut it in March.</p>\n</blockquote>\n'
    '<p dir="auto">Not now:</p>\n<ul>\n<li>birds nest</li>\n<li>it is wet</li>\n</ul>\n'
)


def ids(batch: Batch) -> list[str]:
    return [post.id for post in batch.posts]


def kept(batch: Batch) -> State:
    """The state as the store gives it back."""
    state: State = json.loads(json.dumps(batch.state))
    return state


def asked(forum: Any, key: str | None = None) -> NodeBBPoller:
    return NodeBBPoller("meadow", forum.table, key)


async def test_a_post_becomes_a_post_with_the_lists_it_has(forum: Any, client: PoliteClient) -> None:
    forum.write(4, QUOTING, toPid=2)
    (post,) = (await asked(forum).poll(client, {})).posts
    assert post.key == PostKey("meadow", "4")
    assert post.text == "Not now:\n\n- birds nest\n- it is wet"
    assert post.quotations == (Quotation(text="Cut it in March.", author="ann", post_id="2"),)
    assert (post.author, post.author_name, post.reply_to) == ("7", "bea", "2")
    assert (post.thread, post.place, post.place_name) == ("9", "3", "meadow › Hedges & ditches")
    assert post.created_at == datetime(2026, 3, 2, 12, 0, 4, tzinfo=UTC)
    assert post.link == f"{forum.url}/post/4"


async def test_guests_are_known_by_their_names(forum: Any, client: PoliteClient) -> None:
    forum.write(4, uid=0, user={"uid": 0, "username": "Passer-by"})
    (post,) = (await asked(forum).poll(client, {})).posts
    assert (post.author, post.author_name) == ("name:Passer-by", "Passer-by")


async def test_a_post_whose_author_and_topic_are_not_told(forum: Any, client: PoliteClient) -> None:
    forum.write(4, user=None, topic=None)
    (post,) = (await asked(forum).poll(client, {})).posts
    assert (post.author, post.author_name, post.place, post.place_name) == ("7", None, None, "meadow")


async def test_what_nobody_rendered_is_read_as_it_was_typed(forum: Any, client: PoliteClient) -> None:
    forum.write(4, "> ann [said](/post/2):\n>\n> Cut it in March.\n\nNot now!")
    (post,) = (await asked(forum).poll(client, {})).posts
    assert post.text == "Not now!"


async def test_a_second_poll_has_what_is_new_edited_and_gone(forum: Any, client: PoliteClient) -> None:
    for pid in range(1, 7):
        forum.write(pid)
    poll = asked(forum)
    first = await poll.poll(client, {})
    assert ids(first) == ["1", "2", "3", "4", "5", "6"]
    forum.requests.clear()
    assert (await poll.poll(client, kept(first))) == Batch(state=kept(first))
    assert forum.asked_for == []

    forum.write(2, '<p dir="auto">Edited.</p>')
    forum.posts[3]["deleted"] = 1
    del forum.posts[4]  # purged
    forum.write(7, '<p dir="auto">New.</p>')
    second = await poll.poll(client, kept(first))
    assert [post.text for post in second.posts] == ["Edited.", "New."]
    assert set(second.deleted) == {PostKey("meadow", "3"), PostKey("meadow", "4")}
    third = await poll.poll(client, kept(second))
    assert (third.posts, third.deleted) == ((), ())


async def test_posts_inquired_about_are_read(forum: Any, client: PoliteClient) -> None:
    for pid in range(1, 40):
        forum.write(pid)
    poll = asked(forum)
    first = await poll.poll(client, {})
    forum.write(3, '<p dir="auto">Edited long after.</p>')
    forum.posts[5]["deleted"] = 1
    second = await poll.poll(client, kept(first), ["3", "5", "999"])
    assert [post.text for post in second.posts] == ["Edited long after."]
    assert second.deleted == (PostKey("meadow", "5"),)
    assert len(second.warnings) == 1  # 999 is not there, or not for everybody: that does not mean deleted
    forum.requests.clear()
    await poll.poll(client, kept(second))
    assert forum.asked_for == []


async def test_after_downtime_all_is_caught_up_in_stages(forum: Any, client: PoliteClient) -> None:
    forum.write(1)
    batch = await asked(forum).poll(client, {})
    for pid in range(2, 700):
        forum.write(pid, deleted=int(pid % 10 == 0))
    seen: list[str] = []
    for _ in range(60):
        forum.requests.clear()
        batch = await asked(forum).poll(client, kept(batch))
        assert len(forum.asked_for) <= one_by_one.MOST_READ
        assert len(json.dumps(batch.state)) < 20_000
        seen += ids(batch)
    assert {*map(int, seen)} - {1} == {pid for pid in range(2, 700) if pid % 10}
    assert len(seen) < 640  # hardly one of them twice


async def failing(_: web.Request) -> web.Response:
    return web.Response(status=503, text="<html>busy</html>")


async def something_else(_: web.Request) -> web.Response:
    return web.json_response({"posts": ["The hedge"]})


@pytest.mark.parametrize("trouble", [failing, something_else])
@pytest.mark.parametrize("where", ["recent", "summary"])
async def test_trouble_costs_a_poll_but_no_post(forum: Any, client: PoliteClient, trouble: Any, where: str) -> None:
    forum.write(1)
    first = await asked(forum).poll(client, {})
    for pid in range(2, 50):
        forum.write(pid)

    async def broken(request: web.Request) -> Any:
        asked_for = len(forum.asked_for)
        return await trouble(request) if where in request.path and (where == "recent" or asked_for > 3) else None

    forum.broken = broken
    state, seen = kept(first), set[str]()
    async with PoliteClient(pause=0) as another:  # what the host says to it is not held against the other one
        try:
            batch = await asked(forum).poll(another, state)
            state, seen = kept(batch), {*ids(batch)}
            assert where == "summary"
            assert "hedge" not in " ".join(batch.warnings).replace(forum.url, "")
        except SourceError as error:
            assert where == "recent"
            assert "hed" not in str(error).replace(forum.url, "")
    forum.broken = None
    for _ in range(3):
        batch = await asked(forum).poll(client, state)
        state = kept(batch)
        seen.update(ids(batch))
    assert seen == {str(pid) for pid in range(2, 50)}


async def test_a_post_that_only_makes_trouble_keeps_no_other_back(forum: Any) -> None:
    for pid in range(1, 11):
        forum.write(pid)

    async def broken(request: web.Request) -> Any:
        return web.Response(status=500) if "/posts/4/" in request.path else None

    forum.broken = broken
    state: State = {}
    seen: list[str] = []
    warnings: list[str] = []
    for polls in range(one_by_one.MOST_FAILURES + 2):
        async with PoliteClient(pause=0) as client:  # a new one each time: it would leave the host alone for a while
            batch = await asked(forum).poll(client, state)
        state = kept(batch)
        seen += ids(batch)
        warnings += batch.warnings
        assert polls == 0 or sorted(map(int, seen)) == [1, 2, 3, 5, 6, 7, 8, 9, 10]
    assert state["waiting"] == {}
    assert sum("given up" in warning for warning in warnings) == 1


@pytest.mark.parametrize(
    "wrong",
    [{"content": None}, {"pid": None}, {"timestamp": "soon"}, {"timestamp": 10**20}, {"pid": "4" * (LONGEST_ID + 1)}],
)
async def test_one_bad_row_costs_no_other(forum: Any, client: PoliteClient, wrong: dict[str, Any]) -> None:
    forum.write(3)
    forum.write(4)
    forum.posts[4] |= wrong
    batch = await asked(forum).poll(client, {})
    assert ids(batch) == ["3"]
    assert "1 of 2 posts could not be read" in batch.warnings[0]
    assert "hedge" not in " ".join(batch.warnings)


async def test_the_key_is_shown_only_when_there_is_one(forum: Any, client: PoliteClient) -> None:
    await asked(forum, "t-1").poll(client, {})
    await asked(forum).poll(client, {})
    with_key, without = forum.requests
    assert with_key.headers["Authorization"] == "Bearer t-1"
    assert "Authorization" not in without.headers


async def test_real_answers_are_read(forum: Any, client: PoliteClient, tmp_path: Path) -> None:
    """The list as NodeBB 4.9.2 gave it, and each post as its topic's page and its summary gave it."""
    if not CAPTURES.is_dir():
        pytest.skip("no captures of real forum software in ../shared/captures")
    listed = json.loads((CAPTURES / "api-recent-posts.json").read_text())
    summary = json.loads((CAPTURES / "auth-v3-post-summary.json").read_text())["response"]

    async def real(request: web.Request) -> web.Response | None:
        if request.path.endswith("/month"):
            return web.json_response(listed if request.query["page"] == "1" else [])
        pid = int(request.path.split("/")[4])
        post = summary if pid == summary["pid"] else next(post for post in listed if post["pid"] == pid)
        return web.json_response({"response": post})

    forum.broken = real
    poll = asked(forum)
    batch = await poll.poll(client, {}, [str(summary["pid"])])
    assert batch.warnings == ()
    assert {*ids(batch)} == {str(summary["pid"])} | {str(post["pid"]) for post in listed}
    with Store.open(f"sqlite:///{tmp_path}/store.sqlite3") as store:
        assert all(store.save_posts(batch.posts))
