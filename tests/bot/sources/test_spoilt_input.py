"""Whatever a forum, a program or a file hands over: posts come out, or one clear refusal, and never anything else."""

import gzip
import json
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.config import DiscourseSource, NodeBBSource, XenForoSource
from bot.scan.archive import read_posts
from bot.sources.discourse import DiscourseReceiver
from bot.sources.errors import Refused, SourceError
from bot.sources.feed.entries import read_feed
from bot.sources.generic_webhook import GenericWebhook
from bot.sources.markup import READERS
from bot.sources.nodebb import NodeBBReceiver
from bot.sources.post_file import PostFile
from bot.sources.post_lines import read_entry
from bot.sources.source import Receiver
from bot.sources.xenforo import XenForoReceiver
from classifier.errors import DataError
from classifier.post import Post, PostKey
from tests.spoiling import cut, spoilt, spoilt_bytes

NOW = int(time.time())
WHEN = datetime.fromtimestamp(NOW, UTC).isoformat()
URL = "https://meadow.example"

LINE: dict[str, Any] = {
    "id": 1,
    "text": "The hedge wants cutting",
    "quotes": [{"start": 0, "end": 3}],
    "author": "7",
    "author_name": "bea",
    "thread": 9,
    "place": "5",
    "place_name": "Hedges",
    "created_at": WHEN,
    "link": URL,
}
MARKED_UP = {"id": "2", "html": "<blockquote>a</blockquote><p>b</p>", "format": "phpbb", "deleted": False}
TOPIC_POST = {
    "id": 1,
    "topic_id": 9,
    "post_number": 3,
    "post_type": 1,
    "user_id": 7,
    "username": "bea",
    "cooked": "<p>The hedge</p>",
    "created_at": WHEN,
    "updated_at": WHEN,
    "deleted_at": None,
    "topic_title": "Hedges",
    "category_id": 5,
}
CHAT = {
    "message": {"id": 1, "cooked": "<p>The hedge</p>", "created_at": WHEN, "user": {"id": 7, "username": "bea"}},
    "channel": {"id": 2, "title": "Hedges", "chatable_type": "Category", "chatable": {"read_restricted": False}},
}
NODEBB_POST = {
    "pid": 1,
    "tid": 9,
    "uid": 7,
    "content": "<p>The hedge</p>",
    "timestamp": NOW * 1000,
    "user": {"username": "bea"},
    "topic": {"title": "Hedges", "cid": 5},
}
XENFORO_POST = {
    "post_id": 1,
    "thread_id": 9,
    "user_id": 7,
    "username": "bea",
    "post_date": NOW,
    "message_parsed": "The hedge",
    "message": "The [b]hedge[/b]",
    "message_state": "visible",
    "Thread": {"title": "Hedges", "node_id": 5},
}

RECEIVERS: dict[str, tuple[Receiver, list[Any]]] = {
    "discourse": (
        DiscourseReceiver("meadow", DiscourseSource(kind="discourse", url=URL, chat=True), "secret"),
        [{"post": TOPIC_POST}, {"chat_message": CHAT}],
    ),
    "nodebb": (
        NodeBBReceiver("meadow", NodeBBSource(kind="nodebb", url=URL), "secret"),
        [
            *({"hook": f"action:{event}", "params": {"post": NODEBB_POST}} for event in ("topic.post", "post.edit")),
            *({"hook": f"action:{event}", "params": {"post": NODEBB_POST}} for event in ("post.delete", "topic.reply")),
            {"hook": "action:posts.purge", "params": {"posts": [NODEBB_POST, NODEBB_POST]}},
        ],
    ),
    "xenforo": (
        XenForoReceiver("meadow", XenForoSource(kind="xenforo", url=URL), "secret"),
        [
            {"content_type": "post", "event": "insert", "content_id": 1, "data": XENFORO_POST},
            {"content_type": "post", "event": "delete", "content_id": 1},
        ],
    ),
    "webhook": (GenericWebhook("meadow", "secret"), [LINE, [LINE, MARKED_UP], {"id": 3, "deleted": True}]),
}

