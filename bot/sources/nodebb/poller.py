"""NodeBB by asking: which posts are new, from the list of recent posts, and then each of them."""

import asyncio
from collections.abc import Iterable, Sequence
from functools import partial

from bot.config.sources import NodeBBSource
from bot.sources.http import PoliteClient
from bot.sources.newest_first import Found, read_newest
from bot.sources.nodebb.payloads import NodeBBPost
from bot.sources.nodebb.recent import Recent, read_post
from bot.sources.one_by_one import OneByOne
from bot.sources.site import Site
from bot.sources.source import Batch, State
from classifier.post import Post, PostKey

MOST_WAITING = 200
"""Posts waiting to be asked for: while there are so many, the list is left alone."""


class NodeBBPoller:
    """Asks a NodeBB forum for its newest posts, with the token of one account or, without it, as a guest."""

    def __init__(self, name: str, table: NodeBBSource, key: str | None) -> None:
        self.name = name
        self.every_seconds: float = table.every_seconds
        self._table = table
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}

    async def poll(self, client: PoliteClient, state: State, inquiries: Sequence[str] = ()) -> Batch:
        """What is new, changed or gone since `state`. Raises SourceError.

        The state holds `recent`, where the list stands, and `waiting`: the ids of the posts still to be asked for, and
        in how many polls each made trouble.
        """
        site = Site(client, self._table, self._headers)
        recent = Recent(site)
        one_by_one = OneByOne(state.get("waiting", {}))
        found: Found[str] = Found((), (), state.get("recent", {}))
        if len(one_by_one.waiting) < MOST_WAITING:
            found = await read_newest(recent, found.state)
        one_by_one.add(found.values)
        one_by_one.add(inquiries)
        posts = await one_by_one.read(partial(read_post, site))
        gone = [*found.gone, *(post.pid for post in posts if post.deleted)]
        return Batch(
            posts=await asyncio.to_thread(self._made, posts),
            deleted=tuple(PostKey(self.name, pid) for pid in gone),
            state={"recent": found.state, "waiting": one_by_one.waiting},
            warnings=(*recent.warnings, *one_by_one.warnings),
        )

    def _made(self, posts: Iterable[NodeBBPost]) -> tuple[Post, ...]:
        return tuple(post.to_post(self.name, self._table.url) for post in posts if not post.deleted)
