"""Audits: random samples of what the model had not flagged, judged by staff.

They are the only honest measure of what is missed, so the drawing is kept with them: from how many posts, of which
time, how many were drawn. Every post had the same chance, so the share found in a sample is an unbiased estimate of the
share in all of them.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, and_, exists, func, insert, select, update

from bot.store.database import Database
from bot.store.encoding import labels_from_json, labels_to_json, post_from_row
from bot.store.reach import Reach
from bot.store.records import Moderator, Sample, SampledPost
from bot.store.tables import assessments, flags, posts, reports, sampled_posts, samples
from classifier.labels import Label


class Samples:
    """Every audit. Each method is one transaction; StoreError when the database fails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def draw(
        self,
        moderator: Moderator,
        guild: int,
        size: int,
        since: datetime,
        until: datetime,
        reach: Reach,
        now: datetime,
    ) -> Sample | None:
        """Draw up to `size` posts written in `since` <= time < `until`; None when there is none to draw from.

        Posts that were deleted since belong to them, as do those that a person flagged: both may well have been
        missed. Posts whose text is no longer kept do not.
        """
        within = and_(_passed_over_by_the_model(), reach.holds(posts), posts.c.ordered_at >= since)
        within = and_(within, posts.c.ordered_at < until)
        with self._database.writing() as connection:
            population = connection.execute(select(func.count()).select_from(posts).where(within)).scalar_one()
            drawn = connection.execute(select(posts.c.id).where(within).order_by(func.random()).limit(size)).scalars()
            rows = [{"number": number, "post_row": row} for number, row in enumerate(drawn, start=1)]
            if not rows:
                return None
            values = {
                "moderator_id": moderator.id,
                "moderator_name": moderator.name,
                "guild_id": guild,
                "since": since,
                "until": until,
                "population": population,
                "size": len(rows),
                "drawn_at": now,
            }
            sample_id = connection.execute(insert(samples).values(values).returning(samples.c.id)).scalar_one()
            connection.execute(insert(sampled_posts), [{"sample_id": sample_id, **row} for row in rows])
            return _load(connection, select(samples).where(samples.c.id == sample_id))[0]

    def find(self, sample_id: int) -> Sample | None:
        """That sample as it stands, or None."""
        with self._database.reading() as connection:
            return next(iter(_load(connection, select(samples).where(samples.c.id == sample_id))), None)

    def unfinished(self, moderator: Moderator, guild: int) -> Sample | None:
        """The newest sample of that moderator's on that server in which posts are left to judge, or None."""
        theirs = (samples.c.moderator_id == moderator.id, samples.c.guild_id == guild)
        drawn = select(samples).where(*theirs).order_by(samples.c.id.desc())
        with self._database.reading() as connection:
            return next((sample for sample in _load(connection, drawn) if sample.left), None)

    def since(self, at: datetime) -> list[Sample]:
        """The samples drawn from that time on, oldest first."""
        with self._database.reading() as connection:
            return _load(connection, select(samples).where(samples.c.drawn_at >= at).order_by(samples.c.id))

    def next_post(self, sample_id: int) -> SampledPost | None:
        """The first post that is still to be judged; None when all are."""
        query = (
            select(sampled_posts, posts)
            .join_from(sampled_posts, posts, posts.c.id == sampled_posts.c.post_row)
            .where(sampled_posts.c.sample_id == sample_id, _left)
            .order_by(sampled_posts.c.number)
            .limit(1)
        )
        with self._database.reading() as connection:
            row = connection.execute(query).mappings().first()
        if row is None:
            return None
        return SampledPost(sample_id, row[sampled_posts.c.number], post_from_row(row, posts))

    def judge(self, sample_id: int, number: int, labels: Sequence[Label] | None, now: datetime) -> bool:
        """Note which labels are true for a post of a sample: none of them, or None when nobody could tell.

        Only the first word on a post counts: False when there is one already, or no such post.
        """
        judged = {"judged_at": now, "labels": None if labels is None else labels_to_json(labels)}
        the_post = and_(sampled_posts.c.sample_id == sample_id, sampled_posts.c.number == number)
        with self._database.writing() as connection:
            unjudged = update(sampled_posts).where(the_post, sampled_posts.c.judged_at.is_(None))
            return connection.execute(unjudged.values(judged)).rowcount == 1


_left = and_(sampled_posts.c.judged_at.is_(None), posts.c.text_purged_at.is_(None))


def _passed_over_by_the_model() -> ColumnElement[bool]:
    """The condition that a row is a post as it reads now, which a model judged and no model flagged in any revision."""
    revisions = posts.alias("revisions")
    flagged = (
        select(flags.c.id)
        .join_from(flags, revisions, revisions.c.id == flags.c.post_row)
        .outerjoin(reports, reports.c.flag_id == flags.c.id)
        .where(revisions.c.source == posts.c.source, revisions.c.post_id == posts.c.post_id)
        .where(reports.c.flag_id.is_(None))
        .correlate(posts)
        .exists()
    )
    judged = exists().where(assessments.c.post_row == posts.c.id)
    return and_(posts.c.newest, posts.c.text_purged_at.is_(None), judged, ~flagged)


def _load(connection: Connection, drawn: Select[tuple[object, ...]]) -> list[Sample]:
    rows = connection.execute(drawn).mappings().all()
    verdicts = (
        select(sampled_posts.c.sample_id, sampled_posts.c.judged_at, sampled_posts.c.labels, _left.label("left"))
        .join_from(sampled_posts, posts, posts.c.id == sampled_posts.c.post_row)
        .where(sampled_posts.c.sample_id.in_([row[samples.c.id] for row in rows]))
    )
    of_sample: dict[int, list[RowMapping]] = {row[samples.c.id]: [] for row in rows}
    for verdict in connection.execute(verdicts).mappings():
        of_sample[verdict["sample_id"]].append(verdict)
    return [_sample(row, of_sample[row[samples.c.id]]) for row in rows]


def _sample(row: RowMapping, verdicts: Sequence[RowMapping]) -> Sample:
    found = [labels_from_json(verdict["labels"]) for verdict in verdicts if verdict["labels"] is not None]
    missed = Counter(label for labels in found for label in labels)
    left = sum(verdict["left"] for verdict in verdicts)
    return Sample(
        id=row[samples.c.id],
        moderator=Moderator(row[samples.c.moderator_id], row[samples.c.moderator_name]),
        guild=row[samples.c.guild_id],
        since=row[samples.c.since],
        until=row[samples.c.until],
        population=row[samples.c.population],
        size=row[samples.c.size],
        drawn_at=row[samples.c.drawn_at],
        judged=len(found),
        passed_over=len(verdicts) - len(found) - left,
        left=left,
        missed={label: missed[label] for label in Label},
        missed_any=sum(map(bool, found)),
    )
