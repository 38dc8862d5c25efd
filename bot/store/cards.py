"""Which message shows a flag, which ones have moved, and which flags have none."""

from collections.abc import Collection

from sqlalchemy import Connection, bindparam, delete, insert, select

from bot.store.flags import load, undecided
from bot.store.parts import parts
from bot.store.records import CardRef, Flag
from bot.store.share import Share
from bot.store.tables import burst_members, cards, flags, moved_cards, posts, waiting


def flags_without(connection: Connection, limit: int, share: Share, after: int) -> list[Flag]:
    """Flags later than `after` that no card shows yet, oldest first, without those that joined another's card."""
    lead_without = (cards.c.flag_id.is_(None), burst_members.c.lead_id.is_(None))
    return load(connection, *lead_without, share.holds(posts), flags.c.id > after, limit=limit)


_card_before = (
    select(cards.c.channel_id, cards.c.message_id)
    .outerjoin_from(flags, cards, cards.c.flag_id == flags.c.id)
    .where(flags.c.id == bindparam("flag_id"))
)
_remove_card = delete(cards).where(cards.c.flag_id == bindparam("flag_id"))
_insert_card = insert(cards)
_stop_waiting = delete(waiting).where(waiting.c.flag_id == bindparam("flag_id"))


def save(connection: Connection, flag_id: int, card: CardRef) -> None:
    """Note which message shows the flag; one in another channel that did is to be taken away. KeyError for an unknown
    flag.
    """
    of_flag = {"flag_id": flag_id}
    before = connection.execute(_card_before, of_flag).first()
    if before is None:
        raise KeyError(flag_id)
    if before.channel_id not in (None, card.channel_id):
        connection.execute(insert(moved_cards).values(channel_id=before.channel_id, message_id=before.message_id))
    connection.execute(_remove_card, of_flag)
    connection.execute(_insert_card, {**of_flag, "channel_id": card.channel_id, "message_id": card.message_id})
    connection.execute(_stop_waiting, of_flag)


def moved(connection: Connection) -> list[CardRef]:
    """The cards that moved and stand where they were as well, the oldest first."""
    rows = connection.execute(select(moved_cards).order_by(moved_cards.c.message_id))
    return [CardRef(row.channel_id, row.message_id) for row in rows]


def drop_moved(connection: Connection, card: CardRef) -> None:
    """Note that this one is gone from where it was."""
    connection.execute(
        delete(moved_cards).where(
            moved_cards.c.channel_id == card.channel_id, moved_cards.c.message_id == card.message_id
        )
    )


_outside = (
    select(cards)
    .join(flags, flags.c.id == cards.c.flag_id)
    .join(posts, posts.c.id == flags.c.post_row)
    .where(cards.c.channel_id.not_in(bindparam("channels", expanding=True)), undecided(cards.c.flag_id))
)


def recall(connection: Connection, channels: Collection[int], share: Share) -> None:
    """Have the undecided flags whose cards stand in none of those channels shown anew, and their old cards taken away.

    There is at least one channel.
    """
    outside = connection.execute(_outside.where(share.holds(posts)), {"channels": list(channels)}).all()
    for part in parts(outside):
        left = [{"channel_id": card.channel_id, "message_id": card.message_id} for card in part]
        connection.execute(insert(moved_cards), left)
        connection.execute(delete(cards).where(cards.c.flag_id.in_([card.flag_id for card in part])))
