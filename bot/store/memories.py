"""What the bot is to remember over a restart, by name: that it is paused, which commands a server knows."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, insert, select

from bot.store.database import Database
from bot.store.tables import memories


class Memories:
    """A drawer for each name. Each method is one transaction; StoreError when the database fails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def recall(self, name: str) -> Any:
        """What was put there last, as JSON has it; None when there is nothing."""
        with self._database.reading() as connection:
            return connection.execute(select(memories.c.content).where(memories.c.name == name)).scalar()

    def remember(self, name: str, content: Any) -> None:
        """Put there what JSON can hold, in place of what was there."""
        with self._database.writing() as connection:
            connection.execute(delete(memories).where(memories.c.name == name))
            row = {"name": name, "content": content, "saved_at": datetime.now(UTC)}
            connection.execute(insert(memories).values(row))

    def forget(self, name: str) -> None:
        """Empty the drawer."""
        with self._database.writing() as connection:
            connection.execute(delete(memories).where(memories.c.name == name))
