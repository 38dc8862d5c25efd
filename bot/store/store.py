"""Store: every post, assessment, flag and decision, behind one door."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from bot.store import (
    bursts,
    cards,
    decisions,
    dossier,
    export,
    flags,
    intake,
    judged,
    originals,
    posts,
    purge,
    sources,
    statistics,
    verdicts,
)
from bot.store.database import Database
from bot.store.dossier import Dossier
from bot.store.export import Kind, Row
from bot.store.flags import Judged
from bot.store.folding import APART, Folding
from bot.store.judged import JudgedPost, JudgedText
from bot.store.memories import Memories
from bot.store.parts import AT_ONCE, parts
from bot.store.privacy import Privacy
from bot.store.reach import Reach
from bot.store.records import AuditEntry, Burst, CardRef, Flag, Moderator, Outcome, Seen, Verb
from bot.store.reports import Reports
from bot.store.samples import Samples
from bot.store.search import Author, Search
from bot.store.shadow import Shadow
from bot.store.share import ALL, Share
from bot.store.statistics import Case
from bot.store.verdicts import Verdict
from bot.store.waiting import Waiting
from classifier.assessment import Assessment
from classifier.labels import Label
from classifier.post import Original, Post, PostKey


class Store:
    """What flagpost remembers, in SQLite or PostgreSQL.

    Every method is one transaction, blocks while it runs, and may be called from any thread. What a method returned
    has reached the disk, unless it says otherwise. Times are aware. StoreError when the database fails.

    `reports` are the flags that people raise, `samples` the audits of what was not flagged, `search` finds flags again,
    `memories` outlive a restart, and `privacy` erases what somebody wrote.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self.reports = Reports(database)
        self.samples = Samples(database)
        self.shadow = Shadow(database)
        self.waiting = Waiting(database)
        self.search = Search(database)
        self.memories = Memories(database)
        self.privacy = Privacy(database)

    @classmethod
    def open(cls, url: str) -> Self:
        """The store at `sqlite:///PATH` or `postgresql://USER:PASSWORD@HOST/NAME`, its tables brought up to date.

        Creates the file and its folders. StoreError, in one line and without the password, says what is in the way.
        """
        return cls(Database.open(url))

    def close(self) -> None:
        """Let go of the database."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Posts

    def save_post(self, post: Post) -> bool:
        """True when these words are new: the post's first, or others than in its newest revision."""
        return self.save_posts([post])[0]

    def save_posts(self, batch: Sequence[Post]) -> list[bool]:
        """`save_post` for each in turn, in one transaction, which has reached the disk once a later one has."""
        now = datetime.now(UTC)
        with self._database.writing(lazily=True) as connection:
            saved = [one for part in parts(batch) for one in posts.save(connection, [*map(Seen, part)], now)]
        return [one.is_news for one in saved]

    def take_in(self, entries: Sequence[Seen | PostKey], now: datetime) -> list[bool]:
        """Save posts and note which are gone, in the order given and in one transaction.

        True for each post with new words, for each that is back after it was gone, and for all that are gone. What may
        be old news (`as_of` is None) does not bring back a post that is gone; about such a post, and about one whose
        words it turns back, the source is to be asked.
        """
        with self._database.writing() as connection:
            return [news for part in parts(entries) for news in intake.take_in(connection, part, now)]

    def posts_before(self, post: Post, limit: int) -> list[Post]:
        """The last posts, `limit` at most, before this one in its thread or, when it has none, in its place.

        Oldest first, each in its newest revision, without those that were deleted or whose text was purged.
        """
        with self._database.reading() as connection:
            return posts.before(connection, post, limit, datetime.now(UTC))

    def recent_posts(self, since: datetime) -> Iterator[Post]:
        """Posts from `since` on, oldest first, each in its newest revision, without those deleted or purged.

        Read page by page, so a slow reader holds nothing up. A post without a time counts from when it was first saved.
        """
        after: posts.Position | None = None
        while True:
            with self._database.reading() as connection:
                page, after = posts.page(connection, since, after, AT_ONCE)
            yield from page
            if after is None:
                return

    def saved_since(self, since: datetime) -> Iterator[list[Post]]:
        """Page by page the newest revisions saved from `since` on, of deleted posts too, in the order of arrival."""
        after: int | None = 0
        while after is not None:
            with self._database.reading() as connection:
                page, after = originals.saved_since(connection, since, after, AT_ONCE)
            yield page

    def originals(self, keys: Collection[PostKey]) -> Mapping[PostKey, Original]:
        """The newest revision of each saved post; words that were deleted where they stood, or purged, are left out."""
        with self._database.reading() as connection:
            return {
                key: original
                for part in parts(list(keys))
                for key, original in originals.find(connection, part).items()
            }

    def unassessed_posts(self, limit: int, share: Share = ALL) -> list[Post]:
        """Newest revisions that no model has judged, in the order of arrival, without those deleted or purged."""
        with self._database.reading() as connection:
            return posts.unassessed(connection, limit, share)

    def purge_texts(self, before: datetime) -> int:
        """Empty the texts saved before that time: own words, quotations, and their copies in assessments.

        Everything else stays. Returns how many post revisions lost their text.
        """
        with self._database.writing() as connection:
            emptied = purge.purge_texts(connection, before, datetime.now(UTC))
        self._database.empty_log()
        return emptied

    def rows(self, kind: Kind, author: Author | None = None) -> Iterator[Row]:
        """All rows of a kind, or those of one author without the names of staff, for an export."""
        return export.rows(self._database, kind, author)

    # Sources

    def source_state(self, source: str) -> dict[str, Any] | None:
        """What was saved last as the state of that source; None before the first time."""
        with self._database.reading() as connection:
            return sources.load(connection, source)

    def save_source_state(self, source: str, state: Mapping[str, Any]) -> None:
        """Save what a source is to remember, which JSON can hold, in place of what it remembered before."""
        with self._database.writing() as connection:
            sources.save(connection, source, state, datetime.now(UTC))

    def advance(self, source: str, positions: Mapping[str, int], most: int) -> None:
        """Note up to where channels were read; of all that are known, the `most` that are furthest stay.

        What others noted stays, and no position goes back: several processes may read one source.
        """
        with self._database.writing() as connection:
            sources.advance(connection, source, positions, most, datetime.now(UTC))

    def inquire(self, keys: Sequence[PostKey]) -> None:
        """Note that the sources of these posts are to be asked about them."""
        with self._database.writing() as connection:
            sources.inquire(connection, keys, datetime.now(UTC))

    def inquiries(self, source: str) -> list[str]:
        """The ids of the posts that the source is to be asked about, the oldest inquiry first."""
        with self._database.reading() as connection:
            return sources.noted(connection, source)

    def settle(self, source: str, until: datetime) -> None:
        """Note that the source was asked at that time: what was noted later is still open."""
        with self._database.writing() as connection:
            sources.settle(connection, source, until)

    # Assessments and flags

    def save_assessment(
        self, post: Post, assessment: Assessment, labels: Sequence[Label], now: datetime, folding: Folding = APART
    ) -> Flag | None:
        """Save what the model made of a saved post; `labels` are those that passed their thresholds.

        While a flag of the same post, whatever the revision, is open or claimed, that flag comes back, to be shown
        afresh. Otherwise labels raise a flag, once for each revision: one that was decided already comes back as it
        stands. Without labels the post's newest flag comes back, since its card is to tell the edit; None when it has
        none. The first assessment of a revision by a model stays. KeyError for a post that was never saved.

        `folding` says whether a flag that is raised joins the card of an earlier one.
        """
        return self.save_assessments([(post, assessment, labels)], now, folding)[0]

    def save_assessments(self, batch: Sequence[Judged], now: datetime, folding: Folding = APART) -> list[Flag | None]:
        """`save_assessment` for each in turn, in one transaction."""
        with self._database.writing() as connection:
            return [flag for part in parts(batch) for flag in folding.save(connection, part, now)]

    def judged_since(self, start: datetime, limit: int) -> list[JudgedPost]:
        """The probabilities of the posts judged since then, the newest first, `limit` at most."""
        with self._database.reading() as connection:
            return judged.since(connection, start, limit)

    def judged_texts_since(self, start: datetime, limit: int) -> list[JudgedText]:
        """The posts judged since then with their texts and probabilities, oldest first; of more than `limit`, the
        newest.
        """
        with self._database.reading() as connection:
            return judged.texts_since(connection, start, limit)

    def flag(self, flag_id: int) -> Flag | None:
        """That flag as it stands, or None."""
        with self._database.reading() as connection:
            return flags.find(connection, flag_id)

    def flags_of(self, key: PostKey) -> list[Flag]:
        """Every flag of that post, whatever the revision."""
        with self._database.reading() as connection:
            return flags.of_post(connection, key)

    def flags(self) -> list[Flag]:
        """Every flag, oldest first."""
        with self._database.reading() as connection:
            return flags.load(connection)

    def flags_without_card(self, limit: int, share: Share = ALL, after: int = 0) -> list[Flag]:
        """Flags later than `after` that no card shows yet, oldest first, without those that joined another's card."""
        with self._database.reading() as connection:
            return cards.flags_without(connection, limit, share, after)

    def save_card(self, flag_id: int, card: CardRef) -> None:
        """Note which message shows the flag, in place of an earlier one; one in another channel has moved.

        It reaches the disk with what is written later: a card that was not noted is found in its channel. KeyError for
        an unknown flag.
        """
        with self._database.writing(lazily=True) as connection:
            cards.save(connection, flag_id, card)

    def moved_cards(self) -> list[CardRef]:
        """The cards that moved to another channel and stand where they were as well, the oldest first."""
        with self._database.reading() as connection:
            return cards.moved(connection)

    def drop_moved_card(self, card: CardRef) -> None:
        """Note that a card which moved is gone from where it was."""
        with self._database.writing(lazily=True) as connection:
            cards.drop_moved(connection, card)

    def recall_cards(self, channels: Collection[int], share: Share = ALL) -> None:
        """Have the undecided flags whose cards stand in none of those channels shown anew, and their old cards taken
        away.
        """
        with self._database.writing() as connection:
            cards.recall(connection, channels, share)

    # Flags that share a card

    def dossier(self, flag_id: int, posts_before: Callable[[Flag], int], now: datetime) -> Dossier:
        """All that the card of a flag shows, with `posts_before` posts of the conversation at most.

        KeyError for an unknown flag.
        """
        with self._database.reading() as connection:
            return dossier.read(connection, flag_id, posts_before, now)

    def burst(self, flag_id: int) -> Burst | None:
        """All that the card of this flag stands for; None when that is one post, or one copy and its original."""
        with self._database.reading() as connection:
            return bursts.load(connection, flag_id)

    def doubled_to(self, flag_id: int, since: datetime, last: int) -> int | None:
        """How many flags the card of this one stands for since the flag `last` joined it, if that is twice, four times,
        … as many as at `since`.
        """
        with self._database.reading() as connection:
            return bursts.doubled_to(connection, flag_id, since, last)

    def untold_bursts(self) -> list[int]:
        """The flags whose cards do not show yet what joined them, oldest first."""
        with self._database.reading() as connection:
            return bursts.untold(connection)

    def note_told(self, flag_id: int, last_flag: int) -> None:
        """Note that the card of this flag shows what joined it, up to the flag `last_flag`."""
        with self._database.writing() as connection:
            bursts.note_told(connection, flag_id, last_flag)

    # What moderators do. Whoever comes second is told: the outcome is not accepted and shows who was first.
    # An unknown flag is a KeyError.

    def claim(self, flag_id: int, moderator: Moderator, now: datetime, claim_lifetime: timedelta) -> Outcome:
        """Take a flag that is open, snoozed, one's own, or claimed longer ago than `claim_lifetime`."""
        return self._decide(flag_id, Verb.CLAIM, moderator, now, claim_lifetime)

    def confirm(
        self, flag_id: int, moderator: Moderator, labels: Sequence[Label], now: datetime, claim_lifetime: timedelta
    ) -> Outcome:
        """Decide that `labels` are true, where `claim` would be accepted; a lead also what was escalated.

        ValueError without labels.
        """
        return self._decide(flag_id, Verb.CONFIRM, moderator, now, claim_lifetime, labels=_some(labels))

    def dismiss(self, flag_id: int, moderator: Moderator, now: datetime, claim_lifetime: timedelta) -> Outcome:
        """Decide that no label is true, where `confirm` would be accepted."""
        return self._decide(flag_id, Verb.DISMISS, moderator, now, claim_lifetime)

    def exempt(self, flag_id: int, moderator: Moderator, now: datetime, claim_lifetime: timedelta) -> Outcome:
        """`dismiss`, and flag this text never again in its community, until that is undone."""
        return self._decide(flag_id, Verb.EXEMPT, moderator, now, claim_lifetime)

    def escalate(self, flag_id: int, moderator: Moderator, now: datetime, claim_lifetime: timedelta) -> Outcome:
        """Leave the flag to the leads, where `claim` would be accepted."""
        return self._decide(flag_id, Verb.ESCALATE, moderator, now, claim_lifetime)

    def snooze(
        self, flag_id: int, moderator: Moderator, until: datetime, now: datetime, claim_lifetime: timedelta
    ) -> Outcome:
        """Put the flag aside until a later time, where `claim` would be accepted."""
        return self._decide(flag_id, Verb.SNOOZE, moderator, now, claim_lifetime, until=until)

    def correct(self, flag_id: int, moderator: Moderator, labels: Sequence[Label], now: datetime) -> Outcome:
        """Change the labels of a confirmed flag; its decider and leads may, for 30 days. ValueError without labels."""
        with self._database.writing() as connection:
            return decisions.correct(connection, flag_id, moderator, _some(labels), now)

    def undo(self, flag_id: int, moderator: Moderator, now: datetime) -> Outcome:
        """Open a flag again; only who holds or decided it and leads may, and a decision only for 30 days."""
        with self._database.writing() as connection:
            return decisions.undo(connection, flag_id, moderator, now)

    def remark(self, flag_id: int, verb: Verb, moderator: Moderator, note: str, now: datetime) -> Outcome:
        """Note down what leaves the flag where it stands: NOTE, DELETE, TIME_OUT or WARN. Always accepted."""
        with self._database.writing() as connection:
            return decisions.remark(connection, flag_id, verb, moderator, note, now)

    def take_out(
        self, flag_id: int, joined_id: int, moderator: Moderator, now: datetime, claim_lifetime: timedelta
    ) -> Outcome:
        """Let a flag that joined this one's card stand for itself, where `confirm` or `undo` would be accepted.

        Not accepted either when it is not on this card.
        """
        with self._database.writing() as connection:
            return decisions.take_out(connection, flag_id, joined_id, moderator, now, claim_lifetime)

    def lapse(self, now: datetime, claim_lifetime: timedelta) -> list[Flag]:
        """Open the flags whose claim expired or whose snooze is over, and return them."""
        with self._database.writing() as connection:
            return decisions.lapse(connection, now, claim_lifetime)

    def audit_trail(self, flag_id: int) -> list[AuditEntry]:
        """Everything accepted about a flag, oldest first. Nothing is ever taken out."""
        with self._database.reading() as connection:
            return decisions.trail(connection, flag_id)

    def verdicts(self, since: datetime | None = None) -> list[Verdict]:
        """What staff stand by, oldest first, the newest word on each post revision; from `since` on, where given."""
        with self._database.reading() as connection:
            return verdicts.read(connection, since)

    def cases(self, since: datetime, reach: Reach | None = None) -> list[Case]:
        """The flags raised from `since` on, within reach, with all steps taken; oldest first."""
        with self._database.reading() as connection:
            return statistics.cases(connection, since, reach)

    def _decide(
        self, flag_id: int, verb: Verb, moderator: Moderator, now: datetime, claim_lifetime: timedelta, **more: Any
    ) -> Outcome:
        with self._database.writing() as connection:
            return decisions.decide(connection, flag_id, verb, moderator, now, claim_lifetime, **more)


def _some(labels: Sequence[Label]) -> Sequence[Label]:
    if not labels:
        raise ValueError("to confirm is to name at least one label")
    return labels
