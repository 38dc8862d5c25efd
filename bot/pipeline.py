"""Posts in, flags out: every post is stored, judged and, where it passes a threshold, handed to the review channel."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime

from bot.store.errors import StoreError
from bot.store.records import Flag
from bot.store.store import Store
from classifier.copies import CopyIndex
from classifier.labels import Label
from classifier.model import Model
from classifier.post import Post, PostKey
from classifier.thresholds import Thresholds

log = logging.getLogger(__name__)

BATCH = 64
"""Posts judged together: enough to share the cost of a call, few enough that the first card does not wait long."""

RECOVERED = 10_000
"""Posts at most that a start takes up again: a stop leaves a batch or two unjudged, not more."""

Show = Callable[[Flag], Awaitable[None]]
"""Brings one flag's card up to date in the review channel."""


class Pipeline:
    """One stream of posts through store, model and review channel, in the order they came.

    `publish` posts the card of a new flag, `refresh` edits the card of one that has changed. Work starts with the first
    post that arrives and ends when none is left: nothing idles in between.
    """

    def __init__(
        self, *, store: Store, model: Model, index: CopyIndex, thresholds: Thresholds, publish: Show, refresh: Show
    ) -> None:
        self.store = store
        self.model = model
        self.index = index
        self.thresholds = thresholds
        self._publish = publish
        self._refresh = refresh
        self._waiting: deque[Post] = deque()
        self._left_over: list[Post] = []
        self._worker: asyncio.Task[None] | None = None
        self._judging = asyncio.Lock()

    def load_history(self, since: datetime) -> None:
        """Learn the posts judged since then, so that copies of them are found. Blocks; call it once, before the first
        post arrives.
        """
        self._left_over = self.store.unassessed_posts(RECOVERED)
        unjudged = {post.key for post in self._left_over}
        for post in self.store.recent_posts(since):
            if post.key not in unjudged:
                self.index.add(post)

    async def recover(self) -> None:
        """Judge the posts that were stored before a stop but not judged."""
        while self._left_over:
            batch, self._left_over = self._left_over[:BATCH], self._left_over[BATCH:]
            await self._judge(self._assess, batch)

    def submit(self, post: Post) -> None:
        """Take a post in; it is stored and judged soon, after those that came before it."""
        self._waiting.append(post)
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._work(), name="flagpost pipeline")

    async def drain(self) -> None:
        """Wait until every post that was submitted is judged and shown."""
        while self._worker is not None and not self._worker.done():
            await self._worker

    async def post_deleted(self, key: PostKey) -> None:
        """Say on the post's cards that it is gone from its source."""
        await self.drain()  # its card may still be on its way
        for flag in await asyncio.to_thread(self.store.mark_deleted, key, datetime.now(UTC)):
            await self._refresh(flag)

    async def forget(self, before: datetime) -> None:
        """Erase the texts stored before that time, and drop from the copy index what left its window."""
        async with self._judging:
            try:
                await asyncio.to_thread(self.store.purge_texts, before)
            except StoreError as error:
                log.error("old texts could not be erased; tried again tomorrow: %s", error)
            self.index.prune(datetime.now(UTC))

    async def _work(self) -> None:
        while self._waiting:
            batch = [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]
            await self._judge(self._save_and_assess, batch)

    async def _judge(self, assess: Callable[[Sequence[Post]], list[Flag]], batch: Sequence[Post]) -> None:
        async with self._judging:
            try:
                for flag in await asyncio.to_thread(assess, batch):
                    await (self._publish(flag) if flag.card is None else self._refresh(flag))
            except Exception:
                log.exception(
                    "%d posts could not all be judged and shown; what is stored goes on at the next start", len(batch)
                )

    def _save_and_assess(self, batch: Sequence[Post]) -> list[Flag]:
        return self._assess([post for post, new in zip(batch, self.store.save_posts(batch), strict=True) if new])

    def _assess(self, posts: Sequence[Post]) -> list[Flag]:
        """Assess stored posts; returns the flags to show."""
        assessments = self.model.assess(posts, self.index, explain=self._passes)
        judged = [
            (post, found, self.thresholds.passed(post, found.probabilities))
            for post, found in zip(posts, assessments, strict=True)
        ]
        return [flag for flag in self.store.save_assessments(judged, datetime.now(UTC)) if flag is not None]

    def _passes(self, post: Post, label: Label, probability: float) -> bool:
        return probability >= self.thresholds.of(label, post.place)
