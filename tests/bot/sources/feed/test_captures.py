"""Feeds as real forum software emits them, read through a real server and compared with what was posted."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.sources.errors import SourceError
from bot.sources.feed import FeedPoller
from bot.sources.http import PoliteClient
from bot.sources.markup import READERS
from bot.sources.source import Batch

CAPTURES = Path(__file__).parents[4] / "../shared/captures"

pytestmark = pytest.mark.skipif(not CAPTURES.is_dir(), reason="the captures of real forums are not here")

ASKED_BEFORE = {"seen": {}}
ATOM = "/index.php?action=.xml;type=atom;sa=recent;limit=50"
MARKED_UP = re.compile(r"[*`\[#\n😀]|:\)|:D|://")


def capture(path: str) -> bytes:
    return (CAPTURES / path).read_bytes()


def own_words(batch: Batch) -> dict[str, str]:
    return {post.id: post.text for post in batch.posts}


@pytest.fixture(scope="module")
def posted() -> Callable[[str], dict[str, str]]:
    """`posted(platform)`: what each post says by now, by its id there; without those whose text is more than words."""

    def posted(platform: str) -> dict[str, str]:
        ids = json.loads(capture(f"{platform}/state.json"))["posts"]
        lines = capture("posts.jsonl").splitlines() + capture("posts2.jsonl").splitlines()
        rows = [json.loads(line) for line in lines]
        texts = {str(ids[row["id"]]): row.get("edit", row["text"]).strip() for row in rows if not row.get("delete")}
        return {id: re.sub(" +", " ", text) for id, text in texts.items() if not MARKED_UP.search(text)}

    return posted


@pytest.fixture
def replay(client: PoliteClient, site: Any, feed: Any) -> Callable[..., Any]:
    """`await replay(platform, address, file, state)`: one poll of that capture, served on loopback at its address."""

    async def replay(platform: str, address: str, file: str, state: Any = ASKED_BEFORE, **pages: str) -> Batch:
        async def answer(request: web.Request) -> web.Response:
            if request.path_qs == address:
                body = re.sub(rb"http://127\.0\.0\.1:\d+", site.url.encode(), capture(file))
                return web.Response(body=body, content_type="application/xml")
            page = pages.get("t" + request.query.get("topic", "").partition(".")[0])
            return web.Response(body=capture(page), content_type="text/html") if page else web.Response(status=404)

        site.pages[address.partition("?")[0]] = site.pages["/index.php"] = answer
        poller: FeedPoller = feed(platform, address)
        return await poller.poll(client, state)

    return replay


@pytest.mark.parametrize(
    ("platform", "address", "file", "posts"),
    [
        ("phpbb", "/app.php/feed", "phpbb/feed-overall.atom", 15),
        ("phpbb", "/app.php/feed/forum/2", "phpbb/feed-forum.atom", 15),
        ("phpbb", "/app.php/feed/topic/4", "phpbb/long-feed-topic.atom", 15),
        ("smf", ATOM, "smf/recent-maxlen0.atom", 45),
        ("nodebb", "/recentposts.rss", "nodebb/recentposts.rss", 19),
        ("nodebb", "/category/5/recentposts.rss", "nodebb/category-recentposts.rss", 20),
        ("nodebb", "/topic/2.rss", "nodebb/topic.rss", 10),
        ("nodebb", "/topic/4.rss", "nodebb/long-topic.rss", 23),
    ],
)
async def test_own_words_are_those_that_were_posted(
    replay: Any, posted: Any, platform: str, address: str, file: str, posts: int
) -> None:
    batch = await replay(platform, address, file)
    assert batch.warnings == ()
    found, truth = own_words(batch), posted(platform)
    assert len(found) == posts
    compared = found.keys() & truth.keys()
    assert len(compared) >= 5
    assert {id: re.sub(" +", " ", found[id]) for id in compared} == {id: truth[id] for id in compared}
    for post in batch.posts:
        assert post.author_name
        assert post.author is not None
        # The first post of a board is by nobody: its software wrote it.
        assert post.author.startswith("name:") is (platform == "nodebb" or post.id == "1")
        assert post.thread is not None
        assert post.created_at is not None
        assert re.search(rf"\b(?:p=|msg|post/){post.id}\b", post.link or "")
    assert [post.created_at for post in batch.posts] == sorted(post.created_at for post in batch.posts)


async def test_trap_1_what_smf_cuts_comes_out_as_if_it_had_not(replay: Any) -> None:
    whole = own_words(await replay("smf", ATOM, "smf/recent-maxlen0.atom"))
    found: dict[str, str] = {}
    state: Any = ASKED_BEFORE
    left_out: set[str] = set()
    for _ in range(9):
        pages = {"t2": "smf/topic-page1.html", "t4": "smf/long-topic-page2.html"}
        batch = await replay("smf", ATOM, "smf/recent.atom", state, **pages)
        found |= own_words(batch)
        left_out |= {id for warning in batch.warnings for id in re.findall(r"^post (\d+) is cut", warning)}
        state = batch.state
        if state["seen"].keys() == whole.keys():
            break
    assert found.keys() | left_out == whole.keys()
    assert not found.keys() & left_out
    assert found == {id: whole[id] for id in found}
    quoting = {"3", "4", "5", "11", "13"}
    assert quoting <= found.keys()
    assert all(found[id] for id in quoting)
    # Of two topics only one page was captured, or none.
    assert {int(id) for id in left_out} <= {14, 15, *range(16, 31), 46, 47}


@pytest.mark.parametrize("file", ["category", "recent", "popular", "user-topics", "topics"])
async def test_trap_2_nodebb_feeds_of_topics_are_never_judged(replay: Any, file: str) -> None:
    for address in (f"/{file}.rss", "/topic/2.rss"):
        with pytest.raises(SourceError):
            await replay("nodebb", address, f"nodebb/{file}.rss")


async def test_trap_4_no_word_of_phpbb_s_statistics_is_the_author_s(replay: Any) -> None:
    users = json.loads(capture("phpbb/state.json"))["users"]
    for address, file in (
        ("/app.php/feed/topic/2", "feed-topic"),
        ("/app.php/feed/topics_active", "feed-topics-active"),
    ):
        batch = await replay("phpbb", address, f"phpbb/{file}.atom")
        assert not any(word in post.text for post in batch.posts for word in ("Statistics", "Posted by", "Replies"))
        assert {post.author_name for post in batch.posts} & users.keys()
        assert all(post.author.isdecimal() for post in batch.posts)


async def test_a_silent_edit_on_phpbb_comes_out_alone(replay: Any) -> None:
    address = "/app.php/feed/topic/2"
    before = await replay("phpbb", address, "phpbb/feed-topic-before-second-edit.atom")
    after = await replay("phpbb", address, "phpbb/feed-topic.atom", before.state)
    assert own_words(after).keys() == {"11"}
    assert own_words(after)["11"] != own_words(before)["11"]


async def test_the_board_s_time_zone_makes_no_difference_on_phpbb(replay: Any) -> None:
    address = "/app.php/feed/topic/2"
    board = await replay("phpbb", address, "phpbb/feed-topic.atom")
    kolkata = await replay("phpbb", address, "phpbb/tz-kolkata-feed-topic.atom")
    assert [post.created_at for post in board.posts] == [post.created_at for post in kolkata.posts]


async def test_discourse_feed_and_interface_agree(replay: Any) -> None:
    batch = await replay("discourse", "/posts.rss", "discourse/live-rss-json/posts.rss")
    rows = json.loads(capture("discourse/live-rss-json/posts.json"))["latest_posts"]
    by_id = {str(row["id"]): row for row in rows}
    assert own_words(batch).keys() == by_id.keys()
    for post in batch.posts:
        row = by_id[post.id]
        # What is folded or a spoiler is not in the feed, and of a video there is only the title.
        differs = re.search('<details|class="(?:spoiler|[^"]*lazy-video)', row["cooked"])
        assert differs or post.text == READERS["discourse"](row["cooked"]).own
        assert (post.author_name, post.thread) == (row["username"], str(row["topic_id"]))
    topic = await replay("discourse", "/t/kpop/2144.rss", "discourse/live-rss-json/t_2144.rss")
    assert len(topic.posts) == 25
    assert not any("Read full topic" in post.text for post in topic.posts)


@pytest.mark.parametrize(
    ("platform", "file", "told"),
    [
        ("phpbb", "phpbb/feed-404.html", "a web page came instead of a feed"),
        ("phpbb", "phpbb/feed-forums.atom", "no entry of the feed is a post of phpbb"),
        ("smf", "smf/recent.xml", "no Atom or RSS"),
    ],
)
async def test_what_is_no_feed_of_posts(replay: Any, platform: str, file: str, told: str) -> None:
    with pytest.raises(SourceError, match=told):
        await replay(platform, "/feed", file)
