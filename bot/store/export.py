"""The store as plain rows: posts, flags and decisions, all or those of one author."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, select

from bot.store.database import Database
from bot.store.flags import latest_of, on_posts, shown_as
from bot.store.records import DECIDING
from bot.store.search import Author
from bot.store.tables import assessments, audit, burst_members, flags, posts, reports

Row = dict[str, Any]
"""What JSON can hold, by column. Times are ISO 8601, in UTC."""

_AT_ONCE = 1_000
"""Rows read together."""


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
    query, left_out = _QUERIES[kind], frozenset[str]()
    if author is not None:
        query = query.where(posts.c.source == author.source, posts.c.author == author.id)
        left_out = _STAFF
    with database.reading() as connection:
        for row in connection.execute(query, execution_options={"yield_per": _AT_ONCE}).mappings():
            yield {name: _plain(name, value) for name, value in row.items() if name not in left_out}


_STAFF = frozenset({"moderator", "moderator_name", "reporter", "reporter_name"})

_QUERIES: Mapping[Kind, Select[Any]] = {
    Kind.POSTS: select(
        posts.c.source,
        posts.c.post_id.label("id"),
        *(posts.c.revision, posts.c.newest, posts.c.text, posts.c.quotations),
        *(posts.c.author, posts.c.author_name, posts.c.thread, posts.c.place, posts.c.place_name),
        *(posts.c.reply_to, posts.c.link, posts.c.provenance),
        *(posts.c.created_at, posts.c.saved_at, posts.c.deleted_at, posts.c.text_purged_at),
        *(assessments.c.model, assessments.c.probabilities),
    )
    .outerjoin_from(posts, assessments, latest_of(posts.c.id))
    .order_by(posts.c.id),
    Kind.FLAGS: select(
        flags.c.id.label("flag"),
        posts.c.source,
        posts.c.post_id.label("post"),
        *(posts.c.revision, flags.c.labels, assessments.c.probabilities, assessments.c.model),
        *(posts.c.provenance, flags.c.fingerprint),
        burst_members.c.lead_id.label("on_the_card_of"),
        flags.c.created_at,
        reports.c.reporter_id.label("reporter"),
        reports.c.reporter_name,
    )
    .select_from(on_posts)
    .join(assessments, assessments.c.id == flags.c.assessment_row)
    .outerjoin(reports, reports.c.flag_id == flags.c.id)
    .order_by(flags.c.id),
    Kind.DECISIONS: select(
        flags.c.id.label("flag"),
        posts.c.source,
        posts.c.post_id.label("post"),
        *(audit.c.step, audit.c.verb),
        audit.c.verb.in_(DECIDING).label("decides"),
        *(audit.c.labels, audit.c.note, audit.c.at, audit.c.until, posts.c.provenance),
        audit.c.moderator_id.label("moderator"),
        audit.c.moderator_name,
    )
    .select_from(on_posts)
    .join(audit, audit.c.flag_id == shown_as)
    .order_by(flags.c.id, audit.c.step),
}


def _plain(name: str, value: Any) -> Any:
    if name == "quotations":
        return [{"text": text, "author": author, "post": id} for text, author, id in value]
    return value.isoformat() if isinstance(value, datetime) else value
