"""The whole bot on a simulated Discord with two servers; cards stand on the first."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import discord
import pytest
import pytest_asyncio
import simcord
from simcord.backend.models import Overwrite

from bot.app import FlagpostBot
from bot.config import ActionsSettings, DiscordSettings, NoiseSettings, ReviewSettings, Settings, StoreSettings
from bot.review.controls import Deed, custom_id
from bot.store.records import Flag
from bot.store.store import Store
from classifier.assessment import Assessment
from classifier.labels import Label
from classifier.model import Model
from classifier.post import Post
from tests.bot.review.commands.verb_table import Row, Scene

INSULT = "You are a stupid pathetic moron and everybody here hates you, shut up you idiot."
CIVIL = "Thanks, that fixed it. I had the cable in the wrong port the whole time."
SEES_COMMANDS = discord.Permissions(manage_messages=True)


@dataclass
class World:
    """Dana is a moderator here, Sam sees the commands and is none, Oda is a moderator on the other server."""

    env: simcord.Env
    bot: FlagpostBot
    model: Model
    store: Store
    general: Any
    review: Any
    elsewhere: Any
    dana: Any
    sam: Any
    oda: Any
    ann: Any
    settings: Settings
    moderators: Any
    others: Any
    database: Path

    async def start(self) -> None:
        """Another process takes over."""
        self.bot = FlagpostBot(self.settings, self.store, self.model)
        await self.env.restart_bot(self.bot)

    async def restart_with(self, **review: Any) -> None:
        """Another process takes over, with other settings of review."""
        self.settings = self.settings.model_copy(update={"review": self.settings.review.model_copy(update=review)})
        await self.start()

    async def one_week(self) -> None:
        """A week goes by; what the bot looks after every minute would take long to play."""
        self.bot.open_what_lapsed.cancel()
        self.bot.let_in.cancel()
        self.bot.keep_up.cancel()
        self.bot.forget_watch.look.cancel()
        await self.env.advance_time(timedelta(weeks=1).total_seconds())

    async def slash(self, who: Any, name: str, channel: Any = None, **options: Any) -> Any:
        """The message that answers `/flagpost NAME`."""
        return self.answer(await who.slash(channel or self.review, f"flagpost {name}", **options))

    async def ask(self, who: Any, name: str, channel: Any = None, **options: Any) -> str:
        """The words of what answers `/flagpost NAME`."""
        return self.words(await self.slash(who, name, channel, **options))

    async def menu(self, who: Any, name: str, message: Any, channel: Any = None) -> Any:
        """What comes of a message command."""
        return await who.context_menu(channel or self.general, name, message)

    @staticmethod
    def answer(result: Any) -> Any:
        """The one message that answers an interaction, for the eyes of who asked alone."""
        assert result.acknowledged
        message = result.followups[-1] if result.followups else result.response
        assert message is not None
        assert message.ephemeral
        return message

    @staticmethod
    def words(message: Any) -> str:
        """All words of an answer."""
        parts = [message.content or ""]
        for embed in message.embeds:
            parts += [embed.title or "", embed.description or "", embed.footer.text or ""]
            parts += [f"{field.name}: {field.value}" for field in embed.fields]
        return "\n".join(parts)

    def moderator(self, name: str) -> Any:
        """One more moderator here."""
        return self.dana.guild.add_member(self.env.create_user(name), roles=[self.moderators], nick=name.title())

    def takes_away(self, **permissions: bool) -> None:
        """The bot loses permissions in the review channel."""
        lost = discord.Permissions(**permissions).value
        self.env.backend.set_overwrite(self.review.id, Overwrite(self.env.backend.bot_user.id, 1, 0, lost))

    def flagged(self, number: int, author: str = "Maple", **fields: Any) -> Flag:
        """A post on this server flagged for trolling, without a card."""
        link = f"https://discord.com/channels/{self.general.guild.id}/{self.general.id}/{number}"
        place = {"place": str(self.general.id), "place_name": "#general", "link": link}
        own = {"id": str(number), "text": f"words {number}", "author": author, "author_name": author, **place, **fields}
        post = Post(source="discord", **own)
        self.store.save_post(post)
        judged = Assessment(probabilities=dict.fromkeys(Label, 0.6), model="m1", spans={})
        flag = self.store.save_assessment(post, judged, [Label.TROLLING], self.env.now())
        assert flag is not None
        return flag

    def joined(self, lead: Flag, **fields: Any) -> Flag:
        """A flag that joined the card of another."""
        flag = self.flagged(10**6 + len(self.store.flags()), **fields)
        with sqlite3.connect(self.database) as connection:
            connection.execute("INSERT INTO burst_members VALUES (?, ?, 'author', 1)", (flag.id, lead.id))
        return flag


@pytest.fixture
def simcord_bot() -> discord.Client:
    return discord.Client(intents=discord.Intents(guilds=True))


@pytest.fixture
async def world(tmp_path: Path, simcord_env: Any, model: Model) -> AsyncIterator[World]:
    async with opened(tmp_path, simcord_env, model) as world:
        yield world


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def lasting_world(tmp_path_factory: pytest.TempPathFactory, model: Model) -> AsyncIterator[World]:
    """One world for all tests of a module, which take it as they find it."""
    env = simcord.Env(discord.Client(intents=discord.Intents(guilds=True)))
    await env.start()
    async with opened(tmp_path_factory.mktemp("world"), env, model) as world:
        yield world
        await env.shutdown()


@asynccontextmanager
async def opened(folder: Path, simcord_env: Any, model: Model) -> AsyncIterator[World]:
    """Both servers, with the bot on them."""
    here, there = simcord_env.create_guild("Harbour"), simcord_env.create_guild("Mill")
    moderators = here.create_role("Moderators", permissions=SEES_COMMANDS)
    nosy = here.create_role("Helpers", permissions=SEES_COMMANDS)
    others = there.create_role("Moderators", permissions=SEES_COMMANDS)
    general, review = here.create_text_channel("general"), here.create_text_channel("review")
    url = f"sqlite:///{folder / 'flags.sqlite3'}"
    settings = Settings(
        discord=DiscordSettings(guilds=(here.id, there.id), ignore_channels=()),
        review=ReviewSettings(channel=review.id, moderator_roles=(moderators.id,)),
        store=StoreSettings(url=url),
    )
    with Store.open(url) as store:
        world = World(
            env=simcord_env,
            bot=None,  # type: ignore[arg-type]
            model=model,
            store=store,
            general=general,
            review=review,
            elsewhere=there.create_text_channel("mill"),
            dana=here.add_member(simcord_env.create_user("dana"), roles=[moderators], nick="Dana"),
            sam=here.add_member(simcord_env.create_user("sam"), roles=[nosy], nick="Sam"),
            oda=there.add_member(simcord_env.create_user("oda"), roles=[others], nick="Oda"),
            ann=here.add_member(simcord_env.create_user("ann"), nick="Ann"),
            settings=settings,
            moderators=moderators,
            others=others,
            database=folder / "flags.sqlite3",
        )
        await world.start()
        yield world


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def scene(lasting_world: Any) -> Scene:
    """The whole bot, with all actions switched on and channels for leads and for what is decided."""
    world = lasting_world
    guild = world.dana.guild
    powers = discord.Permissions(manage_messages=True, moderate_members=True)
    world.env.backend.edit_role(guild.id, world.moderators.id, {"permissions": powers.value})
    leads = guild.create_role("Leads", permissions=powers)
    world.leads, world.log = guild.create_text_channel("leads"), guild.create_text_channel("log")
    world.settings = world.settings.model_copy(
        update={"noise": NoiseSettings(author_minutes=0, raid_flags=0, most_open=0)}
    )
    await world.restart_with(
        lead_roles=(leads.id,),
        escalation_channel=world.leads.id,
        log_channel=world.log.id,
        actions=ActionsSettings(delete=True, time_out=True, warn=True),
    )
    world.dana = guild.add_member(world.env.create_user("dora"), roles=[world.moderators, leads], nick="Dana")
    world.lea = guild.add_member(world.env.create_user("lea"), roles=[world.moderators, leads], nick="Lea")
    scene = Scene(world)
    await scene.set(Row(scene.world.dana.click))
    opened = await scene.press({"custom_id": custom_id(Deed.MORE, scene.flag.id), "component_type": 2}, scene.card())
    scene.menu = world.env.backend.get_message(world.review.id, opened.response.id)
    return scene
