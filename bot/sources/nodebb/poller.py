"""NodeBB by asking: which posts are new, from the list of recent posts, and then each of them."""

import asyncio
from collections import deque
from collections.abc import Iterable

from bot.config.sources import NodeBBSource
from bot.sources.http import PoliteClient
from bot.sources.newest_first import Found, read_newest
from bot.sources.nodebb.payloads import NodeBBPost
from bot.sources.nodebb.recent import Recent, read_post
from bot.sources.site import Site
from bot.sources.source import Batch, SourceError, State
from classifier.post import Post, PostKey

MOST_READ = 30
"""Posts asked for in one poll: at a polite pace, half a minute."""

MOST_WAITING = 200
"""Posts waiting to be asked for: while there are so many, the list is left alone."""

MOST_FAILURES = 5
"""Polls in which a post made trouble before it is given up."""


class NodeBBPoller:
    """Asks a NodeBB forum for its newest posts, with the token of one account or, without it, as a guest."""

    def __init__(self, name: str, table: NodeBBSource, key: str | None) -> None:
        self.name = name
        self.every_seconds: float = table.every_seconds
        self._table = table
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._noted: deque[str] = deque(maxlen=MOST_WAITING)

    def read_later(self, pid: str) -> None:
        """Have a post read at the next poll; may be called from any thread. Forgotten if the process ends before."""
        self._noted.append(pid)

    async def poll(self, client: PoliteClient, state: State) -> Batch:
        """What is new, changed or gone since `state`. Raises SourceError.

        The state holds `recent`, where the list stands, and `waiting`: the ids of the posts still to be asked for, and
        in how many polls each made trouble.
        """
        site = Site(client, self._table, self._headers)
        recent = Recent(site)
        queue = _Queue(state.get("waiting", {}))
        found: Found[str] = Found((), (), state.get("recent", {}))
        if len(queue.waiting) < MOST_WAITING:
            found = await read_newest(recent, found.state)
        queue.add(found.values)
        while self._noted:
            queue.add([self._noted.popleft()])
        posts = await queue.read(site)
        gone = [*found.gone, *(post.pid for post in posts if post.deleted)]
        return Batch(
            posts=await asyncio.to_thread(self._made, posts),
            deleted=tuple(PostKey(self.name, pid) for pid in gone),
            state={"recent": found.state, "waiting": queue.waiting},
            warnings=(*recent.warnings, *queue.warnings),
        )

    def _made(self, posts: Iterable[NodeBBPost]) -> tuple[Post, ...]:
        return tuple(post.to_post(self.name, self._table.url) for post in posts if not post.deleted)


class _Queue:
    """Posts to be asked for: `waiting` has for each how often it made trouble, in the order they came."""

    def __init__(self, waiting: dict[str, int]) -> None:
        self.waiting = dict(waiting)
        self.warnings: list[str] = []

    def add(self, pids: Iterable[str]) -> None:
        """Have these read too."""
        self.waiting |= dict.fromkeys(pids, 0)

    async def read(self, site: Site) -> list[NodeBBPost]:
        """The next posts. Trouble with one ends the round, and lets the others go first the next time."""
        posts = []
        for pid in sorted(self.waiting, key=lambda pid: self.waiting[pid])[:MOST_READ]:
            try:
                post = await read_post(site, pid)
            except SourceError as error:
                self._failed(pid, error)
                break
            del self.waiting[pid]
            if post is None:
                self.warnings.append("a post was passed over: it is not there any more, or not for the key's account")
            else:
                posts.append(post)
        return posts

    def _failed(self, pid: str, error: SourceError) -> None:
        self.waiting[pid] += 1
        self.warnings.append(f"a post could not be read: {error}")
        if self.waiting[pid] >= MOST_FAILURES:
            del self.waiting[pid]
            self.warnings.append("it made trouble too often and was given up")
