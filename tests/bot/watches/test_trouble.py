"""What lasts is told to staff once, and once when it is over."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.store.store import Store
from bot.troubles import DATABASE, PATIENCE, Troubles
from bot.watches.trouble import TroubleWatch
from tests.full_disk import full_disk


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path / 'flagpost.sqlite3'}") as opened:
        yield opened


async def test_staff_are_told_once_of_what_lasts(store: Store, tmp_path: Path) -> None:
    troubles, told = Troubles(), list[str]()

    async def tell(line: str) -> bool:
        told.append(line)
        return True

    watch = TroubleWatch(troubles, store, tell)
    troubles.met("meadow", "a.example answered 503")
    await watch.look()
    assert told == [], "it may be over in a moment"
    troubles.current[0].since -= PATIENCE
    for _ in range(3):
        await watch.look()
        troubles.met("meadow", "a.example answered 500")
    assert len(told) == 1
    assert "meadow. a.example answered 503" in told[0].replace("\\", "")
    troubles.over("meadow")
    for _ in range(3):
        await watch.look()
    assert len(told) == 2
    with full_disk((tmp_path / "flagpost.sqlite3-wal").stat().st_size + 1000):
        for _ in range(30):
            await watch.look()
    assert [trouble.about for trouble in troubles.current] == [DATABASE], "found without a post"
    await watch.look()
    assert troubles.current == []
