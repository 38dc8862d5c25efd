"""What each source of posts remembers between two polls, and which posts it is to be asked about."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, delete, insert, select, update

from bot.store.tables import inquiries, source_states
from classifier.post import PostKey


def load(connection: Connection, source: str) -> dict[str, Any] | None:
    """What was saved last for that source, or None."""
    query = select(source_states.c.state).where(source_states.c.source == source)
    state: dict[str, Any] | None = connection.execute(query).scalar()
    return state


def save(connection: Connection, source: str, state: Mapping[str, Any], now: datetime) -> None:
    """Save it in place of what was saved before."""
    row = {"state": dict(state), "saved_at": now}
    if not connection.execute(update(source_states).where(source_states.c.source == source).values(row)).rowcount:
        connection.execute(insert(source_states).values(source=source, **row))


def advance(connection: Connection, source: str, positions: Mapping[str, int], most: int, now: datetime) -> None:
    """Merge positions into those in the source's state, where the later one of two holds; the `most` furthest stay."""
    known: dict[str, int] = (load(connection, source) or {}).get("positions", {})
    merged = known | {channel: max(at, known.get(channel, at)) for channel, at in positions.items()}
    furthest = sorted(merged.items(), key=lambda item: item[1])[-most:]
    save(connection, source, {"positions": dict(furthest)}, now)


def inquire(connection: Connection, keys: Iterable[PostKey], now: datetime) -> None:
    """Note that the sources of these posts are to be asked about them, from now on."""
    for key in keys:
        same = and_(inquiries.c.source == key.source, inquiries.c.post_id == key.id)
        if not connection.execute(update(inquiries).where(same).values(noted_at=now)).rowcount:
            connection.execute(insert(inquiries).values(source=key.source, post_id=key.id, noted_at=now))


def noted(connection: Connection, source: str) -> list[str]:
    """The ids of the posts that this source is to be asked about, the oldest inquiry first."""
    query = select(inquiries.c.post_id).where(inquiries.c.source == source).order_by(inquiries.c.noted_at)
    return list(connection.execute(query).scalars())


def settle(connection: Connection, source: str, until: datetime) -> None:
    """Take out the inquiries that were noted up to that time."""
    connection.execute(delete(inquiries).where(inquiries.c.source == source, inquiries.c.noted_at <= until))
