"""The share of one process, where several work on one store: the servers of its Discord shard.

The first of them has besides all that is no server's: forums, and what is to be done once for all.
"""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, FromClause, not_, true

from bot.store.reach import Reach
from classifier.post import Post


@dataclass(frozen=True, slots=True)
class Share:
    """Shard `number` of `count`, counted from 0, of those servers. Discord sends each server's events to one shard."""

    number: int = 0
    count: int = 1
    guilds: frozenset[int] = frozenset()

    @property
    def is_first(self) -> bool:
        """Whether what is to be done once is this process's to do."""
        return self.number == 0

    def holds(self, table: FromClause) -> ColumnElement[bool]:
        """The condition that a row of `posts` is in this share."""
        if self.count == 1:
            return true()
        return not_(self._others().holds(table)) if self.is_first else self._own().holds(table)

    def covers(self, post: Post) -> bool:
        """Whether that post is in this share."""
        return not self._others().covers(post) if self.is_first else self._own().covers(post)

    def _own(self) -> Reach:
        return Reach(frozenset(guild for guild in self.guilds if self._shard_of(guild) == self.number))

    def _others(self) -> Reach:
        return Reach(self.guilds - self._own().guilds)

    def _shard_of(self, guild: int) -> int:
        return (guild >> 22) % self.count  # Discord's own rule


ALL = Share()
"""Everything: one process alone."""
