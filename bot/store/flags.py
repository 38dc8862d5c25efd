"""Assessments, and the flags raised on them."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    RowMapping,
    and_,
    bindparam,
    exists,
    func,
    insert,
    select,
)

from bot.store.encoding import (
    as_stored,
    assessment_from_row,
    assessment_to_row,
    entry_from_row,
    labels_from_json,
    labels_to_json,
    post_from_row,
    report_from_row,
)
from bot.store.likeness import community, fingerprint
from bot.store.posts import are_named, is_of, named
from bot.store.records import (
    DECIDED,
    DECIDING,
    STATE_AFTER,
    UNDECIDED,
    CardRef,
    Claim,
    Flag,
    FlagState,
    Verb,
    state_after,
)
from bot.store.tables import assessments, audit, burst_members, cards, flags, posts, reports
from classifier.assessment import Assessment
from classifier.labels import Label
from classifier.post import Post, PostKey

Judged = tuple[Post, Assessment, Sequence[Label]]
"""A saved post, what the model made of it, and the labels that passed their thresholds."""

shown_as = func.coalesce(burst_members.c.lead_id, flags.c.id)
"""The flag whose trail says where a flag stands."""

on_posts = flags.join(posts, posts.c.id == flags.c.post_row).outerjoin(
    burst_members, burst_members.c.flag_id == flags.c.id
)
"""Flags beside the revisions flagged and, where they joined another's card, that."""

_newest = posts.alias("newest")
_newest_assessment = assessments.alias("newest_assessment")


def last_of(flag_id: ColumnElement[int]) -> ColumnElement[bool]:
    """The condition that an audit row is the one that says where its flag stands."""
    others = audit.alias("others")
    says = and_(others.c.flag_id == flag_id, others.c.verb.in_(STATE_AFTER))
    last_step = select(func.max(others.c.step)).where(says).scalar_subquery()
    return and_(audit.c.flag_id == flag_id, audit.c.step == last_step)


def undecided(flag_id: ColumnElement[int]) -> ColumnElement[bool]:
    """The condition that nobody has decided that flag, or that the decision was undone."""
    return ~exists().where(last_of(flag_id), audit.c.verb.in_(DECIDING))


def latest_of(post_row: ColumnElement[int], table: FromClause = assessments) -> ColumnElement[bool]:
    """The condition that a row of `assessments`, or of the alias of it that was selected, is the latest made of that
    post revision.
    """
    others = assessments.alias("others")
    last = select(func.max(others.c.id)).where(others.c.post_row == post_row).scalar_subquery()
    is_last: ColumnElement[bool] = table.c.id == last
    return is_last


_flags = (
    select(flags, posts, assessments, cards, audit, reports, burst_members, _newest, _newest_assessment)
    .join_from(flags, posts, posts.c.id == flags.c.post_row)
    .join(assessments, assessments.c.id == flags.c.assessment_row)
    .join(_newest, and_(_newest.c.source == posts.c.source, _newest.c.post_id == posts.c.post_id, _newest.c.newest))
    .outerjoin(_newest_assessment, latest_of(_newest.c.id, _newest_assessment))
    .outerjoin(cards, cards.c.flag_id == flags.c.id)
    .outerjoin(burst_members, burst_members.c.flag_id == flags.c.id)
    .outerjoin(audit, last_of(shown_as))
    .outerjoin(reports, reports.c.flag_id == flags.c.id)
    .order_by(flags.c.id)
)


_flags_listed = _flags.where(flags.c.id.in_(bindparam("flag_ids", expanding=True)))


def load(connection: Connection, *conditions: ColumnElement[bool], limit: int | None = None) -> list[Flag]:
    """The flags under those conditions on `flags`, `posts` (the revision flagged), `cards` or `burst_members`, oldest
    first.
    """
    rows = connection.execute(_flags.where(*conditions).limit(limit)).mappings()
    return [_flag_from_row(row) for row in rows]


