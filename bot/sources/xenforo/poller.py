"""XenForo by asking: the threads that have new posts, and those posts."""

import asyncio
import time
from collections.abc import Iterable, Sequence

from bot.config.sources import XenForoSource
from bot.sources.errors import SourceError
from bot.sources.http import PoliteClient
from bot.sources.one_by_one import OneByOne
from bot.sources.site import Site
from bot.sources.source import Batch, State
from bot.sources.xenforo.forum import Forum
from bot.sources.xenforo.payloads import Thread, XenForoPost
from classifier.post import Post, PostKey

MOST_THREADS = 30
"""Threads read in one poll: at a polite pace, half a minute."""

MOST_FAILURES = 5
"""Polls in which a thread made trouble before it is passed over."""

FIRST_SECONDS = 3600
"""How far the first poll goes back from the newest post."""


class XenForoPoller:
    """Asks a XenForo forum for its newest posts, with an API key of one account or for guests.

    The state holds `since`: all posts before that date were read; `done`, which is never in the future, whatever dates
    a forum gives: of the threads with later posts, those were read whose newest is before that date, and those in
    `read` (thread: newest post);
    `trouble`: the thread that could not be read, and in how many polls; `per_page`, the posts on a page; and `waiting`,
    the posts that are still to be asked for by themselves.
    """

    def __init__(self, name: str, table: XenForoSource, key: str) -> None:
        self.name = name
        self.every_seconds: float = table.every_seconds
        self._table = table
        self._headers = {"XF-Api-Key": key}

    async def poll(self, client: PoliteClient, state: State, inquiries: Sequence[str] = ()) -> Batch:
        """What is new, and what was edited or deleted on the same pages. Raises SourceError."""
        forum = Forum(Site(client, self._table, self._headers), state.get("per_page"))
        if "since" in state:
            threads = await forum.threads_since(state["done"])
        else:
            threads, _ = await forum.threads(1)
            since = max((_past(thread.last_post_date) for thread in threads), default=0) - FIRST_SECONDS
            state = {"since": since, "done": since}
            threads = [thread for thread in threads if thread.last_post_date >= since]
        read = state.get("read", {})
        unread = [thread for thread in threads if read.get(str(thread.thread_id)) != thread.last_post_id]
        visit = _Visit(forum, sorted(unread, key=lambda thread: thread.last_post_date), state)
        await visit.read()
        one_by_one = OneByOne(state.get("waiting", {}))
        one_by_one.add(inquiries)
        posts = [*visit.posts, *((post, None) for post in await one_by_one.read(forum.post))]
        return Batch(
            posts=await asyncio.to_thread(self._made, posts),
            deleted=tuple(PostKey(self.name, post.key) for post, _ in posts if post.gone),
            state={**visit.state_after(threads), "waiting": one_by_one.waiting},
            warnings=(*forum.warnings, *visit.warnings, *one_by_one.warnings),
        )

    def _made(self, posts: Iterable[tuple[XenForoPost, Thread | None]]) -> tuple[Post, ...]:
        """The posts that were not deleted, oldest first."""
        kept = sorted((pair for pair in posts if not pair[0].gone), key=lambda pair: pair[0].post_date)
        return tuple(post.to_post(self.name, self._table.url, thread) for post, thread in kept)


def _past(date: int) -> int:
    """That date, or the present where it lies in the future: what is dated rightly is not to wait for it."""
    return min(date, int(time.time()))


class _Visit:
    """Reads the threads that have new posts, the one whose newest is oldest first."""

    def __init__(self, forum: Forum, unread: Sequence[Thread], state: State) -> None:
        self.posts: list[tuple[XenForoPost, Thread]] = []
        self.warnings: list[str] = []
        self._forum = forum
        self._unread = unread
        self._state = state
        self._done = 0
        self._trouble: dict[str, int] | None = None

    async def read(self) -> None:
        """Read the next threads. Trouble with one ends the visit, and at last has the thread passed over."""
        for thread in self._unread[:MOST_THREADS]:
            try:
                posts = await self._forum.posts_since(thread, self._state["since"])
            except SourceError as error:
                self._failed(thread, error)
                return
            self.posts += ((post, thread) for post in posts)
            self._done += 1

    def _failed(self, thread: Thread, error: SourceError) -> None:
        self.warnings.append(f"a thread could not be read: {error}")
        before = self._state.get("trouble") or {}
        times = 1 + (before["times"] if before.get("thread") == thread.thread_id else 0)
        if times < MOST_FAILURES:
            self._trouble = {"thread": thread.thread_id, "times": times}
        else:
            self.warnings.append("it made trouble too often and is passed over")
            self._done += 1

    def state_after(self, threads: Sequence[Thread]) -> State:
        """What to remember; `threads` are all that had posts when the visit began."""
        waiting = {thread.thread_id for thread in self._unread[self._done :]}
        done = max([self._state["done"], *(_past(thread.last_post_date) for thread in self._unread[: self._done])])
        not_before = (thread for thread in threads if thread.last_post_date >= done)
        return {
            "since": self._state["since"] if waiting else done,
            "done": done,
            "read": {
                str(thread.thread_id): thread.last_post_id for thread in not_before if thread.thread_id not in waiting
            },
            "trouble": self._trouble,
            "per_page": self._forum.per_page,
        }
