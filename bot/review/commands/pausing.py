"""`/flagpost pause` and `/flagpost resume`: no new cards for a while."""

from functools import partial

from discord import app_commands

from bot.review import command_texts as texts
from bot.review.commands.reply import Interaction, Reply
from bot.review.commands.room import Asked, Room
from bot.review.marking import ROOM_FOR_NAME, inert


def build_pause(room: Room) -> app_commands.Command[app_commands.Group, ..., None]:
    """The command `pause`."""

    @app_commands.command(name="pause", description=texts.PAUSE)
    async def pause(interaction: Interaction) -> None:
        await room.answer(interaction, partial(_pause, room), room.highest(interaction.guild_id))

    return pause


def build_resume(room: Room) -> app_commands.Command[app_commands.Group, ..., None]:
    """The command `resume`."""

    @app_commands.command(name="resume", description=texts.RESUME)
    async def resume(interaction: Interaction) -> None:
        await room.answer(interaction, partial(_resume, room), room.highest(interaction.guild_id))

    return resume


async def _pause(room: Room, asked: Asked) -> Reply:
    if await room.pause.begin(asked.guild, asked.moderator, asked.now):
        return Reply(texts.PAUSED)
    paused = room.pause.of(asked.guild)
    return Reply(texts.paused_already(inert(paused.by, ROOM_FOR_NAME), paused.at) if paused else texts.PAUSED)


async def _resume(room: Room, asked: Asked) -> Reply:
    if not await room.pause.end(asked.guild):
        return Reply(texts.NOT_PAUSED)
    await room.desk.recover()
    return Reply(texts.RESUMED)
