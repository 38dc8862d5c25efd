"""Dossier: all that the card of a flag shows, as it stood at one moment."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection

from bot.store import bursts, context
from bot.store.flags import load_one
from bot.store.records import Burst, Context, Flag


class Dossier(NamedTuple):
    """A flag, what else its card stands for, and what stands around it."""

    flag: Flag
    burst: Burst | None
    context: Context


def read(connection: Connection, flag_id: int, posts_before: Callable[[Flag], int], now: datetime) -> Dossier:
    """The dossier of a flag, with so many posts of the conversation at most. KeyError for an unknown flag."""
    flag = load_one(connection, flag_id)
    return Dossier(flag, bursts.load(connection, flag_id), context.around(connection, flag, posts_before(flag), now))
