"""The store as plain rows: posts, flags and decisions, all or those of one author."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Select, select

from bot.store.database import Database
from bot.store.flags import shown_as
from bot.store.records import DECIDED, STATE_AFTER, Verb
from bot.store.search import Author
from bot.store.tables import assessments, audit, burst_members, flags, posts, reports

Row = dict[str, Any]
"""What JSON can hold, by column. Times are ISO 8601, in UTC."""


class Kind(StrEnum):
    """What can be had."""

    POSTS = "posts"
    """Each revision of each post, with what it quotes and what its model made of it last."""
    FLAGS = "flags"
    """Each flag, and where it stands."""
    DECISIONS = "decisions"
    """Each step that was taken about a flag, also those that were undone."""


def rows(database: Database, kind: Kind, author: Author | None) -> Iterator[Row]:
    """The rows of one kind in the order in which they came about, read from one snapshot.

    Of one author, where one is given: then staff, who have rights of their own, are left out by name and id.
    StoreError when the database fails.
    """
    with database.reading() as connection:
        for row in _ROWS[kind](connection, author):
            if author is not None:
                for name in _STAFF & row.keys():
                    del row[name]
            yield row


_STAFF = frozenset({"moderator", "moderator_name", "reporter", "reporter_name"})


def _of(query: Select[Any], author: Author | None) -> Select[Any]:
    if author is None:
        return query
    return query.where(posts.c.source == author.source, posts.c.author == author.id)


def _read(connection: Connection, query: Select[Any]) -> Iterator[Mapping[Any, Any]]:
    yield from connection.execute(query, execution_options={"yield_per": 1_000}).mappings()


def _posts(connection: Connection, author: Author | None) -> Iterator[Row]:
    others = assessments.alias("others")
    last = select(others.c.id).where(others.c.post_row == posts.c.id).order_by(others.c.id.desc()).limit(1)
    query = select(posts, assessments.c.model, assessments.c.probabilities)
    query = query.outerjoin_from(posts, assessments, assessments.c.id == last.scalar_subquery())
    for row in _read(connection, _of(query, author).order_by(posts.c.id)):
        yield {
            "source": row[posts.c.source],
            "id": row[posts.c.post_id],
            "revision": row[posts.c.revision],
            "newest": row[posts.c.newest],
            "text": row[posts.c.text],
            "quotations": [{"text": text, "author": name, "post": id} for text, name, id in row[posts.c.quotations]],
            "author": row[posts.c.author],
            "author_name": row[posts.c.author_name],
            "thread": row[posts.c.thread],
            "place": row[posts.c.place],
            "place_name": row[posts.c.place_name],
            "reply_to": row[posts.c.reply_to],
            "link": row[posts.c.link],
            "provenance": row[posts.c.provenance],
            "created_at": _time(row[posts.c.created_at]),
            "saved_at": _time(row[posts.c.saved_at]),
            "deleted_at": _time(row[posts.c.deleted_at]),
            "text_purged_at": _time(row[posts.c.text_purged_at]),
            "model": row[assessments.c.model],
            "probabilities": row[assessments.c.probabilities],
        }


def _flags(connection: Connection, author: Author | None) -> Iterator[Row]:
    query = select(flags, posts, assessments.c.model, assessments.c.probabilities, reports, burst_members.c.lead_id)
    query = query.select_from(_flagged).join(assessments, assessments.c.id == flags.c.assessment_row)
    query = query.outerjoin(reports, reports.c.flag_id == flags.c.id)
    for row in _read(connection, _of(query, author).order_by(flags.c.id)):
        yield {
            "flag": row[flags.c.id],
            "source": row[posts.c.source],
            "post": row[posts.c.post_id],
            "revision": row[posts.c.revision],
            "labels": row[flags.c.labels],
            "probabilities": row[assessments.c.probabilities],
            "model": row[assessments.c.model],
            "provenance": row[posts.c.provenance],
            "fingerprint": row[flags.c.fingerprint],
            "on_the_card_of": row[burst_members.c.lead_id],
            "created_at": _time(row[flags.c.created_at]),
            "reporter": row[reports.c.reporter_id],
            "reporter_name": row[reports.c.reporter_name],
        }


def _decisions(connection: Connection, author: Author | None) -> Iterator[Row]:
    query = select(audit, flags.c.id.label("flag"), posts).select_from(_flagged)
    query = query.join(audit, audit.c.flag_id == shown_as)
    for row in _read(connection, _of(query, author).order_by(flags.c.id, audit.c.step)):
        yield {
            "flag": row["flag"],
            "source": row[posts.c.source],
            "post": row[posts.c.post_id],
            "step": row[audit.c.step],
            "verb": row[audit.c.verb],
            "decides": STATE_AFTER.get(Verb(row[audit.c.verb])) in DECIDED,
            "labels": row[audit.c.labels],
            "note": row[audit.c.note],
            "at": _time(row[audit.c.at]),
            "until": _time(row[audit.c.until]),
            "provenance": row[posts.c.provenance],
            "moderator": row[audit.c.moderator_id],
            "moderator_name": row[audit.c.moderator_name],
        }


_flagged = flags.join(posts, posts.c.id == flags.c.post_row).outerjoin(
    burst_members, burst_members.c.flag_id == flags.c.id
)

_ROWS: Mapping[Kind, Callable[[Connection, Author | None], Iterator[Row]]] = {
    Kind.POSTS: _posts,
    Kind.FLAGS: _flags,
    Kind.DECISIONS: _decisions,
}


def _time(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
