"""What sources hand over, in the order in which they do: posts, and the keys of those that are gone."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from bot.store import posts, sources
from bot.store.records import Seen
from classifier.post import PostKey


def take_in(connection: Connection, entries: Sequence[Seen | PostKey], now: datetime) -> list[bool]:
    """Save and note all of it, as `Store.take_in` says."""
    news: list[bool] = []
    together: list[Seen] = []
    for entry in entries:
        if isinstance(entry, Seen):
            together.append(entry)
        else:
            news += _saved(connection, together, now)
            together.clear()
            posts.mark_deleted(connection, entry, now)
            news.append(True)
    return news + _saved(connection, together, now)


def _saved(connection: Connection, batch: Sequence[Seen], now: datetime) -> list[bool]:
    if not batch:
        return []
    saved = posts.save(connection, batch, now)
    in_doubt = [
        seen.post.key
        for seen, one in zip(batch, saved, strict=True)
        if seen.as_of is None and (one.is_gone or one.went_back)
    ]
    sources.inquire(connection, in_doubt, now)
    return [one.is_news for one in saved]
