"""What the store takes in and gives out: posts, flags, what moderators did. Plain values that know no database."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from classifier.assessment import Assessment
from classifier.labels import Label
from classifier.post import Post


class Seen(NamedTuple):
    """A post as its source hands it over.

    `as_of`: its source showed it at that time, so that it stood then. None: this may be old news that comes late.
    """

    post: Post
    as_of: datetime | None = None


class FlagState(StrEnum):
    """Where a flag stands."""

    OPEN = "open"
    CLAIMED = "claimed"
    SNOOZED = "snoozed"
    ESCALATED = "escalated"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"


class Verb(StrEnum):
    """What was done about a flag; also the words of the audit trail."""

    CLAIM = "claim"
    CONFIRM = "confirm"
    DISMISS = "dismiss"
    EXEMPT = "exempt"
    """Dismissed, and this text is never to be flagged again."""
    CORRECT = "correct"
    ESCALATE = "escalate"
    SNOOZE = "snooze"
    UNDO = "undo"
    LAPSE = "lapse"
    """The time of a claim or a snooze ran out: nobody's deed."""
    TAKE_OUT = "take_out"
    """A flag that had joined the card stands for itself again; the note is its id."""
    NOTE = "note"
    DELETE = "delete"
    TIME_OUT = "time_out"
    WARN = "warn"


STATE_AFTER = {
    Verb.CLAIM: FlagState.CLAIMED,
    Verb.CONFIRM: FlagState.CONFIRMED,
    Verb.DISMISS: FlagState.DISMISSED,
    Verb.EXEMPT: FlagState.DISMISSED,
    Verb.CORRECT: FlagState.CONFIRMED,
    Verb.ESCALATE: FlagState.ESCALATED,
    Verb.SNOOZE: FlagState.SNOOZED,
    Verb.UNDO: FlagState.OPEN,
    Verb.LAPSE: FlagState.OPEN,
}
"""Where each verb leaves a flag. Those that are missing leave it where it stands."""

DECIDED = (FlagState.CONFIRMED, FlagState.DISMISSED)
UNDECIDED = tuple(state for state in FlagState if state not in DECIDED)

DECIDING = tuple(verb for verb, state in STATE_AFTER.items() if state in DECIDED)
"""The verbs that settle a flag."""


def state_after(verb: str | None) -> FlagState:
    """Where a flag stands whose last verb among those in STATE_AFTER, as the store has it, is this one; None: none."""
    return FlagState.OPEN if verb is None else STATE_AFTER[Verb(verb)]


@dataclass(frozen=True, slots=True)
class Moderator:
    """Somebody who decides. Moderators are told apart by `id` alone; `name` is how the person was called then.

    `lead`: may also decide what was escalated and undo what others did.
    """

    id: str
    name: str
    lead: bool = field(default=False, compare=False)


FLAGPOST = Moderator("flagpost", "flagpost")
"""Stands on the audit trail where nobody did anything but time passed."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Who is looking at a flag, and since when (aware, UTC)."""

    moderator: Moderator
    at: datetime


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One thing that was done about a flag, once it was accepted.

    `labels` are the labels confirmed or corrected to; empty for the other verbs. `at` is aware, in UTC. `note` is what
    the moderator wrote, and `until` (aware, UTC) the end of a snooze.
    """

    flag_id: int
    verb: Verb
    moderator: Moderator
    labels: tuple[Label, ...]
    at: datetime
    note: str = ""
    until: datetime | None = None


Decision = AuditEntry
"""The entry that settles a flag: its verb is CONFIRM, CORRECT, DISMISS or EXEMPT, and no UNDO came after it."""


class Silence(StrEnum):
    """Why the model raised no flag for a label of a post that a person flagged."""

    BELOW_THRESHOLD = "below_threshold"
    NOT_WATCHED = "not_watched"
    EXEMPT = "exempt"
    LABEL_OFF = "label_off"
    NOT_SEEN = "not_seen"


@dataclass(frozen=True, slots=True)
class Report:
    """Who raised a flag in the model's place; for each label why it had not, and at which threshold it would have."""

    reporter: Moderator
    silence: Mapping[Label, Silence]
    thresholds: Mapping[Label, float]


