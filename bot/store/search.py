"""Finding flags again, and whose they are."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, and_, cast, func, literal, or_, select

from bot.store import flags as flag_queries
from bot.store.database import Database
from bot.store.encoding import assessment_from_row, post_from_row
from bot.store.posts import is_of
from bot.store.reach import Reach
from bot.store.records import STATE_AFTER, Flag, FlagState, Verb, state_after
from bot.store.tables import assessments, audit, burst_members, flags, posts
from classifier.assessment import Assessment
from classifier.labels import Label
from classifier.post import Post, PostKey


@dataclass(frozen=True, slots=True)
class Author:
    """Somebody who writes: the id within a source, and the name used last."""

    source: str
    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which flags are looked for: those that are all of it. `text` and `author` are parts of words and of a name.

    `cards_only` leaves out those that joined the card of another; `card` is the flag whose card they share.
    """

    text: str = ""
    author: str = ""
    author_id: str | None = None
    source: str | None = None
    label: Label | None = None
    states: Collection[FlagState] = tuple(FlagState)
    since: datetime | None = None
    cards_only: bool = False
    card: int | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """Some of the flags that were looked for, and how many there are of them in all."""

    flags: Sequence[Flag]
    total: int


class Search:
    """Looks things up. Each method is one transaction; StoreError when the database fails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def flags(self, wanted: Wanted, reach: Reach, offset: int, limit: int, *, oldest_first: bool = False) -> Found:
        """The flags from `offset` on, `limit` at most, the newest first unless it is asked otherwise."""
        matching = _matching(wanted, reach)
        order = flags.c.id if oldest_first else flags.c.id.desc()
        with self._database.reading() as connection:
            total = connection.execute(select(func.count()).select_from(matching.subquery())).scalar_one()
            page = matching.order_by(order).offset(offset).limit(limit)
            ids = connection.execute(page).scalars().all()
            by_id = {flag.id: flag for flag in flag_queries.load(connection, flags.c.id.in_(ids))}
        return Found([by_id[id] for id in ids], total)

    def tally(self, wanted: Wanted, reach: Reach) -> dict[FlagState, int]:
        """How many of the flags wanted stand in each state."""
        verbs = _matching(wanted, reach).with_only_columns(audit.c.verb, func.count()).group_by(audit.c.verb)
        counts = dict.fromkeys(FlagState, 0)
        with self._database.reading() as connection:
            for verb, count in connection.execute(verbs):
                counts[state_after(verb)] += count
        return counts

    def authors(self, beginning: str, reach: Reach, limit: int) -> list[Author]:
        """Authors of flagged posts whose name begins so, those flagged last first."""
        query = (
            select(posts.c.source, posts.c.author, func.max(posts.c.author_name))
            .join_from(flags, posts, posts.c.id == flags.c.post_row)
            .where(reach.holds(posts), posts.c.author.is_not(None))
            .where(posts.c.author_name.istartswith(beginning, autoescape=True))
            .group_by(posts.c.source, posts.c.author)
            .order_by(func.max(flags.c.id).desc())
            .limit(limit)
        )
        with self._database.reading() as connection:
            return [Author(*row) for row in connection.execute(query)]

    def posts_of(self, source: str, author_id: str, reach: Reach) -> tuple[int, str | None]:
        """How many posts of that author are stored, and the name on one of them."""
        written = select(func.count(), func.max(posts.c.author_name)).where(posts.c.newest, reach.holds(posts))
        with self._database.reading() as connection:
            count, name = connection.execute(written.where(posts.c.source == source, posts.c.author == author_id)).one()
            return count, name

    def last_seen(self, reach: Reach) -> dict[str, datetime]:
        """When the newest post of each source was stored."""
        newest = select(posts.c.source, func.max(posts.c.saved_at)).where(reach.holds(posts)).group_by(posts.c.source)
        with self._database.reading() as connection:
            return {row[0]: row[1] for row in connection.execute(newest)}

    def judged(self, key: PostKey) -> tuple[Post, Assessment | None] | None:
        """A post as it reads now and what was made of that last; None for a post that is not stored."""
        query = (
            select(posts, assessments)
            .outerjoin(assessments, assessments.c.post_row == posts.c.id)
            .where(is_of(key), posts.c.newest)
            .order_by(assessments.c.id.desc())
            .limit(1)
        )
        with self._database.reading() as connection:
            row = connection.execute(query).mappings().first()
        if row is None:
            return None
        assessed = row[assessments.c.id] is not None
        return post_from_row(row, posts), assessment_from_row(row, assessments) if assessed else None


def _matching(wanted: Wanted, reach: Reach) -> Select[Any]:
    query = (
        select(flags.c.id)
        .select_from(flag_queries.on_posts)
        .outerjoin(audit, flag_queries.last_of(flag_queries.shown_as))
        .where(reach.holds(posts), _stands(wanted.states))
    )
    if wanted.cards_only:
        query = query.where(burst_members.c.flag_id.is_(None))
    if wanted.card is not None:
        query = query.where(flag_queries.shown_as == wanted.card)
    if wanted.text:
        query = query.where(posts.c.text.icontains(wanted.text, autoescape=True))
    if wanted.author:
        query = query.where(posts.c.author_name.icontains(wanted.author, autoescape=True))
    if wanted.author_id is not None:
        query = query.where(posts.c.source == wanted.source, posts.c.author == wanted.author_id)
    if wanted.label is not None:
        query = query.where(cast(flags.c.labels, Text).contains(f'"{wanted.label.value}"'))
    if wanted.since is not None:
        query = query.where(flags.c.created_at >= wanted.since)
    return query


def _stands(states: Collection[FlagState]) -> ColumnElement[bool]:
    """The condition that a flag stands in one of those states."""
    verbs = [verb for verb in Verb if STATE_AFTER.get(verb) in states]
    untouched = and_(literal(FlagState.OPEN in states), audit.c.verb.is_(None))
    return or_(untouched, audit.c.verb.in_(verbs))
