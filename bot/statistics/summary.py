"""All figures of a stretch of time, worked out from the cases and audits in it."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TypeVar

from scipy.stats import CensoredData, ecdf

from bot.statistics.shares import ENOUGH, Share
from bot.store.records import Sample, Silence
from bot.store.statistics import Case
from classifier.labels import Label

WEEK = timedelta(days=7)

Precision = Mapping[Label, Share]
"""By label: of the model's flags for it that were decided, how many got it confirmed."""

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days from a Monday, 0:00 UTC: what became of the flags that the model raised in them."""

    start: datetime
    confirmed: int
    dismissed: int
    open: int
    precision: Precision


@dataclass(frozen=True, slots=True)
class Decider:
    """A moderator, and how many standing decisions are theirs. `name` is how the person was called last."""

    name: str
    confirmed: int
    dismissed: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """How long flags wait for a decision: half of them no longer than `median`, nine in ten than `most`.

    Flags that still wait count with the time they have waited so far (Kaplan & Meier 1958): otherwise a heap of open
    ones would make the moderators look quick. None where too few are decided to tell.
    """

    decided: int
    open: int
    median: timedelta | None
    most: timedelta | None


@dataclass(frozen=True, slots=True)
class Missed:
    """What audits found among the posts that the model had not flagged: with any label, and by label."""

    audits: int
    any: Share
    by_label: Precision


@dataclass(frozen=True, slots=True)
class Reported:
    """Flags that people raised: how many, the share confirmed of those decided, and why the model had missed these."""

    flags: int
    confirmed: Share
    silence: Mapping[Silence, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """Everything from `since` to `until`. Places come with the most flags first, weeks in order."""

    since: datetime
    until: datetime
    flags: int
    precision: Precision
    places: Mapping[str, Precision]
    weeks: Sequence[Week]
    deciders: Sequence[Decider]
    waiting: Waiting
    agreement: Share
    """Of the pairs of decisions that two moderators made on the same words, how many were the same: problem or none."""
    missed: Missed
    reported: Reported


def summarise(cases: Iterable[Case], audits: Iterable[Sample], since: datetime, until: datetime) -> Summary:
    """Work out all figures of the cases raised and the audits drawn in `since` <= time < `until`."""
    cases = [case for case in cases if since <= case.created_at < until]
    raised = [case for case in cases if case.report is None]
    return Summary(
        since=since,
        until=until,
        flags=len(raised),
        precision=_precision(raised),
        places={place: _precision(of_place) for place, of_place in _by_size(raised).items()},
        weeks=_weeks(raised, since, until),
        deciders=_deciders(cases),
        waiting=_waiting(cases, until),
        agreement=_agreement(cases),
        missed=_missed([audit for audit in audits if since <= audit.drawn_at < until]),
        reported=_reported([case for case in cases if case.report is not None]),
    )


def monday(at: datetime) -> datetime:
    """The beginning, 0:00 UTC, of the week that this time is in."""
    at = at.astimezone(UTC)
    return (at - timedelta(days=at.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)


def _precision(cases: Sequence[Case]) -> dict[Label, Share]:
    decided = [(case.labels, case.decision.labels) for case in cases if case.decision]
    return {label: Share.among(label in true for flagged, true in decided if label in flagged) for label in Label}


def _by_size(cases: Iterable[Case]) -> dict[str, list[Case]]:
    """The cases of each place, which goes by its latest name."""
    places = _grouped(((case.source, case.place), case) for case in cases)
    named = _grouped((place[-1].place_name or place[-1].source, case) for place in places.values() for case in place)
    return dict(sorted(named.items(), key=lambda place: len(place[1]), reverse=True))


def _weeks(cases: Iterable[Case], since: datetime, until: datetime) -> list[Week]:
    of_week: dict[datetime, list[Case]] = {}
    start = monday(since)
    while start < until:
        of_week[start] = []
        start += WEEK
    for case in cases:
        of_week[monday(case.created_at)].append(case)
    return [_week(start, of_week[start]) for start in of_week]


def _week(start: datetime, cases: Sequence[Case]) -> Week:
    decided = Share.among(bool(case.decision.labels) for case in cases if case.decision)
    return Week(start, decided.count, decided.of - decided.count, len(cases) - decided.of, _precision(cases))


def _deciders(cases: Iterable[Case]) -> list[Decider]:
    decisions = sorted((case.decision for case in cases if case.decision), key=lambda decision: decision.at)
    by_id = _grouped((decision.moderator.id, decision) for decision in decisions)
    found = [
        Decider(
            theirs[-1].moderator.name, confirmed := sum(bool(one.labels) for one in theirs), len(theirs) - confirmed
        )
        for theirs in by_id.values()
    ]
    return sorted(found, key=lambda decider: (-decider.confirmed - decider.dismissed, decider.name))


def _waiting(cases: Iterable[Case], until: datetime) -> Waiting:
    decided, still = [], []
    for case in cases:
        if case.decisions:
            decided.append((case.decisions[0].at - case.created_at).total_seconds())
        else:
            still.append(max((until - case.created_at).total_seconds(), 0.0))
    if len(decided) < ENOUGH:
        return Waiting(len(decided), len(still), None, None)
    undecided = ecdf(CensoredData(uncensored=decided, right=still)).sf
    steps = list(zip(undecided.quantiles, undecided.probabilities, strict=True))

    def until_left(share: float) -> timedelta | None:
        return next((timedelta(seconds=float(at)) for at, left in steps if left <= share + 1e-9), None)

    return Waiting(len(decided), len(still), until_left(0.5), until_left(0.1))


def _agreement(cases: Iterable[Case]) -> Share:
    """Each decision is compared with the one before on the same words, where another moderator had made that."""
    by_words = _grouped((case.revision, decision) for case in cases for decision in case.decisions)
    same = []
    for decisions in by_words.values():
        for one, next_one in pairwise(sorted(decisions, key=lambda decision: decision.at)):
            if one.moderator.id != next_one.moderator.id:
                same.append(bool(one.labels) == bool(next_one.labels))
    return Share.among(same)


def _missed(audits: Sequence[Sample]) -> Missed:
    judged = sum(audit.judged for audit in audits)
    return Missed(
        audits=len(audits),
        any=Share(sum(audit.missed_any for audit in audits), judged),
        by_label={label: Share(sum(audit.missed[label] for audit in audits), judged) for label in Label},
    )


def _reported(cases: Sequence[Case]) -> Reported:
    silence: defaultdict[Silence, int] = defaultdict(int)
    for case in cases:
        if case.report and case.decision:
            for reason in {case.report.silence.get(label, Silence.NOT_SEEN) for label in case.decision.labels}:
                silence[reason] += 1
    decided = [bool(case.decision.labels) for case in cases if case.decision]
    return Reported(len(cases), Share.among(decided), dict(silence))


def _grouped(pairs: Iterable[tuple[K, V]]) -> dict[K, list[V]]:
    groups: defaultdict[K, list[V]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return groups
