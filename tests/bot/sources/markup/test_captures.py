"""What real forum software emitted is read letter for letter as its authors wrote it.

The captures stand beside the project, in ../shared/captures; without them these tests skip.
"""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree

import pytest
from selectolax.lexbor import LexborHTMLParser

from bot.sources.errors import SourceError
from bot.sources.feed.entries import read_feed
from bot.sources.feed.pages import posts_on_page
from bot.sources.feed.profiles import PROFILES
from bot.sources.markup import READERS, Reading
from bot.sources.markup.phpbb import author_in_feed

CAPTURES = Path(__file__).parents[5] / "shared" / "captures"
if not CAPTURES.is_dir():
    pytest.skip("no captures of real forum software in ../shared/captures", allow_module_level=True)

ATOM = "{http://www.w3.org/2005/Atom}"
CUT = {"default.rss", "recent.rss", "recent.rdf", "recent.atom", "recent-board.atom"} | {
    *("recent-limit.rss", "recent-topic.atom")
}
"""SMF's feeds as they are by default: what they hold is not whole."""

DELETED = re.compile(r"post-is-deleted|This post is deleted")

WITHOUT_POSTS = {
    "phpbb": {
        *("viewforum.html", "feed-forums.atom"),  # lists
        *("feed-404.html", "feed-news.atom"),  # error pages
        *("posting-quote-form.html", "viewtopic-print.html"),  # BBCode for an editor, and a page for paper
    },
    "smf": {
        *("index.html", "board.html", "profile.html", "news.rss", "profile-posts.atom"),  # lists, one of them empty
        *("post-quote-form.html", "topic-print.html"),
    },
    "nodebb": {
        *("category.rss", "recent.rss", "popular.rss", "topics.rss", "user-topics.rss", "topic-404.rss"),  # trap 2
        *("topic2.html", "topic-page9.html", "post-redirect.html"),  # error pages
    },
}
"""Captures of feeds and pages that hold no whole posts."""
EDITED_SINCE = {("phpbb", "p10"), ("smf", "p4")}
"""Edited once more after the truth was written down."""


class Body(NamedTuple):
    """One post as a capture carries it."""

    capture: str
    post_id: str
    html: str


def truth() -> dict[str, dict[str, Any]]:
    """What was posted, by the names that the captures' notes give the posts."""
    lines = [line for name in ("posts.jsonl", "posts2.jsonl") for line in (CAPTURES / name).read_text().splitlines()]
    return {post["id"]: post for post in map(json.loads, lines)}


def names_of(platform: str) -> dict[str, str]:
    """The notes' name of each post, by the id that the platform gave it."""
    ids = re.search(r"ids: (\{.*\})", (CAPTURES / platform / "README.md").read_text())
    assert ids is not None
    return {str(number): name for name, number in json.loads(ids[1])["posts"].items()}


def in_feed(path: Path, platform: str) -> Iterator[Body]:
    for entry in read_feed(path.read_bytes(), "").entries:
        post_id = PROFILES[platform].post_id(entry)
        if post_id is not None:
            yield Body(path.name, post_id, entry.html)


def in_json(path: Path) -> Iterator[Body]:
    """The posts as HTML, also those that ride along as parents of others."""
    objects: list[dict[str, Any]] = []
    json.loads(path.read_text(), object_hook=lambda row: objects.append(row) or row)
    for post in objects:
        html = post.get("content")
        if "pid" in post and isinstance(html, str) and html.startswith("<"):
            yield Body(path.name, str(post["pid"]), html)


def bodies(platform: str, *, cut: bool = False) -> list[Body]:
    """Every post in every capture of a platform, those without a truth left out; of feeds the whole or the cut ones."""
    found: list[Body] = []
    for path in sorted((CAPTURES / platform).rglob("*")):
        if path.suffix in (".atom", ".rss", ".rdf") and (path.name in CUT) is cut:
            with suppress(SourceError):
                found += in_feed(path, platform)
        elif path.suffix == ".html" and not cut:
            page = posts_on_page(path.read_text())
            found += (Body(path.name, id, body.html) for id, body in page.items())
        elif path.suffix in (".json", ".body") and not cut:
            found += in_json(path)
    names = names_of(platform)
    return [body for body in found if body.post_id in names and not DELETED.search(body.html)]


def lines(text: str) -> list[str]:
    """The lines that are not empty, as a browser shows them: several spaces are one, but not those that indent."""
    return [re.sub(r"(?<=\S) +", " ", line).rstrip() for line in text.split("\n") if line.strip()]


def versions(post: dict[str, Any]) -> list[list[str]]:
    """The lines of each revision, without the marks of Markdown, which no platform shows."""
    marks = re.compile(r"\*\*|^#+ |^```\n?|\[(?=this chart)|(?<=this chart)\]\([^)]*\)", re.MULTILINE)
    return [lines(marks.sub("", post[key])) for key in ("text", "edit") if key in post]


@pytest.mark.parametrize("platform", ["phpbb", "smf", "nodebb"])
def test_every_feed_and_page_is_read(platform: str) -> None:
    there = {path.name for path in (CAPTURES / platform).iterdir() if path.suffix in (".atom", ".rss", ".rdf", ".html")}
    read = {body.capture for cut in (False, True) for body in bodies(platform, cut=cut)}
    assert there - read == WITHOUT_POSTS[platform]


