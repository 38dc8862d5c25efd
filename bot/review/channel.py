"""The moderator channels: which message shows which flag."""

import asyncio
import logging
from collections.abc import Mapping
from weakref import WeakValueDictionary

import aiohttp
import discord

from bot.config import ReviewSettings
from bot.review.buttons import shown_flag
from bot.review.card import Card, render
from bot.store.errors import StoreError
from bot.store.records import Burst, CardRef, Flag
from bot.store.store import Store
from classifier.post import Post

log = logging.getLogger(__name__)

HISTORY = 500
"""Messages read back after a stop: far more than the cards that one moment can leave unsaved."""

FAILURES = (discord.HTTPException, aiohttp.ClientError, OSError, StoreError)
"""What can go wrong with a card through no fault of ours: Discord refuses or cannot be reached, or the store fails."""

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


class ReviewChannels:
    """Sends and edits cards. Whoever touches a flag's card holds `lock(flag_id)`, so that no older state overtakes.

    Cards go to the channel in `settings`, those of a source named in `of_source` to that source's own.
    """

    def __init__(
        self, client: discord.Client, store: Store, settings: ReviewSettings, of_source: Mapping[str, int]
    ) -> None:
        self.ids = frozenset((settings.channel, *of_source.values()))
        self._default = settings.channel
        self._of_source = of_source
        self._client = client
        self._store = store
        self._posts_before = settings.posts_before
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    def lock(self, flag_id: int) -> asyncio.Lock:
        """The lock of one flag's card."""
        return self._locks.setdefault(flag_id, asyncio.Lock())

    def home(self, post: Post) -> int:
        """The id of the channel where a card about the post belongs."""
        return self._of_source.get(post.source, self._default)

    async def card(self, flag: Flag) -> Card:
        """The card of a flag as it stands. StoreError when the database fails."""
        return await asyncio.to_thread(lambda: self._drawn(flag, self._store.burst(flag.id)))

    def _drawn(self, flag: Flag, burst: Burst | None) -> Card:
        return render(flag, self._store.posts_before(flag.post, self._posts_before), burst)

    async def show(self, flag_id: int) -> None:
        """Make its channel show a flag as the store has it: edit its card, or send it when there is none.

        Raises FAILURES.
        """
        flag = await asyncio.to_thread(self._store.flag, flag_id)
        if flag is None:
            return
        burst = await asyncio.to_thread(self._store.burst, flag.id)
        card = await asyncio.to_thread(self._drawn, flag, burst)
        if flag.card is None:
            await self._send(flag, card)
        else:
            place = self._client.get_partial_messageable(flag.card.channel_id)
            await place.get_partial_message(flag.card.message_id).edit(
                embeds=card.embeds, view=card.view, allowed_mentions=discord.AllowedMentions.none()
            )
        if burst is not None:
            await asyncio.to_thread(self._store.note_told, flag.id, burst.last_flag)

    async def _send(self, flag: Flag, card: Card) -> None:
        message = await self._client.get_partial_messageable(self.home(flag.post)).send(
            embeds=card.embeds,
            view=card.view,
            allowed_mentions=discord.AllowedMentions.none(),
            nonce=f"flagpost-{flag.id}",  # sent again within minutes, Discord gives back the first message
        )
        await asyncio.to_thread(self._store.save_card, flag.id, CardRef(message.channel.id, message.id))

    async def try_to_show(self, flag_id: int) -> bool:
        """`show`, with a failure in the log. False when a failure is likely to meet other flags, too."""
        try:
            await self.show(flag_id)
        except FAILURES as error:
            log.error("flag %d could not be shown: %s", flag_id, reason(error))
            return isinstance(error, discord.HTTPException) and error.status == 400
        except Exception:  # a mistake of ours about this one flag: the others are still to be shown
            log.exception("flag %d could not be shown", flag_id)
        return True

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
