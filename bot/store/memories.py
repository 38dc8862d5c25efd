"""What the bot is to remember over a restart, by name: that it is paused, which commands a server knows."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from bot.store.database import Database
from bot.store.tables import memories


class Memories:
    """A drawer for each name. Each method is one transaction; StoreError when the database fails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def recall(self, name: str) -> Any:
        """What was put there last, as JSON has it; None when there is nothing."""
        with self._database.reading() as connection:
            return recall(connection, name)

    def remember(self, name: str, content: Any) -> None:
        """Put there what JSON can hold, in place of what was there."""
        with self._database.writing() as connection:
            remember(connection, name, content)

    def forget(self, name: str) -> None:
        """Empty the drawer."""
        with self._database.writing() as connection:
            connection.execute(delete(memories).where(memories.c.name == name))


def recall(connection: Connection, name: str) -> Any:
    """What was put in that drawer last; None when there is nothing."""
    return connection.execute(select(memories.c.content).where(memories.c.name == name)).scalar()


def remember(connection: Connection, name: str, content: Any) -> None:
    """Put there what JSON can hold, in place of what was there."""
    connection.execute(delete(memories).where(memories.c.name == name))
    connection.execute(insert(memories).values(name=name, content=content, saved_at=datetime.now(UTC)))
