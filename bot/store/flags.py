"""Assessments, the flags raised on them, and the cards that show them."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, delete, exists, func, insert, select

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
from bot.store.posts import are_of, is_of
from bot.store.records import DECIDED, STATE_AFTER, UNDECIDED, AuditEntry, CardRef, Claim, Flag, FlagState, Verb
from bot.store.share import Share
from bot.store.tables import assessments, audit, burst_members, cards, flags, posts, reports, waiting
from classifier.assessment import Assessment
from classifier.labels import Label
from classifier.post import Post, PostKey

Judged = tuple[Post, Assessment, Sequence[Label]]
"""A saved post, what the model made of it, and the labels that passed their thresholds."""

shown_as = func.coalesce(burst_members.c.lead_id, flags.c.id)
"""The flag whose trail says where a flag stands."""

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
    deciding = [verb for verb, state in STATE_AFTER.items() if state in DECIDED]
    return ~exists().where(last_of(flag_id), audit.c.verb.in_(deciding))


def _latest_of(post_row: ColumnElement[int]) -> ColumnElement[bool]:
    """The condition that a row of `_newest_assessment` is the latest made of that post revision."""
    others = assessments.alias("others")
    last = select(func.max(others.c.id)).where(others.c.post_row == post_row).scalar_subquery()
    return _newest_assessment.c.id == last


_flags = (
    select(flags, posts, assessments, cards, audit, reports, burst_members, _newest, _newest_assessment)
    .join_from(flags, posts, posts.c.id == flags.c.post_row)
    .join(assessments, assessments.c.id == flags.c.assessment_row)
    .join(_newest, and_(_newest.c.source == posts.c.source, _newest.c.post_id == posts.c.post_id, _newest.c.newest))
    .outerjoin(_newest_assessment, _latest_of(_newest.c.id))
    .outerjoin(cards, cards.c.flag_id == flags.c.id)
    .outerjoin(burst_members, burst_members.c.flag_id == flags.c.id)
    .outerjoin(audit, last_of(shown_as))
    .outerjoin(reports, reports.c.flag_id == flags.c.id)
    .order_by(flags.c.id)
)


def load(connection: Connection, *conditions: ColumnElement[bool], limit: int | None = None) -> list[Flag]:
    """The flags under those conditions on `flags`, `posts` (the revision flagged), `cards` or `burst_members`, oldest
    first.
    """
    rows = connection.execute(_flags.where(*conditions).limit(limit)).mappings()
    return [_flag_from_row(row) for row in rows]


def find(connection: Connection, flag_id: int) -> Flag | None:
    """That flag, or None."""
    return next(iter(load(connection, flags.c.id == flag_id)), None)


def load_one(connection: Connection, flag_id: int) -> Flag:
    """That flag. KeyError when there is none."""
    flag = find(connection, flag_id)
    if flag is None:
        raise KeyError(flag_id)
    return flag


def _flag_from_row(row: RowMapping) -> Flag:
    last = None if row[audit.c.step] is None else entry_from_row(row, audit)
    state = _state_after(last)
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


def _state_after(last: AuditEntry | None) -> FlagState:
    return FlagState.OPEN if last is None else STATE_AFTER[last.verb]


def of_post(connection: Connection, key: PostKey) -> list[Flag]:
    """Every flag of that post, whatever the revision."""
    return load(connection, is_of(key))


def without_card(connection: Connection, limit: int, share: Share) -> list[Flag]:
    """Flags that no card shows yet, oldest first; those that joined another's card are not among them."""
    lead_without = (cards.c.flag_id.is_(None), burst_members.c.lead_id.is_(None))
    return load(connection, *lead_without, share.holds(posts), limit=limit)


def last_id(connection: Connection) -> int:
    """The id of the newest flag, 0 before the first."""
    return connection.execute(select(func.max(flags.c.id))).scalar() or 0


def save_card(connection: Connection, flag_id: int, card: CardRef) -> None:
    """Note which message shows the flag, in place of an earlier one. KeyError for an unknown flag."""
    load_one(connection, flag_id)
    connection.execute(delete(cards).where(cards.c.flag_id == flag_id))
    connection.execute(insert(cards).values(flag_id=flag_id, channel_id=card.channel_id, message_id=card.message_id))
    connection.execute(delete(waiting).where(waiting.c.flag_id == flag_id))


