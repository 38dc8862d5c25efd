"""Which posts the staff of one server may see."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, FromClause, and_, false, or_

from classifier.post import Post

DISCORD = "discord"
"""The source of posts on Discord; every other is a forum, a file or a program."""


@dataclass(frozen=True, slots=True)
class Reach:
    """The posts of some Discord servers and of some forums, by name."""

    guilds: frozenset[int] = frozenset()
    forums: frozenset[str] = frozenset()

    def holds(self, table: FromClause) -> ColumnElement[bool]:
        """The condition that a row of `posts`, or of the alias of it that was selected, is within reach."""
        servers = (table.c.link.startswith(server, autoescape=True) for server in self._servers())
        return or_(table.c.source.in_(self.forums), and_(table.c.source == DISCORD, or_(false(), *servers)))

    def covers(self, post: Post) -> bool:
        """Whether that post is within reach."""
        return post.source in self.forums or (post.source == DISCORD and (post.link or "").startswith(self._servers()))

    def _servers(self) -> tuple[str, ...]:
        return tuple(f"https://discord.com/channels/{guild}/" for guild in sorted(self.guilds))
