"""XenForo asked over real HTTP: every post of every thread, whatever happens in between."""

import json
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import web

from bot.sources.errors import SourceError
from bot.sources.http import PoliteClient
from bot.sources.source import Batch, State
from bot.sources.xenforo import XenForoPoller, poller
from classifier.post import PostKey, Quotation

NOON = 1_772_452_800
QUOTING = (
    '<blockquote class="bbCodeBlock bbCodeBlock--quote" data-quote="ann" data-source="post: 2">'
    '<div class="bbCodeBlock-title">ann said:</div><div class="bbCodeBlock-content">Cut it in March.</div></blockquote>'
    "Not now!"
)


def ids(batch: Batch) -> list[int]:
    return [int(post.id) for post in batch.posts]


def kept(batch: Batch) -> State:
    """The state as the store gives it back."""
    state: State = json.loads(json.dumps(batch.state))
    return state


def asked(forum: Any) -> XenForoPoller:
    return XenForoPoller("meadow", forum.table, "k-1")


async def test_a_post_becomes_a_post(forum: Any, client: PoliteClient) -> None:
    forum.write(9, message_parsed=QUOTING)
    (post,) = (await asked(forum).poll(client, {})).posts
    assert post.key == PostKey("meadow", "1")
    assert post.text == "Not now!"
    assert post.quotations == (Quotation(text="Cut it in March.", author="ann", post_id="2"),)
    assert (post.author, post.author_name) == ("7", "bea")
    assert (post.thread, post.place, post.place_name) == ("9", "3", "meadow › Hedges & ditches")
    assert post.created_at == datetime(2026, 3, 2, 12, 1, tzinfo=UTC)
    assert post.link == f"{forum.url}/threads/hedges.9/post-1"
    assert all(request.headers["XF-Api-Key"] == "k-1" for request in forum.requests)


async def test_bbcode_guests_and_links_that_lead_elsewhere(forum: Any, client: PoliteClient) -> None:
    quoting = '[QUOTE="ann, post: 2, member: 3"]Cut it in March.[/QUOTE]\nNot now!'
    forum.write(
        9, message=quoting, message_parsed=None, user_id=0, username="Passer-by", view_url="javascript:alert(1)"
    )
    (post,) = (await asked(forum).poll(client, {})).posts
    assert (post.text, post.author, post.author_name) == ("Not now!", "name:Passer-by", "Passer-by")
    assert post.link == f"{forum.url}/posts/1/"


async def test_the_first_poll_goes_back_an_hour_from_the_newest_post(forum: Any, client: PoliteClient) -> None:
    for _ in range(100):
        forum.write(9)
    assert ids(await asked(forum).poll(client, {})) == list(range(40, 101))


async def test_later_polls_have_what_is_new(forum: Any, client: PoliteClient) -> None:
    for thread in (1, 2, 3):
        forum.write(thread)
    batch = await asked(forum).poll(client, {})
    assert ids(batch) == [1, 2, 3]
    forum.requests.clear()
    batch = await asked(forum).poll(client, kept(batch))
    assert (batch.posts, len(forum.requests)) == ((), 1)

    forum.write(2)
    forum.write(3)
    forum.write(4)
    at_once = forum.write(1)
    forum.change(at_once, post_date=forum.threads[4][0]["post_date"])  # two in one second
    batch = await asked(forum).poll(client, kept(batch))
    assert set(ids(batch)) >= {4, 5, 6, 7}
    assert ids(await asked(forum).poll(client, kept(batch))) == []
    late = forum.write(5)
    forum.change(late, post_date=forum.threads[4][0]["post_date"])  # and a third one a moment later
    assert late in ids(await asked(forum).poll(client, kept(batch)))


