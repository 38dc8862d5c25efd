"""What the copy index knows of the past: nothing of it is lost by a stop, a kill or a failing store."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.pipeline import Pipeline
from bot.store.store import Store
from classifier.copies import CopyIndex
from classifier.model import Model
from tests.bot.judging import ARTICLE, CIVIL, INSULT, Desk, pipeline, post


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path / 'flagpost.sqlite3'}") as opened:
        yield opened


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store)


@pytest.fixture
def copies(tmp_path: Path, store: Store) -> Callable[[], CopyIndex]:
    """Opens the copy index as a start does."""
    return lambda: CopyIndex.open(tmp_path / "flagpost.sqlite3.copies", timedelta(days=30), store)


async def started(store: Store, model: Model, desk: Desk, index: CopyIndex) -> Pipeline:
    judging = pipeline(store, model, desk, index)
    judging.learn_history()
    await judging.recover()
    return judging


@pytest.mark.parametrize("kill", [False, True])
async def test_what_was_judged_before_a_stop_is_an_original_after_it(
    store: Store, model: Model, desk: Desk, copies: Callable[[], CopyIndex], kill: bool
) -> None:
    judging = await started(store, model, desk, copies())
    judging.submit(post(1, ARTICLE))
    await judging.drain()
    if not kill:
        await judging.close()
    assert (post(1, ARTICLE).key in copies()) is not kill
    judging = await started(store, model, desk, copies())
    judging.submit(post(2, ARTICLE))
    await judging.drain()
    assert desk.shown() == ["2"]


async def test_fingerprints_outlive_the_texts(
    store: Store, model: Model, desk: Desk, copies: Callable[[], CopyIndex]
) -> None:
    judging = await started(store, model, desk, copies())
    judging.submit(post(1, ARTICLE))
    await judging.drain()
    await judging.forget(before=datetime.now(UTC))
    judging = await started(store, model, desk, copies())
    judging.submit(post(2, ARTICLE))
    await judging.drain()
    assert [flag.assessment.copies[0].text for flag in desk.flags] == [None]


async def test_the_index_is_made_again_when_its_file_is_damaged_and_saved_when_much_is_new(
    store: Store,
    model: Model,
    desk: Desk,
    copies: Callable[[], CopyIndex],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    judging = await started(store, model, desk, copies())
    judging.submit(post(1, ARTICLE))
    await judging.close()
    (tmp_path / "flagpost.sqlite3.copies").write_bytes(b"nonsense")
    judging = await started(store, model, desk, copies())
    assert post(1, ARTICLE).key in judging.index
    monkeypatch.setattr("bot.copy_history.MOST_UNSAVED", 2)
    for number in range(2, 5):
        judging.submit(post(number, f"{CIVIL} {number}"))
        await judging.drain()
    assert len(copies()) == 3, "two at a time, and the last is left for later"


async def test_a_past_that_cannot_be_read_at_the_start_is_read_later(
    store: Store, model: Model, desk: Desk, tmp_path: Path
) -> None:
    first = pipeline(store, model, desk)
    first.submit(post(1, ARTICLE))
    await first.drain()
    store.save_post(post(2, INSULT))
    with closing(sqlite3.connect(tmp_path / "flagpost.sqlite3")) as other:
        other.execute("ALTER TABLE assessments RENAME TO elsewhere")
        judging = await started(store, model, desk, CopyIndex(archive=store))
        other.execute("ALTER TABLE elsewhere RENAME TO assessments")
    judging.retry()
    await judging.drain()
    judging.submit(post(3, ARTICLE, "somebody else"))
    await judging.drain()
    assert desk.shown() == ["2", "3"]


async def test_a_file_that_lacks_a_part_of_the_past_is_not_written(
    store: Store, model: Model, desk: Desk, copies: Callable[[], CopyIndex]
) -> None:
    first = pipeline(store, model, desk)
    first.submit(post(1, ARTICLE))
    await first.drain()
    judging = pipeline(store, model, desk, copies())
    judging.learn_history()
    judging.submit(post(2, CIVIL))
    await judging.close()
    assert copies().complete_until is None


async def test_what_was_stored_before_the_file_was_written_and_judged_after_it_is_an_original(
    store: Store, model: Model, desk: Desk, copies: Callable[[], CopyIndex]
) -> None:
    first = pipeline(store, model, desk)
    first.submit(post(1, ARTICLE))
    await first.drain()
    copies().save()
    judging = await started(store, model, desk, copies())
    assert post(1, ARTICLE).key in judging.index
