"""`/flagpost user`: what was flagged of somebody here, and what came of it."""

import asyncio
from datetime import timedelta

import discord
from discord import app_commands

from bot.review import texts
from bot.review.commands.authors import named, suggest, taken_apart
from bot.review.commands.listing import page_of_flags
from bot.review.commands.room import Asked, Room
from bot.review.controls import Interaction
from bot.review.marking import ROOM_FOR_NAME, inert
from bot.review.reply import Reply
from bot.store.context import RECORD_DAYS
from bot.store.records import FlagState
from bot.store.search import Wanted

KIND = "user"


def build(room: Room) -> app_commands.Command[app_commands.Group, ..., None]:
    """The command."""

    @app_commands.command(name="user", description=texts.commands.USER)
    @app_commands.describe(**texts.commands.USER_OPTIONS)
    async def user(interaction: Interaction, member: discord.User | None = None, author: str | None = None) -> None:
        await room.answer(interaction, lambda asked: page(room, asked, 0, named(member, author)))

    @user.autocomplete("author")
    async def authors(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        return await suggest(room, interaction, current)

    return user


async def page(room: Room, asked: Asked, number: int, about: str) -> Reply:
    """One page of what was flagged of `about`, which is a source and an id there with a slash between."""
    author = taken_apart(about)
    if author is None:
        return Reply(texts.commands.NAME_SOMEBODY)
    source, author_id = author
    wanted = Wanted(source=source, author_id=author_id, since=asked.now - timedelta(days=RECORD_DAYS))
    states = await asyncio.to_thread(room.store.search.tally, wanted, asked.reach)
    posts, name = await asyncio.to_thread(room.store.search.posts_of, source, author_id, asked.reach)
    intro = texts.commands.record(
        posts, RECORD_DAYS, sum(states.values()), states[FlagState.CONFIRMED], states[FlagState.DISMISSED]
    )
    title = inert(name or author_id, ROOM_FOR_NAME)
    return await page_of_flags(
        room, asked, wanted, number, kind=KIND, about=about, title=title, intro=intro, nothing=intro
    )
