"""Posts as the copy index asks for them: an original may be gone, yet what repeats it is a copy all the same."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, RowMapping, select

from bot.store.encoding import post_from_row
from bot.store.posts import are_of
from bot.store.tables import posts, storable
from classifier.post import Original, Post, PostKey


def find(connection: Connection, keys: Collection[PostKey]) -> dict[PostKey, Original]:
    """The newest revision of each saved post; words that were deleted where they stood, or purged, are left out."""
    stored = {PostKey(key.source, storable(key.id)): key for key in keys}
    query = select(posts).where(are_of(stored), posts.c.newest)
    found = (_without_what_is_gone(row) for row in connection.execute(query).mappings())
    return {stored[original.post.key]: original for original in found}


def saved_since(connection: Connection, since: datetime, after: int, size: int) -> tuple[list[Post], int | None]:
    """Up to `size` newest revisions saved from `since` on, those deleted meanwhile included, in the order of arrival.

    Returns the row to go on `after` as well, 0 being before the first; None at the end.
    """
    query = (
        select(posts)
        .where(posts.c.id > after, posts.c.newest, posts.c.saved_at >= since, posts.c.text_purged_at.is_(None))
        .order_by(posts.c.id)
        .limit(size)
    )
    rows = connection.execute(query).mappings().all()
    return [post_from_row(row, posts) for row in rows], rows[-1][posts.c.id] if len(rows) == size else None


def _without_what_is_gone(row: RowMapping) -> Original:
    post = post_from_row(row, posts)
    if row[posts.c.deleted_at] is None:
        return Original(post)
    return Original(replace(post, text="", quotations=()), is_gone=True)
