"""Posts: their revisions, and their neighbours."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Integer,
    Select,
    Table,
    and_,
    bindparam,
    exists,
    false,
    func,
    insert,
    or_,
    select,
    update,
)

from bot.store.encoding import as_stored, post_from_row, post_to_row
from bot.store.records import Seen
from bot.store.share import Share
from bot.store.tables import assessments, posts
from classifier.post import Post, PostKey

Position = tuple[datetime, int]
"""Where a post stands among all: when it was created, then in the order of arrival. Edits do not change it."""

_arrival = func.coalesce(posts.c.first_id, posts.c.id)
readable = and_(posts.c.newest, posts.c.deleted_at.is_(None), posts.c.text_purged_at.is_(None))

LAST_ROW = 2**31 - 1
"""More than any row's id."""

# Statements that every post or card needs are made once: making one takes longer than SQLite does to answer it.
are_named = and_(posts.c.source == bindparam("source"), posts.c.post_id.in_(bindparam("post_ids", expanding=True)))
"""The condition that a row is a revision of one of the posts whose keys were `named`."""

_newest_named = select(posts.c.source, posts.c.post_id, posts.c.revision, posts.c.deleted_at).where(
    are_named, posts.c.newest
)
_position = select(posts.c.ordered_at, _arrival).where(are_named, posts.c.newest)
_insert = insert(posts)


class Saved(NamedTuple):
    """What became of a post that was saved.

    `is_news`: its words are its first, or differ from its newest revision, or it is back. `is_gone`: it was deleted.
    `went_back`: its words are those of a revision before its newest.
    """

    is_news: bool
    is_gone: bool
    went_back: bool


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
        connection.execute(_insert, rows)
    answers = []
    for post, as_of in batch:
        revision, deleted_at = newest.get(post.key, _Newest("", None))
        is_new = revision != post.revision
        if is_back := deleted_at is not None and as_of is not None and as_of > deleted_at:
            connection.execute(update(posts).where(is_of(post.key)).values(deleted_at=None))
            deleted_at = None
        went_back = is_new and post is not firsts.get(post.key) and _revise(connection, post, now)
        newest[post.key] = _Newest(post.revision, deleted_at)
        answers.append(Saved(is_new or is_back, deleted_at is not None, went_back))
    return answers


def _newest_revisions(connection: Connection, batch: Sequence[Post]) -> dict[PostKey, _Newest]:
    return {
        PostKey(source, post_id): _Newest(*rest)
        for of_source in named(post.key for post in batch)
        for source, post_id, *rest in connection.execute(_newest_named, of_source)
    }


def _revise(connection: Connection, post: Post, now: datetime) -> bool:
    """Make this the newest revision; whether it had been before."""
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
    went_back = bool(connection.execute(update(posts).where(the_same_words_before).values(row)).rowcount)
    if not went_back:
        connection.execute(insert(posts).values(row | {"first_id": newest.first_id or newest.id}))
    return went_back


def is_of(key: PostKey) -> ColumnElement[bool]:
    """The condition that a row is a revision of that post."""
    return and_(posts.c.source == key.source, posts.c.post_id == key.id)


def named(keys: Iterable[PostKey]) -> Iterator[dict[str, Any]]:
    """For each source the parameters of a statement with `are_named`."""
    for source, ids in _by_source(keys).items():
        yield {"source": source, "post_ids": list(ids)}


def are_of(keys: Iterable[PostKey], table: Table = posts) -> ColumnElement[bool]:
    """The condition that a row is a revision of one of those posts, or that a row of another table names one."""
    # A comparison with pairs would be shorter, but SQLite reads the whole table for it.
    ids = _by_source(keys)
    return or_(false(), *(and_(table.c.source == source, table.c.post_id.in_(ids[source])) for source in ids))


def _by_source(keys: Iterable[PostKey]) -> dict[str, set[str]]:
    ids = defaultdict(set)
    for key in keys:
        ids[key.source].add(key.id)
    return ids


def before(connection: Connection, post: Post, limit: int, now: datetime) -> list[Post]:
    """The last `limit` readable posts before `post` in its thread or, without one, in its place; oldest first."""
    post = as_stored(post)
    if post.thread is not None:
        query, nearby = _before_in_thread, post.thread
    elif post.place is not None:
        query, nearby = _before_in_place, post.place
    else:
        return []
    of_post = {"source": post.source, "post_ids": [post.id]}
    at, arrival = connection.execute(_position, of_post).first() or (post.created_at or now, LAST_ROW)
    around = {"source": post.source, "nearby": nearby, "at": at, "arrival": arrival, "most": limit}
    return [post_from_row(row, posts) for row in connection.execute(query, around).mappings()][::-1]


def _before(nearby: Column[str]) -> Select[Any]:
    at, arrival = bindparam("at", type_=posts.c.ordered_at.type), bindparam("arrival", type_=posts.c.id.type)
    precedes = or_(posts.c.ordered_at < at, and_(posts.c.ordered_at == at, _arrival < arrival))
    return (
        select(posts)
        .where(readable, posts.c.source == bindparam("source"), nearby == bindparam("nearby"), precedes)
        .order_by(posts.c.ordered_at.desc(), _arrival.desc())
        .limit(bindparam("most", type_=Integer))
    )


_before_in_thread, _before_in_place = _before(posts.c.thread), _before(posts.c.place)


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
