"""`/flagpost status`: whether everything works, and if not, what is wrong, in plain words."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import discord
from discord import app_commands

from bot.review import texts
from bot.review.commands.room import Asked, Room
from bot.review.controls import Interaction
from bot.review.marking import ROOM_FOR_NAME, inert
from bot.review.reply import Reply
from bot.store.errors import StoreError
from bot.store.search import Wanted

LATE = timedelta(hours=2)
"""A forum that was not asked with success for so long is worth a word; it may be asked once an hour after failures."""
MOST_COUNTED = 1_000
ROOM_FOR_REASON = 200
MOST_SOURCES, MOST_PROBLEMS = 8, 12
"""More would outgrow what Discord takes of a field and of a description."""

NEEDED = ("view_channel", "send_messages", "embed_links", "read_message_history")
"""What cards take in their channel."""


def build(room: Room) -> app_commands.Command[app_commands.Group, ..., None]:
    """The command."""

    @app_commands.command(name="status", description=texts.commands.STATUS)
    async def status(interaction: Interaction) -> None:
        await room.answer(interaction, lambda asked: _status(room, asked))

    return status


async def _status(room: Room, asked: Asked) -> Reply:
    problems = [*_channels(room, asked), *_troubles(room), *_forums(room, asked)]
    try:
        lines = await asyncio.to_thread(_figures, room, asked)
    except StoreError as error:
        problems.insert(0, texts.commands.store_fails(inert(str(error), ROOM_FOR_REASON)))
        lines = []
    if paused := room.pause.of(asked.guild):
        problems.append(texts.commands.paused_already(inert(paused.by, ROOM_FOR_NAME), paused.at))
    lines.append(texts.commands.in_use(inert(room.judge.model.version, ROOM_FOR_NAME)))
    embed = discord.Embed(
        title=texts.commands.trouble(len(problems)),
        description="\n".join(map(texts.commands.problem, problems[:MOST_PROBLEMS])),
    )
    embed.add_field(name=texts.commands.AS_IT_STANDS, value="\n".join(lines), inline=False)
    return Reply(embed=embed)


def _channels(room: Room, asked: Asked) -> Iterator[str]:
    for channel_id in sorted(room.channels(asked.guild)):
        channel = room.client.get_channel(channel_id)
        if not isinstance(channel, discord.abc.GuildChannel):
            yield texts.commands.no_channel(channel_id)
            continue
        granted = channel.permissions_for(channel.guild.me)
        lacking = [name for name in NEEDED if not getattr(granted, name)]
        if lacking:
            yield texts.commands.lacking(channel_id, lacking)


def _forums(room: Room, asked: Asked) -> Iterator[str]:
    polled = room.last_polls()
    for name in sorted(room.troubles.besides(asked.reach.forums & polled.keys())):
        at = polled[name]
        if at is None:
            yield texts.commands.never_polled(inert(name, ROOM_FOR_NAME))
        elif asked.now - at > LATE:
            yield texts.commands.polled_late(inert(name, ROOM_FOR_NAME), at)


def _troubles(room: Room) -> Iterator[str]:
    for one in room.troubles.current:
        yield texts.commands.fails(inert(one.about, ROOM_FOR_NAME), inert(one.words, ROOM_FOR_REASON), one.since)


def _figures(room: Room, asked: Asked) -> list[str]:
    store = room.store
    seen = store.search.last_seen(asked.reach)
    states = store.search.tally(Wanted(cards_only=True), asked.reach)
    waiting = sum(asked.reach.covers(flag.post) for flag in store.flags_without_card(MOST_COUNTED))
    return [
        *(
            texts.commands.last_seen(inert(source, ROOM_FOR_NAME), at)
            for source, at in sorted(seen.items())[:MOST_SOURCES]
        ),
        texts.commands.undecided(states),
        texts.commands.outbox(waiting),
    ]
