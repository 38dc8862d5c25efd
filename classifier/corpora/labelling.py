"""From a corpus's own labels to flagpost's: which rows become labelled posts, and with which words."""

from collections.abc import Iterable, Iterator
from typing import Any

from classifier.corpora.corpus import Corpus
from classifier.corpora.rows import CorpusRow
from classifier.dataset import LabelledPost
from classifier.errors import DataError
from classifier.labels import Label


def labelled_posts(corpus: Corpus, rows: Iterable[CorpusRow]) -> Iterator[LabelledPost]:
    """The rows that the corpus's labelling speaks for, as posts with provenance `corpus:NAME`; others are left out.

    Quoted lines are taken out, and with them the posts that consist of nothing else. Ids and threads carry the corpus's
    name, so that the posts of several corpora can stand in one file. Raises DataError for rows of another corpus.
    """
    for row in rows:
        labels = _labels(corpus, row)
        text = own_words(corpus, row)
        if labels is None or not text.strip():
            continue
        yield LabelledPost(
            id=f"{corpus.name}:{row.id}",
            text=text,
            labels=labels,
            provenance=f"corpus:{corpus.name}",
            thread=None if row.thread is None else f"{corpus.name}:{row.thread}",
            author=row.author,
        )


def fields_of(post: LabelledPost) -> dict[str, Any]:
    """A labelled post as its line in a file, ready for JSON; fields without a value are left out."""
    fields = {
        "id": post.id,
        "text": post.text,
        "labels": sorted(post.labels),
        "provenance": post.provenance,
        "topic": post.topic,
        "note": post.note,
        "thread": post.thread,
        "author": post.author,
        "created_at": post.created_at.isoformat() if post.created_at else None,
    }
    return {name: value for name, value in fields.items() if value is not None}


def _labels(corpus: Corpus, row: CorpusRow) -> frozenset[Label] | None:
    rule = corpus.labelling
    if missing := rule.needs - row.labels.keys():
        raise DataError(
            f"row {row.id[:40]!r} has no label {min(missing)!r}, which every row of {corpus.name} has; "
            f"is this a copy of {corpus.name}?"
        )
    if any(row.labels[name] > 0 for name in rule.unclear):
        return None
    if rule.attack and row.labels[rule.attack] > 0:
        return frozenset({Label.PERSONAL_ATTACK})
    if rule.clean and all(row.labels[name] == value for name, value in rule.clean.items()):
        return frozenset()
    return None


def own_words(corpus: Corpus, row: CorpusRow) -> str:
    """The text without the lines that begin with `>`, where that is how the corpus's forum marks others' words."""
    if not corpus.quoted_lines:
        return row.text
    lines = [line for line in row.text.splitlines() if not line.lstrip().startswith((">", "&gt;"))]
    return "\n".join(lines).strip()
