"""The room that all commands work in: what they may look at, who may ask, and how they answer."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import discord

from bot.config import ReviewSettings, Settings
from bot.review import texts
from bot.review.answers import Answer
from bot.review.channel import FAILURES, reason
from bot.review.controls import Interaction
from bot.review.pause import Pause
from bot.review.reply import Reply
from bot.review.staff import Level, level_of, moderator
from bot.store.reach import Reach
from bot.store.records import Flag, Moderator
from bot.store.store import Store
from bot.troubles import Troubles
from classifier.assessment import Assessment
from classifier.model import Model
from classifier.post import Post
from classifier.thresholds import Thresholds

log = logging.getLogger(__name__)


class Reader(Protocol):
    """Makes posts of Discord's messages."""

    def reads(self, message: discord.Message) -> bool:
        """Whether a message is judged when it comes in."""

    def to_post(self, message: discord.Message) -> Post:
        """The Post of a message on a server."""


class Judge(Protocol):
    """Judges posts, with the model and the thresholds in use."""

    @property
    def model(self) -> Model:
        """The model in use."""

    @property
    def thresholds(self) -> Thresholds:
        """The thresholds in use."""

    async def look_at(self, post: Post) -> Assessment:
        """What the model makes of one post, each label explained."""

    def is_exempt(self, post: Post) -> bool:
        """Whether copies are allowed where the post stands."""


class Desk(Protocol):
    """Brings flags before the moderators."""

    async def show(self, flag: Flag) -> bool:
        """Bring the card of a flag up to date, or post it."""

    async def recover(self) -> None:
        """Post the cards that were held back."""

    def queue(self, post: Post) -> int:
        """The id of the channel where new cards about a post belong."""

    def link(self, flag: Flag) -> str | None:
        """The address of the flag's card; None where that is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question that may be asked: by whom, when, and about which posts it can be."""

    interaction: Interaction
    moderator: Moderator
    level: Level
    guild: int
    reach: Reach
    now: datetime


Work = Callable[[Asked], Awaitable[Reply | discord.ui.Modal]]
"""What answers a question. May raise FAILURES."""


@dataclass(slots=True, kw_only=True)
class Room:
    """What commands work with. `of_source`: the review channels that sources have of their own."""

    client: discord.Client
    store: Store
    settings: Settings
    of_source: Mapping[str, int]
    reader: Reader
    judge: Judge
    desk: Desk
    pause: Pause
    last_polls: Callable[[], Mapping[str, datetime | None]]
    troubles: Troubles

    async def answer(self, interaction: Interaction, work: Work, least: Level = Level.MODERATOR) -> None:
        """Have `work` answer, if whoever asks is of that level at least; raises nothing."""
        answer = Answer(interaction)
        await answer.by(self._answered(interaction, answer, work, least))

    async def _answered(self, interaction: Interaction, answer: Answer, work: Work, least: Level) -> None:
        try:
            asked = self.asked(interaction)
            reply = Reply(texts.commands.may_not(least)) if asked is None or asked.level < least else await work(asked)
        except FAILURES as error:
            log.error("a command could not be carried out: %s", reason(error))
            reply = Reply(texts.commands.BROKEN)
        except Exception:
            log.exception("a command could not be carried out")
            reply = Reply(texts.commands.BROKEN)
        try:
            await (answer.ask(reply) if isinstance(reply, discord.ui.Modal) else answer.give(reply))
        except FAILURES as error:
            log.warning("a command could not be answered: %s", reason(error))

    def asked(self, interaction: Interaction) -> Asked | None:
        """Who asks, and about what; None outside of the servers that the bot serves."""
        guild, person = interaction.guild_id, interaction.user
        if guild is None or guild not in self.guilds():
            return None
        level = level_of(person, self.review(guild))
        return Asked(
            interaction=interaction,
            moderator=moderator(person, level),
            level=level,
            guild=guild,
            reach=self.reach(guild),
            now=discord.utils.utcnow(),
        )

    def review(self, guild: int | None) -> ReviewSettings:
        """The settings of review that hold for a server."""
        return self.settings.review.of_guild(None if guild is None else str(guild))

    def highest(self, guild: int | None) -> Level:
        """The level of those who decide for all: leads, on a server that has some."""
        return Level.LEAD if self.review(guild).lead_roles else Level.MODERATOR

    def guilds(self) -> frozenset[int]:
        """The servers that are read, and those where cards stand."""
        homes = {self._guild_of(self.review(guild).channel) for guild in self.settings.discord.guilds}
        homes |= {self._guild_of(channel) for channel in self.of_source.values()}
        return frozenset(self.settings.discord.guilds) | {guild for guild in homes if guild is not None}

    def channels(self, guild: int) -> frozenset[int]:
        """The review channels of what that server's staff see, by id."""
        reach = self.reach(guild)
        of_forums = {self.of_source.get(forum, self.settings.review.channel) for forum in reach.forums}
        of_servers = {channel for review in map(self.review, reach.guilds) for channel in review.own_channels}
        return frozenset(of_forums | of_servers)

    def main_channels(self) -> dict[int, int]:
        """The review channels of the servers that are read, and on which server each stands."""
        homes = {self.review(server).channel for server in self.settings.discord.guilds}
        return {channel: guild for channel in sorted(homes) if (guild := self._guild_of(channel)) is not None}

    def reach(self, guild: int) -> Reach:
        """The posts whose cards stand on that server, and its own."""
        servers = self.settings.discord.guilds
        shown_here = {server for server in servers if self._guild_of(self.review(server).channel) == guild}
        default = self.settings.review.channel
        homes = {source: self.of_source.get(source, default) for source in self.settings.sources}
        forums = frozenset(source for source, home in homes.items() if self._guild_of(home) == guild)
        return Reach(frozenset(shown_here | ({guild} & set(servers))), forums)

    def home_guild(self, flag: Flag) -> int | None:
        """The server where the card of a flag belongs."""
        return self._guild_of(self.desk.queue(flag.post))

    def _guild_of(self, channel_id: int) -> int | None:
        channel: Any = self.client.get_channel(channel_id)
        return channel.guild.id if isinstance(channel, discord.abc.GuildChannel | discord.Thread) else None
