"""Once a minute: what the running bot alone can do about authors who were forgotten, by whichever command."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection

from discord.ext import tasks

from bot.store.errors import StoreError
from bot.store.privacy import Leftover
from bot.store.records import Flag
from bot.store.store import Store
from classifier.post import PostKey

log = logging.getLogger(__name__)


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
    ) -> None:
        self._store = store
        self._let_go = let_go
        self._show = show

    @tasks.loop(minutes=1)
    async def look(self) -> None:
        """Do what is left to do."""
        try:
            await self._look()
        except StoreError as error:
            log.error("what was to be forgotten could not be looked after; tried again in a minute: %s", error)

    async def _look(self) -> None:
        left = await asyncio.to_thread(self._store.privacy.leftover)
        if left.posts:
            await self._let_go(left.posts)
            await asyncio.to_thread(self._store.privacy.note_done, Leftover(posts=left.posts))
        for flag_id in sorted(left.flags):
            flag = await asyncio.to_thread(self._store.flag, flag_id)
            if flag is None or flag.card is None or await self._show(flag):
                await asyncio.to_thread(self._store.privacy.note_done, Leftover(flags=frozenset({flag_id})))
