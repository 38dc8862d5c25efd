"""A server on the stand-in with the real bot beside it, as a process of its own that can be killed."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from simcord import interactions
from simcord.backend import serializers
from simcord.enums import ComponentType, InteractionType

from bot.review.controls import CUSTOM_ID
from tests.end_to_end.stand_in.discord_server import DiscordServer

ROOT = Path(__file__).parents[3]
TOKEN = "token-of-nobody"
PROGRAM = Path(__file__).with_name("run_flagpost.py")


@dataclass
class Harbour:
    """The server: its channels, members and moderators by their ids in `discord.backend`."""

    discord: DiscordServer
    folder: Path
    models: Path
    store_url: str
    extra_config: str = ""
    arguments: tuple[str, ...] = ()
    channels: list[int] = field(default_factory=list)
    members: list[int] = field(default_factory=list)
    moderators: list[int] = field(default_factory=list)
    review: int = 0
    guilds: list[int] = field(default_factory=list)
    bot: asyncio.subprocess.Process | None = None

    def build(self, channels: int = 2, members: int = 5, shards: int = 1) -> None:
        """Create a server for each shard, with so many channels each, and a config.toml; cards go to the first one."""
        backend = self.discord.backend
        of_shard: dict[int, int] = {}
        while len(of_shard) < shards:  # the time decides to which shard a server belongs
            guild = backend.create_guild("Harbour Lane").id
            of_shard.setdefault((guild >> 22) % shards, guild)
        self.guilds = [of_shard[shard] for shard in range(shards)]
        home = self.guilds[0]
        role = backend.create_role(home, "Moderators").id
        self.review = backend.create_channel(home, "review").id
        for number in range(members):
            self.members.append(backend.make_user(f"member{number}").id)
        for guild in self.guilds:
            self.channels += [backend.create_channel(guild, f"room-{number}").id for number in range(channels)]
            for user in self.members:
                backend.add_member(guild, user)
        for name in ("robin", "sasha"):
            user = backend.make_user(name).id
            backend.add_member(home, user, roles=[role])
            self.moderators.append(user)
        (self.folder / "config.toml").write_text(
            f"[discord]\nguilds = {self.guilds}\n[review]\nchannel = {self.review}\nmoderator_roles = [{role}]\n"
            f'[store]\nurl = "{self.store_url}"\n{self.extra_config}'
        )

    async def start(self, *options: str) -> None:
        """Start the bot, with options of run_flagpost.py; returns at once."""
        with (self.folder / "bot.log").open("ab") as log:
            self.bot = await asyncio.create_subprocess_exec(
                *(sys.executable, str(PROGRAM), self.discord.url, *options, "run", "--quiet"),
                *("--config", str(self.folder / "config.toml"), "--models", str(self.models), *self.arguments),
                cwd=ROOT,
                env={**os.environ, "FLAGPOST_TOKEN": TOKEN, "OMP_NUM_THREADS": "1"},
                stderr=log,
                stdout=log,
            )

    async def end(self, how: signal.Signals = signal.SIGKILL) -> None:
        """End the bot by that signal, and wait until it is gone."""
        assert self.bot is not None
        with suppress(ProcessLookupError):
            self.bot.send_signal(how)
        await self.bot.wait()

    def log(self) -> str:
        """What the bot has logged in all its runs."""
        return (self.folder / "bot.log").read_text()

    def says(self, text: str, channel: int = 0, member: int = 0) -> int:
        """A member posts; the message's id."""
        message: Any = self.discord.backend.create_message(self.channels[channel], self.members[member], text)
        return int(message.id)

    def cards(self) -> dict[int, int]:
        """The cards in the review channel: message id -> flag id."""
        messages = self.discord.backend.messages[self.review]
        return {int(id): int(match["flag"]) for id in messages for match in self._controls(id)}

    def deeds(self, card: int) -> set[str]:
        """What the controls of a card ask for."""
        return {match["deed"] for match in self._controls(card)}

    def _controls(self, message: int) -> Iterator[re.Match[str]]:
        for row in self.discord.backend.messages[self.review][message].components:
            for component in row.get("components", ()):
                if match := CUSTOM_ID.fullmatch(component.get("custom_id") or ""):
                    yield match

    def press(self, card: int, moderator: int, verb: str) -> Any:
        """A moderator presses a button; the interaction, which tells later whether it was answered."""
        backend = self.discord.backend
        record, payload = interactions.base_payload(
            backend,
            type=InteractionType.MESSAGE_COMPONENT,
            channel_id=self.review,
            guild_id=self.guilds[0],
            user_id=self.moderators[moderator],
            data={"custom_id": f"flagpost:{verb}:{self.cards()[card]}", "component_type": ComponentType.BUTTON},
        )
        message = backend.get_message(self.review, card)
        payload["message"] = dict(serializers.message_payload(backend, message))
        record.source_message_id = message.id
        backend.emit("INTERACTION_CREATE", payload)
        return record

    def told(self, pressed: Any) -> set[str]:
        """What the presser alone was told."""
        messages = self.discord.backend.messages[self.review]
        ids = {pressed.message_id, *pressed.followup_ids} & messages.keys()
        return {str(messages[id].content) for id in ids}


async def until(condition: Any, seconds: float = 30, every: float = 0.05) -> None:
    """Wait until it holds; it is looked at `every` so many seconds. TimeoutError when it does not in that time."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(every)
