"""The right to be forgotten: what one author wrote and was called goes; what was judged and decided stays.

Kept are the rows themselves, so that a post that is read once more is known and not stored again: its id, revision (a
hash), place, link and times; probabilities, fingerprints, decisions and who decided.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Text, and_, cast, func, select, true, update

from bot.store.database import Database
from bot.store.encoding import copies_from_json, copies_to_row
from bot.store.flags import on_posts, shown_as, undecided
from bot.store.memories import recall, remember
from bot.store.parts import AT_ONCE, parts
from bot.store.reach import Reach
from bot.store.records import Verb
from bot.store.search import Author
from bot.store.tables import assessments, audit, cards, flags, posts
from classifier.post import PostKey

DRAWER = "forgotten"
"""Where the store keeps what the bot has still to do about those who were forgotten."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How much was erased: posts with their texts and names, quotations of them and copies of their text in what
    others wrote, and moderators' notes about them. `flags` of those posts stay, without words.
    """

    posts: int = 0
    quotations: int = 0
    copies: int = 0
    notes: int = 0
    flags: int = 0


@dataclass(frozen=True, slots=True)
class Leftover:
    """What the bot alone can reach: cards that still show erased words, by their flags, and fingerprints in the copy
    index, by their posts.
    """

    flags: frozenset[int] = field(default=frozenset())
    posts: frozenset[PostKey] = field(default=frozenset())


class Privacy:
    """What is kept of an author. Each method is one transaction; StoreError when the database fails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def authors(self, name: str) -> list[Author]:
        """Who `name` may be: an id within a source, written `SOURCE/ID`, else a name that somebody wrote under."""
        source, _, id = name.partition("/")
        known = select(posts.c.source, posts.c.author, func.coalesce(func.max(posts.c.author_name), ""))
        known = known.where(posts.c.author.is_not(None)).group_by(posts.c.source, posts.c.author)
        known = known.order_by(posts.c.source, posts.c.author)
        for meant in (and_(posts.c.source == source, posts.c.author == id), posts.c.author_name == name):
            with self._database.reading() as connection:
                if found := [Author(*row) for row in connection.execute(known.where(meant))]:
                    return found
        return []

    def forget(self, source: str, author: str, reach: Reach | None = None) -> Forgotten:
        """Erase what that author wrote, within reach, and note down what is left for the bot."""
        with self._database.writing() as connection:
            forgotten = _forget(connection, source, author, reach)
        self._database.empty_log()
        return forgotten

    def leftover(self) -> Leftover:
        """What the bot has still to do."""
        with self._database.reading() as connection:
            return _leftover(connection)

    def note_done(self, done: Leftover) -> None:
        """Note that the bot has done that."""
        with self._database.writing() as connection:
            if done.posts:  # what was judged while they were forgotten may have been saved after it, with their text
                _erase_copied(connection, done.posts)
            left = _leftover(connection)
            _save(connection, Leftover(left.flags - done.flags, left.posts - done.posts))


def _forget(connection: Connection, source: str, author: str, reach: Reach | None) -> Forgotten:
    within = true() if reach is None else reach.holds(posts)
    by_them = and_(posts.c.source == source, posts.c.author == author, within)
    ids = set(connection.execute(select(posts.c.post_id).where(by_them)).scalars())
    theirs = and_(posts.c.source == source, posts.c.post_id.in_(select(posts.c.post_id).where(by_them)))
    named = select(posts.c.author_name).where(theirs, posts.c.author_name.is_not(None)).distinct()
    names = {author, *connection.execute(named).scalars()}
    flagged = select(flags.c.id, shown_as).select_from(on_posts).where(theirs)
    shown: dict[int, int] = dict(connection.execute(flagged).all())
    keys = {PostKey(source, id) for id in ids}
    forgotten = Forgotten(
        posts=len(ids),
        quotations=_erase_quotations(connection, and_(posts.c.source == source, within), ids, names),
        copies=_erase_copied(connection, keys),
        notes=_erase_notes(connection, list({*shown.values()})),
        flags=len(shown),
    )
    # Last, for until now these rows are found by their author.
    emptied: dict[str, object] = {"text": "", "quotations": [], "author": None, "author_name": None}
    now = func.coalesce(posts.c.text_purged_at, datetime.now(UTC))
    rows = connection.execute(select(posts.c.id).where(theirs)).scalars().all()
    for part in parts(rows):
        connection.execute(update(posts).where(posts.c.id.in_(part)).values(**emptied, text_purged_at=now))
    left = _leftover(connection)
    # Cards that nobody has decided show the posts before theirs and earlier copies as well.
    open_cards = connection.execute(select(cards.c.flag_id).where(undecided(cards.c.flag_id))).scalars()
    _save(connection, Leftover(left.flags.union(shown.values(), open_cards), left.posts | keys))
    return forgotten


def _erase_quotations(connection: Connection, there: ColumnElement[bool], ids: set[str], names: set[str]) -> int:
    """Take out what others quote of those posts, or under those names."""
    quoting = select(posts.c.id, posts.c.quotations).where(there, _is_filled(posts.c.quotations))
    changes, erased = [], 0
    for row, quotations in connection.execute(quoting, execution_options={"yield_per": AT_ONCE}):
        kept = [quoted for quoted in quotations if quoted[1] not in names and quoted[2] not in ids]
        if len(kept) < len(quotations):
            changes.append((row, kept))
            erased += len(quotations) - len(kept)
    for row, kept in changes:
        connection.execute(update(posts).where(posts.c.id == row).values(quotations=kept))
    return erased


def _erase_copied(connection: Connection, keys: Collection[PostKey]) -> int:
    """Take text and names out of what assessments tell of those posts as the originals of copies."""
    copying = select(assessments.c.id, assessments.c.copies).where(_is_filled(assessments.c.copies))
    changes, erased = [], 0
    for row, encoded in connection.execute(copying, execution_options={"yield_per": AT_ONCE}):
        copies = copies_from_json(encoded)
        cleared = [
            replace(copy, text=None, author=None, author_name=None) if copy.key in keys else copy for copy in copies
        ]
        if count := sum(one != other for one, other in zip(copies, cleared, strict=True)):
            changes.append((row, copies_to_row(cleared)))
            erased += count
    for row, change in changes:
        connection.execute(update(assessments).where(assessments.c.id == row).values(change))
    return erased


def _erase_notes(connection: Connection, flag_ids: Sequence[int]) -> int:
    """Empty the notes about those flags: nobody can tell which of them quote or name the author."""
    erased = 0
    for part in parts(flag_ids):
        notes = and_(audit.c.flag_id.in_(part), audit.c.verb == Verb.NOTE, audit.c.note != "")
        erased += connection.execute(update(audit).where(notes).values(note="")).rowcount
    return erased


def _is_filled(column: ColumnElement[Any]) -> ColumnElement[bool]:
    """The condition that a list in JSON is not empty."""
    return cast(column, Text) != "[]"


def _leftover(connection: Connection) -> Leftover:
    saved = recall(connection, DRAWER) or {}
    return Leftover(frozenset(saved.get("flags", ())), frozenset(PostKey(*key) for key in saved.get("posts", ())))


def _save(connection: Connection, left: Leftover) -> None:
    remember(connection, DRAWER, {"flags": sorted(left.flags), "posts": sorted(left.posts)})
