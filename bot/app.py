"""The wiring: the whole flow on one page.

A message on Discord or a post on a forum becomes a Post (sources), is stored and judged (pipeline), and what passes a
threshold becomes a card on which moderators decide (review). All that is kept is in the store.
"""

import asyncio
import logging
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

import aiohttp
import discord
from discord.backoff import ExponentialBackoff

from bot.config import ConfigError, ConfigFile, Secrets, Settings, taken_over, what_changed
from bot.judge import Judge
from bot.loops import every
from bot.pipeline import Pipeline
from bot.review import texts
from bot.review.commands.room import Room
from bot.review.commands.tree import Commands
from bot.review.desk import ReviewDesk
from bot.review.pause import Pause
from bot.review.weekly import WeeklySummary
from bot.sources.discord_backlog import Backlog
from bot.sources.discord_source import DiscordSource
from bot.sources.http import PoliteClient
from bot.sources.open_sources import open_sources
from bot.sources.polling import PollRunner
from bot.sources.source import Batch
from bot.sources.webhooks import WebhookServer
from bot.store.copies_file import copies_file
from bot.store.errors import StoreError
from bot.store.folding import Folding
from bot.store.share import ALL, Share
from bot.store.store import Store
from bot.troubles import Troubles
from bot.watches.drift import DriftWatch
from bot.watches.forget import ForgetWatch
from bot.watches.model import ModelWatch
from bot.watches.trouble import TroubleWatch
from bot.workload import numbers_in_force
from classifier.copies import CopyIndex
from classifier.model import Model
from classifier.registry import Registry

log = logging.getLogger(__name__)

KEEP_UP_SECONDS = 15
"""What failed is tried again so often, and so often it is noted how far Discord was read: as much is read twice after a
kill."""


