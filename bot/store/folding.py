"""Folding: which card a new flag joins, instead of getting one of its own.

All of it runs inside the transaction that raises the flag: a stop loses no member of a burst, and of several processes
only one decides.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Self

from sqlalchemy import ColumnElement, Connection, Integer, Select, and_, bindparam, func, insert, or_, select

from bot.config import NoiseSettings
from bot.store.bursts import doubled_to
from bot.store.decisions import wake
from bot.store.encoding import post_from_row
from bot.store.flags import Judged, load_listed, load_one, on_posts, save_assessments
from bot.store.posts import are_of
from bot.store.records import Flag, FlagState, Reason
from bot.store.tables import burst_members, flags, posts, repeats, storable
from classifier.labels import Label
from classifier.post import Post, PostKey

SAME_TEXT = 0.5
"""The share of a post, from which on an earlier one that it stands in has the same text; the likeliest original always
has."""

Calls = Callable[[Iterable[Label], Mapping[Label, float]], frozenset[int]]
"""The roles that a flag calls, by its labels and the probabilities of all."""

QUIET_COPIES = 5
"""So many copies of a text that was no problem are no news; nor are as many again as the moderator saw."""

MOST_LEADS = 20
"""Cards looked at for one that can be joined."""

MOST_HOMES = 10
"""Of so many times the flags that make a raid, those of one home are counted."""


def _one_home(_: Post) -> object:
    return None


def _nobody(_: Iterable[Label], __: Mapping[Label, float]) -> frozenset[int]:
    return frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Folding:
    """When a flag joins the card of an earlier one: a copy, the card of its text; then, while that is undecided, what
    the same member wrote within `same_author`; then, when `raid_flags` of its home came within `raid_window`, the
    newest of them.

    A time or number of 0 leaves a rule out. Cards are shared by posts with the same `home` only. Of a member and in a
    raid, a flag that calls roles (`calls`) joins only a card that called them: what is worse than the rest is seen.
    """

    same_author: timedelta = timedelta(0)
    raid_flags: int = 0
    raid_window: timedelta = timedelta(0)
    home: Callable[[Post], object] = _one_home
    calls: Calls = _nobody

    @classmethod
    def of(cls, noise: NoiseSettings, home: Callable[[Post], object]) -> Self:
        """The rules that the config asks for."""
        return cls(
            same_author=timedelta(minutes=noise.author_minutes),
            raid_flags=noise.raid_flags,
            raid_window=timedelta(minutes=noise.raid_minutes),
            home=home,
            calls=noise.called,
        )

    def save(self, connection: Connection, batch: Sequence[Judged], now: datetime) -> list[Flag | None]:
        """Save assessments and let each flag that is raised join a card where one fits."""
        saved = save_assessments(connection, batch, now)
        raised = {flag.id: flag for flag in saved.flags if flag is not None and flag.id in saved.raised}
        folded = {id: self._folded(connection, raised[id], now) for id in sorted(raised)}
        return [flag and folded.get(flag.id, flag) for flag in saved.flags]

    def _folded(self, connection: Connection, flag: Flag, now: datetime) -> Flag:
        copied = _copied(flag)
        if copied:
            rows = [{"flag_id": flag.id, "source": key.source, "post_id": key.id} for key in copied]
            connection.execute(insert(repeats), rows)
        found = self._joined(connection, flag, copied, now)
        if found is None:
            return flag
        lead, reason = found
        row = {"flag_id": flag.id, "lead_id": lead, "reason": reason.value, "told": False}
        connection.execute(insert(burst_members).values(row))
        joined = load_one(connection, flag.id)
        snoozed = joined.held if joined.state is FlagState.SNOOZED else None
        if snoozed and doubled_to(connection, lead, snoozed.at, flag.id):
            wake(connection, load_one(connection, lead), now)
            return load_one(connection, flag.id)
        return joined

    def _joined(
        self, connection: Connection, flag: Flag, copied: Sequence[PostKey], now: datetime
    ) -> tuple[int, Reason] | None:
        if copied and (lead := self._of_its_text(connection, flag, copied)) is not None:
            return lead, Reason.COPY
        if self.same_author and (lead := self._of_its_author(connection, flag, now)) is not None:
            return lead, Reason.AUTHOR
        if self.raid_flags and (lead := self._of_the_raid(connection, flag, now)) is not None:
            return lead, Reason.RAID
        return None

    def _of_its_text(self, connection: Connection, flag: Flag, copied: Sequence[PostKey]) -> int | None:
        """The newest card of the text, while it is undecided; one that was no problem, as long as that is no news."""
        flagged = select(flags.c.id).join(posts, posts.c.id == flags.c.post_row).where(are_of(copied))
        repeating = select(repeats.c.flag_id).where(are_of(copied, repeats))
        the_same = or_(flags.c.id.in_(flagged), flags.c.id.in_(repeating))
        lead = next(iter(self._leads(connection, flag, _query_of_leads(the_same))), None)
        return lead.id if lead and (lead.decision is None or _is_no_news(connection, lead)) else None

    def _of_its_author(self, connection: Connection, flag: Flag, now: datetime) -> int | None:
        if flag.post.author is None:
            return None
        theirs = {"source": flag.post.source, "author": flag.post.author, "since": now - self.same_author}
        return self._undecided(flag, self._leads(connection, flag, _of_author, theirs))

    def _of_the_raid(self, connection: Connection, flag: Flag, now: datetime) -> int | None:
        """The newest undecided card of the window, if so many flags of the same source and home came in it, each with
        a card or in a raid.
        """
        recent = {"source": flag.post.source, "since": now - self.raid_window}
        counted = {**recent, "flag_id": flag.id, "most": self.raid_flags * MOST_HOMES}
        home = self.home(flag.post)
        rows = connection.execute(_raiding, counted).mappings()
        if sum(self.home(post_from_row(row, posts)) == home for row in rows) < self.raid_flags:
            return None
        return self._undecided(flag, self._leads(connection, flag, _of_raid, recent))

    def _undecided(self, flag: Flag, leads: Iterable[Flag]) -> int | None:
        called = self._called(flag)
        return next((lead.id for lead in leads if lead.decision is None and called <= self._called(lead)), None)

    def _called(self, flag: Flag) -> frozenset[int]:
        return self.calls(flag.labels, flag.assessment.probabilities)

    def _leads(
        self, connection: Connection, flag: Flag, query: Select[int], about: Mapping[str, object] = MappingProxyType({})
    ) -> list[Flag]:
        """The flags on whose cards the earlier flags of such a query stand, at the same home; latest first."""
        ids = connection.execute(query, {"flag_id": flag.id, **about}).scalars().all()
        by_id = {lead.id: lead for lead in load_listed(connection, ids)}
        return [by_id[id] for id in ids if self.home(by_id[id].post) == self.home(flag.post)]


APART = Folding()
"""Only copies of one text share a card."""

_earlier = flags.c.id < bindparam("flag_id")


def _query_of_leads(*conditions: ColumnElement[bool]) -> Select[int]:
    """The query for the cards on which earlier flags under those conditions stand, the latest first."""
    card = func.coalesce(burst_members.c.lead_id, flags.c.id).label("card")
    return (
        select(card)
        .select_from(on_posts)
        .where(_earlier, *conditions)
        .group_by(card)
        .order_by(func.max(flags.c.id).desc())
        .limit(MOST_LEADS)
    )


_recent = and_(posts.c.source == bindparam("source"), flags.c.created_at >= bindparam("since"))
_in_a_raid = or_(burst_members.c.reason.is_(None), burst_members.c.reason == Reason.RAID)
_of_author = _query_of_leads(_recent, posts.c.author == bindparam("author"))
_of_raid = _query_of_leads(_recent, _in_a_raid)
_raiding = (
    select(posts)
    .select_from(on_posts)
    .where(_earlier, _recent, _in_a_raid)
    .order_by(flags.c.id.desc())
    .limit(bindparam("most", type_=Integer))
)


def _copied(flag: Flag) -> list[PostKey]:
    """The earlier posts whose text a flagged copy repeats."""
    if Label.COPY_PASTE not in flag.labels or not flag.assessment.copies:
        return []
    likeliest, *others = flag.assessment.copies
    keys = [likeliest.key, *(copy.key for copy in others if copy.containment >= SAME_TEXT)]
    return list(dict.fromkeys(PostKey(key.source, storable(key.id)) for key in keys))


def _is_no_news(connection: Connection, lead: Flag) -> bool:
    """Whether a text found to be no problem has been repeated less since than the moderator knew, or only few times."""
    if lead.state is not FlagState.DISMISSED or lead.decision is None:
        return False
    members = select(func.count()).select_from(burst_members).join(flags, flags.c.id == burst_members.c.flag_id)
    since = members.where(burst_members.c.lead_id == lead.id, flags.c.created_at > lead.decision.at)
    known = members.where(burst_members.c.lead_id == lead.id, flags.c.created_at <= lead.decision.at)
    return connection.execute(since).scalar_one() < max(connection.execute(known).scalar_one() + 1, QUIET_COPIES)
