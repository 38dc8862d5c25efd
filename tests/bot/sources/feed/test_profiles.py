"""What each platform does to its feeds: ids, authors, feeds that mislead, bodies that are cut."""

import json
from html import escape
from typing import Any

import pytest

from bot.sources.errors import SourceError
from bot.sources.feed.entries import read_feed
from bot.sources.feed.links import cleaned
from bot.sources.feed.pages import Body, posts_on_page
from bot.sources.feed.profiles import PROFILES, Author
from bot.sources.http import PoliteClient


def rss(*items: str, title: str = "Meadow") -> str:
    return (
        '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>'
        f"<title>{title}</title>{''.join(items)}</channel></rss>"
    )


def item(guid: str, html: str, *, link: str = "", title: str = "Tea", author: str = "ann") -> str:
    return (
        f"<item><title>{title}</title><link>{link or guid}</link><guid>{guid}</guid>"
        f"<dc:creator>{author}</dc:creator><description>{escape(html)}</description>"
        "<pubDate>Mon, 04 May 2026 12:00:00 GMT</pubDate></item>"
    )


def phpbb(id: int, html: str, *, title: str, statistics: str) -> str:
    return (
        f"<entry><author><name><![CDATA[ann]]></name></author><published>2026-05-04T17:30:00+05:30</published>"
        f"<updated>2026-05-04T17:30:00+05:30</updated><id>http://m.example/viewtopic.php?p={id}#p{id}</id>"
        f'<link href="http://m.example/viewtopic.php?p={id}#p{id}"/><title type="html"><![CDATA[{title}]]></title>'
        '<category term="Kitchen" scheme="http://m.example/viewforum.php?f=2" label="Kitchen"/>'
        f'<content type="html"><![CDATA[\n{html}{statistics}<hr />\n]]></content></entry>'
    )


async def test_phpbb(client: PoliteClient, site: Any, feed: Any) -> None:
    """Trap 4: what the feed says below a post is none of its words, and the only place that tells the author's id."""
    profile = 'http://m.example/memberlist.php?mode=viewprofile&amp;u=58"'
    site.pages["/app.php/feed"] = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>Meadow</title>'
        + phpbb(
            4,
            '<blockquote class="uncited"><div>Milk?</div></blockquote>Yes.',
            title="Kitchen • Re: Tea &amp; cake",
            statistics=f'<p>Statistics: Posted by <a href="{profile}>ann</a> — Mon May 04, 2026 5:30 pm</p>',
        )
        + phpbb(3, "So I said...", title="Kitchen • Tea &amp; cake", statistics="")
        + "</feed>"
    )
    batch = await feed("phpbb", "/app.php/feed").poll(client, {"seen": {}})
    plain, quoting = batch.posts
    assert (quoting.text, quoting.quotations[0].text) == ("Yes.", "Milk?")
    assert (quoting.id, quoting.author, quoting.author_name) == ("4", "58", "ann")
    assert (plain.text, plain.author) == ("So I said...", "name:ann")
    assert plain.thread == quoting.thread == "title:Tea & cake"
    assert (quoting.place, quoting.place_name) == ("2", "Meadow › Kitchen")
    assert quoting.created_at is not None
    assert quoting.created_at.isoformat() == "2026-05-04T12:00:00+00:00"
    assert batch.warnings == ()


async def test_nodebb_items_that_stand_for_topics_are_never_judged(client: PoliteClient, site: Any, feed: Any) -> None:
    """Trap 2: the words that were quoted look like those of the last poster."""
    topic = item("http://m.example/topic/5/tea", "ben said: You oaf. Quite so.")
    site.pages["/category/5.rss"] = site.pages["/topic/5.rss"] = rss(topic)
    with pytest.raises(SourceError, match=r"^this feed has an entry for each topic, .* Take /recentposts\.rss"):
        await feed("nodebb", "/category/5.rss").poll(client, {})
    assert site.requests == []
    with pytest.raises(SourceError, match="no entry of the feed is a post of nodebb"):
        await feed("nodebb", "/topic/5.rss").poll(client, {})
    title = "Reply to Tea on cake on Mon, 04 May 2026 12:00:00 GMT"
    site.pages["/topic/5.rss"] = rss(item("http://m.example/post/9", "<p>Yes.</p>", title=title), topic)
    batch = await feed("nodebb", "/topic/5.rss").poll(client, {})
    (post,) = batch.posts
    assert (post.id, post.author, post.thread, post.place_name) == ("9", "name:ann", "5", "Tea on cake")
    assert batch.warnings == ("some entries of the feed are no posts of nodebb and are passed over",)


