"""The review desk: brings flags before the moderators and acts on what they press."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial

import discord

from bot.config import NoiseSettings, ReviewSettings
from bot.review import controls, texts
from bot.review.channel import FAILURES, ReviewChannels, reason
from bot.review.gate import Gate
from bot.review.places import Places
from bot.review.presses import Presses
from bot.store.errors import StoreError
from bot.store.likeness import guild_of
from bot.store.records import CardRef, Flag, FlagState
from bot.store.share import ALL, Share
from bot.store.store import Store
from bot.troubles import DATABASE, Troubles
from classifier.post import Post

log = logging.getLogger(__name__)

OUTBOX_PAGE = 100
"""Flags taken from the outbox at a time."""

EVERYTHING_AT_ONCE = NoiseSettings(most_open=0)
"""No flag waits for its card."""


class ReviewDesk:
    """The cards of all flags of one Discord client, in the channel of `settings` or that of their source."""

    def __init__(
        self,
        client: discord.Client,
        store: Store,
        settings: ReviewSettings,
        of_source: Mapping[str, int],
        noise: NoiseSettings = EVERYTHING_AT_ONCE,
        troubles: Troubles | None = None,
        share: Share = ALL,
    ) -> None:
        self._share = share
        self._troubles = troubles or Troubles()
        self._client = client
        self._store = store
        self._gate = Gate(client, store, noise)
        self._places = Places(settings, of_source)
        self._channels = ReviewChannels(client, store, self._places, self._gate, self._troubles, share)
        self._presses = Presses(self._channels, store, self._places, self._owe)
        self._main = settings.channel
        self._claim_lifetime = timedelta(minutes=settings.claim_minutes)
        self._owed: dict[int, set[int]] = {}  # by channel, the flags whose cards could not be brought up to date
        self._recovering = asyncio.Lock()

    def register(self) -> None:
        """Make the controls of every card work, also of those sent before this start."""
        controls.register(self._client, self._presses.answer)

    async def show(self, flag: Flag) -> bool:
        """Bring the card that shows a flag up to date, or post it if there is none yet; whether later cards are worth
        a try.

        When it fails, the log says why, and this card and all later ones of its channel wait for `retry`.
        """
        shown = await self._show_card(flag.shown_as, self._places.home(flag))
        if flag.lead is not None and flag.state is FlagState.ESCALATED and flag.held is not None:
            await self._tell_leads(flag, flag.lead, flag.held.at)
        return shown

    async def _tell_leads(self, joined: Flag, lead: int, since: datetime) -> None:
        """Say that an escalated card has doubled, for an edit calls nobody's eye. When that fails, the log says why."""
        try:
            flags = await asyncio.to_thread(self._store.doubled_to, lead, since, joined.id)
            card = await asyncio.to_thread(self._store.flag, lead) if flags else None
            if flags and card is not None:
                await self._channels.say(
                    self._places.home(card), texts.notices.grown(lead, flags, self._channels.link(card))
                )
        except FAILURES as error:
            log.error("the leads could not be told that flag %d has grown: %s", lead, reason(error))

    async def let_in(self) -> None:
        """Post the cards that need not wait any longer, and say how many still do. To be called every minute or so."""
        for channel in sorted(self._places.ids):
            try:
                await self._gate.let_in(channel, partial(self._show_card, home=channel))
            except FAILURES as error:
                self._troubles.met(f"the notice in channel {channel}", reason(error))
            else:
                self._troubles.over(f"the notice in channel {channel}")

    async def _show_card(self, flag_id: int, home: int) -> bool:
        async with self._channels.lock(flag_id):
            if home not in self._owed and await self._channels.try_to_show(flag_id, home):
                return True
        self._owed.setdefault(home, set()).add(flag_id)
        return False

    def _owe(self, flag: Flag) -> None:
        self._owed.setdefault(self._places.home(flag), set()).add(flag.shown_as)

    def hold_back(self, when: Callable[[Flag], bool]) -> None:
        """While `when` is true of a flag without a card, it gets none; `recover` makes good for it."""
        self._channels.held_back = when

    def follow(self, noise: NoiseSettings) -> None:
        """Let cards in by these from now on."""
        self._gate.settings = noise

    def queue(self, post: Post) -> int:
        """The id of the channel where new cards about a post belong."""
        return self._places.queue(post)

    def link(self, flag: Flag) -> str | None:
        """The address of the flag's card; None where that is not known."""
        return self._channels.link(flag)

    def home(self, post: Post) -> object:
        """Whose matter a post is: the same for posts whose cards come to the same people in the same channel."""
        return self._places.queue(post), guild_of(post)

    async def open_what_lapsed(self) -> None:
        """Open the flags whose claim expired or whose snooze is over, and show it. To be called every minute or so."""
        try:
            lapsed = await asyncio.to_thread(self._store.lapse, discord.utils.utcnow(), self._claim_lifetime)
        except StoreError as error:
            self._troubles.met(DATABASE, str(error))
            return
        for flag in lapsed:
            await self.show(flag)

    async def tell(self, line: str) -> bool:
        """Say a line in the review channel; whether that worked."""
        try:
            await self._channels.say(self._main, line)
        except FAILURES as error:
            self._troubles.met("telling the moderators something", reason(error))
            return False
        self._troubles.over("telling the moderators something")
        return True

    def hold(self) -> None:
        """Show nothing until `retry`: cards of an earlier run are to be found before others are sent in their place."""
        for home in self._places.ids:
            self._owed.setdefault(home, set())

    async def retry(self) -> None:
        """Show what could not be shown, after a look at what stands there already. Raises nothing."""
        await self._channels.tidy()
        owed, self._owed = self._owed, {}
        if not owed:
            return
        await self.recover()
        try:
            for flag_id in sorted(set().union(*owed.values())):
                await self._show_again(flag_id)
        except StoreError as error:
            self._troubles.met(DATABASE, str(error))
            for home, flag_ids in owed.items():
                self._owed.setdefault(home, set()).update(flag_ids)

    async def _show_again(self, flag_id: int) -> None:
        flag = await asyncio.to_thread(self._store.flag, flag_id)
        if flag is not None and self._share.covers(flag.post):
            await self.show(flag)

    async def recover(self) -> None:
        """Note down the cards that were posted just before a stop or a failure, post those that never were, also in
        place of those in channels that hold no cards any more, and let the others tell what joined them.
        """
        async with self._recovering:
            await self._recover()

    async def _recover(self) -> None:
        last = 0
        cards: dict[int, Mapping[int, CardRef]] = {}
        usable = set(self._places.ids)
        try:
            await asyncio.to_thread(self._store.recall_cards, self._places.ids, self._share)
            waiting = await asyncio.to_thread(self._store.waiting.channels)
            while usable and (flags := await self._outbox(last)):
                for flag in flags:
                    last = flag.id
                    home = self._places.home(flag)
                    waits = waiting.get(flag.id) == home
                    if home in usable and not await self._brought_back(flag, home, cards, waits=waits):
                        usable.remove(home)
            for flag_id in await asyncio.to_thread(self._store.untold_bursts):
                await self._show_again(flag_id)
        except StoreError as error:
            self._troubles.met(DATABASE, str(error))
            self.hold()

    async def _brought_back(
        self, flag: Flag, home: int, cards: dict[int, Mapping[int, CardRef]], *, waits: bool
    ) -> bool:
        """Note down or post one card; whether later ones in the same channel are worth a try. Raises StoreError.

        Where it waits, `let_in` is to post it, and there may be thousands.
        """
        if home not in cards:
            try:
                cards[home] = await self._channels.shown(home)
            except FAILURES as error:
                self._channels.fails(home, error)
                self._owed.setdefault(home, set())
                return False
        if flag.id in cards[home]:
            await asyncio.to_thread(self._store.save_card, flag.id, cards[home][flag.id])
        elif waits:
            return True
        return await self.show(flag)

    async def _outbox(self, after: int) -> list[Flag]:
        return await asyncio.to_thread(self._store.flags_without_card, OUTBOX_PAGE, self._share, after)
