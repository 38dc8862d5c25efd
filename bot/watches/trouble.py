"""What goes wrong for long, told to staff once; and whether the database takes what is written."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from bot.review import texts
from bot.review.marking import inert
from bot.store.errors import StoreError
from bot.store.store import Store
from bot.troubles import DATABASE, Troubles

DRAWER = "last sign of life"
"""Where the store keeps when this was written last."""

ROOM = 500
"""Characters of a reason that staff are told."""


class TroubleWatch:
    """Looks after `troubles`. `tell` says a line in the moderator channel, and whether it could."""

    def __init__(self, troubles: Troubles, store: Store, tell: Callable[[str], Awaitable[bool]]) -> None:
        self._troubles = troubles
        self._store = store
        self._tell = tell

    async def look(self) -> None:
        """Try the database, and tell staff what has begun and what is over. Raises nothing."""
        now = datetime.now(UTC)
        try:
            await asyncio.to_thread(self._store.memories.remember, DRAWER, now.isoformat())
        except StoreError as error:
            self._troubles.met(DATABASE, str(error))
        else:
            self._troubles.over(DATABASE)
        for over in self._troubles.over_for_staff():
            await self._tell(texts.notices.works_again(inert(over.about, ROOM)))
        for trouble in self._troubles.for_staff(now):
            words = texts.notices.fails(inert(trouble.about, ROOM), inert(trouble.words, ROOM), trouble.since)
            trouble.staff_know = await self._tell(words)
