"""When is retraining due? Real stores, with decisions and judgements of several weeks."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from bot.review.texts.notices import retraining_due
from bot.statistics.drift import (
    ENOUGH_DECISIONS,
    ENOUGH_POSTS,
    NEW_DECISIONS,
    Drift,
    Sign,
    shares,
    signs,
    stability_index,
)
from bot.store.store import Store
from classifier.labels import Label
from tests.bot.weeks import NOW, VERSION, decide, judge


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path / 'flagpost.sqlite3'}") as opened:
        yield opened


def found(store: Store, *, reference: dict[str, list[float]] | None = None, discord: bool = False) -> list[Drift]:
    judged = store.judged_since(NOW - timedelta(days=7), 50_000)
    return signs(judged, store.verdicts(), VERSION, NOW - timedelta(days=60), reference, discord=discord)


def test_the_index_is_zero_for_equal_spreads_and_large_for_others() -> None:
    assert stability_index([0.9, 0.1], [0.9, 0.1]) == 0
    assert stability_index([0.9, 0.1], [0.85, 0.15]) < 0.05
    assert stability_index([0.9, 0.1], [0.6, 0.4]) > 0.25
    assert stability_index([1.0, 0.0], [0.8, 0.2]) > 0.25


def test_probabilities_that_spread_otherwise_are_a_sign(store: Store) -> None:
    rng = Random(0)
    calm = [rng.random() ** 4 for _ in range(ENOUGH_POSTS)]
    first = judge(store, "old", calm, NOW - timedelta(days=30))
    reference = shares(store.judged_since(NOW - timedelta(days=40), len(first)))
    judge(store, "same", [rng.random() ** 4 for _ in range(ENOUGH_POSTS)], NOW)
    assert found(store, reference=reference) == []
    judge(store, "other", [rng.random() for _ in range(2 * ENOUGH_POSTS)], NOW)
    assert found(store, reference=None) == []
    drifts = found(store, reference=reference)
    assert {drift.sign for drift in drifts} == {Sign.SCORES}
    assert drifts[0].before == pytest.approx(sum(chance >= 0.1 for chance in calm) / len(calm))
    assert drifts[0].now > drifts[0].before
    assert "its first week" in retraining_due(drifts)


def test_precision_that_falls_is_a_sign(store: Store) -> None:
    decide(store, "new", [n % 5 != 0 for n in range(ENOUGH_DECISIONS)], NOW - timedelta(days=50))
    decide(store, "late", [n % 4 != 0 for n in range(ENOUGH_DECISIONS)], NOW - timedelta(days=3))
    assert found(store) == []
    decide(store, "lower", [n % 20 < 13 for n in range(ENOUGH_DECISIONS)], NOW - timedelta(days=1))
    assert found(store) == [], "65% after 80% of forty may be chance"
    decide(store, "theirs", [False] * 30, NOW - timedelta(hours=1), model="2026-11-01-a1b2c3d4")
    assert found(store) == [], "how often another model was right tells nothing of this one"
    decide(store, "last", [n % 3 == 0 for n in range(ENOUGH_DECISIONS)], NOW)
    [drift] = found(store)
    assert (drift.sign, drift.label, drift.before, drift.now) == (Sign.PRECISION, Label.TROLLING, 0.8, 0.35)
    assert "for trolling you confirmed 35%, and 80% of the first 40" in retraining_due([drift])


def test_many_decisions_that_may_train_are_a_sign(store: Store) -> None:
    decide(store, "discord", [True] * NEW_DECISIONS, NOW, provenance="discord")
    assert found(store) == []
    assert [drift.sign for drift in found(store, discord=True)] == [Sign.DECISIONS]
