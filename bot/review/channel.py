"""The moderator channels: which message shows which flag."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import NamedTuple
from weakref import WeakValueDictionary

import aiohttp
import discord

from bot.review import texts
from bot.review.card import Card, bare, render
from bot.review.controls import shown_flag
from bot.review.gate import Gate
from bot.review.places import Places
from bot.store.errors import StoreError
from bot.store.records import Burst, CardRef, Flag
from bot.store.share import Share
from bot.store.store import Store
from bot.troubles import DATABASE, Troubles

log = logging.getLogger(__name__)

HISTORY = 500
"""Messages read back after a stop: far more than the cards that one moment can leave unsaved."""

FAILURES = (discord.HTTPException, aiohttp.ClientError, OSError, StoreError)
"""What can go wrong with a card through no fault of ours: Discord refuses or cannot be reached, or the store fails."""

UNKNOWN_MESSAGE = 10008
"""Discord's code for a message that was deleted."""

GONE = (UNKNOWN_MESSAGE, 10003)
"""Deleted by hand, or with its channel."""

_ADVICE = {
    403: "Discord refuses it (403): give the bot View Channel, Send Messages, Embed Links, Read Message History",
    404: "Discord does not find it (404): the card was deleted, or the bot cannot see the channel that "
    "[review] channel or the source's review_channel names",
}


def reason(error: BaseException) -> str:
    """What went wrong, for the log: one line without a word of any post."""
    if isinstance(error, discord.HTTPException):
        return _ADVICE.get(error.status) or f"Discord answered {error.status} (code {error.code})"
    return str(error) if isinstance(error, StoreError) else f"Discord cannot be reached ({type(error).__name__})"


def _cards_in(channel: int) -> str:
    return f"the cards in channel {channel}"


def _nonce(flag: Flag) -> str:
    """At most 25 characters, and another one for each message that is to show the flag.

    A database that was put back from a backup numbers its flags on from there: the time tells them from those whose
    cards came minutes ago.
    """
    microseconds = int(flag.created_at.timestamp() * 1_000_000)
    return f"{flag.id:x}-{flag.card.message_id if flag.card else microseconds:x}"


class _Drawn(NamedTuple):
    """A flag as it stood, with what its card stands for besides, and the card that shows both."""

    flag: Flag
    burst: Burst | None
    card: Card

    def stands_as(self, other: "_Drawn") -> bool:
        """Whether the flag stands the same, wherever its card is."""
        return (replace(self.flag, card=None), self.burst) == (replace(other.flag, card=None), other.burst)


