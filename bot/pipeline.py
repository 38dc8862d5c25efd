"""Posts in, flags out: every post is stored, judged and, where it passes a threshold, handed to the review channel."""

import asyncio
import logging
import traceback
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TypeVar

from bot.config import ModesTable
from bot.copy_history import MOST_LEFT_OVER, CopyHistory
from bot.judge import Judge
from bot.store.errors import StoreError
from bot.store.folding import Folding
from bot.store.records import Flag, Seen
from bot.store.share import ALL, Share
from bot.troubles import DATABASE, Troubles
from classifier.assessment import Assessment
from classifier.copies import CopyIndex
from classifier.model import Model
from classifier.post import Post, PostKey
from classifier.thresholds import Thresholds

log = logging.getLogger(__name__)

BATCH = 64
"""Posts judged together: enough to share the cost of a call, few enough that the first card does not wait long."""

BATCH_CHARACTERS = 10_000
"""Long posts are judged fewer at a time: to find the words that speak for a flag takes up to half a second of each."""

MOST_WAITING = 10_000
"""Posts that wait in memory to be stored, which is where they wait while the store fails: 20 MB or so."""

MOST_UNJUDGED = 5_000
"""Stored posts that wait in memory to be judged; more of them wait in the store."""

Show = Callable[[Flag], Awaitable[object]]
"""Brings one flag's card up to date in the review channel. Raises nothing."""

Task = Post | PostKey
"""A stored post to judge, or one that is gone from its source, as its cards are to tell."""

S = TypeVar("S", Post, Seen | PostKey)
T = TypeVar("T")


