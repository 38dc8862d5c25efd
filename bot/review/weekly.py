"""The weekly summary: on Mondays each server's review channel gets the figures of the week before."""

import asyncio
import io
import logging
from datetime import datetime

import discord
from discord.abc import GuildChannel

from bot.loops import every
from bot.review import texts
from bot.review.channel import FAILURES, reason
from bot.review.commands.room import Room
from bot.review.commands.stats import figures, gathered
from bot.statistics.chart import chart
from bot.statistics.summary import WEEK, monday

log = logging.getLogger(__name__)

DRAWER = "weekly summary"
"""Where the store keeps, by channel, the Monday up to which summaries were sent."""

LOOKED_BACK = 50
"""Messages read back before one is sent: a stop may have come between sending and noting it."""

WEEKS = 8
"""How many weeks the chart shows."""


class WeeklySummary:
    """Sends what is due: once a week and channel, also when the bot was away on Monday."""

    def __init__(self, room: Room) -> None:
        self._room = room

    def start(self) -> None:
        """Begin to look every hour whether one is due."""
        self.look.start()

    def stop(self) -> None:
        """Look no more."""
        self.look.cancel()

    @every(minutes=60)
    async def look(self) -> None:
        """Send the summaries that are due; one that cannot be sent keeps no other server's back."""
        until = monday(discord.utils.utcnow())
        for channel, guild in self._room.main_channels().items():
            try:
                await self._send_if_due(channel, guild, until)
            except FAILURES as error:
                log.error("the weekly summary could not be sent, tried again in an hour: %s", reason(error))

    async def _send_if_due(self, channel: int, guild: int, until: datetime) -> None:
        memories = self._room.store.memories
        sent = await asyncio.to_thread(memories.recall, DRAWER) or {}
        last = sent.get(str(channel))
        if last == until.isoformat():
            return
        # Later than now, the clock was ahead when it was sent; that week is not sent twice.
        if last is not None and datetime.fromisoformat(last) < until:
            await self._send(channel, guild, until)
        await asyncio.to_thread(memories.remember, DRAWER, {**sent, str(channel): until.isoformat()})

    async def _send(self, channel: int, guild: int, until: datetime) -> None:
        place = self._room.client.get_partial_messageable(channel)
        footer = texts.statistics.week_before(until)
        async for message in place.history(limit=LOOKED_BACK):
            if message.author == self._room.client.user and any(one.footer.text == footer for one in message.embeds):
                return
        found = await asyncio.to_thread(self._figures, guild, until)
        if found is None:
            return
        embed, picture = found
        charts = [discord.File(io.BytesIO(picture), "chart.png")] if self._may_attach(channel) else []
        await place.send(
            embed=(embed if charts else embed.set_image(url=None)).set_footer(text=footer),
            files=charts,
            allowed_mentions=discord.AllowedMentions.none(),
            nonce=f"week-{until:%Y%m%d}",  # sent again within minutes, Discord gives back the first message
        )

    def _may_attach(self, channel_id: int) -> bool:
        """Whether Discord would take a file; figures without their chart are better than none."""
        channel = self._room.client.get_channel(channel_id)
        return not isinstance(channel, GuildChannel) or channel.permissions_for(channel.guild.me).attach_files

    def _figures(self, guild: int, until: datetime) -> tuple[discord.Embed, bytes] | None:
        """The figures of the week before, with a chart of the last weeks; None when nothing happened."""
        store, reach = self._room.store, self._room.reach(guild)
        week = gathered(store, reach, until - WEEK, until)
        if not week.flags and not week.deciders and not week.missed.audits:
            return None
        weeks = gathered(store, reach, until - WEEKS * WEEK, until).weeks
        return figures(week), chart(weeks, texts.statistics.CHART)
