"""How likely each label was found to be in the posts judged lately."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, select

from bot.store.encoding import post_from_row
from bot.store.flags import latest_of
from bot.store.tables import assessments, posts
from classifier.labels import Label
from classifier.post import Post


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


class JudgedText(NamedTuple):
    """A post as it reads now (its text is empty once purged), and what was made of it last, by whom and when."""

    post: Post
    model: str
    probabilities: Mapping[Label, float]
    at: datetime


def texts_since(connection: Connection, start: datetime, limit: int) -> list[JudgedText]:
    """The posts judged since then with their texts, oldest first; of more than `limit`, the newest."""
    query = (
        select(posts, assessments)
        .join_from(posts, assessments, latest_of(posts.c.id))
        .where(posts.c.newest, assessments.c.at >= start)
        .order_by(posts.c.ordered_at.desc(), posts.c.id.desc())
        .limit(limit)
    )
    return [
        JudgedText(
            post_from_row(row, posts),
            row[assessments.c.model],
            {Label(name): p for name, p in row[assessments.c.probabilities].items()},
            row[assessments.c.at],
        )
        for row in connection.execute(query).mappings()
    ][::-1]