FEEDS = (
    f"<feed xmlns='http://www.w3.org/2005/Atom'><title>Hedges</title><entry><id>{URL}/viewtopic.php?p=1#p1</id>"
    f"<title type='html'>Hedges &amp;amp; more</title><author><name>bea</name><uri>{URL}/7</uri></author>"
    f"<content type='html'>&lt;p&gt;The hedge&lt;/p&gt;</content><published>{WHEN}</published>"
    f"<category term='5'/><link href='{URL}/1'/></entry></feed>".encode(),
    f"<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel><title>Hedges</title><item><guid>{URL}/1</guid>"
    f"<description><![CDATA[<p>The hedge</p>]]></description><pubDate>Mon, 02 Mar 2026 18:30:00 +0000</pubDate>"
    f"</item></channel></rss>".encode(),
    json.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": "Hedges",
            "items": [{"id": "1", "url": URL, "content_html": "<p>The hedge</p>", "date_published": WHEN}],
        }
    ).encode(),
)
MARKUP = tuple(
    text.encode()
    for text in (
        '<div class="quote"><cite>bea</cite><blockquote><p>The <b>hedge</b></p></blockquote></div><p>wants cutting</p>',
        "[quote=bea][b]The hedge[/b][/quote] wants [url=https://a.example]cutting[/url] [code]now[/code]",
        "> The hedge\n> > wants\n\n**cutting** `now` ||soon|| <@123> <:hedge:1> ```\nx\n```",
        "bea wrote:\n> The hedge\nwants cutting\n-- \nbea",
    )
)

FOLDER = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@pytest.mark.parametrize("kind", RECEIVERS)
@given(data=st.data())
@settings(deadline=None)
def test_a_delivery(kind: str, data: st.DataObject) -> None:
    receiver, bodies = RECEIVERS[kind]
    headers: Mapping[str, str] = {"x-discourse-event": data.draw(st.sampled_from(("post_created", "post_destroyed")))}
    try:
        batch = receiver.read(headers, data.draw(spoilt_bytes(*bodies)))
    except Refused as refused:
        assert refused.status == 400
    else:
        assert all(post.source == "meadow" and post.id for post in batch.posts)


@given(header=st.text() | st.sampled_from(("", "sha256=", "Bearer ", "sha1=" + "0" * 40)), body=st.binary())
@settings(deadline=None)
def test_a_delivery_that_proves_nothing(header: str, body: bytes) -> None:
    for receiver, _ in RECEIVERS.values():
        for name in (
            *("x-discourse-event-signature", "x-webhook-signature", "xf-webhook-secret"),
            *("authorization", "x-flagpost-signature", "x-flagpost-timestamp"),
        ):
            with pytest.raises(Refused):
                receiver.authenticate({name: header}, body)


@given(row=spoilt(LINE, MARKED_UP))
@settings(deadline=None)
def test_a_post_in_our_own_form(row: Any) -> None:
    try:
        entry = read_entry(row, "meadow")
    except DataError:
        return
    assert isinstance(entry, Post | PostKey)


@pytest.mark.parametrize("suffix", [".jsonl", ".csv", ".jsonl.gz", ".csv.gz"])
@given(data=st.data())
@FOLDER
def test_an_archive(tmp_path: Path, suffix: str, data: st.DataObject) -> None:
    path = tmp_path / f"posts{suffix}"
    content = data.draw(cut(b'id,text,author\r\n1,"The ""hedge""",7\r\n2,wants cutting,\r\n', b"id,text\n"))
    if "csv" not in suffix:
        content = b"\n".join(data.draw(st.lists(spoilt_bytes(LINE, MARKED_UP), max_size=3)))
    path.write_bytes(data.draw(cut(gzip.compress(content))) if suffix.endswith(".gz") else content)
    try:
        found = list(read_posts(path))
    except DataError:
        return
    assert all(isinstance(post, Post | DataError) for _, post in found)


@given(content=st.lists(spoilt_bytes(LINE, MARKED_UP), max_size=3))
@FOLDER
async def test_a_file_that_grows(tmp_path: Path, content: list[bytes]) -> None:
    path = tmp_path / "posts.jsonl"
    path.write_bytes(b"")
    poller = PostFile("meadow", path)
    state = (await poller.poll(None, {})).state  # type: ignore[arg-type]  # it asks no server
    path.write_bytes(b"\n".join(content))
    batch = await poller.poll(None, state)  # type: ignore[arg-type]
    assert all(isinstance(post, Post) for post in batch.posts)


@given(body=cut(*FEEDS), kind=st.sampled_from(("", "application/atom+xml", "text/html; charset=latin-1", "x")))
@settings(deadline=None)
def test_a_feed(body: bytes, kind: str) -> None:
    try:
        feed = read_feed(body, kind)
    except SourceError:
        return
    assert isinstance(feed.title, str)


@pytest.mark.parametrize("reader", READERS)
@given(text=cut(*MARKUP).map(lambda text: text.decode("utf-8", "surrogateescape")) | st.text())
@settings(deadline=None)
def test_markup(reader: str, text: str) -> None:
    reading = READERS[reader](text)
    assert isinstance(reading.own, str)
    assert all(quotation.text for quotation in reading.quotations)
