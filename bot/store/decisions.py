"""What moderators do about a flag. Each verb is one step on the flag's audit trail, or nothing.

Every function runs inside one writing transaction, and the database lets in one writer at a time: between looking at
the flag and adding the step nobody else decides.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, delete, func, insert, or_, select

from bot.store.encoding import entry_from_row, labels_to_json
from bot.store.flags import load, load_one
from bot.store.records import FLAGPOST, AuditEntry, Flag, FlagState, Moderator, Outcome, Verb
from bot.store.tables import audit, burst_members
from classifier.labels import Label

UNDO_DAYS = 30
"""For so long a decision can be taken back or corrected."""


def decide(
    connection: Connection,
    flag_id: int,
    verb: Verb,
    moderator: Moderator,
    now: datetime,
    claim_lifetime: timedelta,
    *,
    labels: Sequence[Label] = (),
    note: str = "",
    until: datetime | None = None,
) -> Outcome:
    """Whatever takes up or settles a flag: CLAIM, CONFIRM, DISMISS, EXEMPT, ESCALATE or SNOOZE.

    From open or snoozed, or claimed by this moderator, or claimed so long ago that it expired. An escalated flag is for
    leads, and only to be settled.
    """
    flag = load_one(connection, flag_id)
    if not _is_free(flag, verb, moderator, now - claim_lifetime):
        return Outcome(False, flag)
    return _step(connection, flag, AuditEntry(flag_id, verb, moderator, tuple(labels), now, note, until))


def correct(
    connection: Connection, flag_id: int, moderator: Moderator, labels: Sequence[Label], now: datetime
) -> Outcome:
    """Other labels for a confirmed flag, by the moderator who confirmed it or a lead, within `UNDO_DAYS`."""
    flag = load_one(connection, flag_id)
    if flag.state is FlagState.CONFIRMED and _may_undo(flag, moderator, now):
        return _step(connection, flag, AuditEntry(flag_id, Verb.CORRECT, moderator, tuple(labels), now))
    return Outcome(False, flag)


def undo(connection: Connection, flag_id: int, moderator: Moderator, now: datetime) -> Outcome:
    """Back to open, by the moderator who did what is undone or a lead; a decision only within `UNDO_DAYS`."""
    flag = load_one(connection, flag_id)
    if _may_undo(flag, moderator, now):
        return _step(connection, flag, AuditEntry(flag_id, Verb.UNDO, moderator, (), now))
    return Outcome(False, flag)


def remark(connection: Connection, flag_id: int, verb: Verb, moderator: Moderator, note: str, now: datetime) -> Outcome:
    """What leaves the flag where it stands: NOTE, DELETE, TIME_OUT or WARN. Always accepted."""
    return _step(connection, load_one(connection, flag_id), AuditEntry(flag_id, verb, moderator, (), now, note))


def take_out(
    connection: Connection, lead_id: int, joined_id: int, moderator: Moderator, now: datetime, claim_lifetime: timedelta
) -> Outcome:
    """Let a flag that joined the card of another stand for itself, open, by whoever may decide or undo the other."""
    lead = load_one(connection, lead_id)
    if not (_is_free(lead, Verb.CONFIRM, moderator, now - claim_lifetime) or _may_undo(lead, moderator, now)):
        return Outcome(False, lead)
    joined = (burst_members.c.lead_id == lead_id) & (burst_members.c.flag_id == joined_id)
    if not connection.execute(delete(burst_members).where(joined)).rowcount:
        return Outcome(False, lead)
    step = AuditEntry(lead_id, Verb.TAKE_OUT, moderator, (), now, str(joined_id))
    return replace(_step(connection, lead, step), freed=load_one(connection, joined_id))


def wake(connection: Connection, lead: Flag, now: datetime) -> None:
    """End a snooze before its time."""
    _step(connection, lead, AuditEntry(lead.id, Verb.LAPSE, FLAGPOST, (), now))


def lapse(connection: Connection, now: datetime, claim_lifetime: timedelta) -> list[Flag]:
    """Open the flags whose claim expired or whose snooze is over, and return them."""
    expired = and_(audit.c.verb == Verb.CLAIM, audit.c.at < now - claim_lifetime)
    over = and_(audit.c.verb == Verb.SNOOZE, audit.c.until <= now)
    with_card = burst_members.c.lead_id.is_(None)
    return [
        _step(connection, flag, AuditEntry(flag.id, Verb.LAPSE, FLAGPOST, (), now)).flag
        for flag in load(connection, or_(expired, over), with_card)
    ]


def trail(connection: Connection, flag_id: int) -> list[AuditEntry]:
    """Every step of the flag, or of the one whose card it joined, oldest first. Empty for an unknown flag."""
    lead = select(burst_members.c.lead_id).where(burst_members.c.flag_id == flag_id).scalar_subquery()
    query = select(audit).where(audit.c.flag_id == func.coalesce(lead, flag_id)).order_by(audit.c.step)
    return [entry_from_row(row, audit) for row in connection.execute(query).mappings()]


def _is_free(flag: Flag, verb: Verb, moderator: Moderator, claims_from: datetime) -> bool:
    match flag.state:
        case FlagState.OPEN | FlagState.SNOOZED:
            return True
        case FlagState.CLAIMED:
            return flag.claim is not None and (_same(flag.claim.moderator, moderator) or flag.claim.at < claims_from)
        case FlagState.ESCALATED:
            return moderator.lead and verb in (Verb.CONFIRM, Verb.DISMISS, Verb.EXEMPT)
        case FlagState.CONFIRMED | FlagState.DISMISSED:
            return False


def _may_undo(flag: Flag, moderator: Moderator, now: datetime) -> bool:
    if flag.held is None or not (moderator.lead or _same(flag.held.moderator, moderator)):
        return False
    return flag.decision is None or now - flag.decision.at <= timedelta(days=UNDO_DAYS)


def _same(one: Moderator, other: Moderator) -> bool:
    return one.id == other.id


def _step(connection: Connection, flag: Flag, entry: AuditEntry) -> Outcome:
    last = select(func.max(audit.c.step)).where(audit.c.flag_id == flag.shown_as)
    connection.execute(
        insert(audit).values(
            flag_id=flag.shown_as,
            step=(connection.execute(last).scalar() or 0) + 1,
            verb=entry.verb.value,
            moderator_id=entry.moderator.id,
            moderator_name=entry.moderator.name,
            labels=labels_to_json(entry.labels),
            at=entry.at,
            note=entry.note,
            until=entry.until,
        )
    )
    return Outcome(True, load_one(connection, flag.id))
