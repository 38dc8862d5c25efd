"""The formats of feeds: whatever was sent becomes a Feed of entries, or one line that says why it cannot."""

import html
import io
from calendar import timegm
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from time import struct_time
from typing import Any

import feedparser

from bot.sources.errors import SourceError
from bot.sources.feed.xml_text import clean_xml
from bot.sources.payloads import read_json
from classifier.errors import DataError

_START = 1_000
"""Bytes in which a web page gives itself away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry. `html` is its longest body; times are aware, in UTC; `category_link` belongs to `category`."""

    guid: str
    link: str
    title: str
    html: str
    author: str | None
    author_link: str
    published: datetime | None
    updated: datetime | None
    category: str | None
    category_link: str


@dataclass(frozen=True, slots=True)
class Feed:
    """What a feed holds, in the order of the feed."""

    title: str
    entries: tuple[Entry, ...]


def read_feed(body: bytes, content_type: str) -> Feed:
    """Atom, RSS 0.9 to 2.0 or JSON Feed, told apart by what they are. Raises SourceError."""
    start = body[:_START].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if not start:
        raise SourceError("the feed is empty: see whether guests may read it")
    if start.startswith((b"<!doctype html", b"<html")):
        raise SourceError("a web page came instead of a feed: a login, a protection, or the address of another page")
    return _json_feed(body) if start.startswith(b"{") else _xml_feed(body, content_type)


def _xml_feed(body: bytes, content_type: str) -> Feed:
    # Classes and attributes are what quotations are known by, so the HTML stays as it is. It is shown to nobody.
    found = feedparser.parse(
        io.BytesIO(clean_xml(body, content_type)),
        response_headers={"content-type": "application/xml; charset=utf-8"},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    version = found.get("version") or ""
    if not version:
        raise SourceError("this is XML, but no Atom or RSS: see whether the address is that of a feed")
    return Feed(_plain(found.feed.get("title")), tuple(_entry(entry, version) for entry in found.entries))


def _entry(entry: dict[str, Any], version: str) -> Entry:
    # feedparser's own look-up puts other fields in the place of missing ones.
    def field(name: str) -> Any:
        return dict.get(entry, name)

    author = field("author_detail") or {}
    category = next(iter(field("tags") or ()), None) or {}
    link = field("link") or ""
    guid = field("id") or link
    if link == guid and not link.startswith(("http://", "https://")):
        link = ""  # feedparser takes any id for a link where there is none
    return Entry(
        guid=guid,
        link=link,
        title=_plain(field("title")),
        html=_html([*(field("content") or ()), *filter(None, [field("summary_detail")])], version),
        author=author.get("name") or None,
        author_link=author.get("href") or "",
        published=_utc(field("published_parsed")),
        updated=_utc(field("updated_parsed")),
        category=category.get("label") or category.get("term"),
        category_link=category.get("scheme") or "",
    )


def _html(bodies: Iterable[dict[str, Any]], version: str) -> str:
    """The first body there is: whole contents stand before summaries."""
    body = next((body for body in bodies if body.get("value")), None)
    if body is None:
        return ""
    # RSS means HTML whatever it looks like; Atom says what it means.
    plain = version.startswith("atom") and body.get("type") == "text/plain"
    return _lines(body["value"]) if plain else str(body["value"])


def _lines(text: str) -> str:
    return html.escape(text, quote=False).replace("\n", "<br>")


def _plain(title: str | None) -> str:
    """A title in one line; some are HTML, some are not, and none says so reliably."""
    return " ".join(html.unescape(title or "").split())


def _utc(time: struct_time | None) -> datetime | None:
    try:
        return datetime.fromtimestamp(timegm(time), UTC) if time else None
    except (ValueError, OverflowError, OSError):
        return None


def _json_feed(body: bytes) -> Feed:
    try:
        found = read_json(body)
    except DataError as error:
        raise SourceError(f"the feed is broken: {error}") from error
    if not isinstance(found, dict) or not isinstance(found.get("items"), list):
        raise SourceError("this is JSON, but no JSON Feed: see whether the address is that of a feed")
    items = [_cleaned(item) for item in found["items"] if isinstance(item, dict)]
    return Feed(_plain(_text(found.get("title"))), tuple(_item(item) for item in items))


def _cleaned(item: dict[str, Any]) -> dict[str, Any]:
    """MyBB has a space at the end of a key."""
    return {key.strip(): value for key, value in item.items()}


def _item(item: dict[str, Any]) -> Entry:
    authors = item.get("authors")
    author = authors[0] if isinstance(authors, list) and authors else item.get("author")
    author = author if isinstance(author, dict) else {}
    tags = item.get("tags")
    link = _text(item.get("url"))
    return Entry(
        guid=_text(item.get("id")) or link,
        link=link,
        title=_plain(_text(item.get("title"))),
        html=_text(item.get("content_html")) or _lines(_text(item.get("content_text"))),
        author=_text(author.get("name")) or None,
        author_link=_text(author.get("url")),
        published=_iso(item.get("date_published")),
        updated=_iso(item.get("date_modified")),
        category=_text(tags[0]) or None if isinstance(tags, list) and tags else None,
        category_link="",
    )


def _text(value: object) -> str:
    """A text or a number as text; nothing for what is neither."""
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _iso(value: object) -> datetime | None:
    try:
        time = datetime.fromisoformat(_text(value))
        return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
