"""Once a minute: what the running bot alone can do about authors who were forgotten, by whichever command."""

import asyncio
from collections.abc import Awaitable, Callable, Collection

from bot.loops import every
from bot.store.errors import StoreError
from bot.store.privacy import Leftover
from bot.store.records import Flag
from bot.store.store import Store
from bot.troubles import DATABASE, Troubles
from classifier.post import PostKey


class ForgetWatch:
    """Takes forgotten posts out of the copy index and erased words off the cards.

    `let_go` removes posts from the index; `show` brings a card up to date, and says whether later ones are worth a
    try. What fails, or is cut off by a stop, is noted in the store and done later.
    """

    def __init__(
        self,
        store: Store,
        let_go: Callable[[Collection[PostKey]], Awaitable[None]],
        show: Callable[[Flag], Awaitable[bool]],
        troubles: Troubles | None = None,
    ) -> None:
        self._troubles = troubles or Troubles()
        self._store = store
        self._let_go = let_go
        self._show = show

    @every(minutes=1)
    async def look(self) -> None:
        """Do what is left to do."""
        try:
            await self._look()
        except StoreError as error:
            self._troubles.met(DATABASE, str(error))

    async def _look(self) -> None:
        left = await asyncio.to_thread(self._store.privacy.leftover)
        if left.posts:
            await self._let_go(left.posts)
            await asyncio.to_thread(self._store.privacy.note_done, Leftover(posts=left.posts))
        for flag_id in sorted(left.flags):
            flag = await asyncio.to_thread(self._store.flag, flag_id)
            if flag is None or flag.card is None or await self._show(flag):
                await asyncio.to_thread(self._store.privacy.note_done, Leftover(flags=frozenset({flag_id})))