def load_listed(connection: Connection, flag_ids: Collection[int]) -> list[Flag]:
    """The flags with those ids, oldest first."""
    if not flag_ids:
        return []
    rows = connection.execute(_flags_listed, {"flag_ids": list(flag_ids)}).mappings()
    return [_flag_from_row(row) for row in rows]


def find(connection: Connection, flag_id: int) -> Flag | None:
    """That flag, or None."""
    return next(iter(load_listed(connection, [flag_id])), None)


def load_one(connection: Connection, flag_id: int) -> Flag:
    """That flag. KeyError when there is none."""
    flag = find(connection, flag_id)
    if flag is None:
        raise KeyError(flag_id)
    return flag


def _flag_from_row(row: RowMapping) -> Flag:
    last = None if row[audit.c.step] is None else entry_from_row(row, audit)
    state = state_after(None if last is None else last.verb)
    edited = row[_newest.c.id] != row[posts.c.id]
    judged_again = edited and row[_newest_assessment.c.id] is not None
    return Flag(
        id=row[flags.c.id],
        post=post_from_row(row, posts),
        assessment=assessment_from_row(row, assessments),
        labels=labels_from_json(row[flags.c.labels]),
        state=state,
        created_at=row[flags.c.created_at],
        claim=Claim(last.moderator, last.at) if last and state is FlagState.CLAIMED else None,
        decision=last if state in DECIDED else None,
        parked=last if state in (FlagState.ESCALATED, FlagState.SNOOZED) else None,
        card=None if row[cards.c.flag_id] is None else CardRef(row[cards.c.channel_id], row[cards.c.message_id]),
        deleted_at=row[_newest.c.deleted_at],
        latest=post_from_row(row, _newest) if edited else None,
        latest_assessment=assessment_from_row(row, _newest_assessment) if judged_again else None,
        report=None if row[reports.c.flag_id] is None else report_from_row(row, reports),
        lead=row[burst_members.c.lead_id],
    )


def of_post(connection: Connection, key: PostKey) -> list[Flag]:
    """Every flag of that post, whatever the revision."""
    return load(connection, is_of(key))


class Saved(NamedTuple):
    """For each assessment saved the flag that its card is to show, or None; and the ids of the flags raised now."""

    flags: list[Flag | None]
    raised: frozenset[int]


def save_assessments(connection: Connection, batch: Sequence[Judged], now: datetime) -> Saved:
    """Save assessments and raise flags, as `Store.save_assessments` says. KeyError for a post that was not saved."""
    batch = [(as_stored(post), assessment, labels) for post, assessment, labels in batch]
    known = _Known(connection, [post.key for post, _, _ in batch])
    _insert_missing(connection, batch, known, now)
    flag_ids: list[int | None] = []
    raised = set()
    for post, assessment, labels in batch:
        row = known.rows[post.key, post.revision]
        flag_id = known.undecided.get(post.key)
        if flag_id is None and labels:
            flag_id = known.flag_of_row.get(row)  # decided, on these very words: that holds
            if flag_id is None and not _is_exempt(connection, post):
                flag_id = raise_flag(connection, row, known.assessments[row, assessment.model], post, labels, now)
                known.flag_of_row[row] = known.undecided[post.key] = known.newest[post.key] = flag_id
                raised.add(flag_id)
        if flag_id is None:
            flag_id = known.newest.get(post.key)
        flag_ids.append(flag_id)
    concerned = load_listed(connection, {flag_id for flag_id in flag_ids if flag_id is not None})
    by_id = {flag.id: flag for flag in concerned}
    return Saved([None if flag_id is None else by_id[flag_id] for flag_id in flag_ids], frozenset(raised))


_rows = select(posts.c.source, posts.c.post_id, posts.c.revision, posts.c.id).where(are_named)


