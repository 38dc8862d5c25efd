"""`/flagpost stats`: how right the flags were, what was missed, who decided."""

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta

import discord
from discord import app_commands

from bot.review import texts
from bot.review.commands.room import Asked, Room
from bot.review.controls import Interaction
from bot.review.marking import ROOM_FOR_NAME, inert
from bot.review.reply import Reply
from bot.statistics.chart import chart
from bot.statistics.summary import Summary, summarise
from bot.store.reach import Reach
from bot.store.store import Store

DAYS = (7, 28, 90, 365)
MOST_PLACES = 5
MOST_DECIDERS = 8
"""With the longest names, more would outgrow the 1,024 units of a field."""
MOST_WEEKS = 12
"""Bars in the chart: more would be too thin to read the days below them."""
PICTURE = "attachment://chart.png"


def build(room: Room) -> app_commands.Command[app_commands.Group, ..., None]:
    """The command."""

    @app_commands.command(name="stats", description=texts.commands.STATS)
    @app_commands.describe(days=texts.commands.STATS_DAYS)
    @app_commands.choices(
        days=[app_commands.Choice(name=texts.statistics.last_days(days), value=days) for days in DAYS]
    )
    async def stats(interaction: Interaction, days: int = DAYS[1]) -> None:
        await room.answer(interaction, lambda asked: _stats(room, asked, days))

    return stats


async def _stats(room: Room, asked: Asked, days: int) -> Reply:
    return await asyncio.to_thread(_figures, room.store, asked.reach, asked.now - timedelta(days=days), asked.now)


def _figures(store: Store, reach: Reach, since: datetime, until: datetime) -> Reply:
    summary = gathered(store, reach, since, until)
    return Reply(embed=figures(summary), picture=chart(summary.weeks[-MOST_WEEKS:], texts.statistics.CHART))


def gathered(store: Store, reach: Reach, since: datetime, until: datetime) -> Summary:
    """All figures of a stretch of time. Raises StoreError."""
    audits = [audit for audit in store.samples.since(since) if audit.guild in reach.guilds]
    return summarise(store.cases(since, reach), audits, since, until)


def figures(summary: Summary) -> discord.Embed:
    """The figures as they stand in an answer; the chart goes along as `chart.png`."""
    title = texts.statistics.stats_title(summary.since, summary.until)
    embed = discord.Embed(title=title, description=texts.statistics.flags_raised(summary.flags))
    for name, value in _fields(summary):
        embed.add_field(name=name, value=value, inline=False)
    embed.set_image(url=PICTURE)
    embed.set_footer(text=texts.statistics.INTERVALS)
    return embed


def _fields(summary: Summary) -> list[tuple[str, str]]:
    places = list(summary.places.items())[:MOST_PLACES]
    deciders = summary.deciders[:MOST_DECIDERS]
    fields = [
        (texts.statistics.RIGHT, texts.statistics.precision(summary.precision)),
        (
            texts.statistics.RIGHT_BY_PLACE,
            _lines(texts.statistics.place(inert(name, ROOM_FOR_NAME), precision) for name, precision in places),
        ),
        (texts.statistics.RIGHT_BY_WEEK, _lines(map(texts.statistics.week, summary.weeks[-MOST_PLACES:]))),
        (
            texts.statistics.DECISIONS,
            _lines(
                texts.statistics.decider(inert(one.name, ROOM_FOR_NAME), one.confirmed, one.dismissed)
                for one in deciders
            ),
        ),
        (texts.statistics.WAIT, texts.statistics.wait(summary.waiting)),
        (texts.statistics.AGREEMENT, texts.statistics.agreement(summary.agreement)),
        (texts.statistics.MISSED, texts.statistics.missed(summary.missed)),
        (texts.statistics.REPORTED, texts.statistics.reported(summary.reported)),
    ]
    return [(name, value) for name, value in fields if value]


def _lines(lines: Iterable[str]) -> str:
    return "\n".join(filter(None, lines))
