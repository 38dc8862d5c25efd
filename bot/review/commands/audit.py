"""`/flagpost audit`: random posts that were not flagged, to judge one after another.

Whoever judges sees neither what the model said nor who wrote a post: both would lead them.
"""

import asyncio
from datetime import timedelta

import discord
from discord import ButtonStyle, SelectOption, app_commands, ui

from bot.review import texts
from bot.review.commands.controls import button, menu
from bot.review.commands.room import Asked, Room
from bot.review.controls import Interaction
from bot.review.links import usable
from bot.review.marking import inert, passage, plain
from bot.review.reply import Reply
from bot.statistics.shares import Share
from bot.store.records import Sample, SampledPost
from classifier.labels import Label

KIND = "audit"

SIZES = (20, 50, 100, 200)
ROOM_FOR_TEXT = 2_500
ROOM_FOR_PLACE = 100

HARMLESS, CANNOT_TELL = "harmless", "skip"
"""What stands in a button beside the labels' own names."""


def build(room: Room) -> app_commands.Command[app_commands.Group, ..., None]:
    """The command."""

    @app_commands.command(name="audit", description=texts.commands.AUDIT)
    @app_commands.describe(posts=texts.commands.AUDIT_SIZE, days=texts.commands.AUDIT_DAYS)
    @app_commands.choices(posts=[app_commands.Choice(name=str(size), value=size) for size in SIZES])
    async def audit(interaction: Interaction, posts: int = SIZES[1], days: app_commands.Range[int, 1, 90] = 7) -> None:
        await room.answer(interaction, lambda asked: _begin(room, asked, posts, timedelta(days=days)))

    return audit


async def _begin(room: Room, asked: Asked, size: int, window: timedelta) -> Reply:
    samples = room.store.samples
    sample = await asyncio.to_thread(samples.unfinished, asked.moderator, asked.guild)
    if sample is None:
        since, until = asked.now - window, asked.now
        drawn = (asked.moderator, asked.guild, size, since, until, asked.reach, asked.now)
        sample = await asyncio.to_thread(samples.draw, *drawn)
    return Reply(texts.commands.NOTHING_TO_AUDIT) if sample is None else await _next(room, sample)


async def press(room: Room, asked: Asked, number: int, about: str) -> Reply:
    """Take down what somebody says of a post of their sample, and show the next one."""
    sample_id, _, values = about.partition(" ")
    sample = await asyncio.to_thread(room.store.samples.find, int(sample_id)) if sample_id.isdecimal() else None
    if sample is None or sample.moderator != asked.moderator or sample.guild != asked.guild:
        return Reply(texts.commands.NOT_YOUR_AUDIT)
    said = values.split()
    labels = None if CANNOT_TELL in said else [label for label in Label if label in said]
    if labels == [] and HARMLESS not in said:
        return Reply(texts.commands.UNKNOWN_BUTTON)
    await asyncio.to_thread(room.store.samples.judge, sample.id, number, labels, asked.now)
    return await _next(room, sample)


async def _next(room: Room, sample: Sample) -> Reply:
    drawn = await asyncio.to_thread(room.store.samples.next_post, sample.id)
    if drawn is not None:
        return _question(drawn, sample)
    found = await asyncio.to_thread(room.store.samples.find, sample.id)
    return Reply(texts.commands.BROKEN if found is None else _result(found))


def _question(drawn: SampledPost, sample: Sample) -> Reply:
    post = drawn.post
    embed = discord.Embed(
        title=texts.commands.audit_question(drawn.number, sample.size),
        description=passage(post.text, ROOM_FOR_TEXT) or texts.words.NO_WORDS,
        url=usable(post.link),
        timestamp=post.created_at,
    )
    if post.quotations:
        quoted = "\n".join(inert(quotation.text, 200) for quotation in post.quotations[:3])
        embed.add_field(name=texts.card.QUOTED, value=quoted or texts.words.NO_WORDS, inline=False)
    embed.set_footer(text=texts.commands.audit_footer(plain(post.place_name or post.source, ROOM_FOR_PLACE)))
    view = ui.View(timeout=None)
    about = f"{sample.id} "
    view.add_item(button(texts.commands.HARMLESS, KIND, drawn.number, about + HARMLESS, ButtonStyle.success))
    for label in Label:
        view.add_item(button(label.display, KIND, drawn.number, about + label, ButtonStyle.danger))
    view.add_item(button(texts.commands.CANNOT_TELL, KIND, drawn.number, about + CANNOT_TELL))
    options = [SelectOption(label=label.display, value=label.value) for label in Label]
    several = menu(
        KIND,
        drawn.number,
        str(sample.id),
        placeholder=texts.commands.SEVERAL_LABELS,
        min_values=2,
        max_values=len(Label),
        options=options,
    )
    view.add_item(several)
    return Reply(embed=embed, view=view)


def _result(sample: Sample) -> str:
    return texts.statistics.audit_result(Share(sample.missed_any, sample.judged), sample)
