"""`/flagpost thresholds`: what the thresholds in force bring in flags a day."""

import asyncio

import discord
from discord import app_commands

from bot.review import texts
from bot.review.commands.room import Asked, Room
from bot.review.controls import Interaction
from bot.review.marking import ROOM_FOR_NAME, inert
from bot.review.reply import Reply
from bot.workload import InForce, thresholds_in_force
from classifier.labels import Label

MOST_OF_LABEL = 5
"""Thresholds told of one label: that for everywhere, and those of the first places and forums."""


def build(room: Room) -> app_commands.Command[app_commands.Group, ..., None]:
    """The command."""

    @app_commands.command(name="thresholds", description=texts.commands.THRESHOLDS)
    async def thresholds(interaction: Interaction) -> None:
        await room.answer(interaction, lambda asked: _thresholds(room, asked))

    return thresholds


async def _thresholds(room: Room, asked: Asked) -> Reply:
    wishes = room.settings.thresholds
    found = await asyncio.to_thread(thresholds_in_force, wishes, room.judge.model, room.store, asked.now)
    embed = discord.Embed(title=texts.commands.THRESHOLDS)
    for label in Label:
        theirs = [one for one in found if one.label is label and _is_theirs(room, asked, one)]
        rest = texts.statistics.ELSEWHERE if len(theirs) > 1 else texts.statistics.EVERYWHERE
        lines = [_line(one, rest) for one in theirs]
        embed.add_field(name=label.display, value="\n".join(lines[:MOST_OF_LABEL]), inline=False)
    if any(one.evidence.is_thin for one in found):
        embed.description = texts.statistics.THIN
    embed.set_footer(text=texts.statistics.NEXT_30_DAYS)
    return Reply(embed=embed)


def _is_theirs(room: Room, asked: Asked, one: InForce) -> bool:
    """Whether a threshold is for everywhere, or for a place or forum whose posts they see."""
    if one.scope.source is not None:
        return one.scope.source in asked.reach.forums
    if one.scope.place is None:
        return True
    channel = room.client.get_channel(int(one.scope.place)) if one.scope.place.isdecimal() else None
    return isinstance(channel, discord.abc.GuildChannel) and channel.guild.id in asked.reach.guilds


def _line(one: InForce, rest: str) -> str:
    if one.scope.place is not None:
        where = f"<#{one.scope.place}>"
    else:
        where = inert(one.scope.source or "", ROOM_FOR_NAME) or rest
    wish = "" if isinstance(one.wish, float) else inert(str(one.wish), ROOM_FOR_NAME)
    return texts.statistics.workload(
        where, one.threshold, wish, one.workload, daily=one.evidence.posts_a_day is not None
    )
