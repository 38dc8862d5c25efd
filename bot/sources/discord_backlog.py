"""What was said on Discord while the bot did not listen, read back from the channels' histories.

Discord tells a new session nothing of what happened before it. So the store keeps for each channel the position up to
which everything is stored, and a start or a reconnect reads on from there.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Protocol

import aiohttp
import discord

from bot.sources.discord_source import SOURCE, DiscordSource, ServerChannel
from bot.store.errors import StoreError
from bot.store.store import Store
from bot.troubles import DATABASE, Troubles
from classifier.post import Post, PostKey

log = logging.getLogger(__name__)

MOST = 10_000
"""Messages of one channel that are read back, the newest: a hundred requests, which Discord grants in a minute."""

CHUNK = 500
"""Posts stored at a time."""

REMEMBERED = 5_000
"""Channels and threads whose positions are kept: those with the newest messages."""

TellSkipped = Callable[[int, int], Awaitable[None]]
"""Tells staff that of what was missed in a channel, by its id, only so many messages were read: the newest."""


class Intake(Protocol):
    """Where posts go."""

    def submit(self, post: Post) -> bool:
        """Take a post in, to be stored soon; False when there is no room for it."""
        ...

    async def take_in(self, posts: Sequence[Post], deleted: Sequence[PostKey], as_of: datetime | None) -> None:
        """Store posts; returns when that is on disk. Raises StoreError."""
        ...

    async def stored(self) -> None:
        """Returns when all that was submitted before is on disk, or will be before anything saved later. StoreError."""
        ...


class Backlog:
    """Follows every channel that is read, without a gap: what is said, and what was missed, goes to `intake`.

    A message for which there is no room is read back later: Discord keeps it meanwhile.
    """

    def __init__(
        self,
        source: DiscordSource,
        store: Store,
        intake: Intake,
        tell_skipped: TellSkipped,
        troubles: Troubles | None = None,
    ) -> None:
        self._source = source
        self._store = store
        self._intake = intake
        self._tell_skipped = tell_skipped
        self._positions: dict[int, int] | None = None
        self._heard: dict[int, int] = {}
        self._current: set[int] = set()
        self._current_before: set[int] = set()
        self._turned_away: set[int] = set()
        self._is_listening = False
        self._interruptions = 0
        self._troubles = troubles or Troubles()
        self._turn = asyncio.Lock()

    def hear(self, message: discord.Message) -> None:
        """A message was sent just now: submit it if it is to be read."""
        channel = message.channel.id
        if self._source.reads(message) and not self._intake.submit(self._source.to_post(message)):
            self._turned_away.add(channel)
            self._current.discard(channel)
            self._current_before.discard(channel)
        else:
            self._heard[channel] = max(message.id, self._heard.get(channel, 0))

    def listening(self) -> None:
        """A new session has begun: what is said from now on is heard, what was said before is for `read_back`."""
        self._is_listening = True
        self._current, self._current_before = set(), set()

    def interrupted(self) -> None:
        """The connection is lost: from now on messages are missed, until `resumed` or `listening`."""
        self._is_listening = False
        self._interruptions += 1
        if self._current:
            self._current_before, self._current = self._current, set()

    def resumed(self) -> None:
        """The old session goes on, and Discord has told what was missed."""
        self._is_listening = True
        self._current |= self._current_before

    async def read_back(self, guilds: Sequence[discord.Guild]) -> None:
        """Read what was missed in each channel, or the newest `MOST` messages of it. Raises nothing.

        While the connection is lost nothing is read, as more is missed after it; the next session has to do it.
        A channel that cannot be read now is left for the next call; one without a gap costs nothing. In a channel that
        is seen for the first time, reading begins now, or with its first message when the channel is younger than the
        newest message known.
        """
        interruptions = self._interruptions
        async with self._turn:
            if not self._is_listening:
                return
            try:
                known = await self._known()
                newest_known = _newest(known, guilds)
                for channel in self._behind(guilds):
                    if interruptions != self._interruptions:
                        break  # these channels know of nothing that is said in the next session
                    if channel.id not in known and newest_known is not None and channel.id > newest_known:
                        known[channel.id] = 0  # kept, for it may be read only when others are further on
                    since = known.get(channel.id, channel.last_message_id or 0)
                    await self._catch_up(channel, since, interruptions)
                await self.note()
            except StoreError as error:
                self._troubles.met(DATABASE, str(error))

    async def note(self) -> None:
        """Keep in the store how far everything is stored. Raises StoreError."""
        if self._positions is None:
            return
        heard = {channel: self._heard[channel] for channel in self._current & self._heard.keys()}
        await self._intake.stored()
        advanced = {channel: at for channel, at in heard.items() if at > self._positions.get(channel, -1)}
        if advanced:
            self._positions.update(advanced)
            await self._save()

    async def _known(self) -> dict[int, int]:
        if self._positions is None:
            state = await asyncio.to_thread(self._store.source_state, SOURCE) or {}
            self._positions = {int(channel): at for channel, at in state.get("positions", {}).items()}
        return self._positions

    async def _save(self) -> None:
        positions = {str(channel): at for channel, at in (self._positions or {}).items()}
        await asyncio.to_thread(self._store.advance, SOURCE, positions, REMEMBERED)

    def _behind(self, guilds: Sequence[discord.Guild]) -> Iterator[ServerChannel]:
        for guild in guilds:
            channels: list[ServerChannel] = [*guild.text_channels, *guild.voice_channels, *guild.stage_channels]
            for channel in (*channels, *guild.threads):
                if channel.id not in self._current and self._source.covers(channel):
                    yield channel

    async def _catch_up(self, channel: ServerChannel, since: int, interruptions: int) -> None:
        """Close the gap between `since` and now, if there is one, after so many interruptions. Raises StoreError."""
        self._turned_away.discard(channel.id)
        newest = max(since, channel.last_message_id or 0)
        granted = channel.permissions_for(channel.guild.me)
        if newest > since and granted.view_channel:
            if not granted.read_message_history:  # Discord would answer with no messages, as if there were none
                self._troubles.met(_missed_in(channel.id), "cannot be read yet (Read Message History is not granted)")
                return
            try:
                await self._read(channel, since)
            except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
                answer = f"Discord answered {error.status}" if isinstance(error, discord.HTTPException) else None
                self._troubles.met(_missed_in(channel.id), f"cannot be read yet ({answer or type(error).__name__})")
                return
        self._troubles.over(_missed_in(channel.id))
        self._heard[channel.id] = max(newest, self._heard.get(channel.id, 0))
        # What was lost while this was read left a new gap, which the next reading is to close.
        if channel.id not in self._turned_away and interruptions == self._interruptions:
            self._current.add(channel.id)

    async def _read(self, channel: ServerChannel, since: int) -> None:
        as_of = datetime.now(UTC)
        history = channel.history(limit=MOST, after=discord.Object(since), oldest_first=False)
        count, posts = 0, []
        async for message in history:
            count += 1
            if self._source.reads(message):
                posts.append(self._source.to_post(message))
        posts.reverse()
        for start in range(0, len(posts), CHUNK):
            await self._intake.take_in(posts[start : start + CHUNK], (), as_of)
        if count:
            log.info("channel %d: %d missed messages were read back", channel.id, count)
        if count == MOST:
            log.warning("channel %d: more than %d messages were missed; older ones were not read", channel.id, MOST)
            await self._tell_skipped(channel.id, MOST)


def _newest(known: Mapping[int, int], guilds: Sequence[discord.Guild]) -> int | None:
    """The newest message known on these servers: what other processes know of others tells nothing about them."""
    here = (channel.id for guild in guilds for channel in (*guild.channels, *guild.threads))
    return max((known[id] for id in here if id in known), default=None)


def _missed_in(channel: int) -> str:
    return f"what was missed in channel {channel}"
