"""Polling a feed over real HTTP: what is new or changed comes out, whole, and trouble is one line."""

from datetime import UTC, datetime, timedelta
from html import escape
from typing import Any

import pytest
from aiohttp import web

from bot.sources.errors import SourceError
from bot.sources.feed.pages import MOST_PAGES
from bot.sources.http import LARGEST_BODY, PoliteClient
from bot.sources.source import Batch
from bot.store.limits import LONGEST_ID

SMF = "/index.php?action=.xml;type=atom;sa=recent;limit=50"
ASKED_BEFORE = {"seen": {}}
NOON = "2026-05-04T12:00:00Z"
QUOTE = '<blockquote class="bbc_standard_quote"><cite><a href="/index.php?msg=1">Quote from: ben on Today</a></cite>'


def smf(*entries: str) -> str:
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>Meadow</title>{"".join(entries)}</feed>'


def smf_entry(id: int, html: str, *, topic: int = 3, published: str = NOON, updated: str = NOON) -> str:
    return (
        f"<entry><title>Re: Tea &amp;amp; cake</title>"
        f'<link rel="alternate" href="/index.php?PHPSESSID=ab12&amp;topic={topic}.msg{id}#msg{id}"/>'
        f'<summary type="html">{escape(html)}</summary><category term="Kitchen"/>'
        f"<author><name>ann</name><uri>http://meadow.example/index.php?action=profile;u=7</uri></author>"
        f"<published>{published}</published><updated>{updated}</updated>"
        f"<id>tag:meadow.example,2026-05-04:msg={id}</id></entry>"
    )


def smf_page(**posts: str) -> str:
    """A topic page: `msg_1="…"` is the body of post 1."""
    bodies = "".join(f'<div class="inner" data-msgid="{id[4:]}" id="{id}">{html}</div>' for id, html in posts.items())
    return f"<!DOCTYPE html><html><body><div id=main>{bodies}</div></body></html>"


def serve(site: Any, feed: str, **topics: str | int) -> None:
    """A board whose feed is `feed`; `t3=…` is the page of topic 3, or the status it is answered with."""

    async def board(request: web.Request) -> web.Response:
        if "action=.xml" in request.query_string:
            return web.Response(text=feed, content_type="application/atom+xml")
        topic = request.query["topic"].partition(".")[0]
        page = topics.get(f"t{topic}", 404)
        if isinstance(page, int):
            return web.Response(status=page)
        return web.Response(text=page, content_type="text/html")

    site.pages["/index.php"] = board


def words(batch: Batch) -> dict[str, str]:
    return {post.id: post.text for post in batch.posts}


async def test_a_post_and_all_that_is_known_of_it(client: PoliteClient, site: Any, feed: Any) -> None:
    serve(site, smf(smf_entry(12, f"{QUOTE}Is there milk?</blockquote>No &amp; no.<br>None.")))
    (post,) = (await feed("smf", SMF).poll(client, {})).posts
    assert (post.source, post.id, post.provenance) == ("meadow", "12", "forum")
    assert post.text == "No & no.\nNone."
    assert [(quoted.text, quoted.author, quoted.post_id) for quoted in post.quotations] == [
        ("Is there milk?", "ben", "1")
    ]
    assert (post.author, post.author_name) == ("7", "ann")
    assert (post.thread, post.place_name) == ("3", "Meadow › Kitchen")
    assert post.created_at == datetime(2026, 5, 4, 12, tzinfo=UTC)
    assert post.link == f"{site.url}/index.php?topic=3.msg12#msg12"


async def test_an_entry_with_an_id_that_no_index_takes_is_no_post(client: PoliteClient, site: Any, feed: Any) -> None:
    longest = int("4" * LONGEST_ID)
    serve(site, smf(smf_entry(longest, "One."), smf_entry(longest * 10, "Two.")))
    batch = await feed("smf", SMF).poll(client, {})
    assert words(batch) == {str(longest): "One."}
    assert any("no posts of smf and are passed over" in warning for warning in batch.warnings)