class FlagpostBot(discord.Client):
    """The bot: reads the watched channels and the forums, and runs the review channels.

    `secrets` has an entry for each of the forums in the settings. With `models`, the bot changes over to whichever
    model is put into use there; with `config`, the file that the settings came from, it takes over edits. As one of
    several processes on the store it does its `share`.
    """

    def __init__(
        self,
        settings: Settings,
        store: Store,
        model: Model,
        secrets: Mapping[str, Secrets] = MappingProxyType({}),
        models: Registry | None = None,
        config: ConfigFile | None = None,
        share: Share = ALL,
    ) -> None:
        super().__init__(
            intents=discord.Intents(guilds=True, guild_messages=True, message_content=True),
            allowed_mentions=discord.AllowedMentions.none(),
            shard_id=share.number,
            shard_count=share.count,
        )
        self.share = share
        self.settings = settings
        self.config = config
        self.store = store
        self.troubles = Troubles()
        channels = {name: source.review_channel for name, source in settings.sources.items() if source.review_channel}
        self.source = DiscordSource(settings.discord, *settings.review.channels, *channels.values())
        self.desk = ReviewDesk(self, store, settings.review, channels, settings.noise, self.troubles, share)
        judge = _judge(settings, store, model, share, Folding.of(settings.noise, self.desk.home))
        self.pipeline = Pipeline(judge, self.desk.show, troubles=self.troubles, share=share)
        self.backlog = Backlog(self.source, store, self.pipeline, self._tell_skipped, self.troubles)
        forums = open_sources(settings.sources, secrets).values() if share.is_first else ()
        asked = [forum.poller for forum in forums if forum.poller]
        told = [forum.receiver for forum in forums if forum.receiver]
        self.web = PoliteClient()
        self.polls = PollRunner(asked, client=self.web, store=store, submit=self._take_in, troubles=self.troubles)
        self.webhooks = WebhookServer(settings.webhooks, told, self._take_in, self.polls.last_polls, self.troubles)
        self.pause = Pause(store)
        self.room = Room(
            client=self,
            store=store,
            settings=settings,
            of_source=channels,
            reader=self.source,
            judge=self.pipeline,
            desk=self.desk,
            pause=self.pause,
            last_polls=self.polls.last_polls,
            troubles=self.troubles,
        )
        self.tree = Commands(self.room)
        self.weekly = WeeklySummary(self.room)
        self.forget_watch = ForgetWatch(store, self.pipeline.let_go, self.desk.show, self.troubles)
        self.trouble_watch = TroubleWatch(self.troubles, store, self.desk.tell)
        self.desk.hold_back(lambda flag: self.pause.of(self.room.home_guild(flag)) is not None)
        self.model_watch: ModelWatch | None = None
        self.drift_watch: DriftWatch | None = None
        if models is not None:
            self.model_watch = ModelWatch(models, model.version, self.use, self.desk.tell)
        if models is not None and share.is_first:
            permitted = settings.training.discord_permission is not None
            self.drift_watch = DriftWatch(models.trained_at, store, self._version, self.desk.tell, discord=permitted)
        self._recovered = False

    async def login(self, token: str) -> None:
        """Log in, as soon as Discord can be reached. Raises what Discord objects to."""
        waits = ExponentialBackoff()
        told = False
        while True:
            try:
                await super().login(token)
                return
            except (aiohttp.ClientConnectionError, TimeoutError, discord.HTTPException) as error:
                if isinstance(error, discord.HTTPException) and error.status < 500 and error.status != 429:
                    raise
                if not told:
                    log.error("Discord cannot be reached (%s); this is tried until it can be", type(error).__name__)
                told = True
            await self.http.close()
            self.http.connector = discord.utils.MISSING  # the old one is closed; discord.py makes another
            await asyncio.sleep(waits.delay())

    async def setup_hook(self) -> None:
        """Make the buttons of earlier cards work, and begin to learn the posts already seen and to read the forums."""
        self.desk.register()
        await asyncio.to_thread(self.pause.load)
        self.desk.hold()
        self.pipeline.learn_history()
        self.forget_what_is_old.start()
        self.open_what_lapsed.start()
        if self.model_watch is not None:
            self.model_watch.look.start()
        if self.drift_watch is not None:
            self.drift_watch.look.start()
        self.work_out_targets.start()
        if self.config is not None:
            self.look_for_edits.start()
        await self.webhooks.start()
        self.polls.start()

    @every(minutes=24 * 60)
    async def forget_what_is_old(self) -> None:
        """Once a day: erase the texts that the config no longer allows to keep."""
        await self.pipeline.forget(before=datetime.now(UTC) - timedelta(days=self.settings.privacy.keep_text_days))

    @every(minutes=1)
    async def open_what_lapsed(self) -> None:
        """Once a minute: claims expire, and snoozed flags come back."""
        await self.desk.open_what_lapsed()

    @every(minutes=1)
    async def let_in(self) -> None:
        """Once a minute: show the flags that had to wait for their card, as far as there is room."""
        await self.desk.let_in()

    @every(minutes=24 * 60)
    async def work_out_targets(self) -> None:
        """Once a day: see which numbers the targets among the thresholds come to."""
        try:
            await self.use(self.pipeline.model)
        except StoreError as error:
            log.error("the thresholds could not be worked out; tried again tomorrow: %s", error)

    @every(seconds=5)
    async def look_for_edits(self) -> None:
        """Take over what was changed in the config; one that is wrong is told and changes nothing."""
        assert self.config is not None
        try:
            edited = await asyncio.to_thread(self.config.edited)
        except ConfigError as error:
            log.error("the config was changed and cannot be used; the one before stays in force:\n%s", error)
            await self.desk.tell(texts.notices.CONFIG_REFUSED)
            return
        if edited is not None:
            log.info("the config was read anew; %s", what_changed(self.settings, edited))
            self.settings = self.room.settings = taken_over(self.settings, edited)
            self.desk.follow(self.settings.noise)
            await self.pipeline.follow(Folding.of(self.settings.noise, self.desk.home), self.settings.modes)
            await self.work_out_targets()

    async def on_ready(self) -> None:
        """Read what was said meanwhile and, after a start, finish what a stop interrupted."""
        await asyncio.gather(self.backlog.read_back(self.guilds), self._recover())

    async def _recover(self) -> None:
        if self._recovered:
            return
        self._recovered = True
        await self.tree.tell_servers()
        await self.desk.retry()
        await self.pipeline.recover()
        if self.share.is_first:
            self.let_in.start()
            self.forget_watch.look.start()
            if self.settings.review.weekly_summary:
                self.weekly.start()
        self.keep_up.start()
        log.info("%s is in and reads along; Ctrl-C ends it", self.user)

    async def on_connect(self) -> None:
        """A session begins, which knows nothing of an earlier one."""
        self.backlog.listening()

    async def on_disconnect(self) -> None:
        """The connection is lost; discord.py makes another."""
        self.backlog.interrupted()

    async def on_resumed(self) -> None:
        """The connection is back, with nothing missed."""
        self.backlog.resumed()

    @every(seconds=KEEP_UP_SECONDS)
    async def keep_up(self) -> None:
        """From time to time: try again what failed."""
        self.pipeline.retry()
        await self.desk.retry()
        await self.backlog.read_back(self.guilds)
        await self.trouble_watch.look()

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """A server lets the bot in: tell it the commands."""
        await self.tree.tell(guild.id)

    async def on_message(self, message: discord.Message) -> None:
        """A new message: judge it where the config says so."""
        self.backlog.hear(message)

    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        """An edit, of cached and uncached messages alike: judge it again if its words changed."""
        post = self.source.edited_post(payload)
        if post is not None:
            self.pipeline.submit(post)

    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        """A deletion: say so on the card."""
        await self._deleted(payload)

    async def on_raw_bulk_message_delete(self, payload: discord.RawBulkMessageDeleteEvent) -> None:
        """Many deletions at once: say so on each card."""
        await self._deleted(payload)

    async def _deleted(self, payload: discord.RawMessageDeleteEvent | discord.RawBulkMessageDeleteEvent) -> None:
        for key in self.source.deleted_keys(payload):
            await self.pipeline.post_deleted(key)

    async def _take_in(self, batch: Batch) -> None:
        if batch.inquiries:
            await asyncio.to_thread(self.store.inquire, batch.inquiries)
        await self.pipeline.take_in(batch.posts, batch.deleted, batch.as_of)

    def _version(self) -> str:
        return self.pipeline.model.version

    async def use(self, model: Model) -> None:
        """Judge with this model from the next batch on, at the rates and thresholds of the settings."""
        model = model.at_base_rates(self.settings.population)
        thresholds = await asyncio.to_thread(
            numbers_in_force, self.settings.thresholds, model, self.store, datetime.now(UTC)
        )
        await self.pipeline.use(model, thresholds)

    async def _tell_skipped(self, channel: int, read: int) -> None:
        await self.desk.tell(texts.notices.skipped(channel, read))

    async def close(self) -> None:
        """Judge and show what has come in, then leave."""
        self.weekly.stop()
        self.keep_up.cancel()
        self.forget_watch.look.cancel()
        await self.polls.stop()
        await self.webhooks.stop()
        await self.web.close()
        await self.pipeline.close()
        with suppress(StoreError):  # then a little more is read twice
            await self.backlog.note()
        await super().close()


def _judge(settings: Settings, store: Store, model: Model, share: Share, folding: Folding) -> Judge:
    """A judge with the rates, thresholds and modes of the settings, and the copies that the last run knew."""
    model = model.at_base_rates(settings.population)
    window = timedelta(days=settings.copies.window_days)
    index = CopyIndex.open(copies_file(settings.store.url, share), window, store, settings.copies.rules)
    numbers = numbers_in_force(settings.thresholds, model, store, datetime.now(UTC))
    return Judge(store, model, index, numbers, folding, settings.modes)