def rows_of(connection: Connection, batch: Iterable[Post]) -> dict[tuple[PostKey, str], int]:
    """The rows of all revisions of these posts."""
    return {
        (PostKey(source, post_id), revision): id
        for of_source in named(post.key for post in batch)
        for source, post_id, revision, id in connection.execute(_rows, of_source)
    }


_known = (
    select(
        *(posts.c.source, posts.c.post_id, posts.c.revision, posts.c.id),
        *(assessments.c.model, assessments.c.id, flags.c.id, audit.c.verb),
    )
    .outerjoin_from(posts, assessments, assessments.c.post_row == posts.c.id)
    .outerjoin(flags, flags.c.post_row == posts.c.id)
    .outerjoin(burst_members, burst_members.c.flag_id == flags.c.id)
    .outerjoin(audit, last_of(shown_as))
    .where(are_named)
    .order_by(flags.c.id)
)


class _Known:
    """What the store has of some posts: the rows of their revisions, what models made of each, and their flags by the
    row that was flagged, by the post for those open or claimed, and by the post for all. Of several flags of a post
    the newest counts.
    """

    def __init__(self, connection: Connection, keys: Iterable[PostKey]) -> None:
        self.rows: dict[tuple[PostKey, str], int] = {}
        self.assessments: dict[tuple[int, str], int] = {}
        self.flag_of_row: dict[int, int] = {}
        self.undecided: dict[PostKey, int] = {}
        self.newest: dict[PostKey, int] = {}
        for of_source in named(keys):
            for source, post_id, revision, row, model, assessment, flag_id, verb in connection.execute(
                _known, of_source
            ):
                key = PostKey(source, post_id)
                self.rows[key, revision] = row
                if assessment is not None:
                    self.assessments[row, model] = assessment
                if flag_id is not None:
                    self._add_flag(key, row, flag_id, verb)

    def _add_flag(self, key: PostKey, row: int, flag_id: int, verb: str | None) -> None:
        self.flag_of_row[row] = self.newest[key] = flag_id
        if state_after(verb) in UNDECIDED:
            self.undecided[key] = flag_id


_insert_assessments = insert(assessments).returning(assessments.c.post_row, assessments.c.model, assessments.c.id)


def _insert_missing(connection: Connection, batch: Sequence[Judged], known: _Known, now: datetime) -> None:
    missing: dict[tuple[int, str], Assessment] = {}
    for post, assessment, _ in batch:
        by = (known.rows[post.key, post.revision], assessment.model)
        if by not in known.assessments:
            missing.setdefault(by, assessment)
    if missing:
        values = [
            {**assessment_to_row(assessment), "post_row": post_row, "at": now}
            for (post_row, _), assessment in missing.items()
        ]
        for post_row, model, id in connection.execute(_insert_assessments, values):
            known.assessments[post_row, model] = id


_exempting = (
    select(flags.c.id)
    .join_from(flags, audit, last_of(flags.c.id))
    .where(
        flags.c.fingerprint == bindparam("fingerprint"),
        flags.c.community == bindparam("community"),
        audit.c.verb == Verb.EXEMPT,
    )
    .limit(1)
)


def _is_exempt(connection: Connection, post: Post) -> bool:
    """Whether a moderator of the post's community said that this text is never to be flagged again."""
    text = {"fingerprint": fingerprint(post.text), "community": community(post)}
    return connection.execute(_exempting, text).first() is not None


_insert_flag = insert(flags).returning(flags.c.id)


def raise_flag(
    connection: Connection, post_row: int, assessment_row: int, post: Post, labels: Iterable[Label], now: datetime
) -> int:
    """Raise a flag on that assessment of the post, whose revision is in that row; returns the flag's id."""
    row = {
        "post_row": post_row,
        "assessment_row": assessment_row,
        "labels": labels_to_json(labels),
        "created_at": now,
        "community": community(post),
        "fingerprint": fingerprint(post.text),
    }
    flag_id: int = connection.execute(_insert_flag, row).scalar_one()
    return flag_id