async def test_only_what_is_new_or_changed_comes_and_the_oldest_first(
    client: PoliteClient, site: Any, feed: Any
) -> None:
    poller = feed("smf", SMF)
    two = f"{QUOTE}One.</blockquote>Two."
    serve(site, smf(smf_entry(2, two, published="2026-05-04T13:00:00Z"), smf_entry(1, "One.")))
    first = await poller.poll(client, {})
    assert list(words(first)) == ["1", "2"]
    assert not (await poller.poll(client, first.state)).posts
    # The quotation's time is told in other words at midnight, and post 1 is edited without a trace.
    serve(site, smf(smf_entry(3, "3!"), smf_entry(2, two.replace("Today", "May 04")), smf_entry(1, "One!")))
    second = await poller.poll(client, first.state)
    assert words(second) == {"1": "One!", "3": "3!"}
    assert second.state["seen"].keys() == {"1", "2", "3"}


async def test_a_feed_that_has_not_changed(client: PoliteClient, site: Any, feed: Any) -> None:
    async def page(request: web.Request) -> web.Response:
        if request.headers.get("If-Modified-Since") == "Mon, 04 May 2026 12:00:00 GMT":
            return web.Response(status=304)
        return web.Response(text=smf(smf_entry(1, "One.")), headers={"Last-Modified": "Mon, 04 May 2026 12:00:00 GMT"})

    site.pages["/feed"] = page
    poller = feed("smf", "/feed")
    first = await poller.poll(client, {})
    second = await poller.poll(client, first.state)
    assert (second.posts, second.state) == ((), first.state)


async def test_posts_that_may_have_been_missed(client: PoliteClient, site: Any, feed: Any) -> None:
    poller = feed("smf", SMF)
    serve(site, smf(smf_entry(1, "One."), smf_entry(2, "Two.")))
    first = await poller.poll(client, {})
    serve(site, smf(smf_entry(8, "Eight."), smf_entry(9, "Nine.")))
    second = await poller.poll(client, first.state)
    assert list(words(second)) == ["9", "8"]
    assert second.warnings[0].startswith("posts after 2026-05-04 12:00 UTC may have been missed: ")
    assert first.warnings == ()


async def test_what_the_feed_cuts_is_read_on_the_topic_page(client: PoliteClient, site: Any, feed: Any) -> None:
    serve(
        site,
        smf(
            smf_entry(5, f"{QUOTE}Is there mi...</blockquote>"),
            smf_entry(6, "I looked everywhe..."),
            smf_entry(7, "Well."),
        ),
        t3=smf_page(
            msg_4="Elsewhere.",
            msg_5=f"{QUOTE}Is there milk?</blockquote>No, there is none.",
            msg_6="I looked everywhere.<br>Twice.",
        ),
    )
    batch = await feed("smf", SMF).poll(client, ASKED_BEFORE)
    assert words(batch) == {"7": "Well.", "6": "I looked everywhere.\nTwice.", "5": "No, there is none."}
    assert batch.posts[-1].quotations[0].text == "Is there milk?"
    assert [request.query_string for request in site.requests[1:]] == ["topic=3.msg6"], "one page for both"
    assert "Maximum message length 0" in batch.warnings[0]


async def test_what_cannot_be_completed_is_not_judged(client: PoliteClient, site: Any, feed: Any) -> None:
    poller = feed("smf", SMF)
    serve(site, smf(smf_entry(5, "What Bob sai..."), smf_entry(6, "Yes", topic=4)), t3=smf_page(msg_9="Another."))
    batch = await poller.poll(client, ASKED_BEFORE)
    assert words(batch) == {"6": "Yes"}
    assert batch.warnings[1] == "post 5 is cut in the feed and its topic page does not show it, so it is not judged"
    asked = len(site.requests)
    await poller.poll(client, batch.state)
    assert len(site.requests) == asked + 1, "its page is not asked for again"


@pytest.mark.parametrize("status", [403, 404])
async def test_a_topic_that_guests_may_not_read(client: PoliteClient, site: Any, feed: Any, status: int) -> None:
    serve(site, smf(smf_entry(5, "What Bob sai..."), smf_entry(6, "Yes", topic=4)), t3=status)
    batch = await feed("smf", SMF).poll(client, ASKED_BEFORE)
    assert words(batch) == {"6": "Yes"}
    assert "post 5 is cut in the feed" in batch.warnings[1]


