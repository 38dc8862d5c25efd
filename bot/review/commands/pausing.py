"""`/flagpost pause` and `/flagpost resume`: no new cards for a while."""

from functools import partial

from discord import app_commands

from bot.review import texts
from bot.review.commands.room import Asked, Room
from bot.review.controls import Interaction
from bot.review.marking import ROOM_FOR_NAME, inert
from bot.review.reply import Reply


def build_pause(room: Room) -> app_commands.Command[app_commands.Group, ..., None]:
    """The command `pause`."""

    @app_commands.command(name="pause", description=texts.commands.PAUSE)
    async def pause(interaction: Interaction) -> None:
        await room.answer(interaction, partial(_pause, room), room.highest(interaction.guild_id))

    return pause


def build_resume(room: Room) -> app_commands.Command[app_commands.Group, ..., None]:
    """The command `resume`."""

    @app_commands.command(name="resume", description=texts.commands.RESUME)
    async def resume(interaction: Interaction) -> None:
        await room.answer(interaction, partial(_resume, room), room.highest(interaction.guild_id))

    return resume


async def _pause(room: Room, asked: Asked) -> Reply:
    if await room.pause.begin(asked.guild, asked.moderator, asked.now):
        return Reply(texts.commands.PAUSED)
    paused = room.pause.of(asked.guild)
    return Reply(
        texts.commands.paused_already(inert(paused.by, ROOM_FOR_NAME), paused.at) if paused else texts.commands.PAUSED
    )


async def _resume(room: Room, asked: Asked) -> Reply:
    if not await room.pause.end(asked.guild):
        return Reply(texts.commands.NOT_PAUSED)
    await room.desk.recover()
    return Reply(texts.commands.RESUMED)
