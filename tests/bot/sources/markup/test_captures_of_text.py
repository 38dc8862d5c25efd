"""What real forum software keeps and sends as typed is read like the HTML that it makes of it.

The captures stand beside the project, in ../shared/captures; without them these tests skip.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from selectolax.lexbor import LexborHTMLParser

from bot.sources.markup import READERS, Reading

CAPTURES = Path(__file__).parents[5] / "shared" / "captures"
if not CAPTURES.is_dir():
    pytest.skip("no captures of real forum software in ../shared/captures", allow_module_level=True)

NODEBB = CAPTURES / "nodebb"


def objects(content: Any) -> Iterator[dict[str, Any]]:
    if isinstance(content, dict):
        yield content
        content = list(content.values())
    if isinstance(content, list):
        for inside in content:
            yield from objects(inside)


def nodebb_html() -> dict[str, Reading]:
    pages = [json.loads((NODEBB / name).read_text()) for name in ("api-topic.json", "auth-api-topic.json")]
    posts = [post for page in pages for post in page["posts"]]
    posts += [json.loads(path.read_text())["params"]["post"] for path in NODEBB.glob("webhooks/*topic.reply.body")]
    return {str(post["pid"]): READERS["nodebb"](post["content"]) for post in posts if not post.get("deleted")}


def nodebb_markdown() -> Iterator[tuple[str, str]]:
    for path in sorted(NODEBB.glob("webhooks/*post.save.body")):
        post = json.loads(path.read_text())["params"]["post"]
        # The mentions plugin had got at one of them before the webhook did.
        if not post["content"].startswith("<"):
            yield str(post["pid"]), post["content"]
    for name in ("auth-v3-post-code.json", "auth-v3-post-quote.json"):
        post = json.loads((NODEBB / name).read_text())["response"]
        yield str(post["pid"]), post["content"]
    yield "3", json.loads((NODEBB / "auth-v3-post-raw.json").read_text())["response"]["content"]


def test_nodebb_markdown_is_read_like_its_html() -> None:
    html = nodebb_html()
    compared = [(READERS["nodebb-markdown"](source), html[pid]) for pid, source in nodebb_markdown() if pid in html]

    assert len(compared) >= 45
    assert all(markdown == shown for markdown, shown in compared)


def test_an_edit_of_nodebb_carries_the_new_words_and_the_old_quotation() -> None:
    edits = [json.loads(path.read_text())["params"] for path in sorted(NODEBB.glob("webhooks/*post.edit.body"))]
    html = nodebb_html()
    for edit in edits:
        reading = READERS["nodebb-markdown"](edit["post"]["content"])
        before = html[str(edit["post"]["pid"])]

        assert reading.own != before.own
        assert reading.quotations == before.quotations
    assert len(edits) >= 2


CURLY = str.maketrans({"“": '"', "”": '"', "’": "'", "‘": "'", "…": "...", "–": "--", "—": "---"})


def typed(text: str) -> list[str]:
    """The lines that are not empty, with the marks that Discourse prettifies as they are on a keyboard."""
    dashes = re.sub("--+", "-", text.translate(CURLY))
    return [line for line in dashes.split("\n") if line]


def test_discourse_markdown_is_read_like_its_html() -> None:
    posts = {
        post["id"]: post
        for path in CAPTURES.glob("discourse/**/*.json")
        for post in objects(json.loads(path.read_text()))
        if isinstance(post.get("raw"), str) and isinstance(post.get("cooked"), str)
    }
    differing = []
    for number, post in posts.items():
        markdown, html = READERS["discourse-markdown"](post["raw"]), READERS["discourse"](post["cooked"])
        if typed(markdown.own) != typed(html.own):
            differing.append(number)
        told = [[(one.author, typed(one.text)) for one in reading.quotations] for reading in (markdown, html)]
        assert told[0] == told[1], f"post {number}"

    assert len(posts) >= 50
    # One address with a space in it, which the page shows as %20.
    assert len(differing) <= 1


def test_quotations_in_each_other_as_smf_hands_them_out() -> None:
    page = LexborHTMLParser((CAPTURES / "smf" / "post-quote-form.html").read_text())
    area = page.css_first("textarea#message")
    posts = [json.loads(line) for line in (CAPTURES / "posts.jsonl").read_text().splitlines()]
    (answer,) = (post["text"] for post in posts if post["id"] == "p2")
    fetched = ElementTree.parse(CAPTURES / "smf" / "quotefast.xml").findtext("quote")
    assert area is not None
    for source in (area.text(), fetched or ""):
        reading = READERS["bbcode"](source + "\nMine.")

        assert reading.own == "Mine."
        assert [(one.author, one.post_id) for one in reading.quotations] == [
            ("alice", "11"),
            ("bob", "3"),
            ("alice", "2"),
        ]
        assert reading.quotations[1].text == answer
        assert not any(re.search(r"\[\w|quote", one.text) for one in reading.quotations)


def test_a_quotation_as_phpbb_hands_it_out() -> None:
    page = LexborHTMLParser((CAPTURES / "phpbb" / "posting-quote-form.html").read_text())
    area = page.css_first("textarea#message")
    assert area is not None
    reading = READERS["bbcode"](area.text() + "\nMine.")

    assert reading.own == "Mine."
    assert (reading.quotations[0].author, reading.quotations[0].post_id) == ("alice", "11")
    assert all(one.author and one.post_id for one in reading.quotations)