async def test_a_topic_page_in_trouble_keeps_nothing_else_waiting(client: PoliteClient, site: Any, feed: Any) -> None:
    poller = feed("smf", SMF)
    board = smf(smf_entry(5, "What Bob sai..."), smf_entry(6, "Yes", topic=4), smf_entry(7, "And th...", topic=4))
    serve(site, board, t3=503, t4=503)
    batch = await poller.poll(client, ASKED_BEFORE)
    assert words(batch) == {"6": "Yes"}
    (warning,) = batch.warnings[1:]
    host = site.url.removeprefix("http://")
    assert warning.startswith(f"posts that the feed cuts have to wait: {host}/index.php answered 503")
    assert len(site.requests) == 2, "one page that fails is enough"
    serve(site, board, t3=smf_page(msg_5="What Bob said."), t4=smf_page(msg_7="And then?"))
    async with PoliteClient(pause=0) as later:
        assert words(await poller.poll(later, batch.state)) == {"7": "And then?", "5": "What Bob said."}


async def test_many_topics_are_read_a_few_at_a_poll(client: PoliteClient, site: Any, feed: Any) -> None:
    poller = feed("smf", SMF)
    ids = range(1, 2 * MOST_PAGES)
    pages = {f"t{id}": smf_page(**{f"msg_{id}": f"Whole {id}."}) for id in ids}
    serve(site, smf(*(smf_entry(id, f"Whole {id}...", topic=id) for id in ids)), **pages)
    first = await poller.poll(client, ASKED_BEFORE)
    assert len(site.requests) == 1 + MOST_PAGES
    second = await poller.poll(client, first.state)
    assert words(first) | words(second) == {str(id): f"Whole {id}." for id in ids}
    assert len(first.posts) == MOST_PAGES


async def test_the_first_poll_of_a_feed_that_cuts_reads_no_old_topics(
    client: PoliteClient, site: Any, feed: Any
) -> None:
    now = datetime.now(UTC)
    times = [(now - timedelta(hours=hours)).isoformat() for hours in (30, 20, 0)]
    entries = [smf_entry(id, f"Whole {id}...", topic=id, published=time) for id, time in enumerate(times, 1)]
    pages = {f"t{id}": smf_page(**{f"msg_{id}": f"Whole {id}."}) for id in (1, 2, 3)}
    serve(site, smf(*entries), **pages)
    batch = await feed("smf", SMF).poll(client, {})
    assert words(batch) == {"3": "Whole 3."}
    assert batch.state["seen"].keys() == {"1", "2", "3"}
    serve(site, smf(*entries[:2]), **pages)
    assert words(await feed("smf", SMF).poll(client, {})) == {"2": "Whole 2."}, "one as a sample"


async def test_no_page_of_another_host_is_read(client: PoliteClient, site: Any, feed: Any) -> None:
    entry = smf_entry(5, "What Bob sai...").replace('href="/', f'href="{site.url.replace("127.0.0.1", "localhost")}/')
    serve(site, smf(entry), t3=smf_page(msg_5="What Bob said."))
    batch = await feed("smf", SMF).poll(client, ASKED_BEFORE)
    assert batch.posts == ()
    assert len(site.requests) == 1


TROUBLE = {
    "nothing": (b"", "the feed is empty: see whether guests may read it"),
    "a login": (b"\n<!DOCTYPE html><title>Log in</title>", "a web page came instead of a feed"),
    "half a feed": (smf(smf_entry(1, "One."))[:-10].encode(), "the feed is not well-formed XML"),
    "no feed": (b"<posts><post>One.</post></posts>", "this is XML, but no Atom or RSS"),
    "other JSON": (b'{"posts": []}', "this is JSON, but no JSON Feed"),
    "broken JSON": (b'{"items": [', "the feed is broken: not JSON at character"),
    "other posts": (
        smf('<entry><id>x</id><summary type="html">One.</summary></entry>').encode(),
        "no entry of the feed",
    ),
    "too much": (b"<feed>" + b" " * LARGEST_BODY, "sends more than 10 MB"),
    "refused": (web.Response(status=403), "answered 403 (Forbidden)"),
    "broken": (web.Response(status=500), "answered 500 (Internal Server Error)"),
}


@pytest.mark.parametrize(("answer", "told"), TROUBLE.values(), ids=TROUBLE)
async def test_trouble_is_one_line(client: PoliteClient, site: Any, feed: Any, answer: Any, told: str) -> None:
    site.pages["/feed"] = answer
    with pytest.raises(SourceError) as caught:
        await feed("smf", "/feed").poll(client, {})
    (line,) = str(caught.value).splitlines()
    assert told in line
    assert "One." not in line
