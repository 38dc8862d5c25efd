"""What real forum software emitted is read letter for letter as its authors wrote it.

The captures stand beside the project, in ../shared/captures; without them these tests skip.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree

import pytest
from selectolax.lexbor import LexborHTMLParser

from bot.sources.markup import READERS, Reading
from bot.sources.markup.phpbb import author_in_feed

CAPTURES = Path(__file__).parents[5] / "shared" / "captures"
if not CAPTURES.is_dir():
    pytest.skip("no captures of real forum software in ../shared/captures", allow_module_level=True)

ATOM = "{http://www.w3.org/2005/Atom}"
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


def in_atom(path: Path, text: str, number: str) -> Iterator[Body]:
    for entry in ElementTree.parse(path).getroot().iter(f"{ATOM}entry"):
        found = re.search(number, entry.findtext(f"{ATOM}id") or "")
        if found:
            yield Body(path.name, found[1], entry.findtext(f"{ATOM}{text}") or "")


def in_page(path: Path, post: str, attribute: str, body: str) -> Iterator[Body]:
    for node in LexborHTMLParser(path.read_text()).css(post):
        found = node.css_first(body) if body else node
        if found is not None:
            yield Body(path.name, (node.attributes[attribute] or "").lstrip("p"), found.inner_html or "")


def in_nodebb(path: Path) -> Iterator[Body]:
    if path.suffix == ".rss":
        for item in ElementTree.parse(path).getroot().iter("item"):
            found = re.search(r"/post/(\d+)$", item.findtext("guid") or "")
            if found:
                yield Body(path.name, found[1], item.findtext("description") or "")
        return
    content = json.loads(path.read_text())
    if path.suffix == ".body":
        content = {"posts": [content["params"]["post"]]}
    for post in content["posts"]:
        yield Body(path.name, str(post["pid"]), post["content"])


def bodies(platform: str) -> list[Body]:
    """Every body whose HTML is whole, deleted posts and posts without a truth left out."""
    folder = CAPTURES / platform
    found: list[Body] = []
    if platform == "phpbb":
        for path in sorted(folder.glob("*feed-[ot]*.atom")):
            found += in_atom(path, "content", r"\?p=(\d+)")
        for path in sorted(folder.glob("*viewtopic*.html")):
            found += in_page(path, "div.post[id^=p]", "id", "div.content")
    elif platform == "smf":
        found += in_atom(folder / "recent-maxlen0.atom", "summary", r"msg=(\d+)")
        for path in sorted(folder.glob("*topic-*.html")):
            found += in_page(path, "div.inner[data-msgid]", "data-msgid", "")
    else:
        for pattern in ("*topic*.rss", "*recentposts.rss", "api-topic*.json", "long-topic-page2.json"):
            for path in sorted(folder.glob(pattern)):
                if path.name not in ("topic-404.rss", "topics.rss", "user-topics.rss"):
                    found += in_nodebb(path)
        for path in sorted(folder.glob("webhooks/*topic.reply.body")):
            found += in_nodebb(path)
    names = names_of(platform)
    return [body for body in found if body.post_id in names and "post-is-deleted" not in body.html]


def lines(text: str) -> list[str]:
    """The lines that are not empty, as a browser shows them: several spaces are one, but not those that indent."""
    return [re.sub(r"(?<=\S) +", " ", line).rstrip() for line in text.split("\n") if line.strip()]


def versions(post: dict[str, Any]) -> list[list[str]]:
    """The lines of each revision, without the marks of Markdown, which no platform shows."""
    marks = re.compile(r"\*\*|^#+ |^```\n?|\[(?=this chart)|(?<=this chart)\]\([^)]*\)", re.MULTILINE)
    return [lines(marks.sub("", post[key])) for key in ("text", "edit") if key in post]


@pytest.mark.parametrize(("platform", "least"), [("phpbb", 90), ("smf", 80), ("nodebb", 100)])
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
    for body in in_atom(CAPTURES / "smf" / "recent.atom", "summary", r"msg=(\d+)"):
        if body.post_id not in names:
            continue
        own = "\n".join(lines(READERS["smf"](body.html).own))
        whole = ["\n".join(version) for version in versions(posts[names[body.post_id]])]
        if own not in whole:
            cut += 1
            assert any(version.startswith(own.removesuffix("...")) for version in whole)

    assert cut >= 15


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
