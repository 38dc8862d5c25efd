"""All commands together: made once, told to each server once, and again only when they changed."""

import asyncio
import hashlib
import json
import logging
from collections.abc import Mapping

import discord
from discord import app_commands

from bot.review import texts
from bot.review.answers import Answer
from bot.review.channel import FAILURES, reason
from bot.review.commands import (
    audit,
    controls,
    flagging,
    forget,
    on_card,
    pausing,
    queue,
    search,
    stats,
    status,
    thresholds,
    user,
    why,
)
from bot.review.commands.room import Room
from bot.review.controls import Interaction
from bot.review.reply import Reply

log = logging.getLogger(__name__)

DRAWER = "commands"
"""Where the store keeps what each server was told."""

_HIDDEN_FROM_MEMBERS = discord.Permissions(manage_messages=True)
"""Whom Discord shows the commands to; a server's administrators can choose others. Asking takes a role all the same."""

_BUILDERS = (
    queue.build_queue,
    queue.build_next,
    search.build,
    user.build,
    stats.build,
    thresholds.build,
    audit.build,
    pausing.build_pause,
    pausing.build_resume,
    status.build,
    forget.build,
)
_MESSAGE_COMMANDS = (flagging.build, why.build)
PRESSES: Mapping[str, controls.Press] = {
    queue.KIND: queue.page,
    search.KIND: search.page,
    user.KIND: user.page,
    on_card.KIND: on_card.page,
    audit.KIND: audit.press,
    forget.KIND: forget.press,
}


class Commands(app_commands.CommandTree[discord.Client]):
    """The commands of one client."""

    def __init__(self, room: Room) -> None:
        super().__init__(room.client)
        self._room = room
        group = app_commands.Group(
            name="flagpost", description=texts.commands.GROUP, guild_only=True, default_permissions=_HIDDEN_FROM_MEMBERS
        )
        for build in _BUILDERS:
            group.add_command(build(room))
        self.add_command(group)
        for build_menu in _MESSAGE_COMMANDS:
            menu = build_menu(room)
            menu.guild_only, menu.default_permissions = True, _HIDDEN_FROM_MEMBERS
            self.add_command(menu)
        controls.register(room, PRESSES)

    async def tell_servers(self) -> None:
        """Tell the commands to each server that does not know them as they are."""
        try:
            told = await asyncio.to_thread(self._room.store.memories.recall, DRAWER) or {}
        except FAILURES as error:
            log.error("which commands the servers know could not be read: %s", reason(error))
            return
        for guild in sorted(self._room.guilds()):
            if told.get(str(guild)) != self._digest() and await self._tell(guild):
                told[str(guild)] = self._digest()
                await self._note(told)

    async def tell(self, guild: int) -> None:
        """Tell them to a server that the bot has just joined."""
        if guild in self._room.guilds():
            await self._tell(guild)

    async def _tell(self, guild: int) -> bool:
        server = discord.Object(guild)
        self.copy_global_to(guild=server)
        try:
            await self.sync(guild=server)
        except discord.Forbidden:
            log.error(
                "server %d does not let the bot have commands: open the invitation of config.example.toml once more",
                guild,
            )
            return False
        except (*FAILURES, app_commands.AppCommandError) as error:
            log.error("the commands could not be told to server %d, tried again at the next start: %s", guild, error)
            return False
        return True

    async def _note(self, told: dict[str, str]) -> None:
        try:
            await asyncio.to_thread(self._room.store.memories.remember, DRAWER, told)
        except FAILURES as error:
            log.error("which commands the servers know could not be noted: %s", reason(error))

    def _digest(self) -> str:
        """Changes exactly when the commands do."""
        payload = [command.to_dict(self) for command in self.get_commands()]
        return hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()

    async def on_error(self, interaction: Interaction, error: app_commands.AppCommandError, /) -> None:
        """A command that Discord offers and this flagpost does not have, or not so."""
        log.error("a command could not be read: %s", error)
        try:
            await Answer(interaction).give(Reply(texts.commands.UNKNOWN_COMMAND))
        except FAILURES as failure:
            log.warning("a command could not be answered: %s", reason(failure))