async def test_discourse(client: PoliteClient, site: Any, feed: Any) -> None:
    site.pages["/posts.rss"] = rss(
        item(
            "m.example-post-77", "<p>Yes…</p>", link="http://m.example/t/tea-2/31?page=2#post_28", author="@ann Ann Lee"
        ),
        item("m.example-topic-31", "<p>Tea</p>", link="http://m.example/t/tea-2/31"),
        title="The - Meadow - Latest posts",
    )
    (post,) = (await feed("discourse", "/posts.rss").poll(client, {})).posts
    assert (post.id, post.author, post.author_name, post.thread) == ("77", "name:ann", "ann", "31")
    assert post.place_name == "The - Meadow › Tea"
    with pytest.raises(SourceError, match="first posts of topics only"):
        await feed("discourse", "/latest.rss").poll(client, {})


async def test_mybb(client: PoliteClient, site: Any, feed: Any) -> None:
    """Trap 3: no reply is in any feed. Its Atom has the author's id in the name, its JSON a space in a key."""
    name = '<a href="http://m.example/member.php?action=profile&amp;uid=2">ann</a>'
    thread = "http://m.example/showthread.php?tid=5"
    site.pages["/syndication.php"] = (
        f'<feed xmlns="http://www.w3.org/2005/Atom"><title>Meadow - All Forums</title><entry><id>{thread}</id>'
        f'<author><name type="html" xml:space="preserve"><![CDATA[{name}]]></name></author><title>Tea</title>'
        f'<link href="{thread}"/><published>2026-05-04T12:00:00Z</published>'
        '<content type="html"><![CDATA[<blockquote class="mycode_quote"><cite>ben Wrote:</cite>Milk?</blockquote>'
        "Yes.]]></content></entry></feed>"
    )
    batch = await feed("mybb", "/syndication.php?type=atom1.0").poll(client, {})
    (post,) = batch.posts
    assert (post.text, post.author, post.author_name, post.thread) == ("Yes.", "2", "ann", "5")
    assert batch.warnings == ("MyBB's feed holds the first posts of threads only: flagpost sees no reply.",)
    entry = {
        "id": thread,
        "url": thread,
        "title": "Tea",
        "content_html": "Yes.",
        "author": {"name": "ann"},
        "date_published": "2026-05-04T12:00:00Z",
        "date_modified ": "2026-05-05T12:00:00Z",
    }
    site.pages["/syndication.php"] = json.dumps({"version": "1", "title": "Meadow", "items": [entry]})
    (post,) = (await feed("mybb", "/syndication.php?type=json").poll(client, {})).posts
    assert (post.id, post.text, post.author, post.thread) == (thread, "Yes.", "name:ann", "5")


LONG = "Whoever cuts the hedge behind the mill should know that a wren nests in it, third post from the gate"


async def test_of_an_unknown_feed_what_looks_cut_is_completed_or_left_out(
    client: PoliteClient, site: Any, feed: Any
) -> None:
    site.pages["/t/1"] = (
        '<!DOCTYPE html><article class="message" data-author="ann" data-content="post-21"><div class="bbWrapper">'
        f"<blockquote>Milk?</blockquote>{LONG}, and a robin too.</div></article>"
    )
    site.pages["/feed"] = rss(
        item("g1", f"{LONG}…", link=f"{site.url}/t/1#post-21"),
        item("g2", f"{LONG} …", link=f"{site.url}/t/1#post-22"),
        item("g3", "Well...", link=f"{site.url}/t/3"),
    )
    batch = await feed("other", "/feed").poll(client, {"seen": {}})
    assert {post.id: post.text for post in batch.posts} == {"g3": "Well...", "g1": f"{LONG}, and a robin too."}
    assert batch.warnings == ("post g2 is cut in the feed and its topic page does not show it, so it is not judged",)


def test_a_long_post_that_ends_in_dots_is_not_taken_for_a_cut_one() -> None:
    feed = read_feed(rss(item("g1", f"{LONG}..."), item("g2", LONG * 3)).encode(), "application/xml")
    assert PROFILES["other"].cut(feed.entries) == set()


