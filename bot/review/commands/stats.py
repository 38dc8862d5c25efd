"""`/flagpost stats`: how right the flags were, what was missed, who decided."""

import asyncio
from datetime import datetime, timedelta

import discord
from discord import app_commands

from bot.review import command_texts as texts
from bot.review import statistics_texts
from bot.review.commands.reply import Interaction, Reply
from bot.review.commands.room import Asked, Room
from bot.review.marking import ROOM_FOR_NAME, inert
from bot.statistics.chart import chart
from bot.statistics.summary import Summary, summarise
from bot.store.scope import Scope
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

    @app_commands.command(name="stats", description=texts.STATS)
    @app_commands.describe(days=texts.STATS_DAYS)
    @app_commands.choices(
        days=[app_commands.Choice(name=statistics_texts.last_days(days), value=days) for days in DAYS]
    )
    async def stats(interaction: Interaction, days: int = DAYS[1]) -> None:
        await room.answer(interaction, lambda asked: _stats(room, asked, days))

    return stats


async def _stats(room: Room, asked: Asked, days: int) -> Reply:
    return await asyncio.to_thread(_figures, room.store, asked.scope, asked.now - timedelta(days=days), asked.now)


def _figures(store: Store, scope: Scope, since: datetime, until: datetime) -> Reply:
    summary = gathered(store, scope, since, until)
    return Reply(embed=figures(summary), picture=chart(summary.weeks[-MOST_WEEKS:], statistics_texts.CHART))


def gathered(store: Store, scope: Scope, since: datetime, until: datetime) -> Summary:
    """All figures of a stretch of time. Raises StoreError."""
    audits = [audit for audit in store.samples.since(since) if audit.guild in scope.guilds]
    return summarise(store.cases(since, scope), audits, since, until)


def figures(summary: Summary) -> discord.Embed:
    """The figures as they stand in an answer; the chart goes along as `chart.png`."""
    title = statistics_texts.stats_title(summary.since, summary.until)
    embed = discord.Embed(title=title, description=statistics_texts.flags_raised(summary.flags))
    for name, value in _fields(summary):
        embed.add_field(name=name, value=value, inline=False)
    embed.set_image(url=PICTURE)
    embed.set_footer(text=statistics_texts.INTERVALS)
    return embed


def _fields(summary: Summary) -> list[tuple[str, str]]:
    places = list(summary.places.items())[:MOST_PLACES]
    deciders = summary.deciders[:MOST_DECIDERS]
    fields = [
        (statistics_texts.RIGHT, statistics_texts.precision(summary.precision)),
        (
            statistics_texts.RIGHT_BY_PLACE,
            "\n".join(statistics_texts.place(inert(name, ROOM_FOR_NAME), precision) for name, precision in places),
        ),
        (statistics_texts.RIGHT_BY_WEEK, "\n".join(map(statistics_texts.week, summary.weeks[-MOST_PLACES:]))),
        (
            statistics_texts.DECISIONS,
            "\n".join(
                statistics_texts.decider(inert(one.name, ROOM_FOR_NAME), one.confirmed, one.dismissed)
                for one in deciders
            ),
        ),
        (statistics_texts.WAIT, statistics_texts.wait(summary.waiting)),
        (statistics_texts.AGREEMENT, statistics_texts.agreement(summary.agreement)),
        (statistics_texts.MISSED, statistics_texts.missed(summary.missed)),
        (statistics_texts.REPORTED, statistics_texts.reported(summary.reported)),
    ]
    return [(name, value) for name, value in fields if value]
