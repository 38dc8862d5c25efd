"""`/flagpost queue` and `/flagpost next`: what waits for a decision."""

import asyncio
from functools import partial

import discord
from discord import app_commands, ui

from bot.review import texts
from bot.review.commands.listing import lines, page_of_flags
from bot.review.commands.room import Asked, Room
from bot.review.controls import Interaction
from bot.review.reply import Reply
from bot.store.records import UNDECIDED, FlagState
from bot.store.search import Wanted

KIND = "queue"


def build_queue(room: Room) -> app_commands.Command[app_commands.Group, ..., None]:
    """The command `queue`."""

    @app_commands.command(name="queue", description=texts.commands.QUEUE)
    async def queue(interaction: Interaction) -> None:
        await room.answer(interaction, lambda asked: page(room, asked, 0))

    return queue


def build_next(room: Room) -> app_commands.Command[app_commands.Group, ..., None]:
    """The command `next`."""

    @app_commands.command(name="next", description=texts.commands.NEXT_FLAG)
    async def next_flag(interaction: Interaction) -> None:
        await room.answer(interaction, partial(_next, room))

    return next_flag


async def page(room: Room, asked: Asked, number: int, _about: str = "") -> Reply:
    """One page of all that is not decided, the oldest first."""
    return await page_of_flags(
        room,
        asked,
        Wanted(states=UNDECIDED, cards_only=True),
        number,
        kind=KIND,
        title=texts.commands.WAITING,
        nothing=texts.commands.NOTHING_WAITS,
        oldest_first=True,
    )


async def _next(room: Room, asked: Asked) -> Reply:
    search = partial(room.store.search.flags, oldest_first=True)
    found = await asyncio.to_thread(search, Wanted(states=(FlagState.OPEN,), cards_only=True), asked.reach, 0, 1)
    if not found.flags:
        return Reply(texts.commands.NOTHING_IS_OPEN)
    embed = discord.Embed(title=texts.commands.open_flags(found.total), description=lines(room, found.flags))
    link = room.desk.link(found.flags[0])
    if link is None:
        return Reply(texts.commands.CARD_WAITS, embed)
    view = ui.View(timeout=None)
    view.add_item(ui.Button(label=texts.commands.TO_THE_CARD, url=link))
    return Reply(embed=embed, view=view)
