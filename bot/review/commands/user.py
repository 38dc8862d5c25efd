"""`/flagpost user`: what was flagged of somebody here, and what came of it."""

import asyncio
from datetime import timedelta

import discord
from discord import app_commands

from bot.review import texts
from bot.review.commands.controls import LONGEST_ABOUT
from bot.review.commands.listing import page_of_flags
from bot.review.commands.reply import Interaction, Reply
from bot.review.commands.room import Asked, Room
from bot.review.marking import ROOM_FOR_NAME, plain
from bot.review.staff import Level
from bot.store.records import FlagState
from bot.store.scope import DISCORD
from bot.store.search import Wanted

KIND = "user"

REMEMBERED = timedelta(days=180)
"""What is older no longer counts against anybody."""
SUGGESTIONS = 25
"""As many as Discord shows."""


def build(room: Room) -> app_commands.Command[app_commands.Group, ..., None]:
    """The command."""

    @app_commands.command(name="user", description=texts.commands.USER)
    @app_commands.describe(**texts.commands.USER_OPTIONS)
    async def user(interaction: Interaction, member: discord.User | None = None, author: str | None = None) -> None:
        about = f"{DISCORD}/{member.id}" if member else author or ""
        await room.answer(interaction, lambda asked: page(room, asked, 0, about))

    @user.autocomplete("author")
    async def authors(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        asked = room.asked(interaction)
        if asked is None or asked.level < Level.MODERATOR:
            return []
        found = await asyncio.to_thread(room.store.search.authors, current, asked.scope, SUGGESTIONS)
        return [
            app_commands.Choice(name=plain(texts.commands.author_of(author.name, author.source), 100), value=key)
            for author in found
            if len(key := f"{author.source}/{author.id}") <= LONGEST_ABOUT
        ]

    return user


async def page(room: Room, asked: Asked, number: int, about: str) -> Reply:
    """One page of what was flagged of `about`, which is a source and an id there with a slash between."""
    source, slash, author_id = about.partition("/")
    if not slash or not author_id or len(about) > LONGEST_ABOUT:
        return Reply(texts.commands.NAME_SOMEBODY)
    wanted = Wanted(source=source, author_id=author_id, since=asked.now - REMEMBERED)
    states = await asyncio.to_thread(room.store.search.tally, wanted, asked.scope)
    posts, name = await asyncio.to_thread(room.store.search.posts_of, source, author_id, asked.scope)
    intro = texts.commands.record(posts, sum(states.values()), states[FlagState.CONFIRMED], states[FlagState.DISMISSED])
    title = plain(name or author_id, ROOM_FOR_NAME)
    return await page_of_flags(
        room, asked, wanted, number, kind=KIND, about=about, title=title, intro=intro, nothing=intro
    )
