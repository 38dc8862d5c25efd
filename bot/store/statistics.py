"""The stories of the cards: when each was raised, by whom and for what, and what moderators did. No words of posts."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, true

from bot.store.encoding import entry_from_row, labels_from_json, report_from_row
from bot.store.reach import Reach
from bot.store.records import DECIDING, STATE_AFTER, AuditEntry, Decision, Report
from bot.store.tables import audit, burst_members, flags, posts, reports
from classifier.labels import Label


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One flag: what it was raised for, and every step that was taken about it, oldest first.

    `revision` is the same for the same words. `report` is set when a person raised the flag.
    """

    flag_id: int
    source: str
    place: str | None
    place_name: str | None
    revision: str
    labels: tuple[Label, ...]
    created_at: datetime
    report: Report | None
    steps: tuple[AuditEntry, ...]

    @property
    def decision(self) -> Decision | None:
        """The decision that stands, if one does."""
        moves = [step for step in self.steps if step.verb in STATE_AFTER]
        return moves[-1] if moves and moves[-1].verb in DECIDING else None

    @property
    def decisions(self) -> list[Decision]:
        """Every decision, also those that were taken back or corrected since."""
        return [step for step in self.steps if step.verb in DECIDING]


def cases(connection: Connection, since: datetime, reach: Reach | None) -> list[Case]:
    """The flags raised from `since` on, oldest first; those within reach, where one is given.

    Of those that share a card only the one that leads: what was said about it was said once.
    """
    joined = select(burst_members.c.flag_id).where(burst_members.c.flag_id == flags.c.id).exists()
    within = (flags.c.created_at >= since, ~joined, true() if reach is None else reach.holds(posts))
    chosen = (
        select(flags, posts.c.source, posts.c.place, posts.c.place_name, posts.c.revision, reports)
        .join_from(flags, posts, posts.c.id == flags.c.post_row)
        .outerjoin(reports, reports.c.flag_id == flags.c.id)
        .where(*within)
        .order_by(flags.c.id)
    )
    trail = (
        select(audit)
        .join_from(audit, flags, flags.c.id == audit.c.flag_id)
        .join(posts, posts.c.id == flags.c.post_row)
        .where(*within)
        .order_by(audit.c.step)
    )
    steps: defaultdict[int, list[AuditEntry]] = defaultdict(list)
    for row in connection.execute(trail).mappings():
        steps[row[audit.c.flag_id]].append(entry_from_row(row, audit))
    return [
        Case(
            flag_id=row[flags.c.id],
            source=row[posts.c.source],
            place=row[posts.c.place],
            place_name=row[posts.c.place_name],
            revision=row[posts.c.revision],
            labels=labels_from_json(row[flags.c.labels]),
            created_at=row[flags.c.created_at],
            report=None if row[reports.c.flag_id] is None else report_from_row(row, reports),
            steps=tuple(steps[row[flags.c.id]]),
        )
        for row in connection.execute(chosen).mappings()
    ]
