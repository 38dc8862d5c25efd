"""Flags that wait for their card, and the notice in each moderator channel that says so."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import bindparam, delete, exists, func, insert, select

from bot.store.database import Database
from bot.store.encoding import labels_from_json
from bot.store.flags import undecided
from bot.store.tables import cards, flags, notices, waiting
from classifier.labels import Label


class Wait(StrEnum):
    """What flags wait for."""

    QUIET = "quiet"
    """The end of quiet hours."""
    ROOM = "room"
    """Decisions on some of the many open cards."""


@dataclass(frozen=True, slots=True)
class WaitingFlag:
    """A flag without a card, its labels, and since when (aware, UTC)."""

    id: int
    labels: tuple[Label, ...]
    since: datetime


@dataclass(frozen=True, slots=True)
class Notice:
    """The message of a channel that tells who waits for what, and its words."""

    message_id: int
    reason: Wait
    words: str


_open_cards = (
    select(func.count())
    .select_from(cards)
    .where(cards.c.channel_id == bindparam("channel"), undecided(cards.c.flag_id))
)


class Waiting:
    """Each method is one transaction; StoreError when the database fails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def hold(self, flag_id: int, channel: int) -> None:
        """Note that a flag waits for its card in that channel."""
        with self._database.writing() as connection:
            connection.execute(delete(waiting).where(waiting.c.flag_id == flag_id))
            connection.execute(insert(waiting).values(flag_id=flag_id, channel_id=channel))

    def flags(self, channel: int) -> list[WaitingFlag]:
        """The flags that wait there, oldest first: those that were shown or decided meanwhile wait no more."""
        shown = exists().where(cards.c.flag_id == waiting.c.flag_id)
        query = (
            select(flags.c.id, flags.c.labels, flags.c.created_at)
            .join(waiting, waiting.c.flag_id == flags.c.id)
            .where(waiting.c.channel_id == channel, ~shown, undecided(waiting.c.flag_id))
            .order_by(flags.c.id)
        )
        with self._database.reading() as connection:
            rows = connection.execute(query)
            return [WaitingFlag(id, labels_from_json(labels), since) for id, labels, since in rows]

    def channels(self) -> dict[int, int]:
        """By the ids of the flags that were held, the channel where each waits."""
        with self._database.reading() as connection:
            return {row.flag_id: row.channel_id for row in connection.execute(select(waiting))}

    def open_cards(self, channel: int) -> int:
        """How many cards in that channel nobody has decided yet."""
        with self._database.reading() as connection:
            return connection.execute(_open_cards, {"channel": channel}).scalar_one()

    def notice(self, channel: int) -> Notice | None:
        """The notice that stands in that channel."""
        with self._database.reading() as connection:
            row = connection.execute(select(notices).where(notices.c.channel_id == channel)).first()
            return None if row is None else Notice(row.message_id, Wait(row.reason), row.words)

    def save_notice(self, channel: int, notice: Notice | None) -> None:
        """Note which notice stands in that channel now, or that none does."""
        with self._database.writing() as connection:
            connection.execute(delete(notices).where(notices.c.channel_id == channel))
            if notice is not None:
                row = {"message_id": notice.message_id, "reason": notice.reason.value, "words": notice.words}
                connection.execute(insert(notices).values(channel_id=channel, **row))


def counted(waiting_flags: Sequence[WaitingFlag]) -> dict[Label, int]:
    """How many of them are for each label; one that is for two counts for both."""
    return {label: sum(label in flag.labels for flag in waiting_flags) for label in Label}
