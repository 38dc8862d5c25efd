"""Real posts to look for copies among, which lie beside the project and are no part of it."""

import gzip
import json
import re
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from html import unescape
from itertools import chain
from operator import attrgetter
from pathlib import Path
from typing import Any

from bot.sources.markup.markdown import read_discourse_markdown
from bot.sources.markup.reading import Reading
from classifier.post import Post, Quotation

FOLDER = Path(__file__).resolve().parents[1] / "../shared/data"
STREAM = "dev/iac_forum_stream"
MARKDOWN_THREADS = ("train/cmv_adhominem_threads", "dev/discourse_civil_posts")
"""Threads of Reddit and of a Discourse forum, as members typed them."""

LENGTHS = range(60, 3_000)
"""Characters: what is shorter is never called a copy."""

PIECE = 110
"""Characters of a post of the common length."""

PIECES = (
    "dev/discourse_civil_posts",
    "train/civil_toxic_spans",
    "train/cad_reddit",
    "train/cat_large_wikitalk",
    "train/jigsaw_toxic_sample",
    "train/fox_news_comments",
    "train/trac1_facebook_en",
    "dev/kaggle_insults_train_test",
    "dev/ucc_val",
    "train/cmv_adhominem_threads",
    "train/convabuse",
    "train/davidson_tweets",
    "train/github_incivility",
    "train/gitter_ethereum_toxicity",
    "train/reddit_misogyny",
    "train/stormfront_sentences",
    "train/wikitactics",
)
"""What is cut up after the threads. In most of these, hostile posts are many times as common as anywhere."""


_QUOTE_MARKS = re.compile(r"^[ \t]*(?:>[ \t]?)+|\[/?quote[^\]\n]*\]", re.MULTILINE)


def missing(*names: str) -> str | None:
    """Why there is nothing to measure on; None when there is."""
    absent = [name for name in (*names, STREAM) if not _path(name).exists()]
    return f"{', '.join(absent)} not in {FOLDER}" if absent else None


@cache
def texts_of(name: str) -> list[str]:
    """The texts of a file, each once, as far as they have one of LENGTHS."""
    by_letters: dict[str, str] = {}
    for row in _rows(name):
        text = " ".join(row["text"].split())
        if len(text) in LENGTHS:
            by_letters.setdefault("".join(filter(str.isalnum, text.lower())), text)
    return list(by_letters.values())


def pieces() -> Iterator[str]:
    """Real posts cut into texts of PIECE characters: what members of a forum wrote, then comments of all kinds."""
    for text in chain((post.text for post in threads()), *map(texts_of, PIECES)):
        for start in range(0, len(text) - PIECE + 1, PIECE):
            yield text[start : start + PIECE]


def threads(*, marked: bool = True) -> Iterator[Post]:
    """Posts of real threads in order: quotations taken out of the text or, as if their marks were lost, left in it."""
    for row in _rows(STREAM):
        whole = row["text"]
        text, quotations, end = "", [], len(whole)
        for quote in sorted(row.get("quotes", ()), key=lambda quote: -quote["start"]):
            text = whole[quote["end"] : end] + text
            quotations.append(Quotation(text=whole[quote["start"] : quote["end"]]))
            end = quote["start"]
        yield Post(
            source=STREAM,
            id=row["id"],
            text=whole[:end] + text if marked else whole,
            quotations=tuple(reversed(quotations)) if marked else (),
            author=row["author"],
            thread=row["thread"],
            created_at=datetime.fromisoformat(row["created_at"]),
            reply_to=row["parent_id"],
        )


def markdown_threads(name: str, *, marked: bool = True) -> list[Post]:
    """The same for one of MARKDOWN_THREADS, whose quotations are marked by `>` and by `[quote]`."""
    posts = []
    for row in _rows(name):
        if "thread" not in row:
            continue
        text = unescape(row["text"])
        reading = read_discourse_markdown(text) if marked else Reading(_QUOTE_MARKS.sub("", text))
        posts.append(
            Post(
                source=name,
                id=row["id"],
                text=reading.own,
                quotations=reading.quotations,
                author=row.get("author"),
                thread=row["thread"],
                created_at=datetime.fromisoformat(row["created_at"]),
                reply_to=row.get("parent_id", "").rpartition("_")[2] or None,
            )
        )
    return sorted(posts, key=attrgetter("created_at"))


def _rows(name: str) -> Iterator[dict[str, Any]]:
    with gzip.open(_path(name)) as lines:
        yield from map(json.loads, lines)


def _path(name: str) -> Path:
    return FOLDER / f"{name}.jsonl.gz"