@dataclass(frozen=True, slots=True)
class CardRef:
    """The Discord message that shows a flag."""

    channel_id: int
    message_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """A post revision whose assessment passed a threshold, and where the moderators stand with it.

    `report` is set when a person raised it instead: then it passed none, and `labels` are what that person saw in it.
    `claim` is set exactly when CLAIMED (it may have expired), `decision` exactly when CONFIRMED or DISMISSED, and
    `parked` exactly when ESCALATED or SNOOZED: the entry that made it so.
    `deleted_at` tells when the post was found gone from its source. `latest` is the newest revision of the post
    when that is not the one flagged, and `latest_assessment` what was made of it, as soon as it was judged.
    `lead` is the flag whose card this one joined, if it did: it stands as that one does, with the same decision.
    """

    id: int
    post: Post
    assessment: Assessment
    labels: tuple[Label, ...]
    state: FlagState
    created_at: datetime
    claim: Claim | None = None
    decision: Decision | None = None
    parked: AuditEntry | None = None
    card: CardRef | None = None
    deleted_at: datetime | None = None
    latest: Post | None = None
    latest_assessment: Assessment | None = None
    report: Report | None = None
    lead: int | None = None

    @property
    def shown_as(self) -> int:
        """The id of the flag whose card shows this one."""
        return self.id if self.lead is None else self.lead

    @property
    def held(self) -> Claim | AuditEntry | None:
        """What keeps the flag from being open: a claim, a decision, an escalation or a snooze."""
        return self.claim or self.decision or self.parked


class Reason(StrEnum):
    """Why a flag joined the card of an earlier one."""

    COPY = "copy"
    AUTHOR = "author"
    RAID = "raid"


@dataclass(frozen=True, slots=True)
class BurstPost:
    """One post of a burst. `labels` is empty for what was not flagged, `reason` and `flag_id` for what did not join."""

    post: Post
    labels: tuple[Label, ...] = ()
    reason: Reason | None = None
    deleted: bool = False
    flag_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Burst:
    """All posts that one card stands for: those flagged, and the earlier ones that copies among them repeat.

    `posts`, `authors` and `places` count them, `first` and `last` are when they were written (aware, UTC). `newest`
    are the last of them, oldest first. `last_flag` is the id of the flag that joined last, 0 when none did.
    """

    posts: int
    authors: int
    places: int
    first: datetime
    last: datetime
    newest: tuple[BurstPost, ...]
    last_flag: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a verb. When it was not accepted, `flag` shows who was first. `freed` was taken out of its card."""

    accepted: bool
    flag: Flag
    freed: Flag | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Posts drawn at random, without replacement, from all that the model had judged and not flagged.

    `guild` is the server whose staff drew them. Each of the `population` posts written in `since` <= time < `until` had
    the same chance to be among the `size` drawn. `judged` counts those that the moderator has judged, `passed_over`
    those of which nobody could tell, `left` those still to be judged. `missed` counts by label the judged posts that
    have it, and `missed_any` those with any.
    """

    id: int
    moderator: Moderator
    guild: int | None
    since: datetime
    until: datetime
    population: int
    size: int
    drawn_at: datetime
    judged: int
    passed_over: int
    left: int
    missed: Mapping[Label, int]
    missed_any: int


@dataclass(frozen=True, slots=True)
class SampledPost:
    """One post of a sample, `number` 1 being the first, in the revision that was drawn."""

    sample_id: int
    number: int
    post: Post


@dataclass(frozen=True, slots=True)
class Record:
    """What became of an author's flags, the one at hand left out: all of them, confirmed ones, dismissed ones."""

    flags: int = 0
    confirmed: int = 0
    dismissed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What stands around a flag: for people to look at, never judged.

    `before` are the posts before it, oldest first; `parent` the one it answers, where that is not among them; `record`
    what was flagged of its author, and `alike` the latest decisions on posts with the same text, newest first; `notes`
    what moderators wrote about it, oldest first.
    """

    before: tuple[Post, ...] = ()
    parent: Post | None = None
    record: Record = Record()
    alike: tuple[Decision, ...] = ()
    notes: tuple[AuditEntry, ...] = ()