async def test_a_date_in_the_future_hides_nothing(forum: Any, client: PoliteClient) -> None:
    forum.write(9, post_date=2**33)
    batch = await asked(forum).poll(client, {})
    assert ids(batch) == [1]
    later = forum.write(8, post_date=int(time.time()) + 1)
    batch = await asked(forum).poll(client, kept(batch))
    assert ids(batch) == [later]
    forum.requests.clear()
    batch = await asked(forum).poll(client, kept(batch))
    assert (batch.posts, len(forum.requests)) == ((), 1), "and is not read again and again"


async def test_posts_over_several_pages_of_a_thread(forum: Any, client: PoliteClient) -> None:
    """Also where the number of posts on a page changes in between, and where staff see deleted posts on the pages."""
    forum.write(9)
    batch = await asked(forum).poll(client, {})
    for number in range(2, 130):
        forum.write(9, message_state="deleted" if number % 3 == 0 else "visible")
    batch = await asked(forum).poll(client, kept(batch))
    assert set(ids(batch)) - {1} == {number for number in range(2, 130) if number % 3}
    assert {key.id for key in batch.deleted} == {str(number) for number in range(3, 130, 3)}
    for size in (50, 10):
        forum.posts_a_page = size
        new = {forum.write(9) for _ in range(60)}
        batch = await asked(forum).poll(client, kept(batch))
        assert set(ids(batch)) >= new


async def test_edits_and_deletions_on_pages_that_are_read_anyway(forum: Any, client: PoliteClient) -> None:
    for _ in range(5):
        forum.write(9)
    batch = await asked(forum).poll(client, {})
    newest = forum.write(9)
    edited = {"message_parsed": "Edited.", "last_edit_date": forum.threads[9][-1]["post_date"]}
    forum.change(2, **edited)
    forum.change(newest, message_state="moderated")  # it waits for approval: read now, for it would never be new
    forum.write(9)
    forum.change(forum.write(9), message_state="deleted")
    forum.write(9)
    batch = await asked(forum).poll(client, kept(batch))
    assert {2, 6, 7, 9} <= set(ids(batch)) <= {2, 5, 6, 7, 9}
    assert [post.text for post in batch.posts if post.id == "2"] == ["Edited."]
    assert batch.deleted == (PostKey("meadow", "8"),)


async def test_posts_inquired_about_are_read_however_old(forum: Any, client: PoliteClient) -> None:
    for _ in range(100):
        forum.write(9)
    first = await asked(forum).poll(client, {})
    forum.change(3, message_parsed="Restored.", Thread={"thread_id": 9, "node_id": 3, "title": "Hedges"})
    forum.change(4, message_state="deleted")
    batch = await asked(forum).poll(client, kept(first), ["3", "4", "999"])
    assert [(post.text, post.place_name) for post in batch.posts] == [("Restored.", "meadow › Hedges")]
    assert batch.deleted == (PostKey("meadow", "4"),)
    [warning] = batch.warnings
    assert warning.startswith("a post was passed over")
    forum.requests.clear()
    await asked(forum).poll(client, kept(batch))
    assert [request.path for request in forum.requests] == ["/api/threads/"]


async def test_after_downtime_all_is_caught_up_in_stages(forum: Any, client: PoliteClient) -> None:
    forum.write(1)
    batch = await asked(forum).poll(client, {})
    for number in range(300):
        forum.write(2 + number % 97)
    seen: set[int] = set()
    for number in range(9):
        forum.requests.clear()
        batch = await asked(forum).poll(client, kept(batch))
        assert len(forum.requests) <= 60
        assert len(json.dumps(batch.state)) < 2_000
        seen.update(ids(batch))
        if number == 1:  # life goes on meanwhile
            forum.write(2)
            forum.write(500)
    assert not ids(batch)
    assert seen - {1} == set(range(2, 304))


