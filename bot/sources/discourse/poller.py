"""Discourse by asking: the newest posts of the whole forum and, where wanted, the newest messages of its chat."""

import asyncio
from collections.abc import Sequence
from typing import Any

from bot.config.sources import DiscourseSource
from bot.sources.discourse.lists import Messages, Topics, joined_channels
from bot.sources.errors import SourceError
from bot.sources.http import PoliteClient
from bot.sources.newest_first import Make, read_newest
from bot.sources.one_by_one import OneByOne
from bot.sources.site import Site
from bot.sources.source import Batch, State
from classifier.post import PostKey


class DiscoursePoller:
    """Asks a Discourse forum for its newest posts, with the API key of one account or, without a key, as a guest.

    Guests cannot read the chat.
    """

    def __init__(self, name: str, table: DiscourseSource, key: str | None) -> None:
        self.name = name
        self.every_seconds: float = table.every_seconds
        self._table = table
        self._headers = {"Api-Key": key} if key else {}

    async def poll(self, client: PoliteClient, state: State, inquiries: Sequence[str] = ()) -> Batch:
        """What is new, changed or gone since `state`. Raises SourceError; trouble with the chat is only a warning.

        The state holds where each list stands, and `waiting` for the inquiries. Chat messages cannot be inquired about.
        """
        site = Site(client, self._table, self._headers)
        news = _News(self.name, state)
        topics = Topics(site, self.name)
        await news.read("posts", topics)
        await news.ask("waiting", topics, [id for id in inquiries if id.isdecimal()])
        if self._table.chat and self._headers:
            try:
                for channel in await joined_channels(site):
                    await news.read(f"chat-{channel.id}", Messages(site, self.name, channel))
            except SourceError as error:
                news.chat_failed(error)
        return await asyncio.to_thread(news.batch)


class _News:
    """Gathers what several lists have that is new."""

    def __init__(self, name: str, state: State) -> None:
        self._name = name
        self._before = state
        self._after: dict[str, Any] = {}
        self._makes: list[Make] = []
        self._deleted: list[PostKey] = []
        self._warnings: list[str] = []

    async def read(self, key: str, listing: Topics | Messages) -> None:
        """Read a list whose state stands under `key`. Raises SourceError."""
        found = await read_newest(listing, self._before.get(key, {}))
        self._after[key] = found.state
        self._makes += found.values
        self._deleted += (PostKey(self._name, id) for id in found.gone)
        self._warnings += listing.warnings

    async def ask(self, key: str, topics: Topics, inquiries: Sequence[str]) -> None:
        """Ask about these posts and about those that wait, which stand under `key`."""
        one_by_one = OneByOne(self._before.get(key, {}))
        one_by_one.add(inquiries)
        posts = await one_by_one.read(topics.post)
        self._after[key] = one_by_one.waiting
        self._makes += (topics.make(post) for post in posts if post.readable)
        self._deleted += (PostKey(self._name, post.key) for post in posts if post.gone)
        self._warnings += one_by_one.warnings

    def chat_failed(self, error: SourceError) -> None:
        """Leave the channels that were not read as they stood; the posts are news all the same."""
        self._after = {**self._before, **self._after}
        self._warnings.append(f"the chat could not be read: {error}")

    def batch(self) -> Batch:
        """All of it; reads the markup."""
        return Batch(
            posts=tuple(make() for make in self._makes),
            deleted=tuple(self._deleted),
            state=self._after,
            warnings=tuple(self._warnings),
        )
