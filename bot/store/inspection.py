"""Whether a store is sound: the file, the tables, the references, and whether the trail of each flag makes sense."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Column, Connection, Select, and_, func, select

from bot.store import flags as flag_queries
from bot.store.database import Database, Schema
from bot.store.records import STATE_AFTER, UNDECIDED, FlagState, Verb, state_after
from bot.store.tables import assessments, audit, burst_members, flags, metadata, posts

SHOWN = 5
"""Rows named of each kind of fault."""

_FREE = (FlagState.OPEN, FlagState.CLAIMED, FlagState.SNOOZED)
_DUE = {
    Verb.CLAIM: _FREE,
    Verb.ESCALATE: _FREE,
    Verb.SNOOZE: _FREE,
    Verb.CONFIRM: UNDECIDED,
    Verb.DISMISS: UNDECIDED,
    Verb.EXEMPT: UNDECIDED,
    Verb.CORRECT: (FlagState.CONFIRMED,),
    Verb.UNDO: tuple(state for state in FlagState if state is not FlagState.OPEN),
    Verb.LAPSE: (FlagState.CLAIMED, FlagState.SNOOZED),
}
"""The states from which each verb can have been accepted. All others are remarks."""


def inspect(database: Database) -> list[str]:
    """What is wrong, a line each; empty when nothing is. StoreError when the database cannot be read.

    Nothing is changed. Only one snapshot is looked at, so a bot that runs meanwhile does no harm.
    """
    if fault := _outdated(database.schema()):
        return [fault]
    with database.reading() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        if damage := list(_damage(connection)):
            return damage
        return [*_broken_references(connection), *_strays(connection), *_broken_trails(connection)]


def _outdated(schema: Schema) -> str | None:
    if schema.is_newer:
        return f"its tables ({schema.there}) were made by a newer flagpost: upgrade flagpost"
    if schema.there != schema.newest:
        return f"its tables are at {schema.there or 'nothing'}, not at {schema.newest}: run flagpost store migrate"
    return None


def _damage(connection: Connection) -> Iterator[str]:
    """What SQLite finds in its file; PostgreSQL reports damage by itself, to whoever reads it."""
    if connection.dialect.name == "sqlite":
        for (line,) in connection.exec_driver_sql(f"PRAGMA integrity_check({SHOWN})"):
            if line != "ok":
                yield f"the file is damaged: {line}"


def _broken_references(connection: Connection) -> Iterator[str]:
    for table in metadata.sorted_tables:
        for key in table.foreign_keys:
            column: Column[int] = key.parent
            target = key.column.table.alias("target")
            dangling = select(column).where(column.is_not(None)).distinct()
            dangling = dangling.where(~select(target).where(target.c[key.column.name] == column).exists())
            yield from _told(connection, dangling, f"{column} names rows of {key.column.table.name} that are missing")


def _strays(connection: Connection) -> Iterator[str]:
    """Rows that are no broken references, and yet belong to nothing or to the wrong thing."""
    by_post = select(posts.c.post_id).group_by(posts.c.source, posts.c.post_id)
    yield from _told(
        connection,
        by_post.having(func.count().filter(posts.c.newest) != 1),
        "posts without exactly one newest revision",
    )
    reason = select(flags.c.id).join(assessments, assessments.c.id == flags.c.assessment_row)
    yield from _told(
        connection,
        reason.where(assessments.c.post_row != flags.c.post_row),
        "flags raised on the assessment of another post",
    )
    erased = and_(posts.c.text_purged_at.is_not(None), posts.c.text != "")
    yield from _told(connection, select(posts.c.id).where(erased), "posts whose text was erased and is there")
    leads = burst_members.alias("leads")
    chained = select(burst_members.c.flag_id).join(leads, leads.c.flag_id == burst_members.c.lead_id)
    yield from _told(connection, chained, "flags on the card of a flag that has none of its own")
    on_members = select(burst_members.c.flag_id).join(audit, audit.c.flag_id == burst_members.c.flag_id).distinct()
    yield from _told(connection, on_members, "flags with a trail beside that of the card they joined")


def _told(connection: Connection, faulty: Select[Any], fault: str) -> Iterator[str]:
    rows = connection.execute(faulty.order_by(*faulty.selected_columns).limit(SHOWN + 1)).scalars().all()
    if rows:
        yield f"{fault}: {_listed(rows)}"


def _listed(rows: Sequence[object]) -> str:
    return ", ".join(map(str, rows[:SHOWN])) + (" and more" if len(rows) > SHOWN else "")


def _broken_trails(connection: Connection) -> Iterator[str]:
    """Flags whose trail could not have come about, or that do not stand where it ends."""
    verbs: defaultdict[int, list[tuple[int, str]]] = defaultdict(list)
    steps = select(audit.c.flag_id, audit.c.step, audit.c.verb).order_by(audit.c.flag_id, audit.c.step)
    for flag_id, step, verb in connection.execute(steps):
        verbs[flag_id].append((step, verb))
    ends = {flag_id: _end(trail) for flag_id, trail in verbs.items()}
    broken = [flag_id for flag_id, end in ends.items() if end is None]
    if broken:
        yield f"flags with a trail that cannot have come about: {_listed(broken)}"
        return
    stands = select(flags.c.id, flag_queries.shown_as, audit.c.verb).select_from(flags)
    stands = stands.outerjoin(burst_members, burst_members.c.flag_id == flags.c.id)
    stands = stands.outerjoin(audit, flag_queries.last_of(flag_queries.shown_as))
    apart = [
        flag_id
        for flag_id, card, verb in connection.execute(stands)
        if state_after(verb) is not ends.get(card, FlagState.OPEN)
    ]
    if apart:
        yield f"flags that do not stand where their trail ends: {_listed(apart)}"


def _end(trail: Sequence[tuple[int, str]]) -> FlagState | None:
    """Where a flag stands after those steps; None when they cannot have been taken in this order."""
    state = FlagState.OPEN
    for number, (step, verb) in enumerate(trail, start=1):
        if step != number or verb not in frozenset(Verb) or state not in _DUE.get(Verb(verb), tuple(FlagState)):
            return None
        state = STATE_AFTER.get(Verb(verb), state)
    return state
