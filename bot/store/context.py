"""What stands around a flag: the conversation, its author's record here, decisions on the same text, notes."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, false, func, or_, select

from bot.store.encoding import entry_from_row, post_from_row
from bot.store.flags import last_of, on_posts, shown_as
from bot.store.likeness import community, fingerprint
from bot.store.posts import are_named, are_of, before, readable
from bot.store.records import DECIDING, AuditEntry, Context, Decision, Flag, FlagState, Record, Verb, state_after
from bot.store.tables import audit, flags, posts
from classifier.post import Post

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


_answered = select(posts).where(are_named, readable)


def _parent(connection: Connection, post: Post, earlier: list[Post]) -> Post | None:
    """The post that this one answers, unless it is among those shown anyway."""
    told = {known.id for known in earlier} | {quotation.post_id for quotation in post.quotations}
    if post.reply_to is None or post.reply_to in told:
        return None
    answered = {"source": post.source, "post_ids": [post.reply_to]}
    row = connection.execute(_answered, answered).mappings().first()
    return None if row is None else post_from_row(row, posts)


_verbs = (
    select(audit.c.verb, func.count())
    .select_from(on_posts)
    .outerjoin(audit, last_of(shown_as))
    .where(
        posts.c.source == bindparam("source"),
        posts.c.author == bindparam("author"),
        flags.c.community == bindparam("community"),
        flags.c.created_at > bindparam("since"),
        shown_as != bindparam("shown_as"),
    )
    .group_by(audit.c.verb)
)


def _record(connection: Connection, flag: Flag, now: datetime) -> Record:
    if flag.post.author is None:
        return Record()
    theirs = {
        "source": flag.post.source,
        "author": flag.post.author,
        "community": community(flag.post),
        "since": now - timedelta(days=RECORD_DAYS),
        "shown_as": flag.shown_as,
    }
    states: Counter[FlagState] = Counter()
    for verb, count in connection.execute(_verbs, theirs):
        states[state_after(verb)] += count
    return Record(states.total(), states[FlagState.CONFIRMED], states[FlagState.DISMISSED])


def _decisions(*on: ColumnElement[bool]) -> Select[Any]:
    return (
        select(audit)
        .join_from(flags, posts, posts.c.id == flags.c.post_row)
        .join(audit, and_(last_of(flags.c.id), audit.c.verb.in_(DECIDING)))
        .where(or_(false(), *on), flags.c.community == bindparam("community"), flags.c.id != bindparam("flag_id"))
        .order_by(audit.c.at.desc())
        .limit(MOST_ALIKE)
    )


_same_text = flags.c.fingerprint == bindparam("fingerprint")
_on_the_text = _decisions(_same_text)


def _alike(connection: Connection, flag: Flag) -> tuple[Decision, ...]:
    """The latest decisions on the same text, or on the posts of which this one is a copy."""
    about: dict[str, Any] = {"community": community(flag.post), "flag_id": flag.id}
    if flag.post.text:
        about["fingerprint"] = fingerprint(flag.post.text)
    if flag.assessment.copies:
        copied = are_of(copy.key for copy in flag.assessment.copies)
        query = _decisions(copied, _same_text) if flag.post.text else _decisions(copied)
    elif flag.post.text:
        query = _on_the_text
    else:
        return ()
    return tuple(entry_from_row(row, audit) for row in connection.execute(query, about).mappings())


_notes_on = (
    select(audit)
    .where(audit.c.flag_id == bindparam("flag_id"), audit.c.verb == Verb.NOTE)
    .order_by(audit.c.step.desc())
    .limit(MOST_NOTES)
)


def _notes(connection: Connection, flag_id: int) -> tuple[AuditEntry, ...]:
    latest = connection.execute(_notes_on, {"flag_id": flag_id}).mappings()
    return tuple(entry_from_row(row, audit) for row in latest)[::-1]
