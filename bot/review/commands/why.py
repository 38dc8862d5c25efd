"""The message command "Why this score?": what the model makes of a post, and what for."""

import asyncio

import discord
from discord import app_commands

from bot.config import Mode
from bot.review import texts
from bot.review.commands.flagging import post_of
from bot.review.commands.room import Asked, Room
from bot.review.controls import Interaction
from bot.review.marking import passage, plain
from bot.review.reply import Reply
from classifier.labels import TEXT_LABELS

ROOM_FOR_TEXT = 1_200
MARKS_PER_LABEL = 4
ROOM_FOR_MODEL = 60


def build(room: Room) -> app_commands.ContextMenu:
    """The command."""

    async def why(interaction: Interaction, message: discord.Message) -> None:
        await room.answer(interaction, lambda asked: _explain(room, asked, message))

    return app_commands.ContextMenu(name=texts.commands.WHY, callback=why)


async def _explain(room: Room, _: Asked, message: discord.Message) -> Reply:
    post = post_of(room, message)
    if post is None:
        return Reply(texts.commands.NOT_A_POST)
    found = await room.judge.look_at(post)
    watched = room.reader.reads(message)
    lines = [
        texts.commands.why_line(
            label,
            chance,
            room.judge.thresholds.of(label, post),
            shown=watched and room.settings.modes.of(label, post.source) is Mode.REVIEW,
        )
        for label, chance in found.probabilities.items()
    ]
    embed = discord.Embed(title=texts.commands.WHY, description="\n".join(lines))
    for label in TEXT_LABELS:
        marks = found.spans.get(label, ())[:MARKS_PER_LABEL]
        focus = max(marks, key=lambda span: span.weight, default=None)
        words = passage(post.text, ROOM_FOR_TEXT // 2, marks, focus.start if focus else 0)
        embed.add_field(
            name=texts.commands.weighed_most(label),
            value=words if marks else texts.commands.NOTHING_WEIGHED,
            inline=False,
        )
    if not watched:
        embed.add_field(name=texts.commands.NOT_READ, value=texts.commands.NOT_READ_HERE, inline=False)
    flags = await asyncio.to_thread(room.store.flags_of, post.key)
    if flags:
        card = room.desk.link(flags[-1])
        embed.add_field(
            name=texts.commands.FLAG_OF_IT, value=texts.commands.flagged_before(flags[-1].state, card), inline=False
        )
    embed.set_footer(text=texts.commands.judged_by(plain(found.model, ROOM_FOR_MODEL)))
    return Reply(embed=embed)
