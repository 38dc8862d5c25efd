"""Which posts the staff of one server may see."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, FromClause, and_, or_

DISCORD = "discord"


@dataclass(frozen=True, slots=True)
class Scope:
    """The posts of one Discord server, and those of the forums whose cards stand there."""

    guild: int
    forums: frozenset[str] = frozenset()

    def holds(self, table: FromClause) -> ColumnElement[bool]:
        """The condition that a row of `posts`, or of the alias of it that was selected, is in this scope."""
        on_server = table.c.link.startswith(f"https://discord.com/channels/{self.guild}/", autoescape=True)
        return or_(table.c.source.in_(self.forums), and_(table.c.source == DISCORD, on_server))
