"""How likely each label was found to be in the posts judged lately: figures only, no texts."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, select

from bot.store.tables import assessments, posts
from classifier.labels import Label


class JudgedPost(NamedTuple):
    """One revision of a post, by whom it was judged and when (aware, UTC)."""

    source: str
    place: str | None
    model: str
    probabilities: Mapping[Label, float]
    at: datetime


def since(connection: Connection, start: datetime, limit: int) -> list[JudgedPost]:
    """The posts judged since then, the newest first, `limit` at most."""
    query = (
        select(posts.c.source, posts.c.place, assessments.c.model, assessments.c.probabilities, assessments.c.at)
        .join_from(assessments, posts, posts.c.id == assessments.c.post_row)
        .where(assessments.c.at >= start)
        .order_by(assessments.c.id.desc())
        .limit(limit)
    )
    return [
        JudgedPost(row.source, row.place, row.model, {Label(name): p for name, p in row.probabilities.items()}, row.at)
        for row in connection.execute(query)
    ]
