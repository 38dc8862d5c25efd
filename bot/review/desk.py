"""The review desk: brings flags before the moderators and acts on what they press."""

import asyncio
import logging

import discord

from bot.config import ReviewSettings
from bot.review import buttons
from bot.review.channel import FAILURES, ReviewChannel, reason
from bot.review.presses import Presses
from bot.store.records import Flag
from bot.store.store import Store

log = logging.getLogger(__name__)

OUTBOX_PAGE = 100
"""Flags taken from the outbox at a time."""


class ReviewDesk:
    """The cards of all flags in one moderator channel of one Discord client."""

    def __init__(self, client: discord.Client, store: Store, settings: ReviewSettings) -> None:
        self._client = client
        self._store = store
        self._channel = ReviewChannel(client, store, settings)
        self._presses = Presses(self._channel, store, settings)

    def register(self) -> None:
        """Make the controls of every card work, also of those sent before this start."""
        buttons.register(self._client, self._presses.answer)

    async def show(self, flag: Flag) -> bool:
        """Bring the card of a flag up to date, or post it if there is none yet; whether later cards are worth a try.

        When it fails, the log says why; a flag without a card waits for `recover`.
        """
        async with self._channel.lock(flag.id):
            return await self._channel.try_to_show(flag.id)

    async def recover(self) -> None:
        """After a start: note down the cards that were posted just before the stop, and post those that never were."""
        tried: set[int] = set()
        try:
            cards = await self._channel.shown() if await self._outbox(tried) else {}
            while flags := await self._outbox(tried):
                for flag in flags:
                    tried.add(flag.id)
                    if flag.id in cards:
                        await asyncio.to_thread(self._store.save_card, flag.id, cards[flag.id])
                    if not await self.show(flag):
                        return
        except FAILURES as error:
            log.error("the cards in channel %d could not be read back: %s", self._channel.id, reason(error))

    async def _outbox(self, tried: set[int]) -> list[Flag]:
        waiting = await asyncio.to_thread(self._store.flags_without_card, len(tried) + OUTBOX_PAGE)
        return [flag for flag in waiting if flag.id not in tried]