async def test_threads_of_one_second_are_told_apart(
    forum: Any, client: PoliteClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(poller, "MOST_THREADS", 1)
    numbers = [forum.write(thread, post_date=NOON) for thread in (1, 2, 3)]
    batch, seen = Batch(), list[int]()
    for _ in range(4):
        batch = await asked(forum).poll(client, kept(batch))
        seen += ids(batch)
    assert sorted(seen) == numbers


async def failing(_: web.Request) -> web.Response:
    return web.Response(status=500)


async def something_else(_: web.Request) -> web.Response:
    return web.json_response({"threads": ["The hedge"], "posts": 1, "pagination": {"last_page": "The hedge"}})


@pytest.mark.parametrize("trouble", [failing, something_else])
@pytest.mark.parametrize("where", ["/threads/", "/posts"])
async def test_trouble_costs_a_poll_but_no_post(forum: Any, client: PoliteClient, trouble: Any, where: str) -> None:
    forum.write(1)
    batch = await asked(forum).poll(client, {})
    for number in range(40):
        forum.write(2 + number % 4)

    async def broken(request: web.Request) -> Any:
        return await trouble(request) if request.path.endswith(where) and len(forum.requests) > 3 else None

    forum.broken = broken
    forum.requests.clear()
    state, seen, said = kept(batch), set[int](), ""
    async with PoliteClient(pause=0) as another:  # what the host says to it is not held against the other one
        for _ in range(2):
            try:
                batch = await asked(forum).poll(another, state)
                state, said = kept(batch), " ".join(batch.warnings)
                seen.update(ids(batch))
            except SourceError as error:
                said = str(error)
    assert said and "hed" not in said
    forum.broken = None
    for _ in range(3):
        batch = await asked(forum).poll(client, state)
        state = kept(batch)
        seen.update(ids(batch))
    assert seen - {1} == set(range(2, 42))


async def test_a_thread_that_only_makes_trouble_keeps_no_other_back(forum: Any) -> None:
    for thread in range(1, 9):
        forum.write(thread)

    async def broken(request: web.Request) -> Any:
        return web.Response(status=500) if "/threads/4/" in request.path else None

    forum.broken = broken
    state: State = {}
    seen: list[int] = []
    warnings: list[str] = []
    for _ in range(poller.MOST_FAILURES + 2):
        async with PoliteClient(pause=0) as client:  # a new one each time: it would leave the host alone for a while
            batch = await asked(forum).poll(client, state)
        state = kept(batch)
        seen += ids(batch)
        warnings += batch.warnings
    assert sorted(set(seen)) == [1, 2, 3, 5, 6, 7, 8]
    assert sum("passed over" in warning for warning in warnings) == 1


async def test_a_thread_that_went_meanwhile_is_no_trouble(forum: Any, client: PoliteClient) -> None:
    forum.write(1)
    forum.write(2)

    async def broken(request: web.Request) -> Any:
        return web.json_response({"errors": []}, status=404) if "/threads/1/" in request.path else None

    forum.broken = broken
    batch = await asked(forum).poll(client, {})
    assert (ids(batch), batch.warnings) == ([2], ())


@pytest.mark.parametrize(
    "wrong",
    [{"post_id": "The hedge"}, {"post_date": -1}, {"post_date": 10**18}, {"message": None, "message_parsed": None}],
)
async def test_one_bad_post_costs_no_other(forum: Any, client: PoliteClient, wrong: dict[str, Any]) -> None:
    forum.write(1)
    forum.write(2)
    forum.write(1)
    forum.threads[2][0].update(wrong)

    async def broken(request: web.Request) -> Any:
        if not request.path.endswith("/threads/"):
            return None
        rows = [
            {"thread_id": number, "node_id": 3, "title": "x", "last_post_id": 9, "last_post_date": 2**31}
            for number in (1, 2)
        ]
        return web.json_response({"threads": rows, "pagination": {"last_page": 1, "per_page": 20}})

    forum.broken = broken
    since = forum.threads[1][0]["post_date"] - 60
    batch = await asked(forum).poll(client, {"since": since, "done": since})
    assert ids(batch) == [1, 3]
    (warning,) = batch.warnings
    assert warning.startswith("1 of 1 posts could not be read")
    assert "hedge" not in warning.lower()