class Pipeline:
    """One stream of posts through store, model and review channel, in the order they came.

    Judging does not wait for the cards, which Discord takes at its own pace. Work starts with the first post that
    arrives and ends when none is left: nothing idles in between. While the store fails, posts wait in memory; each new
    one is the occasion to try again, and so is `retry`. All queues are bounded.
    """

    def __init__(self, judge: Judge, show: Show, *, troubles: Troubles | None = None, share: Share = ALL) -> None:
        self.store = judge.store
        self._share = share
        self._troubles = troubles or Troubles()
        self._judge = judge
        self._past = CopyHistory(judge.index, judge.store, share, self._troubles)
        self._show = show
        self._waiting: deque[Post] = deque()
        self._submitted = self._stored = 0
        self._unjudged: deque[Task] = deque()
        self._more_unjudged = False  # in the store, beyond those in memory
        self._reread: set[tuple[PostKey, str]] = set()
        self._unshown: dict[int, Flag] = {}
        self._left_over: list[Post] = []
        self._worker: asyncio.Task[None] | None = None
        self._presenter: asyncio.Task[None] | None = None
        self._history: asyncio.Task[None] | None = None
        self._lacks_history = False
        self._judging = asyncio.Lock()
        self._saving = asyncio.Lock()
        self._arrivals: dict[object, Sequence[Seen | PostKey]] = {}

    @property
    def model(self) -> Model:
        """The model in use."""
        return self._judge.model

    @property
    def index(self) -> CopyIndex:
        """The earlier posts that copies are looked for among."""
        return self._judge.index

    @property
    def thresholds(self) -> Thresholds:
        """The thresholds in use, as numbers."""
        return self._judge.thresholds

    def learn_history(self) -> None:
        """Begin to bring the copy index up to date with the store; call it once, before the first post arrives.

        Posts are taken in meanwhile, and judged afterwards.
        """
        self._history = asyncio.create_task(self._learn_history(), name="flagpost history")

    async def _learn_history(self) -> None:
        async with self._judging:
            try:
                left_over = await asyncio.to_thread(self._past.learn)
                self._left_over = [] if self._lacks_history else left_over
                self._lacks_history = False
            except StoreError as error:
                self._lacks_history = self._more_unjudged = True
                self._troubles.met(DATABASE, str(error))

    async def recover(self) -> None:
        """Judge the posts that were stored before a stop but not judged."""
        if self._history is not None:
            await self._history
        self._unjudged.extend(self._left_over)
        self._more_unjudged |= len(self._left_over) == MOST_LEFT_OVER
        self._left_over = []
        await self.drain()

    def submit(self, post: Post) -> bool:
        """Take a post in; it is stored and judged soon, after those that came before it. False: there is no room."""
        has_room = len(self._waiting) < MOST_WAITING
        if has_room:
            self._waiting.append(post)
            self._submitted += 1
        self._begin()
        return has_room

    async def stored(self) -> None:
        """Returns when all that was submitted before is on disk, or will be before anything saved later. StoreError."""
        last = self._submitted
        try:
            while self._stored < last:
                await self._save()
        finally:
            self._begin()

    def retry(self) -> None:
        """Try again what the store refused."""
        if self._lacks_history and self._history is not None and self._history.done():
            self.learn_history()
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
                    self._queue(await self._stored_by(self._taken_in, entries))
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
        """Say on the post's cards that it is gone from its source; what repeats it is a copy of it all the same."""
        await self._until_judged()
        try:
            await self.take_in((), [key])
        except StoreError as error:
            log.error("the deletion of post %s could not be noted: %s", key.id, error)

    async def look_at(self, post: Post) -> Assessment:
        """What the model makes of one post, each label explained; nothing is stored. Raises ModelError, StoreError."""
        async with self._judging:
            return await asyncio.to_thread(self._judge.look_at, post)

    def is_exempt(self, post: Post) -> bool:
        """Whether copies are allowed where the post stands."""
        return self.index.rules.exempts(post)

    async def use(self, model: Model, thresholds: Thresholds) -> None:
        """Judge with these from the next batch on: no post is judged by halves of two models."""
        async with self._judging:
            self._judge.model, self._judge.thresholds = model, thresholds

    async def follow(self, folding: Folding, modes: ModesTable) -> None:
        """Fold and show by these from the next batch on."""
        async with self._judging:
            self._judge.folding, self._judge.modes = folding, modes

    async def forget(self, before: datetime) -> None:
        """Erase the texts stored before that time, and drop from the copy index what left its window."""
        async with self._judging:
            # Saved first: fingerprints outlive their texts, from which alone they could be made again.
            await asyncio.to_thread(self._past.prune)
            try:
                await asyncio.to_thread(self.store.purge_texts, before)
            except StoreError as error:
                log.error("old texts could not be erased; tried again tomorrow: %s", error)

    async def let_go(self, keys: Collection[PostKey]) -> None:
        """Take posts out of the copy index and its file: later copies of them are not found."""
        async with self._judging:
            await asyncio.to_thread(self._past.let_go, keys)

    async def close(self) -> None:
        """Judge and show what was submitted, and save the copy index."""
        self._past.give_up()
        await self.drain()
        async with self._judging:
            await asyncio.to_thread(self._past.save)

    async def _until_judged(self) -> None:
        self._begin()
        while self._worker is not None and not self._worker.done():
            await self._worker

    def _present(self, flags: Iterable[Flag]) -> None:
        """Have the cards of these flags shown; a card that waits already is shown once, as it stands by then."""
        self._unshown.update((flag.shown_as, flag) for flag in flags)
        if self._unshown and (self._presenter is None or self._presenter.done()):
            self._presenter = asyncio.create_task(self._show_cards(), name="flagpost cards")

    async def _show_cards(self) -> None:
        while self._unshown:
            await self._show(self._unshown.pop(next(iter(self._unshown))))

    def _begin(self) -> None:
        if self._has_work() and (self._worker is None or self._worker.done()):
            self._worker = asyncio.create_task(self._work(), name="flagpost pipeline")

    def _has_work(self) -> bool:
        return bool(self._waiting or self._unjudged or self._more_unjudged)

    async def _work(self) -> None:
        try:
            while self._has_work():
                async with self._judging:
                    while self._waiting:
                        await self._save()
                    self._present(await self._next())
        except StoreError as error:
            waiting = len(self._waiting) + len(self._unjudged)
            log.info("%d posts wait to be judged", waiting)
            self._troubles.met(DATABASE, str(error))

    async def _save(self) -> None:
        """Take a batch into the store; what is new in it is to be judged."""
        async with self._saving:
            batch = list(islice(self._waiting, BATCH))
            new = await self._stored_by(self._saved, batch)
            self._queue(new)
            self._stored += len(batch)
            for _ in batch:
                self._waiting.popleft()

    async def _stored_by(self, work: Callable[[Sequence[S]], list[T]], things: Sequence[S]) -> list[T]:
        """What `work` finds to be news among things that it stores. Raises StoreError."""
        try:
            return await asyncio.to_thread(self._apart, work, things)
        except StoreError:
            # A connection that breaks over a commit does not tell what became of it: what is stored is no news when
            # it is handed in again, and only the store knows that it is still to be judged.
            self._more_unjudged = True
            raise

    def _queue(self, tasks: Iterable[Task]) -> None:
        """Have stored posts judged in their turn: now, or when those in memory are done."""
        for task in tasks:
            if isinstance(task, Post) and (self._more_unjudged or len(self._unjudged) >= MOST_UNJUDGED):
                self._more_unjudged = True
            else:
                self._unjudged.append(task)

    async def _read_more(self) -> None:
        """Take up the posts that wait in the store. One that could not be judged is not taken up a second time."""
        limit = MOST_UNJUDGED + len(self._reread)
        self._more_unjudged = False  # posts that are stored from now on may be too late for this reading
        try:
            stored = await asyncio.to_thread(self.store.unassessed_posts, limit, self._share)
        except StoreError:
            self._more_unjudged = True
            raise
        self._unjudged.extend(post for post in stored if (post.key, post.revision) not in self._reread)
        self._more_unjudged |= len(stored) == limit
        self._reread = {(post.key, post.revision) for post in stored} if self._more_unjudged else set()

    async def _next(self) -> list[Flag]:
        """Judge a batch of stored posts, or see which cards are to tell that one is gone; returns the flags to show."""
        if not self._unjudged and self._more_unjudged:
            await self._read_more()
        first = self._unjudged[0] if self._unjudged else None
        if isinstance(first, PostKey):
            flags = await asyncio.to_thread(self.store.flags_of, first)
            self._unjudged.popleft()
            return flags
        batch: list[Post] = []
        characters = 0
        for task in islice(self._unjudged, BATCH):
            if isinstance(task, PostKey) or characters >= BATCH_CHARACTERS:
                break
            batch.append(task)
            characters += len(task.text)
        flags = await asyncio.to_thread(self._apart, self._judged, batch) if batch else []
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

    def _judged(self, posts: Sequence[Post]) -> list[Flag]:
        flags = self._judge.judge(posts)
        self._past.keep_up()
        return flags

    def _apart(self, work: Callable[[Sequence[S]], list[T]], things: Sequence[S]) -> list[T]:
        """What `work` makes of posts; where it fails, of each by itself, so that one bad post costs no other.

        Raises StoreError, which is no post's fault.
        """
        try:
            return work(things)
        except StoreError:
            raise
        except Exception as error:  # MemoryError is one, too
            if len(things) == 1:
                self._tell_failure(things[0], error)
                return []
        return [result for thing in things for result in self._apart(work, [thing])]

    def _tell_failure(self, thing: Post | PostKey | Seen, error: Exception) -> None:
        """Say once what a mistake does, however many posts meet it: a broken model would meet them all."""
        place = traceback.extract_tb(error.__traceback__)[-1]
        about = f"judging ({type(error).__name__} at {Path(place.filename).name}:{place.lineno})"
        words = f"post {_id(thing)} could not be judged, nor can others like it; the next start tries them again"
        if self._troubles.met(about, words):
            log.error("please report this", exc_info=error)


def _id(thing: Post | PostKey | Seen) -> str:
    return thing.post.id if isinstance(thing, Seen) else thing.id
