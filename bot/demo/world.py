"""A simulated Discord server around the real bot."""

import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import discord
import simcord

from bot.app import FlagpostBot
from bot.config import ActionsSettings, DiscordSettings, NoiseSettings, ReviewSettings, Settings, StoreSettings
from bot.demo.script import Line
from bot.store.store import Store
from classifier.model import Model

REVIEW_CHANNEL = "flagpost-review"
MODERATOR_ROLE = "Moderators"
MODERATORS = ("Robin", "Sasha")
LEAD_ROLE = "Leads"
LEAD = "Kim"
BOT = "flagpost"

MISSING_PERMISSIONS = 50013
"""Discord's code for what a member may not do."""


@dataclass
class World:
    """The server, its channels and members by name, the bot in it, and the messages played so far by line number."""

    env: simcord.Env
    bot: FlagpostBot
    channels: dict[str, simcord.ChannelHandle]
    review: simcord.ChannelHandle
    members: dict[str, simcord.MemberActor]
    moderators: tuple[simcord.MemberActor, ...]
    lead: simcord.MemberActor
    played: dict[int, discord.Message] = field(default_factory=dict)

    async def play(self, line: Line) -> bool:
        """Let a member post a line, and the bot judge it and show its card; False for a member who is timed out.

        Where a moderator has deleted what the line answers, it answers nothing.
        """
        channel = self.channels[line.channel]
        there = {message.id: message for message in channel.history()}
        answered = self.played.get(line.reply_to) if line.reply_to is not None else None
        reply_to = there.get(answered.id) if answered is not None else None
        try:
            self.played[line.number] = await self.members[line.author].send(channel, line.text, reply_to=reply_to)
        except simcord.BackendError as error:
            if error.code != MISSING_PERMISSIONS:
                raise
            return False
        return True

    def cards(self) -> list[discord.Message]:
        """The messages in the moderator channel, oldest first."""
        return self.review.history()


@asynccontextmanager
async def open_world(lines: Sequence[Line], model: Model) -> AsyncIterator[World]:
    """Build the server for these lines and bring the bot up in it, with a store that lasts as long as the world."""
    with tempfile.TemporaryDirectory(prefix="flagpost-demo-") as folder:
        # The bot has to be told the server's ids, so the server is built before the bot joins it.
        async with simcord.run(discord.Client(intents=discord.Intents(guilds=True))) as env:
            await env.advance_time((datetime.now(UTC) - env.now()).total_seconds())
            guild = env.create_guild("Harbour Lane")
            powers = discord.Permissions(manage_messages=True, moderate_members=True)
            role = guild.create_role(MODERATOR_ROLE, permissions=powers)
            lead_role = guild.create_role(LEAD_ROLE, permissions=powers)
            channels = {name: guild.create_text_channel(name) for name in dict.fromkeys(line.channel for line in lines)}
            review = guild.create_text_channel(REVIEW_CHANNEL)
            members = {
                name: guild.add_member(env.create_user(name)) for name in dict.fromkeys(line.author for line in lines)
            }
            moderators = tuple(guild.add_member(env.create_user(name), roles=[role]) for name in MODERATORS)
            lead = guild.add_member(env.create_user(LEAD), roles=[lead_role])
            url = f"sqlite:///{Path(folder) / 'demo.sqlite3'}"
            settings = Settings(
                discord=DiscordSettings(guilds=(guild.id,)),
                review=ReviewSettings(
                    channel=review.id,
                    moderator_roles=(role.id,),
                    lead_roles=(lead_role.id,),
                    actions=ActionsSettings(delete=True, time_out=True, warn=True),
                ),
                # The sample is a day's talk in two minutes, and would all be a raid.
                noise=NoiseSettings(author_minutes=0, raid_flags=0),
                store=StoreSettings(url=url),
            )
            store = Store.open(url)
            try:
                bot = FlagpostBot(settings, store, model)
                await env.restart_bot(bot)
                await bot.guilds[0].me.edit(nick=BOT)
                yield World(env, bot, channels, review, members, moderators, lead)
            finally:
                store.close()