@pytest.mark.parametrize(("platform", "least"), [("phpbb", 110), ("smf", 100), ("nodebb", 220)])
def test_own_words_letter_for_letter(platform: str, least: int) -> None:
    posts, names = truth(), names_of(platform)
    read = 0
    for body in bodies(platform):
        name = names[body.post_id]
        if (platform, name) in EDITED_SINCE:
            continue
        own = lines(READERS[platform](body.html).own)
        if platform == "phpbb" and body.capture.endswith(".atom") and "<pre>" in body.html:
            # The feed itself has lost the line breaks of code.
            assert ["".join(own).split()] == ["".join(version).split() for version in versions(posts[name])]
        else:
            assert own in versions(posts[name]), f"{body.capture}, post {name}"
        read += 1

    assert read >= least


@pytest.mark.parametrize("platform", ["phpbb", "smf", "nodebb"])
def test_quotations_say_whose_words_they_are(platform: str) -> None:
    posts, names = truth(), names_of(platform)
    ids = {name: post_id for post_id, name in names.items()}
    for body in bodies(platform):
        quoted = posts[names[body.post_id]].get("quote_of", [])
        found = READERS[platform](body.html).quotations
        for name in [quoted] if isinstance(quoted, str) else quoted:
            if (platform, name) in EDITED_SINCE:
                continue
            told = [one for one in found if lines(one.text) in versions(posts[name])]
            assert told, f"{body.capture}, post {names[body.post_id]}: {name} is not quoted"
            if not (platform == "phpbb" and body.capture.endswith(".atom")):
                assert (told[0].author, told[0].post_id) == (posts[name]["author"], ids[name])
        assert bool(found) == bool(quoted)


def test_smf_cut_by_its_default_feed_never_leaves_quoted_words() -> None:
    posts, names = truth(), names_of("smf")
    cut = 0
    for body in bodies("smf", cut=True):
        own = "\n".join(lines(READERS["smf"](body.html).own))
        whole = ["\n".join(version) for version in versions(posts[names[body.post_id]])]
        if own not in whole:
            cut += 1
            assert any(version.startswith(own.removesuffix("...")) for version in whole)

    assert cut >= 80


def test_the_author_of_every_entry_in_a_phpbb_feed() -> None:
    entries = ElementTree.parse(CAPTURES / "phpbb" / "feed-topic.atom").getroot().findall(f"{ATOM}entry")
    authors = {
        entry.findtext(f"{ATOM}author/{ATOM}name"): author_in_feed(entry.findtext(f"{ATOM}content") or "")
        for entry in entries
    }

    assert authors["alice"] == "58"
    assert len(set(authors.values())) == len(authors)
    assert None not in authors.values()


def test_discourse_posts_are_the_same_in_a_feed_and_in_the_interface() -> None:
    folder = CAPTURES / "discourse" / "live-rss-json"
    streams = [json.loads(path.read_text())["post_stream"]["posts"] for path in folder.glob("t_2144_posts*.json")]
    posts = {str(post["post_number"]): post["cooked"] for stream in streams for post in stream}
    compared = 0
    for item in ElementTree.parse(folder / "t_2144.rss").getroot().iter("item"):
        number = (item.findtext("link") or "").rpartition("/")[2]
        # The feed leaves spoilers out.
        if number in posts and 'class="spoiler"' not in posts[number]:
            compared += 1
            assert READERS["discourse"](item.findtext("description") or "") == READERS["discourse"](posts[number])

    assert compared >= 20


def saved(page: str, post: str) -> list[Reading]:
    platform = {"X": "xenforo", "v": "vbulletin", "p": "phpbb"}[page[0]]
    nodes = LexborHTMLParser((CAPTURES / "saved-pages" / page).read_text()).css(post)
    return [READERS[platform](node.html or "") for node in nodes]


@pytest.mark.parametrize(
    ("page", "post", "quotations"),
    [("Xenforo1.html", "li.message article", 20), ("vBulletin4.html", "blockquote.postcontent", 5)],
)
def test_saved_pages_name_everybody_who_is_quoted(page: str, post: str, quotations: int) -> None:
    readings = saved(page, post)
    found = [quotation for reading in readings for quotation in reading.quotations]

    assert len(found) == quotations
    assert all(quotation.author and (quotation.post_id or "").isdigit() for quotation in found)
    assert not any(re.search(r"\bsaid:|Click to|Originally Posted", one.text) for one in found)
    assert all(reading.own for reading in readings)


def test_saved_pages_of_an_older_phpbb_and_of_xenforo_2() -> None:
    older = saved("phpBB.html", "div.content")
    named = [quotation.author for reading in older for quotation in reading.quotations]

    assert named.count("Jakob") >= 3
    assert named.count(None) >= 5
    assert not any("wrote:" in quotation.text for reading in older for quotation in reading.quotations)
    assert all(reading.own for reading in saved("Xenforo2.html", "div.bbWrapper"))
