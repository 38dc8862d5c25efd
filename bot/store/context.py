"""What stands around a flag: the conversation, its author's record here, decisions on the same text, notes."""

from collections import Counter
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from bot.store.encoding import entry_from_row, post_from_row
from bot.store.flags import last_of, shown_as
from bot.store.likeness import community, fingerprint
from bot.store.posts import are_of, before, is_of, readable
from bot.store.records import DECIDED, STATE_AFTER, AuditEntry, Context, Decision, Flag, FlagState, Record, Verb
from bot.store.tables import audit, burst_members, flags, posts
from classifier.post import Post, PostKey

RECORD_DAYS = 180
"""How far back an author's record goes: what is older is forgiven."""

MOST_ALIKE = 3
MOST_NOTES = 5


def around(connection: Connection, flag: Flag, posts_before: int, now: datetime) -> Context:
    """What stands around that flag, `posts_before` posts of the conversation at most."""
    earlier = before(connection, flag.post, posts_before, now) if posts_before else []
    return Context(
        before=tuple(earlier),
        parent=_parent(connection, flag.post, earlier),
        record=_record(connection, flag, now),
        alike=_alike(connection, flag),
        notes=_notes(connection, flag.id),
    )


def _parent(connection: Connection, post: Post, earlier: list[Post]) -> Post | None:
    """The post that this one answers, unless it is among those shown anyway."""
    told = {known.id for known in earlier} | {quotation.post_id for quotation in post.quotations}
    if post.reply_to is None or post.reply_to in told:
        return None
    answered = select(posts).where(is_of(PostKey(post.source, post.reply_to)), readable)
    row = connection.execute(answered).mappings().first()
    return None if row is None else post_from_row(row, posts)


def _record(connection: Connection, flag: Flag, now: datetime) -> Record:
    if flag.post.author is None:
        return Record()
    query = (
        select(audit.c.verb, func.count())
        .join_from(flags, posts, posts.c.id == flags.c.post_row)
        .outerjoin(burst_members, burst_members.c.flag_id == flags.c.id)
        .outerjoin(audit, last_of(shown_as))
        .where(
            posts.c.source == flag.post.source,
            posts.c.author == flag.post.author,
            flags.c.community == community(flag.post),
            flags.c.created_at > now - timedelta(days=RECORD_DAYS),
            shown_as != flag.shown_as,
        )
        .group_by(audit.c.verb)
    )
    states: Counter[FlagState] = Counter()
    for verb, count in connection.execute(query):
        states[FlagState.OPEN if verb is None else STATE_AFTER[Verb(verb)]] += count
    return Record(states.total(), states[FlagState.CONFIRMED], states[FlagState.DISMISSED])


def _alike(connection: Connection, flag: Flag) -> tuple[Decision, ...]:
    """The latest decisions on the same text, or on the posts of which this one is a copy."""
    same: list[ColumnElement[bool]] = [are_of(copy.key for copy in flag.assessment.copies)]
    if flag.post.text:
        same.append(flags.c.fingerprint == fingerprint(flag.post.text))
    decided = [verb for verb, state in STATE_AFTER.items() if state in DECIDED]
    query = (
        select(audit)
        .join_from(flags, posts, posts.c.id == flags.c.post_row)
        .join(audit, and_(last_of(flags.c.id), audit.c.verb.in_(decided)))
        .where(or_(*same), flags.c.community == community(flag.post), flags.c.id != flag.id)
        .order_by(audit.c.at.desc())
        .limit(MOST_ALIKE)
    )
    return tuple(entry_from_row(row, audit) for row in connection.execute(query).mappings())


def _notes(connection: Connection, flag_id: int) -> tuple[AuditEntry, ...]:
    query = select(audit).where(audit.c.flag_id == flag_id, audit.c.verb == Verb.NOTE)
    latest = query.order_by(audit.c.step.desc()).limit(MOST_NOTES)
    return tuple(entry_from_row(row, audit) for row in connection.execute(latest).mappings())[::-1]
