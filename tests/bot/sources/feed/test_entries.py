"""The formats: Atom, RSS and JSON Feed come to the same, and HTML stays as it was sent."""

from datetime import UTC, datetime

import pytest

from bot.sources.errors import SourceError
from bot.sources.feed.entries import Entry, read_feed

QUOTE = '<blockquote class="q" data-post="4" cite="/post/4" onclick="x()">Milk?</blockquote>'


def only(feed: str | bytes, content_type: str = "application/xml; charset=utf-8") -> Entry:
    (entry,) = read_feed(feed.encode() if isinstance(feed, str) else feed, content_type).entries
    return entry


def atom(body: str) -> str:
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>M</title><entry><id>1</id>{body}</entry></feed>'


def rss(body: str) -> str:
    more = 'xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    return f'<rss version="2.0" {more}><channel><title>M</title><item><guid>1</guid>{body}</item></channel></rss>'


def test_what_quotations_are_known_by_survives() -> None:
    assert only(atom(f'<content type="html"><![CDATA[{QUOTE}Yes]]></content>')).html == f"{QUOTE}Yes"
    assert only(rss(f"<description><![CDATA[{QUOTE}Yes]]></description>")).html == f"{QUOTE}Yes"
    xhtml = '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p class="q">Milk?</p>Yes</div></content>'
    assert '<p class="q">Milk?</p>Yes' in only(atom(xhtml)).html


def test_plain_text_is_told_from_html() -> None:
    assert only(atom("<content>1 &lt; 2\n&amp;amp; so</content>")).html == "1 &lt; 2<br>&amp;amp; so"
    assert only(rss("<description>1 &amp;lt; 2</description>")).html == "1 &lt; 2"
    assert only('{"items": [{"id": 1, "content_text": "1 < 2"}]}').html == "1 &lt; 2"


def test_whole_contents_stand_before_summaries() -> None:
    assert only(atom('<summary type="html">Beg...</summary><content type="html">Begin</content>')).html == "Begin"
    assert only(rss("<description>Beg...</description><content:encoded>Begin</content:encoded>")).html == "Begin"


def test_an_id_is_a_link_only_if_it_looks_like_one() -> None:
    assert (only(atom("")).guid, only(atom("")).link) == ("1", "")
    assert only(rss("<title>Tea</title>").replace(">1<", ">https://m.example/1<")).link == "https://m.example/1"


def test_times_of_any_zone_are_in_utc_and_impossible_ones_are_none() -> None:
    noon = datetime(2026, 5, 4, 12, tzinfo=UTC)
    entry = only(atom("<published>2026-05-04T17:30:00+05:30</published><updated>2026-05-04T12:00:00Z</updated>"))
    assert (entry.published, entry.updated) == (noon, noon)
    assert only(rss("<pubDate>Mon, 04 May 2026 07:00:00 EST</pubDate>")).published == noon
    assert only('{"items": [{"date_published": "2026-05-04T14:00:00+02:00"}]}').published == noon
    for broken in ("yesterday", ""):
        assert only(atom(f"<published>{broken}</published>")).published is None
        assert only(f'{{"items": [{{"date_published": "{broken}"}}]}}').published is None


def test_characters_that_xml_forbids_do_not_close_the_feed() -> None:
    assert only(rss("<description>a\x0bb\x00\x1bc</description>")).html == "abc"
    assert only(atom("<title>grüße</title>").encode("utf-16"), "application/atom+xml").title == "grüße"


def test_the_encoding_is_the_one_that_is_named() -> None:
    feed = rss("<title>grüße</title>")
    assert only(f'<?xml version="1.0" encoding="iso-8859-1"?>{feed}'.encode("latin-1"), "text/xml").title == "grüße"
    assert only(feed.encode("cp1252"), "application/rss+xml; charset=windows-1252").title == "grüße"
    with pytest.raises(SourceError, match="in an encoding that nobody knows, klingon"):
        only(feed, "application/rss+xml; charset=klingon")


def test_no_entity_of_a_feed_reads_a_file_or_grows(tmp_path: object) -> None:
    for declared in (f'<!ENTITY x SYSTEM "file://{tmp_path}">', '<!ENTITY a "aaaa"><!ENTITY x "&a;&a;&a;&a;&a;">'):
        with pytest.raises(SourceError, match="declares entities of its own"):
            read_feed(f"<!DOCTYPE rss [{declared}]>{rss('<title>&x;</title>')}".encode(), "application/xml")


@pytest.mark.parametrize("items", ["{}", '["x", 1, null]', '[{"authors": [3], "tags": 4, "title": {}, "url": true}]'])
def test_odd_json(items: str) -> None:
    try:
        entries = read_feed(f'{{"items": {items}}}'.encode(), "application/json").entries
    except SourceError:
        assert items == "{}"
    else:
        assert all(entry.author is None and entry.title == entry.link == "" for entry in entries)