def save_assessments(connection: Connection, batch: Sequence[Judged], now: datetime) -> list[Flag | None]:
    """Save assessments and raise flags, as `Store.save_assessments` says. KeyError for a post that was not saved."""
    batch = [(as_stored(post), assessment, labels) for post, assessment, labels in batch]
    rows = rows_of(connection, [post for post, _, _ in batch])
    _insert_missing(connection, batch, rows, now)
    flag_of_row, undecided, newest = _flags_of(connection, [post.key for post, _, _ in batch])
    flag_ids = []
    for post, assessment, labels in batch:
        row = rows[post.key, post.revision]
        flag_id = undecided.get(post.key)
        if flag_id is None and labels:
            flag_id = flag_of_row.get(row)  # decided, on these very words: that holds
            if flag_id is None and not _is_exempt(connection, post):
                flag_id = raise_flag(connection, row, post, assessment.model, labels, now)
                flag_of_row[row] = undecided[post.key] = newest[post.key] = flag_id
        if flag_id is None:
            flag_id = newest.get(post.key)
        flag_ids.append(flag_id)
    concerned = load(connection, flags.c.id.in_({flag_id for flag_id in flag_ids if flag_id is not None}))
    by_id = {flag.id: flag for flag in concerned}
    return [None if flag_id is None else by_id[flag_id] for flag_id in flag_ids]


def rows_of(connection: Connection, batch: Iterable[Post]) -> dict[tuple[PostKey, str], int]:
    """The rows of all revisions of these posts."""
    query = select(posts.c.source, posts.c.post_id, posts.c.revision, posts.c.id)
    found = connection.execute(query.where(are_of(post.key for post in batch)))
    return {(PostKey(source, post_id), revision): id for source, post_id, revision, id in found}


def _insert_missing(
    connection: Connection, batch: Sequence[Judged], rows: dict[tuple[PostKey, str], int], now: datetime
) -> None:
    query = select(assessments.c.post_row, assessments.c.model).where(assessments.c.post_row.in_(rows.values()))
    known = {(post_row, model) for post_row, model in connection.execute(query)}
    missing: dict[tuple[int, str], Assessment] = {}
    for post, assessment, _ in batch:
        by = (rows[post.key, post.revision], assessment.model)
        if by not in known:
            missing.setdefault(by, assessment)
    if missing:
        values = [
            {**assessment_to_row(assessment), "post_row": post_row, "at": now}
            for (post_row, _), assessment in missing.items()
        ]
        connection.execute(insert(assessments), values)


def _flags_of(
    connection: Connection, keys: Sequence[PostKey]
) -> tuple[dict[int, int], dict[PostKey, int], dict[PostKey, int]]:
    """Flag ids by the post row that was flagged, by the post for those open or claimed, and by the post for all.

    Of several flags of a post the newest counts.
    """
    query = (
        select(flags.c.id, flags.c.post_row, posts.c.source, posts.c.post_id, audit.c.verb)
        .join_from(flags, posts, posts.c.id == flags.c.post_row)
        .outerjoin(burst_members, burst_members.c.flag_id == flags.c.id)
        .outerjoin(audit, last_of(shown_as))
        .where(are_of(keys))
        .order_by(flags.c.id)
    )
    flag_of_row: dict[int, int] = {}
    undecided: dict[PostKey, int] = {}
    newest: dict[PostKey, int] = {}
    for flag_id, post_row, source, post_id, verb in connection.execute(query):
        flag_of_row[post_row] = newest[PostKey(source, post_id)] = flag_id
        if verb is None or STATE_AFTER[Verb(verb)] in UNDECIDED:
            undecided[PostKey(source, post_id)] = flag_id
    return flag_of_row, undecided, newest


def _is_exempt(connection: Connection, post: Post) -> bool:
    """Whether a moderator of the post's community said that this text is never to be flagged again."""
    said = (
        select(flags.c.id)
        .join_from(flags, audit, last_of(flags.c.id))
        .where(
            flags.c.fingerprint == fingerprint(post.text),
            flags.c.community == community(post),
            audit.c.verb == Verb.EXEMPT,
        )
    )
    return connection.execute(said.limit(1)).first() is not None


def raise_flag(
    connection: Connection, post_row: int, post: Post, model: str, labels: Iterable[Label], now: datetime
) -> int:
    """Raise a flag on what that model made of the post, whose revision is in that row; returns the flag's id."""
    is_reason = and_(assessments.c.post_row == post_row, assessments.c.model == model)
    row = {
        "post_row": post_row,
        "assessment_row": connection.execute(select(assessments.c.id).where(is_reason)).scalar_one(),
        "labels": labels_to_json(labels),
        "created_at": now,
        "community": community(post),
        "fingerprint": fingerprint(post.text),
    }
    flag_id: int = connection.execute(insert(flags).values(row).returning(flags.c.id)).scalar_one()
    return flag_id
