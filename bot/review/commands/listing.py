"""Flags as a list, a few a page."""

import asyncio
from collections.abc import Sequence
from functools import partial

import discord

from bot.review import texts
from bot.review.card import headline
from bot.review.commands.controls import pager
from bot.review.commands.room import Asked, Room
from bot.review.marking import ROOM_FOR_NAME, inert
from bot.review.reply import Reply
from bot.store.records import Flag
from bot.store.search import Wanted

A_PAGE = 5
"""Flags on one page: more would outgrow a screen."""
ROOM_FOR_WORDS = 200
ROOM_FOR_PLACE = 60


async def page_of_flags(
    room: Room,
    asked: Asked,
    wanted: Wanted,
    page: int,
    *,
    kind: str,
    about: str = "",
    title: str,
    nothing: str,
    intro: str = "",
    oldest_first: bool = False,
) -> Reply:
    """One page of the flags wanted; `kind` and `about` are what the buttons to the other pages ask. Raises FAILURES."""
    search = partial(room.store.search.flags, oldest_first=oldest_first)
    listed = await asyncio.to_thread(search, wanted, asked.reach, page * A_PAGE, A_PAGE)
    pages = -(-listed.total // A_PAGE)
    if not listed.total:
        return Reply(nothing)
    listing = lines(room, listed.flags) or texts.commands.NO_SUCH_PAGE
    embed = discord.Embed(title=title, description=f"{intro}\n\n{listing}" if intro else listing)
    embed.set_footer(text=texts.commands.page(page + 1, pages, listed.total))
    return Reply(embed=embed, view=pager(kind, page, pages, about))


def lines(room: Room, flags: Sequence[Flag]) -> str:
    """Each flag in a few lines, with a way to its card."""
    return "\n\n".join(_line(room, flag) for flag in flags)


def _line(room: Room, flag: Flag) -> str:
    place = inert(flag.post.place_name or flag.post.source, ROOM_FOR_PLACE)
    return texts.commands.listed(
        flag.id,
        flag.state,
        headline(flag),
        inert(flag.post.author_name or flag.post.author or "", ROOM_FOR_NAME),
        place,
        flag.created_at,
        room.desk.link(flag),
        inert(flag.post.text, ROOM_FOR_WORDS) or texts.words.NO_WORDS,
    )
