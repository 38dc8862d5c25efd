"""What fails for a while: it is told once, nothing is lost, and it goes on by itself."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.judge import Judge
from bot.pipeline import Pipeline
from bot.store.records import Flag
from bot.store.store import Store
from bot.troubles import DATABASE, Troubles
from classifier.assessment import Assessment
from classifier.copies import CopyIndex
from classifier.labels import Label
from classifier.model import Explain
from classifier.post import Post
from classifier.thresholds import Thresholds
from tests.full_disk import full_disk

WORDS = "nobody else is to read this"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path / 'flagpost.sqlite3'}") as opened:
        yield opened


class FaultyModel:
    """A model that finds nothing in any post; `error` is what it raises for the posts of those ids, or for all."""

    version = "m"

    def __init__(self, error: Exception | None = None, at: Sequence[str] | None = None) -> None:
        self.error, self.at = error, at

    def assess(self, posts: Sequence[Post], index: CopyIndex, explain: Explain) -> list[Assessment]:  # noqa: ARG002
        if self.error and any(self.at is None or post.id in self.at for post in posts):
            raise self.error
        return [Assessment(probabilities=dict.fromkeys(Label, 0.0), model="m", spans={}) for _ in posts]


async def show(_: Flag) -> None:
    raise AssertionError("nothing is flagged here")


def pipeline(store: Store, model: FaultyModel, troubles: Troubles) -> Pipeline:
    return Pipeline(Judge(store, model, CopyIndex(), Thresholds()), show, troubles=troubles)


def post(number: int) -> Post:
    return Post(source="discord", id=str(number), text=f"{WORDS} {number} " * 100)


async def test_a_full_disk(store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    troubles = Troubles()
    judging = pipeline(store, FaultyModel(), troubles)
    store.save_post(post(0))
    with full_disk((tmp_path / "flagpost.sqlite3-wal").stat().st_size + 1000):
        for number in range(1, 100):
            judging.submit(post(number))
            await judging.drain()
    [trouble] = troubles.current
    assert trouble.about == DATABASE
    assert "disk" in trouble.words
    assert len(caplog.messages) == 1
    judging.retry()
    await judging.drain()
    assert store.unassessed_posts(200) == []
    assert len(list(store.recent_posts(datetime(2026, 1, 1, tzinfo=UTC)))) == 100


@pytest.mark.parametrize("error", [MemoryError(), ValueError(WORDS)])
async def test_a_post_that_takes_too_much_costs_no_other(
    store: Store, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    judging = pipeline(store, FaultyModel(error, ["2"]), Troubles())
    for number in range(5):
        judging.submit(post(number))
    await judging.drain()
    assert [left.id for left in store.unassessed_posts(9)] == ["2"]
    assert "post 2 could not be judged" in caplog.text


async def test_a_broken_model_is_told_once_and_not_for_each_post(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    troubles = Troubles()
    judging = pipeline(store, FaultyModel(ValueError(WORDS)), troubles)
    for number in range(100):
        judging.submit(post(number))
    await judging.drain()
    assert len(caplog.messages) == 2, "what fails, and where"
    assert troubles.current[0].times == 100
    await judging.use(FaultyModel(), Thresholds())
    await judging.recover()
    assert len(store.unassessed_posts(200)) == 100, "the next start tries them again"
    await _after_a_start(store)
    assert store.unassessed_posts(200) == []


async def _after_a_start(store: Store) -> None:
    judging = pipeline(store, FaultyModel(), Troubles())
    judging.learn_history()
    await judging.recover()
