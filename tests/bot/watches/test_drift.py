"""Staff are told that retraining is due, once."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.statistics.drift import ENOUGH_POSTS, NEW_DECISIONS
from bot.store.store import Store
from bot.watches.drift import DriftWatch
from tests.bot.weeks import NOW, VERSION, decide, judge


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path / 'flagpost.sqlite3'}") as opened:
        yield opened


async def test_staff_are_told_once_a_model(store: Store) -> None:
    told: list[str] = []
    version = VERSION

    async def tell(line: str) -> None:
        told.append(line)

    def learned(_version: str) -> datetime:
        return NOW - timedelta(days=60)

    watch = DriftWatch(learned, store, lambda: version, tell, discord=False)
    judge(store, "calm", [0.001] * ENOUGH_POSTS, NOW - timedelta(days=6, hours=1))
    await watch.look()
    assert told == [], "the first week is what later ones are compared with"
    judge(store, "storm", [0.4] * 3 * ENOUGH_POSTS, NOW)
    await watch.look()
    await watch.look()
    [line] = told
    assert "flagpost train" in line
    version = "2026-11-23-a1b2c3d4"
    decide(store, "new", [True] * NEW_DECISIONS, NOW)
    await watch.look()
    assert len(told) == 2, "it has learned from none of these decisions either"
