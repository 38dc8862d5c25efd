"""Posts that are asked for one by one: each until it was read, or made trouble too often."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import TypeVar

from bot.sources.errors import SourceError

MOST_READ = 30
"""Posts asked for in one poll: at a polite pace, half a minute."""

MOST_FAILURES = 5
"""Polls in which a post made trouble before it is given up."""

T = TypeVar("T")


class OneByOne:
    """Posts of one forum to be asked for. `waiting` has for each how often it made trouble, in the order they came."""

    def __init__(self, waiting: Mapping[str, int]) -> None:
        self.waiting = dict(waiting)
        self.warnings: list[str] = []

    def add(self, ids: Iterable[str]) -> None:
        """Have these read too."""
        self.waiting |= dict.fromkeys(ids, 0)

    async def read(self, ask: Callable[[str], Awaitable[T | None]]) -> list[T]:
        """The next posts; `ask` gives None for one that is not there. Trouble with one ends the round, and lets the
        others go first the next time.
        """
        posts = []
        for id in sorted(self.waiting, key=lambda id: self.waiting[id])[:MOST_READ]:
            try:
                post = await ask(id)
            except SourceError as error:
                self._failed(id, error)
                break
            del self.waiting[id]
            if post is None:
                self.warnings.append("a post was passed over: it is not there any more, or not for the key's account")
            else:
                posts.append(post)
        return posts

    def _failed(self, id: str, error: SourceError) -> None:
        self.waiting[id] += 1
        self.warnings.append(f"a post could not be read: {error}")
        if self.waiting[id] >= MOST_FAILURES:
            del self.waiting[id]
            self.warnings.append("it made trouble too often and was given up")
