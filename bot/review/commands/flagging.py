"""The message command "Flag for review": what a person flags is a post that the model missed."""

import asyncio
from contextlib import suppress

import discord
from discord import SelectOption, app_commands, ui

from bot.review import texts
from bot.review.commands.room import Asked, Room
from bot.review.commands.silence import silence
from bot.review.controls import Interaction
from bot.review.reply import Reply
from bot.store.records import Flag, Report
from classifier.labels import Label
from classifier.post import Post

PATIENCE = 1.0
"""Seconds to find out whether the post is flagged already: Discord takes a form within three, and not after that."""


def build(room: Room) -> app_commands.ContextMenu:
    """The command."""

    async def flag(interaction: Interaction, message: discord.Message) -> None:
        async def ask(_: Asked) -> Reply | ui.Modal:
            post = post_of(room, message)
            if post is None:
                return Reply(texts.commands.NOT_A_POST)
            flag = await _in_the_way(room, post)
            return Form(room, post, room.reader.reads(message)) if flag is None else _flagged_before(room, flag)

        await room.answer(interaction, ask)

    return app_commands.ContextMenu(name=texts.commands.FLAG, callback=flag)


def post_of(room: Room, message: discord.Message) -> Post | None:
    """The post that a message is; None when it is no member's words on a server that is read."""
    if message.guild is None or message.guild.id not in room.settings.discord.guilds or message.author.bot:
        return None
    post = room.reader.to_post(message)
    return post if post.text else None


async def _in_the_way(room: Room, post: Post) -> Flag | None:
    """The flag for which this one would not be accepted; None as well where the store takes long to say so."""
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE):
            return await asyncio.to_thread(room.store.reports.in_the_way, post)
    return None


def _flagged_before(room: Room, flag: Flag) -> Reply:
    return Reply(texts.commands.flagged_before(flag.state, room.desk.link(flag)))


class Form(ui.Modal, title=texts.commands.FLAG):
    """Asks which labels the post deserves, and flags it."""

    labels: ui.Label["Form"] = ui.Label(
        text=texts.commands.WHAT_IS_IT,
        description=texts.commands.WHAT_IS_IT_HINT,
        component=ui.Select(
            custom_id="labels",
            max_values=len(Label),
            options=[
                SelectOption(label=label.display, value=label.value, description=texts.words.LABEL_HINTS[label])
                for label in Label
            ],
        ),
    )

    def __init__(self, room: Room, post: Post, watched: bool) -> None:
        super().__init__()
        self._room, self._post, self._watched = room, post, watched

    async def on_submit(self, interaction: Interaction, /) -> None:
        """Flag the post for the labels chosen."""
        menu = self.labels.component
        assert isinstance(menu, ui.Select)
        labels = [label for label in Label if label in menu.values]
        await self._room.answer(interaction, lambda asked: self._flag(asked, labels))

    async def _flag(self, asked: Asked, labels: list[Label]) -> Reply:
        room, store = self._room, self._room.store
        stored = await asyncio.to_thread(store.search.judged, self._post.key)
        judged = stored[1] if stored and stored[0].revision == self._post.revision else None
        if judged is None:
            found = await room.judge.look_at(self._post)
            await asyncio.to_thread(store.save_post, self._post)
            await asyncio.to_thread(store.save_assessment, self._post, found, (), asked.now)
        report = Report(
            asked.moderator,
            silence(room, self._post, judged, watched=self._watched),
            {label: room.judge.thresholds.of(label, self._post) for label in Label},
        )
        outcome = await asyncio.to_thread(store.reports.report, self._post, labels, report, asked.now)
        if outcome.accepted:
            await room.desk.show(outcome.flag)
        flag = await asyncio.to_thread(store.flag, outcome.flag.id) or outcome.flag
        return Reply(texts.commands.flagged(room.desk.link(flag))) if outcome.accepted else _flagged_before(room, flag)
