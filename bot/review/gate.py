"""The gate: which flags get their card at once, and which wait, with a notice in the channel that says so.

What waits is in the store, and so is the notice: a restart changes nothing.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime

import discord

from bot.config import NoiseSettings
from bot.review import texts
from bot.store.records import Flag
from bot.store.store import Store
from bot.store.waiting import Notice, Wait, WaitingFlag, counted

ShowCard = Callable[[int], Awaitable[bool]]
"""Posts the card of a flag; whether others in the same channel are worth a try."""


class Gate:
    """Keeps back the cards that `settings` say are to wait; those that call a role never do."""

    def __init__(self, client: discord.Client, store: Store, settings: NoiseSettings) -> None:
        self._client = client
        self._store = store
        self.settings = settings

    def called(self, flag: Flag) -> list[int]:
        """The roles that the card of this flag calls."""
        return sorted(self.settings.called(flag.labels, flag.assessment.probabilities))

    def admits(self, flag: Flag, channel: int) -> bool:
        """Whether the card of this flag may be posted now; otherwise it is noted that the flag waits. StoreError.

        Blocks while the store is asked.
        """
        if flag.decision is not None or self.called(flag):
            return True
        if self.settings.quiet_until(discord.utils.utcnow()) is None and self._room(channel) > 0:
            return True
        self._store.waiting.hold(flag.id, channel)
        return False

    async def let_in(self, channel: int, show: ShowCard) -> None:
        """Post the cards of a channel that need not wait any longer, and bring its notice up to date. Raises what
        Discord and the store raise.
        """
        until = self.settings.quiet_until(discord.utils.utcnow())
        waiting = await asyncio.to_thread(self._store.waiting.flags, channel)
        notice = await asyncio.to_thread(self._store.waiting.notice, channel)
        if until is None:
            if notice is not None and notice.reason is Wait.QUIET:
                await self._digest(channel, notice, waiting)
                notice = None
            waiting = await self._post(channel, waiting, show)
        await self._tell(channel, notice, waiting, until)

    def _room(self, channel: int) -> int:
        """How many more cards may be open in that channel."""
        most = self.settings.most_open
        return most - self._store.waiting.open_cards(channel) if most else 1

    async def _post(self, channel: int, waiting: list[WaitingFlag], show: ShowCard) -> list[WaitingFlag]:
        """Post as many cards as there is room for, oldest first; returns the flags that still wait."""
        for flag in waiting:
            if await asyncio.to_thread(self._room, channel) <= 0 or not await show(flag.id):
                break
        return await asyncio.to_thread(self._store.waiting.flags, channel)

    async def _digest(self, channel: int, notice: Notice, waiting: list[WaitingFlag]) -> None:
        """Quiet hours are over: say what they brought, in a new message, for the old one stands far above."""
        if waiting:
            await self._client.get_partial_messageable(channel).send(
                texts.notices.digest(len(waiting), counted(waiting)), allowed_mentions=discord.AllowedMentions.none()
            )
        await self._remove(channel, notice)

    async def _tell(
        self, channel: int, notice: Notice | None, waiting: list[WaitingFlag], until: datetime | None
    ) -> None:
        """One message a channel tells how many wait, and goes with the last of them."""
        if not waiting:
            if notice is not None:
                await self._remove(channel, notice)
            return
        reason = Wait.ROOM if until is None else Wait.QUIET
        if until is None:
            words = texts.notices.waiting_for_room(len(waiting), counted(waiting), waiting[0].since)
        else:
            words = texts.notices.waiting_for_morning(len(waiting), counted(waiting), until)
        if notice is not None and notice.words == words:
            return
        place, silence = self._client.get_partial_messageable(channel), discord.AllowedMentions.none()
        message_id = notice.message_id if notice is not None and notice.reason is reason else None
        if message_id is not None:
            try:
                await place.get_partial_message(message_id).edit(content=words, allowed_mentions=silence)
            except discord.NotFound:  # deleted by hand: there is news, so it comes back
                message_id = None
        if message_id is None:
            message_id = (await place.send(words, allowed_mentions=silence)).id
        await asyncio.to_thread(self._store.waiting.save_notice, channel, Notice(message_id, reason, words))

    async def _remove(self, channel: int, notice: Notice) -> None:
        with suppress(discord.NotFound):
            await self._client.get_partial_messageable(channel).get_partial_message(notice.message_id).delete()
        await asyncio.to_thread(self._store.waiting.save_notice, channel, None)
