"""Pausing: for a while no new cards come to a server. What is flagged meanwhile waits in the store."""

import asyncio
from dataclasses import dataclass
from datetime import datetime

from bot.store.records import Moderator
from bot.store.store import Store

DRAWER = "paused"
"""Where the store keeps who paused which server, so that a restart changes nothing."""


@dataclass(frozen=True, slots=True)
class Paused:
    """Who paused a server, and when (aware, UTC)."""

    by: str
    at: datetime


class Pause:
    """The servers that are paused."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._paused: dict[int, Paused] = {}

    def load(self) -> None:
        """Read what was paused before a restart. Blocks; raises StoreError."""
        saved = self._store.memories.recall(DRAWER) or {}
        self._paused = {
            int(guild): Paused(paused["by"], datetime.fromisoformat(paused["at"])) for guild, paused in saved.items()
        }

    def of(self, guild: int | None) -> Paused | None:
        """Who paused that server; None while it is not paused."""
        return None if guild is None else self._paused.get(guild)

    async def begin(self, guild: int, moderator: Moderator, now: datetime) -> bool:
        """Hold new cards back; False when that is so already. Raises StoreError."""
        if guild in self._paused:
            return False
        await self._save({**self._paused, guild: Paused(moderator.name, now)})
        return True

    async def end(self, guild: int) -> bool:
        """Let new cards come again; False when they do already. Raises StoreError."""
        if guild not in self._paused:
            return False
        await self._save({at: paused for at, paused in self._paused.items() if at != guild})
        return True

    async def _save(self, paused: dict[int, Paused]) -> None:
        content = {str(guild): {"by": one.by, "at": one.at.isoformat()} for guild, one in paused.items()}
        await asyncio.to_thread(self._store.memories.remember, DRAWER, content)
        self._paused = paused
