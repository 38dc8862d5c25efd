"""A list that has the newest first: whatever happens between two polls, nothing is lost."""

import asyncio
import json
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sources import newest_first
from bot.sources.errors import SourceError
from bot.sources.newest_first import UNKNOWN, Found, Page, Row, read_newest, stamp
from bot.sources.source import State


@dataclass
class Board:
    """A list of posts in memory: by number, with the revision of each."""

    page_size: int = 3
    revisions: dict[int, int] = field(default_factory=dict)
    last: int = 0
    pages_read: int = 0
    broken: bool = False

    def write(self, posts: int = 1) -> None:
        for _ in range(posts):
            self.last += 1
            self.revisions[self.last] = 0

    async def page(self, older: int | None) -> Page[int]:
        self.pages_read += 1
        numbers = sorted((n for n in self.revisions if older is None or n < older), reverse=True)[: self.page_size]
        rows = [Row(str(n), n, stamp(str(self.revisions[n])), n) for n in numbers]
        return Page(rows, numbers[-1] if numbers else UNKNOWN, numbers[-1] if numbers else None)

    async def is_gone(self, id: str) -> bool:
        if self.broken:
            raise SourceError("the board does not answer")
        return int(id) not in self.revisions

    async def read(self, state: State) -> Found[int]:
        found = await read_newest(self, state)
        return found._replace(state=json.loads(json.dumps(found.state)))


async def test_the_first_time_only_the_first_page_is_read() -> None:
    board = Board()
    board.write(10)
    found = await board.read({})
    assert found.values == (8, 9, 10)
    assert board.pages_read == 1
    assert (await board.read(found.state)).values == ()


async def test_a_list_that_was_empty_is_read_like_the_first_time() -> None:
    board = Board()
    found = await board.read({})
    board.write(7)
    assert (await board.read(found.state)).values == (5, 6, 7)


async def test_an_edit_on_the_first_page_is_found_again_and_once() -> None:
    board = Board()
    board.write(5)
    found = await board.read({})
    board.revisions[4] = 1
    found = await board.read(found.state)
    assert found.values == (4,)
    assert (await board.read(found.state)).values == ()


async def test_what_left_the_list_is_asked_about_and_told_once() -> None:
    board = Board()
    board.write(5)
    found = await board.read({})
    del board.revisions[4]
    found = await board.read(found.state)
    assert found.gone == ("4",)
    assert found.values == ()  # the one that moved up stood there long before
    found = await board.read(found.state)
    assert found.gone == ()


async def test_what_cannot_be_asked_about_now_is_asked_about_later() -> None:
    board = Board()
    board.write(5)
    found = await board.read({})
    del board.revisions[4]
    board.broken = True
    found = await board.read(found.state)
    assert found.gone == ()
    board.broken = False
    assert (await board.read(found.state)).gone == ("4",)


async def test_a_long_way_back_is_gone_in_stages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(newest_first, "MOST_PAGES", 2)
    board = Board()
    board.write(3)
    found = await board.read({})
    board.write(20)
    seen: list[int] = []
    for _ in range(4):
        board.pages_read = 0
        found = await board.read(found.state)
        assert board.pages_read <= 4
        seen += found.values
    assert set(seen) >= set(range(4, 24))
    assert "gap" not in found.state


async def test_a_forum_that_is_put_back_from_a_backup_is_read_on_from_there() -> None:
    board = Board()
    board.write(30)
    found = await board.read({})
    board.revisions = dict.fromkeys(range(1, 11), 0)
    board.last = 10
    board.write(2)
    found = await board.read(found.state)
    assert found.values[-2:] == (11, 12)
    board.write(7)
    found = await board.read(found.state)
    assert found.values == (13, 14, 15, 16, 17, 18, 19), "also those behind the first page"
    assert (await board.read(found.state)).values == ()


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(("write", "edit", "delete", "poll")), st.integers(1, 12)), max_size=30))
def test_nothing_is_lost_whatever_happens(events: list[tuple[str, int]]) -> None:
    """Every post that is there at the end was found, in its newest revision where that was among the newest posts."""
    board = Board()
    board.write(2)

    async def run() -> set[int]:
        found = await board.read({})
        seen = set(found.values)
        for event, number in events:
            if event == "write":
                board.write(number)
            elif event == "edit" and number in board.revisions:
                board.revisions[number] += 1
            elif event == "delete":
                board.revisions.pop(number, None)
            elif event == "poll":
                found = await board.read(found.state)
                seen |= set(found.values)
        for _ in range(30):
            found = await board.read(found.state)
            seen |= set(found.values)
        assert found.values == ()
        return seen

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(newest_first, "MOST_PAGES", 2)
        assert asyncio.run(run()) >= set(board.revisions)
