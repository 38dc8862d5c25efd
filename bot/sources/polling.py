"""The runner of all sources that are asked: each at its own pace, none in the way of another.

What a source is to remember is saved when its posts are on disk, so a stop in between costs nothing but asking again.
"""

import asyncio
import logging
import random
import traceback
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.loops import SteadyLoop, every
from bot.sources.http import PoliteClient
from bot.sources.source import Batch, Poller
from bot.store.store import Store
from bot.troubles import Troubles
from classifier.errors import FlagpostError
from classifier.post import Post

log = logging.getLogger(__name__)

FIRST_LOOK = timedelta(hours=1)
"""A source that is asked for the first time yields the posts of the last hour: what stood there before was for the
moderators to see, and months of it would bury them in cards."""

JITTER = 0.1
"""The share of its interval by which a source is asked earlier or later, so that sources do not march in step."""

MOST_TOLD = 200
"""Warnings of a source that are kept in mind so as not to be repeated."""

Submit = Callable[[Batch], Awaitable[None]]
"""Stores the posts of a batch and notes what was deleted; returns when that is on disk. Raises StoreError."""


class PollRunner:
    """Asks every source at its interval. One that fails is told of once, and once more when it is well again.

    Between two polls nothing but a timer waits.
    """

    def __init__(
        self,
        pollers: Sequence[Poller],
        *,
        client: PoliteClient,
        store: Store,
        submit: Submit,
        troubles: Troubles | None = None,
    ) -> None:
        troubles = troubles or Troubles()
        self._sources = {poller.name: _Source(poller, client, store, submit, troubles) for poller in pollers}
        self._loops: list[SteadyLoop[Any]] = []

    def start(self) -> None:
        """Ask all sources now and from time to time, until `stop`."""
        for source in self._sources.values():
            loop = _loop(source)
            loop.start()
            self._loops.append(loop)

    async def stop(self) -> None:
        """End all polls, also those under way: the next start asks again."""
        under_way = [task for loop in self._loops if (task := loop.get_task()) is not None]
        for loop in self._loops:
            loop.cancel()
        self._loops.clear()
        await asyncio.gather(*under_way, return_exceptions=True)

    def last_polls(self) -> dict[str, datetime | None]:
        """When each source was last read with success since this start, if it was."""
        return {name: source.read_at for name, source in self._sources.items()}

    async def poll_once(self, name: str) -> Batch | None:
        """Ask one source now. What was submitted, or None when the source could not be read or its posts not stored.

        Raises KeyError for an unknown name, and nothing else.
        """
        return await self._sources[name].poll()


def _loop(source: "_Source") -> SteadyLoop[Any]:
    seconds = source.every_seconds

    @every(seconds=seconds, name=f"flagpost polls {source.name}")
    async def ask() -> None:
        await source.poll()
        ask.change_interval(seconds=seconds * random.uniform(1 - JITTER, 1 + JITTER))

    return ask


class _Source:
    """One source, with what was told of it."""

    def __init__(self, poller: Poller, client: PoliteClient, store: Store, submit: Submit, troubles: Troubles) -> None:
        self.name = poller.name
        self.every_seconds = poller.every_seconds
        self.read_at: datetime | None = None
        self._poller = poller
        self._client = client
        self._store = store
        self._submit = submit
        self._turn = asyncio.Lock()
        self._troubles = troubles
        self._told: dict[str, None] = {}

    async def poll(self) -> Batch | None:
        async with self._turn:
            try:
                batch = await self._poll()
            except FlagpostError as error:
                self._troubles.met(self.name, str(error))
            except Exception as error:
                # The message of an unforeseen error may hold a post, and so it is left out.
                mistake = f"a mistake in flagpost, please report it ({type(error).__name__})"
                if self._troubles.met(self.name, mistake):
                    log.error("%s", "".join(traceback.format_tb(error.__traceback__)))
            else:
                self._succeeded(batch)
                return batch
            return None

    async def _poll(self) -> Batch:
        state = await asyncio.to_thread(self._store.source_state, self.name)
        # A post that is deleted from now on stays so, and what is asked from now on stays open, whatever comes back.
        as_of = datetime.now(UTC)
        inquiries = [] if state is None else await asyncio.to_thread(self._store.inquiries, self.name)
        batch = replace(await self._poller.poll(self._client, state or {}, inquiries), as_of=as_of)
        if state is None:
            batch = replace(batch, posts=tuple(post for post in batch.posts if _is_recent(post)))
        if batch.posts or batch.deleted:
            await self._submit(batch)
        if batch.state != state:
            await asyncio.to_thread(self._store.save_source_state, self.name, batch.state)
        if inquiries:
            await asyncio.to_thread(self._store.settle, self.name, as_of)
        return batch

    def _succeeded(self, batch: Batch) -> None:
        self._troubles.over(self.name)
        self.read_at = datetime.now(UTC)
        for warning in batch.warnings:
            if warning not in self._told:
                log.warning("%s: %s", self.name, warning)
        self._told.update(dict.fromkeys(batch.warnings))
        while len(self._told) > MOST_TOLD:
            del self._told[next(iter(self._told))]


def _is_recent(post: Post) -> bool:
    return post.created_at is not None and post.created_at >= datetime.now(UTC) - FIRST_LOOK
