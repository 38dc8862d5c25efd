"""What moderators do about a flag. Each verb is one step on the flag's audit trail, or nothing.

Every function runs inside one writing transaction, and the database lets in one writer at a time: between looking at
the flag and adding the step nobody else decides.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, insert, select

from bot.store.encoding import entry_from_row, labels_to_json
from bot.store.flags import load_one
from bot.store.records import AuditEntry, Flag, FlagState, Moderator, Outcome, Verb
from bot.store.tables import audit, burst_members
from classifier.labels import Label


def decide(
    connection: Connection,
    flag_id: int,
    verb: Verb,
    moderator: Moderator,
    labels: Sequence[Label],
    now: datetime,
    claim_lifetime: timedelta,
) -> Outcome:
    """CLAIM, CONFIRM or DISMISS: from open, or claimed by this moderator, or claimed so long ago that it expired."""
    flag = load_one(connection, flag_id)
    free = flag.state is FlagState.OPEN or (
        flag.claim is not None and (_same(flag.claim.moderator, moderator) or now - flag.claim.at > claim_lifetime)
    )
    return _step(connection, flag, verb, moderator, labels, now) if free else Outcome(False, flag)


def correct(
    connection: Connection, flag_id: int, moderator: Moderator, labels: Sequence[Label], now: datetime
) -> Outcome:
    """Other labels for a confirmed flag, by the moderator who confirmed it."""
    flag = load_one(connection, flag_id)
    if flag.state is FlagState.CONFIRMED and _holds(flag, moderator):
        return _step(connection, flag, Verb.CORRECT, moderator, labels, now)
    return Outcome(False, flag)


def undo(connection: Connection, flag_id: int, moderator: Moderator, now: datetime) -> Outcome:
    """Back to open, by the moderator who claimed or decided."""
    flag = load_one(connection, flag_id)
    if _holds(flag, moderator):
        return _step(connection, flag, Verb.UNDO, moderator, (), now)
    return Outcome(False, flag)


def trail(connection: Connection, flag_id: int) -> list[AuditEntry]:
    """Every step of the flag, or of the one whose card it joined, oldest first. Empty for an unknown flag."""
    lead = select(burst_members.c.lead_id).where(burst_members.c.flag_id == flag_id).scalar_subquery()
    query = select(audit).where(audit.c.flag_id == func.coalesce(lead, flag_id)).order_by(audit.c.step)
    return [entry_from_row(row, audit) for row in connection.execute(query).mappings()]


def _holds(flag: Flag, moderator: Moderator) -> bool:
    held = flag.claim or flag.decision
    return held is not None and _same(held.moderator, moderator)


def _same(one: Moderator, other: Moderator) -> bool:
    return one.id == other.id


def _step(
    connection: Connection, flag: Flag, verb: Verb, moderator: Moderator, labels: Sequence[Label], now: datetime
) -> Outcome:
    last = select(func.max(audit.c.step)).where(audit.c.flag_id == flag.shown_as)
    connection.execute(
        insert(audit).values(
            flag_id=flag.shown_as,
            step=(connection.execute(last).scalar() or 0) + 1,
            verb=verb.value,
            moderator_id=moderator.id,
            moderator_name=moderator.name,
            labels=labels_to_json(labels),
            at=now,
        )
    )
    return Outcome(True, load_one(connection, flag.id))
