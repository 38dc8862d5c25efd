"""Posts: their revisions, and their neighbours."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, Table, and_, exists, false, func, insert, or_, select, update

from bot.store.encoding import as_stored, post_from_row, post_to_row
from bot.store.records import Seen
from bot.store.share import Share
from bot.store.tables import assessments, posts
from classifier.post import Post, PostKey

Position = tuple[datetime, int]
"""Where a post stands among all: when it was created, then in the order of arrival. Edits do not change it."""

_arrival = func.coalesce(posts.c.first_id, posts.c.id)
readable = and_(posts.c.newest, posts.c.deleted_at.is_(None), posts.c.text_purged_at.is_(None))


class Saved(NamedTuple):
    """What became of a post that was saved.

    `is_news`: its words are its first, or differ from its newest revision, or it is back. `is_gone`: it was deleted.
    """

    is_news: bool
    is_gone: bool


class _Newest(NamedTuple):
    revision: str
    deleted_at: datetime | None


def save(connection: Connection, batch: Sequence[Seen], now: datetime) -> list[Saved]:
    """Save posts in the order given. One that was deleted is back if its source showed it at a later time."""
    batch = [Seen(as_stored(seen.post), seen.as_of) for seen in batch]
    newest = _newest_revisions(connection, [seen.post for seen in batch])
    firsts: dict[PostKey, Post] = {}
    for seen in batch:
        if seen.post.key not in newest:
            firsts.setdefault(seen.post.key, seen.post)
    if firsts:
        rows = [
            {**post_to_row(post), "newest": True, "ordered_at": post.created_at or now, "saved_at": now}
            for post in firsts.values()
        ]
        connection.execute(insert(posts), rows)
    answers = []
    for post, as_of in batch:
        revision, deleted_at = newest.get(post.key, _Newest("", None))
        is_new = revision != post.revision
        if is_back := deleted_at is not None and as_of is not None and as_of > deleted_at:
            connection.execute(update(posts).where(is_of(post.key)).values(deleted_at=None))
            deleted_at = None
        if is_new and post is not firsts.get(post.key):
            _revise(connection, post, now)
        newest[post.key] = _Newest(post.revision, deleted_at)
        answers.append(Saved(is_new or is_back, deleted_at is not None))
    return answers


def _newest_revisions(connection: Connection, batch: Sequence[Post]) -> dict[PostKey, _Newest]:
    query = select(posts.c.source, posts.c.post_id, posts.c.revision, posts.c.deleted_at)
    rows = connection.execute(query.where(are_of([post.key for post in batch]), posts.c.newest))
    return {PostKey(source, post_id): _Newest(*rest) for source, post_id, *rest in rows}


def _revise(connection: Connection, post: Post, now: datetime) -> None:
    newest = connection.execute(select(posts).where(is_of(post.key), posts.c.newest)).one()
    connection.execute(update(posts).where(posts.c.id == newest.id).values(newest=False))
    row = {
        **post_to_row(post),
        "newest": True,
        "ordered_at": newest.ordered_at,
        "saved_at": now,
        # An edit that is read late, after its post was deleted, does not bring the post back.
        "deleted_at": newest.deleted_at,
        "text_purged_at": None,
    }
    the_same_words_before = and_(is_of(post.key), posts.c.revision == post.revision)
    if not connection.execute(update(posts).where(the_same_words_before).values(row)).rowcount:
        connection.execute(insert(posts).values(row | {"first_id": newest.first_id or newest.id}))


def is_of(key: PostKey) -> ColumnElement[bool]:
    """The condition that a row is a revision of that post."""
    return and_(posts.c.source == key.source, posts.c.post_id == key.id)


def are_of(keys: Iterable[PostKey], table: Table = posts) -> ColumnElement[bool]:
    """The condition that a row is a revision of one of those posts, or that a row of another table names one."""
    # A comparison with pairs would be shorter, but SQLite reads the whole table for it.
    ids = defaultdict(set)
    for key in keys:
        ids[key.source].add(key.id)
    return or_(false(), *(and_(table.c.source == source, table.c.post_id.in_(ids[source])) for source in ids))


def before(connection: Connection, post: Post, limit: int, now: datetime) -> list[Post]:
    """The last `limit` readable posts before `post` in its thread or, without one, in its place; oldest first."""
    post = as_stored(post)
    if post.thread is not None:
        nearby = posts.c.thread == post.thread
    elif post.place is not None:
        nearby = posts.c.place == post.place
    else:
        return []
    saved = connection.execute(select(posts.c.ordered_at, _arrival).where(is_of(post.key), posts.c.newest)).first()
    earlier = _precedes(*saved) if saved else posts.c.ordered_at <= (post.created_at or now)
    query = (
        select(posts)
        .where(readable, posts.c.source == post.source, nearby, earlier)
        .order_by(posts.c.ordered_at.desc(), _arrival.desc())
        .limit(limit)
    )
    return [post_from_row(row, posts) for row in connection.execute(query).mappings()][::-1]


def _precedes(at: datetime, arrival: int) -> ColumnElement[bool]:
    return or_(posts.c.ordered_at < at, and_(posts.c.ordered_at == at, _arrival < arrival))


def page(
    connection: Connection, since: datetime, after: Position | None, size: int
) -> tuple[list[Post], Position | None]:
    """Up to `size` readable posts from `since` on, oldest first, and the position to go on from: None at the end."""
    query = select(posts, _arrival.label("arrival")).where(readable, posts.c.ordered_at >= since)
    if after is not None:
        at, arrival = after
        # Later in time first, and for itself: that is the half of the condition an index can answer.
        query = query.where(posts.c.ordered_at >= at, or_(posts.c.ordered_at > at, _arrival > arrival))
    rows = connection.execute(query.order_by(posts.c.ordered_at, _arrival).limit(size)).mappings().all()
    last = (rows[-1]["ordered_at"], rows[-1]["arrival"]) if len(rows) == size else None
    return [post_from_row(row, posts) for row in rows], last


def unassessed(connection: Connection, limit: int, share: Share) -> list[Post]:
    """Up to `limit` readable posts that no model has judged, in the order of arrival."""
    assessed = exists().where(assessments.c.post_row == posts.c.id)
    query = select(posts).where(readable, ~assessed, share.holds(posts)).order_by(posts.c.id).limit(limit)
    return [post_from_row(row, posts) for row in connection.execute(query).mappings()]


def mark_deleted(connection: Connection, key: PostKey, at: datetime) -> None:
    """Note that the post is gone from its source; the first time noted stays."""
    connection.execute(update(posts).where(is_of(key), posts.c.deleted_at.is_(None)).values(deleted_at=at))
