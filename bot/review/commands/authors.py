"""Naming an author in a command: a member of the server, or anybody from a list that comes as one types."""

import asyncio

import discord
from discord import app_commands

from bot.review import texts
from bot.review.commands.controls import LONGEST_ABOUT
from bot.review.commands.room import Room
from bot.review.controls import Interaction
from bot.review.marking import plain
from bot.review.staff import Level
from bot.store.reach import DISCORD

SUGGESTIONS = 25
"""As many as Discord shows."""


def named(member: discord.User | None, author: str | None) -> str:
    """The author as buttons carry them: a source and an id there, with a slash between; empty when nobody is named."""
    return f"{DISCORD}/{member.id}" if member else author or ""


def taken_apart(about: str) -> tuple[str, str] | None:
    """The source and the id in what `named` gave, or in what somebody forged."""
    source, slash, author_id = about.partition("/")
    return (source, author_id) if slash and author_id and len(about) <= LONGEST_ABOUT else None


async def suggest(room: Room, interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
    """Authors of flagged posts whose name begins as it was typed so far."""
    asked = room.asked(interaction)
    if asked is None or asked.level < Level.MODERATOR:
        return []
    found = await asyncio.to_thread(room.store.search.authors, current, asked.reach, SUGGESTIONS)
    return [
        app_commands.Choice(name=plain(texts.commands.author_of(author.name, author.source), 100), value=key)
        for author in found
        if len(key := f"{author.source}/{author.id}") <= LONGEST_ABOUT
    ]