class ReviewChannels:
    """Sends, edits and moves cards. Whoever touches a flag's card holds `lock(flag_id)`, so that no older state
    overtakes.
    """

    def __init__(
        self, client: discord.Client, store: Store, places: Places, gate: Gate, troubles: Troubles, share: Share
    ) -> None:
        self._share = share
        self._gate = gate
        self._troubles = troubles
        self._client = client
        self._store = store
        self._places = places
        self._refusing: set[int] = set()  # channels where cards that moved could not be taken away, as was told
        self.held_back: Callable[[Flag], bool] = lambda _: False  # asked in threads
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    def lock(self, flag_id: int) -> asyncio.Lock:
        """The lock of one flag's card."""
        return self._locks.setdefault(flag_id, asyncio.Lock())

    async def say(self, channel: int, line: str) -> None:
        """Send a line of text that is no card. Raises FAILURES."""
        await self._client.get_partial_messageable(channel).send(line, allowed_mentions=discord.AllowedMentions.none())

    async def card(self, flag_id: int) -> Card:
        """The card of a flag as it stands. StoreError when the database fails; KeyError for an unknown flag."""
        return (await asyncio.to_thread(self._drawn, flag_id)).card

    def _drawn(self, flag_id: int) -> _Drawn:
        flag, burst, context = self._store.dossier(
            flag_id, lambda flag: self._places.review(flag).posts_before, discord.utils.utcnow()
        )
        return _Drawn(flag, burst, render(flag, context, self._places.review(flag), burst))

    def link(self, flag: Flag) -> str | None:
        """The address of the flag's card; None where that is not known."""
        channel = self._client.get_channel(flag.card.channel_id) if flag.card else None
        if flag.card is None or not isinstance(channel, discord.abc.GuildChannel):
            return None
        return f"https://discord.com/channels/{channel.guild.id}/{channel.id}/{flag.card.message_id}"

    async def show(self, flag_id: int) -> None:
        """Make its channel show a flag as the store has it: edit its card, or send it when there is none there and it
        need not wait.

        The card of a flag that is still to be decided comes back when it was deleted by hand. Raises FAILURES;
        KeyError for an unknown flag.
        """
        drawn = await asyncio.to_thread(self._due, flag_id)
        while drawn is not None:
            await self._put_as_allowed(drawn, self._places.home(drawn.flag))
            if drawn.burst is not None:
                await asyncio.to_thread(self._store.note_told, flag_id, drawn.burst.last_flag)
            if self._share.count == 1:
                return
            # Locks end with the process: another may have shown more, and this have come after it.
            before, drawn = drawn, await asyncio.to_thread(self._due, flag_id)
            if drawn is not None and before.stands_as(drawn):
                return

    def _due(self, flag_id: int) -> _Drawn | None:
        """What there is to show of a flag; None while it has no card and is to get none yet."""
        drawn = self._drawn(flag_id)
        return drawn if drawn.flag.card is not None or self._may_come(drawn.flag) else None

    def _may_come(self, flag: Flag) -> bool:
        return not self.held_back(flag) and self._gate.admits(flag, self._places.home(flag))

    async def _put_as_allowed(self, drawn: _Drawn, home: int) -> None:
        """Put the card there; without the post's words when Discord refuses what stands on it."""
        try:
            await self._put(drawn.flag, drawn.card, home)
        except discord.HTTPException as error:
            if error.status != 400:
                raise
            log.warning("the card of flag %d comes without the post's words: %s", drawn.flag.id, reason(error))
            await self._put(drawn.flag, bare(drawn.flag, self._places.review(drawn.flag), drawn.burst), home)

    async def _put(self, flag: Flag, card: Card, home: int) -> None:
        if flag.card is not None and flag.card.channel_id == home:
            try:
                await self._edit(flag.card, card)
                return
            except discord.NotFound as error:
                if error.code != UNKNOWN_MESSAGE or flag.decision:
                    raise
        await self._send(flag, card, home)
        if flag.card is not None and flag.card.channel_id != home:
            await self._take_away([flag.card])

    async def _edit(self, ref: CardRef, card: Card) -> None:
        message = self._client.get_partial_messageable(ref.channel_id).get_partial_message(ref.message_id)
        await message.edit(embeds=card.embeds, view=card.view, allowed_mentions=discord.AllowedMentions.none())

    async def _send(self, flag: Flag, card: Card, home: int) -> None:
        called = [] if flag.card else self._gate.called(flag)  # once, not each time the card moves
        message = await self._client.get_partial_messageable(home).send(
            texts.card.call(called) if called else None,
            embeds=card.embeds,
            view=card.view,
            allowed_mentions=discord.AllowedMentions(
                everyone=False, users=False, replied_user=False, roles=[*map(discord.Object, called)] or False
            ),
            nonce=_nonce(flag),  # sent again within minutes, Discord gives back the first message
        )
        await asyncio.to_thread(self._store.save_card, flag.id, CardRef(message.channel.id, message.id))

    async def tidy(self) -> None:
        """Take away the cards that moved and could not be taken away then. Raises nothing."""
        try:
            await self._take_away(await asyncio.to_thread(self._store.moved_cards))
        except StoreError as error:
            self._troubles.met(DATABASE, str(error))

    async def _take_away(self, moved: Iterable[CardRef]) -> None:
        """Take away cards that moved; while one stays, it leads whoever presses it to its successor. StoreError."""
        refusing: set[int] = set()
        for ref in moved:
            if ref.channel_id in refusing:
                continue
            try:
                await self._client.get_partial_messageable(ref.channel_id).get_partial_message(ref.message_id).delete()
            except FAILURES as error:
                if getattr(error, "code", None) not in GONE:
                    refusing.add(ref.channel_id)
                    if ref.channel_id not in self._refusing:
                        told = reason(error)
                        log.warning("cards that moved away from channel %d stay there: %s", ref.channel_id, told)
                    continue
            await asyncio.to_thread(self._store.drop_moved_card, ref)
        self._refusing |= refusing

    async def try_to_show(self, flag_id: int, home: int) -> bool:
        """`show` in the channel `home`. False when it fails in a way that is likely to meet other flags there, too."""
        try:
            await self.show(flag_id)
        except FAILURES as error:
            if isinstance(error, discord.HTTPException) and (error.status == 400 or error.code == UNKNOWN_MESSAGE):
                log.error("flag %d could not be shown: %s", flag_id, reason(error))
                return True
            self.fails(home, error)
            return False
        except Exception:  # a mistake of ours about this one flag: the others are still to be shown
            log.exception("flag %d could not be shown", flag_id)
        self._troubles.over(_cards_in(home))
        return True

    def fails(self, home: int, error: BaseException) -> None:
        """Note what keeps the cards of that channel from being shown."""
        self._troubles.met(DATABASE if isinstance(error, StoreError) else _cards_in(home), reason(error))

    async def shown(self, channel: int) -> dict[int, CardRef]:
        """The cards among a channel's recent messages, by flag id: this bot's own, the oldest of each flag.

        Raises FAILURES.
        """
        cards: dict[int, CardRef] = {}
        async for message in self._client.get_partial_messageable(channel).history(limit=HISTORY):
            flag_id = shown_flag(message)
            if flag_id is not None and self._client.user is not None and message.author.id == self._client.user.id:
                cards[flag_id] = CardRef(message.channel.id, message.id)
        return cards
