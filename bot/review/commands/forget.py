"""`/flagpost forget`: erase what somebody wrote, at that person's wish. There is no way back, so it is asked twice."""

import asyncio
import logging

import discord
from discord import ButtonStyle, app_commands, ui

from bot.review import texts
from bot.review.commands.authors import named, suggest, taken_apart
from bot.review.commands.controls import button
from bot.review.commands.room import Asked, Room
from bot.review.controls import Interaction
from bot.review.marking import ROOM_FOR_NAME, inert
from bot.review.reply import Reply

log = logging.getLogger(__name__)

KIND = "forget"


def build(room: Room) -> app_commands.Command[app_commands.Group, ..., None]:
    """The command."""

    @app_commands.command(name="forget", description=texts.commands.FORGET)
    @app_commands.describe(**texts.commands.FORGET_OPTIONS)
    async def forget(interaction: Interaction, member: discord.User | None = None, author: str | None = None) -> None:
        about = named(member, author)
        await room.answer(interaction, lambda asked: _ask(room, asked, about), room.highest(interaction.guild_id))

    @forget.autocomplete("author")
    async def authors(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        return await suggest(room, interaction, current)

    return forget


async def _ask(room: Room, asked: Asked, about: str) -> Reply:
    author = taken_apart(about)
    if author is None:
        return Reply(texts.commands.NAME_SOMEBODY)
    posts, name = await asyncio.to_thread(room.store.search.posts_of, *author, asked.reach)
    if not posts:
        return Reply(texts.commands.NOTHING_TO_FORGET)
    view = ui.View(timeout=None)
    view.add_item(button(texts.commands.FORGET_SURELY, KIND, 0, about, ButtonStyle.danger))
    return Reply(texts.commands.forget_surely(inert(name or author[1], ROOM_FOR_NAME), posts), view=view)


async def press(room: Room, asked: Asked, _number: int, about: str) -> Reply:
    """The second word: erase what `about` wrote on the servers and forums that are theirs who ask."""
    least = room.highest(asked.guild)
    if asked.level < least:
        return Reply(texts.commands.may_not(least))
    author = taken_apart(about)
    if author is None:
        return Reply(texts.commands.NAME_SOMEBODY)
    gone = await asyncio.to_thread(room.store.privacy.forget, *author, asked.reach)
    log.info("moderator %s had %d posts of one author erased", asked.moderator.id, gone.posts)
    return Reply(texts.commands.forgotten(gone))
