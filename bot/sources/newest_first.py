"""Reading a list that has the newest first: as far back as the last poll came, and what changed on its first page."""

import hashlib
import sys
from collections.abc import Callable, Sequence
from typing import Generic, NamedTuple, Protocol, TypeVar

from bot.sources.errors import SourceError
from bot.sources.source import State
from classifier.post import Post

MOST_PAGES = 10
"""Pages read at a stretch: what lies further back waits for the next poll."""

MOST_ROWS = 50
"""Rows remembered, to see which of them change or go: the first page of the longest list."""

MOST_CHECKS = 20
"""Rows asked about in one poll because they left the list."""

T = TypeVar("T")


Make = Callable[[], Post]
"""Makes a Post; only then is its markup read."""


class Row(NamedTuple, Generic[T]):
    """A post on a list. `order` grows with time; `stamp` is another after a change, and empty for what is not read."""

    id: str
    order: int
    stamp: str
    value: T


UNKNOWN = sys.maxsize
"""How far a page reaches that has no rows."""


class Page(NamedTuple, Generic[T]):
    """A piece of a list. All rows above `reached` stood on it or on those before; `older` asks for the next piece."""

    rows: Sequence[Row[T]]
    reached: int
    older: int | None


class Listing(Protocol[T]):
    """A forum's list of posts."""

    async def page(self, older: int | None) -> Page[T]:
        """The first page for None, else the one that the `older` of another asks for. Raises SourceError."""
        ...

    async def is_gone(self, id: str) -> bool:
        """Whether a post that left the list, or cannot be read any more, was deleted. Raises SourceError."""
        ...


class Found(NamedTuple, Generic[T]):
    """What is new on a list or changed, oldest first; the ids of what is gone; and what to remember."""

    values: tuple[T, ...]
    gone: tuple[str, ...]
    state: State


def stamp(content: str) -> str:
    """A short hash, which is another after every edit."""
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:12]


async def read_newest(listing: Listing[T], state: State) -> Found[T]:
    """What came since `state`; at the first time, when it is empty, what stands on the first page. Raises SourceError.

    Nothing is left out, but rows may be found again. The state holds `floor`, the order up to which all was read;
    `gap`, where a poll stopped that did not come down to the floor: all above `top` was read, `older` asks for what
    comes next; and `rows`, the first page: id, order and stamp of each. When nothing on the list comes up to any of
    these, it is read as at the first time.
    """
    floor, gap = state.get("floor"), state.get("gap")
    known = {id: (order, mark) for id, order, mark in state.get("rows", ())}
    # What moved up from behind the rows remembered, because others went, is not new.
    horizon = None if floor is None else min([floor, *(order for order, _ in known.values())])
    first = await listing.page(None)
    if horizon is not None and first.rows and max(row.order for row in first.rows) < horizon:
        floor = gap = horizon = None  # a forum that was put back from a backup counts on from there
    pages = await _down_to(gap["top"] if gap else floor, first, listing)
    reached = pages[-1].reached
    if gap and not _unfinished(pages[-1], gap["top"]):
        pages += await _down_to(floor, await listing.page(gap["older"]), listing)

    rows = {row.id: row for page in pages for row in page.rows}
    changed = [row for row in rows.values() if row.stamp and row.stamp != known.get(row.id, (0, ""))[1]]
    new = [row for row in changed if horizon is None or row.order >= horizon]
    shown = {row.id for row in rows.values() if row.stamp}
    left = [id for id, (order, mark) in known.items() if mark and order >= reached and id not in shown]
    gone, unchecked = await _check(left, listing)

    newest = max([row.order for row in first.rows] + ([] if floor is None else [floor]), default=None)
    remembered = [[row.id, row.order, row.stamp] for row in first.rows[:MOST_ROWS]]
    after: dict[str, object] = {"floor": newest, "rows": remembered + [[id, *known[id]] for id in unchecked]}
    if _unfinished(pages[-1], floor):
        after |= {"floor": floor, "gap": {"top": newest, "older": pages[-1].older}}
    oldest_first = sorted(new, key=lambda row: row.order)
    return Found(tuple(row.value for row in oldest_first), tuple(gone), after)


async def _check(left: Sequence[str], listing: Listing[T]) -> tuple[list[str], list[str]]:
    """Which are gone, and which are to be asked about the next time: the one that made trouble after all others."""
    gone: list[str] = []
    for asked, id in enumerate(left[:MOST_CHECKS]):
        try:
            if await listing.is_gone(id):
                gone.append(id)
        except SourceError:
            return gone, [*left[asked + 1 :], id]
    return gone, [*left[MOST_CHECKS:]]


async def _down_to(goal: int | None, page: Page[T], listing: Listing[T]) -> list[Page[T]]:
    """The page and those behind it, until the goal is passed, the list ends or they are too many."""
    pages = [page]
    while _unfinished(page, goal) and len(pages) < MOST_PAGES:
        page = await listing.page(page.older)
        pages.append(page)
    return pages


def _unfinished(page: Page[T], goal: int | None) -> bool:
    """Whether there is more to read behind the page before the goal is passed; without a goal there is not."""
    return goal is not None and page.older is not None and page.reached >= goal
