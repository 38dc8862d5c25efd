"""A simulated server with a review channel, moderators, a stranger, and a desk over a real SQLite store."""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import discord
import pytest

from bot.config import NoiseSettings, ReviewSettings
from bot.review.desk import EVERYTHING_AT_ONCE, ReviewDesk
from bot.store.records import Flag
from bot.store.store import Store
from classifier.assessment import Assessment, Span
from classifier.labels import Label
from classifier.post import Post

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
TEXT = "Nobody asked you. You absolute clown, go back to your cave."
POST = Post(
    source="discord",
    id="100",
    text=TEXT,
    author="7",
    author_name="Maple",
    place="5",
    place_name="#general",
    created_at=NOON,
    link="https://discord.com/channels/1/5/100",
)
ASSESSMENT = Assessment(
    probabilities={Label.TROLLING: 0.71, Label.PERSONAL_ATTACK: 0.94, Label.COPY_PASTE: 0.001},
    model="2026-01-01.1",
    spans={Label.PERSONAL_ATTACK: (Span(22, 36, 3.0), Span(0, 6, 0.5)), Label.TROLLING: (Span(38, 45, 1.0),)},
)
LABELS = (Label.PERSONAL_ATTACK, Label.TROLLING)


@dataclass
class World:
    """The server and what is in it. Dana and Eli are moderators, Lee leads them; the stranger only sees the channel."""

    env: Any
    review: Any
    dana: Any
    eli: Any
    lee: Any
    stranger: Any
    store: Store
    settings: ReviewSettings
    desk: ReviewDesk
    database: Path
    post: Post = POST
    assessment: Assessment = ASSESSMENT
    of_source: dict[str, int] = field(default_factory=dict)

    def open_desk(self, noise: NoiseSettings = EVERYTHING_AT_ONCE) -> None:
        """A desk for the client that is connected now."""
        self.desk = ReviewDesk(self.env.bot, self.store, self.settings, self.of_source, noise)
        self.desk.register()

    def configure(self, **settings: Any) -> None:
        """Other settings of the review, as after a restart with another config."""
        self.settings = ReviewSettings.model_validate({**dict(self.settings), **settings})
        self.open_desk()

    def with_channel_for(self, source: str) -> Any:
        """A new channel, to which from now on the cards of that source go."""
        channel = self.dana.guild.create_text_channel(source)
        self.of_source[source] = channel.id
        self.open_desk()
        return channel

    async def restart(self) -> None:
        """The bot stops and another process takes over."""
        await self.env.restart_bot(client())
        self.open_desk()

    def flag(self, post: Post = POST, assessment: Assessment = ASSESSMENT, labels: Sequence[Label] = LABELS) -> Flag:
        """Save a post with its assessment and flag it."""
        self.store.save_post(post)
        flag = self.store.save_assessment(post, assessment, labels, NOON)
        assert flag is not None
        return flag

    async def published(self, post: Post = POST, **fields: Any) -> tuple[Flag, discord.Message]:
        """A flag whose card stands in the review channel, and that card."""
        flag = self.flag(post, **fields)
        await self.desk.show(flag)
        return flag, self.card()

    def card(self) -> discord.Message:
        """The newest message in the review channel, as it stands."""
        message: discord.Message = self.review.history()[-1]
        return message

    def forget_cards(self) -> None:
        """As if the bot had been stopped between posting its cards and noting them down."""
        with sqlite3.connect(self.database) as connection:
            connection.execute("DELETE FROM cards")

    def stands(self, flag: Flag) -> Flag:
        """The flag as the store has it by now."""
        now = self.store.flag(flag.id)
        assert now is not None
        return now


def client() -> discord.Client:
    """The least client that a desk needs."""
    return discord.Client(intents=discord.Intents(guilds=True, guild_messages=True))


@pytest.fixture
def simcord_bot() -> discord.Client:
    return client()


@pytest.fixture
def world(tmp_path: Path, simcord_env: Any) -> Iterator[World]:
    guild = simcord_env.create_guild()
    moderators = guild.create_role("Moderators")
    review = guild.create_text_channel("review")
    leads = guild.create_role("Leads")
    settings = ReviewSettings(channel=review.id, moderator_roles=(moderators.id,), lead_roles=(leads.id,))
    database = tmp_path / "flags.sqlite3"
    with Store.open(f"sqlite:///{database}") as store:
        world = World(
            env=simcord_env,
            review=review,
            dana=guild.add_member(simcord_env.create_user("dana"), roles=[moderators], nick="Dana"),
            eli=guild.add_member(simcord_env.create_user("eli"), roles=[moderators], nick="Eli"),
            lee=guild.add_member(simcord_env.create_user("lee"), roles=[leads], nick="Lee"),
            stranger=guild.add_member(simcord_env.create_user("sam"), nick="Sam"),
            store=store,
            settings=settings,
            desk=ReviewDesk(simcord_env.bot, store, settings, {}),
            database=database,
        )
        world.desk.register()
        yield world
