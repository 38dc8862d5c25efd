"""Posts in, flags out: every post is stored, judged and, where it passes a threshold, handed to the review channel."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import TypeVar

from bot.store.errors import StoreError
from bot.store.records import Flag, Seen
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

Show = Callable[[Flag], Awaitable[object]]
"""Brings one flag's card up to date in the review channel. Raises nothing."""

Task = Post | PostKey
"""A stored post to judge, or one that is gone from its source: its cards tell, and nothing is a copy of it any more."""

S = TypeVar("S", Post, Seen | PostKey)
T = TypeVar("T")


class Pipeline:
    """One stream of posts through store, model and review channel, in the order they came.

    Judging does not wait for the cards, which Discord takes at its own pace. Work starts with the first post that
    arrives and ends when none is left: nothing idles in between. While the store fails, posts wait in memory; each new
    one is the occasion to try again.
    """

    def __init__(self, *, store: Store, model: Model, index: CopyIndex, thresholds: Thresholds, show: Show) -> None:
        self.store = store
        self.model = model
        self.index = index
        self.thresholds = thresholds
        self._show = show
        self._waiting: deque[Post] = deque()
        self._unjudged: deque[Task] = deque()
        self._unshown: dict[int, Flag] = {}
        self._left_over: list[Post] = []
        self._worker: asyncio.Task[None] | None = None
        self._presenter: asyncio.Task[None] | None = None
        self._judging = asyncio.Lock()
        self._saving = asyncio.Lock()
        self._arrivals: dict[object, Sequence[Seen | PostKey]] = {}

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
        self._unjudged.extend(self._left_over)
        self._left_over = []
        await self.drain()

    def submit(self, post: Post) -> None:
        """Take a post in; it is stored and judged soon, after those that came before it."""
        self._waiting.append(post)
        self._begin()

    async def take_in(
        self, posts: Sequence[Post], deleted: Sequence[PostKey] = (), as_of: datetime | None = None
    ) -> None:
        """Store posts and note which are gone; returns when both have reached the disk. They are judged soon after.

        Posts that their source showed at the time `as_of` stand again if they were deleted before. Does not wait for
        what is being judged. Raises StoreError: then hand in all of it again, which does no harm.
        """
        arrival = object()
        self._arrivals[arrival] = [*(Seen(post, as_of) for post in posts), *deleted]
        try:
            async with self._saving:
                # A flush to disk is what takes time: whoever comes first stores what all have brought by now.
                if arrival in self._arrivals:
                    together = dict(self._arrivals)
                    entries = [entry for entries in together.values() for entry in entries]
                    self._unjudged.extend(await asyncio.to_thread(_apart, self._taken_in, entries))
                    for stored in together:
                        self._arrivals.pop(stored, None)
        finally:
            self._arrivals.pop(arrival, None)
            self._begin()

    async def drain(self) -> None:
        """Wait until every post that was submitted is judged and shown, or the store fails."""
        await self._until_judged()
        while self._presenter is not None and not self._presenter.done():
            await self._presenter

    async def post_deleted(self, key: PostKey) -> None:
        """Say on the post's cards that it is gone from its source; what repeats it from now on is no copy of it."""
        await self._until_judged()
        try:
            await self.take_in((), [key])
        except StoreError as error:
            log.error("the deletion of post %s could not be noted: %s", key.id, error)

    async def forget(self, before: datetime) -> None:
        """Erase the texts stored before that time, and drop from the copy index what left its window."""
        async with self._judging:
            try:
                await asyncio.to_thread(self.store.purge_texts, before)
            except StoreError as error:
                log.error("old texts could not be erased; tried again tomorrow: %s", error)
            await asyncio.to_thread(self.index.prune, datetime.now(UTC))

    async def _until_judged(self) -> None:
        self._begin()
        while self._worker is not None and not self._worker.done():
            await self._worker

    def _present(self, flags: Iterable[Flag]) -> None:
        """Have the cards of these flags shown; a flag that waits already is shown once, as it stands by then."""
        self._unshown.update((flag.id, flag) for flag in flags)
        if self._unshown and (self._presenter is None or self._presenter.done()):
            self._presenter = asyncio.create_task(self._show_cards(), name="flagpost cards")

    async def _show_cards(self) -> None:
        while self._unshown:
            await self._show(self._unshown.pop(next(iter(self._unshown))))

    def _begin(self) -> None:
        if (self._waiting or self._unjudged) and (self._worker is None or self._worker.done()):
            self._worker = asyncio.create_task(self._work(), name="flagpost pipeline")

    async def _work(self) -> None:
        try:
            while self._waiting or self._unjudged:
                async with self._judging:
                    while self._waiting:
                        await self._save()
                    self._present(await self._next())
        except StoreError as error:
            waiting = len(self._waiting) + len(self._unjudged)
            log.error("%d posts wait to be judged; the next post is the occasion to try again: %s", waiting, error)

    async def _save(self) -> None:
        """Take a batch into the store; what is new in it is to be judged."""
        async with self._saving:
            batch = list(islice(self._waiting, BATCH))
            self._unjudged.extend(await asyncio.to_thread(_apart, self._saved, batch))
            for _ in batch:
                self._waiting.popleft()

    async def _next(self) -> list[Flag]:
        """Judge a batch of stored posts, or forget one that is gone; returns the flags to show."""
        first = self._unjudged[0] if self._unjudged else None
        if isinstance(first, PostKey):
            self.index.forget(first)
            flags = await asyncio.to_thread(self.store.flags_of, first)
            self._unjudged.popleft()
            return flags
        batch: list[Post] = []
        for task in islice(self._unjudged, BATCH):
            if isinstance(task, PostKey):
                break
            batch.append(task)
        flags = await asyncio.to_thread(_apart, self._assessed, batch) if batch else []
        for _ in batch:
            self._unjudged.popleft()
        return flags

    def _saved(self, posts: Sequence[Post]) -> list[Post]:
        return [post for post, new in zip(posts, self.store.save_posts(posts), strict=True) if new]

    def _taken_in(self, entries: Sequence[Seen | PostKey]) -> list[Task]:
        news = self.store.take_in(entries, datetime.now(UTC))
        return [
            entry.post if isinstance(entry, Seen) else entry
            for entry, is_news in zip(entries, news, strict=True)
            if is_news
        ]

    def _assessed(self, posts: Sequence[Post]) -> list[Flag]:
        assessments = self.model.assess(posts, self.index, explain=self._passes)
        judged = [
            (post, found, self.thresholds.passed(post, found.probabilities))
            for post, found in zip(posts, assessments, strict=True)
        ]
        return [flag for flag in self.store.save_assessments(judged, datetime.now(UTC)) if flag is not None]

    def _passes(self, post: Post, label: Label, probability: float) -> bool:
        return probability >= self.thresholds.of(label, post)


def _apart(work: Callable[[Sequence[S]], list[T]], things: Sequence[S]) -> list[T]:
    """What `work` makes of posts; where it fails, of each by itself, so that one bad post costs no other.

    Raises StoreError, which is no post's fault.
    """
    try:
        return work(things)
    except StoreError:
        raise
    except Exception:
        if len(things) == 1:
            log.exception("post %s could not be judged; if it is stored, the next start tries again", _id(things[0]))
            return []
    return [result for thing in things for result in _apart(work, [thing])]


def _id(thing: Post | PostKey | Seen) -> str:
    return thing.post.id if isinstance(thing, Seen) else thing.id
