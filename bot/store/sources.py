"""What each source of posts remembers between two polls."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from bot.store.tables import source_states


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
