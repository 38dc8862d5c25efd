"""When is retraining due? Real stores, with decisions and judgements of several weeks."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from bot.drift import ENOUGH_DECISIONS, ENOUGH_POSTS, NEW_DECISIONS, Drift, Sign, shares, signs, stability_index
from bot.drift_watch import DriftWatch
from bot.review.texts.notices import retraining_due
from bot.store.records import Moderator
from bot.store.store import Store
from classifier.assessment import Assessment
from classifier.labels import Label
from classifier.post import Post

NOW = datetime.now(UTC)
ANN = Moderator("1", "Ann")
VERSION = "2026-11-22-a1b2c3d4"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path / 'flagpost.sqlite3'}") as opened:
        yield opened


def judge(store: Store, name: str, chances: list[float], at: datetime, **fields: str) -> list[Post]:
    posts = [Post(source="meadow", id=f"{name}{n}", text=f"{name} {n}", **fields) for n in range(len(chances))]
    store.save_posts(posts)
    batch = [
        (post, Assessment(probabilities=dict.fromkeys(Label, chance), model=VERSION, spans={}), [])
        for post, chance in zip(posts, chances, strict=True)
    ]
    store.save_assessments(batch, at)
    return posts


def decide(store: Store, name: str, right: list[bool], at: datetime, provenance: str = "forum") -> None:
    said = Assessment(probabilities=dict.fromkeys(Label, 0.6), model=VERSION, spans={})
    for number, is_right in enumerate(right):
        post = Post(source="meadow", id=f"{name}{number}", text=f"{name} {number}", provenance=provenance)
        store.save_post(post)
        flag = store.save_assessment(post, said, [Label.TROLLING], at)
        assert flag is not None
        when = at + timedelta(seconds=number)
        if is_right:
            store.confirm(flag.id, ANN, [Label.TROLLING], when, timedelta(0))
        else:
            store.dismiss(flag.id, ANN, when, timedelta(0))


def found(store: Store, *, reference: dict[str, list[float]] | None = None, discord: bool = False) -> list[Drift]:
    return signs(store, VERSION, NOW - timedelta(days=60), reference, NOW, discord=discord)


def test_the_index_is_zero_for_equal_spreads_and_large_for_others() -> None:
    assert stability_index([0.9, 0.1], [0.9, 0.1]) == 0
    assert stability_index([0.9, 0.1], [0.85, 0.15]) < 0.05
    assert stability_index([0.9, 0.1], [0.6, 0.4]) > 0.25
    assert stability_index([1.0, 0.0], [0.8, 0.2]) > 0.25


def test_probabilities_that_spread_otherwise_are_a_sign(store: Store) -> None:
    rng = Random(0)
    first = judge(store, "old", [rng.random() ** 4 for _ in range(ENOUGH_POSTS)], NOW - timedelta(days=30))
    reference = shares(store.judged_since(NOW - timedelta(days=40), len(first)))
    judge(store, "same", [rng.random() ** 4 for _ in range(ENOUGH_POSTS)], NOW)
    assert found(store, reference=reference) == []
    judge(store, "other", [rng.random() for _ in range(2 * ENOUGH_POSTS)], NOW)
    assert found(store, reference=None) == []
    drifts = found(store, reference=reference)
    assert {drift.sign for drift in drifts} == {Sign.SCORES}
    assert drifts[0].now > drifts[0].before
    assert "its first week" in retraining_due(drifts)


def test_precision_that_falls_is_a_sign(store: Store) -> None:
    decide(store, "new", [n % 5 != 0 for n in range(ENOUGH_DECISIONS)], NOW - timedelta(days=50))
    decide(store, "late", [n % 4 != 0 for n in range(ENOUGH_DECISIONS)], NOW - timedelta(days=3))
    assert found(store) == []
    decide(store, "lower", [n % 20 < 13 for n in range(ENOUGH_DECISIONS)], NOW - timedelta(days=1))
    assert found(store) == [], "65% after 80% of forty may be chance"
    decide(store, "last", [n % 3 == 0 for n in range(ENOUGH_DECISIONS)], NOW)
    [drift] = found(store)
    assert (drift.sign, drift.label, drift.before, drift.now) == (Sign.PRECISION, Label.TROLLING, 0.8, 0.35)
    assert "for trolling you confirmed 35%, and 80% of the first 40" in retraining_due([drift])


def test_many_decisions_that_may_train_are_a_sign(store: Store) -> None:
    decide(store, "discord", [True] * NEW_DECISIONS, NOW, provenance="discord")
    assert found(store) == []
    assert [drift.sign for drift in found(store, discord=True)] == [Sign.DECISIONS]


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