ADDRESSES = [
    ("phpbb", "/app.php/feed", "", ""),
    ("phpbb", "/app.php/feed/topic/2", "", ""),
    ("phpbb", "/app.php/feed/topics", "", "one post of each topic"),
    ("phpbb", "/feed.php?mode=topics_active", "", "one post of each topic"),
    ("phpbb", "/app.php/feed/forums", "lists forums", ""),
    ("smf", "/index.php?action=.xml;type=atom;sa=recent;limit=50", "", ""),
    ("smf", "/index.php?action=.xml;type=atom;sa=recent", "", "five posts"),
    ("smf", "/index.php?action=.xml;type=rss2;sa=recent;limit=50", "", "who wrote"),
    ("smf", "/index.php?action=.xml;type=atom", "", "first posts"),
    ("nodebb", "/recentposts.rss", "", ""),
    ("nodebb", "/category/5/recentposts.rss", "", ""),
    ("nodebb", "/topic/2.rss", "", ""),
    ("nodebb", "/recent.rss", "looks like", ""),
    ("nodebb", "/popular/day.rss", "look like", ""),
    ("nodebb", "/user/ann/topics.rss", "look like", ""),
    ("discourse", "/posts.rss", "", "spoilers"),
    ("discourse", "/t/tea/31.rss", "", "spoilers"),
    ("discourse", "/c/kitchen/4.rss", "first posts", "spoilers"),
    ("mybb", "/syndication.php", "", "first posts"),
    ("other", "/index.xml", "", ""),
]


@pytest.mark.parametrize(("platform", "address", "refusal", "warning"), ADDRESSES)
def test_which_feeds_are_refused_or_warned_of(platform: str, address: str, refusal: str, warning: str) -> None:
    url = f"https://m.example{address}"
    said = (PROFILES[platform].refusal(url) or "", PROFILES[platform].warning(url) or "")
    assert [bool(part) for part in said] == [bool(refusal), bool(warning)]
    assert warning in said[1]


@pytest.mark.parametrize(
    ("html", "post"),
    [
        ('<div class="inner" data-msgid="5" id="msg_5">Yes</div>', ("5", Body("smf", "Yes"))),
        ('<div id="p5" class="post bg2"><div class="content">Yes</div></div>', ("5", Body("phpbb", "Yes"))),
        ('<div class="post_body scaleimages" id="pid_5">Yes</div>', ("5", Body("mybb", "Yes"))),
        (
            '<li component="post" data-pid="5"><div component="post/content">Yes</div></li>',
            ("5", Body("nodebb", "Yes")),
        ),
        (
            '<article class="message" data-content="post-5"><div class="bbWrapper">Yes</div></article>',
            ("5", Body("xenforo", "Yes")),
        ),
        (
            '<li id="post-5" class="message"><blockquote class="messageText">Yes</blockquote></li>',
            ("5", Body("xenforo", "Yes")),
        ),
        (
            '<div id="post_message_5"><blockquote>Yes</blockquote></div>',
            ("5", Body("vbulletin", "<blockquote>Yes</blockquote>")),
        ),
    ],
)
def test_posts_are_found_on_the_pages_of_each_platform(html: str, post: tuple[str, Body]) -> None:
    assert posts_on_page(f"<!DOCTYPE html><html><body>{html}</body></html>") == dict([post])


@pytest.mark.parametrize(
    ("link", "clean"),
    [
        ("/viewtopic.php?p=4&sid=0f1e#p4", "https://m.example/viewtopic.php?p=4#p4"),
        ("/viewtopic.php?sid=0f1e&p=4#p4", "https://m.example/viewtopic.php?p=4#p4"),
        ("/index.php?PHPSESSID=a,b-1;topic=4.0", "https://m.example/index.php?topic=4.0"),
        ("/index.php?PHPSESSID=ab#msg1", "https://m.example/index.php#msg1"),
        ("/showthread.php?s=0123456789abcdef0123456789abcdef&t=4", "https://m.example/showthread.php?t=4"),
        ("/search?s=tea&residence=4", "https://m.example/search?s=tea&residence=4"),
        ("//n.example/4", "https://n.example/4"),
        ("javascript:alert(1)", None),
        ("https://[", None),
        ("", None),
    ],
)
def test_links_lose_the_session(link: str, clean: str | None) -> None:
    assert cleaned(link, "https://m.example/feed?sid=1") == clean


def test_an_author_without_a_name() -> None:
    feed = read_feed(rss(item("https://m.example/post/1", "Yes", author="")).encode(), "")
    assert [profile.author(feed.entries[0]) for profile in PROFILES.values()] == [Author(None, None)] * len(PROFILES)
