"""What the thresholds of a config mean, told from a real store."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from bot.cli.workload_table import grounds
from bot.store.reach import Reach
from bot.store.records import Moderator
from bot.store.store import Store
from bot.workload import InForce, numbers_in_force, thresholds_in_force
from classifier.assessment import Assessment
from classifier.labels import Label
from classifier.model import Model
from classifier.post import Post
from classifier.targets import EVERYWHERE, Aim, Scope, Target, Wishes
from classifier.thresholds import DEFAULT_THRESHOLDS, Thresholds

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
ANN = Moderator("100", "Ann")
TWENTY = Target(Aim.FLAGS, 20)
Fill = Callable[..., None]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path / 'store.sqlite3'}") as store:
        yield store


@pytest.fixture
def fill(store: Store, model: Model) -> Fill:
    """`fill(days, a_day, source=…, place=…, decided=…)`: a stream in which one post in fifty is likely trolling.

    Of those, `decided` are decided, every other one confirmed.
    """

    def fill(
        days: int, a_day: int, *, source: str = "meadow", place: str | None = None, decided: int = 0, by: str = ""
    ) -> None:
        random = np.random.default_rng(days + a_day)
        for day in range(days):
            at = NOON - timedelta(days=days - day)
            batch = []
            for number in range(a_day):
                post = Post(source=source, id=f"{place}-{day}-{number}", text="words", place=place, created_at=at)
                trolling = float(random.uniform(0.5, 0.9) if number % 50 == 0 else random.beta(1, 60))
                found = {Label.TROLLING: trolling, Label.PERSONAL_ATTACK: 0.01, Label.COPY_PASTE: 0.0}
                labels = Thresholds().passed(post, found)
                batch.append((post, Assessment(probabilities=found, model=by or model.version, spans={}), labels))
            store.save_posts([post for post, _, _ in batch])
            store.save_assessments(batch, at)
        for flag in store.flags()[:decided]:
            if flag.id % 2:
                store.confirm(flag.id, ANN, [Label.TROLLING], NOON, timedelta(minutes=10))
            else:
                store.dismiss(flag.id, ANN, NOON, timedelta(minutes=10))

    return fill


def trolling(wishes: Wishes, model: Model, store: Store | None) -> list[InForce]:
    return [one for one in thresholds_in_force(wishes, model, store, NOON) if one.label is Label.TROLLING]


def test_a_new_forum_is_told_from_the_posts_of_the_training_and_told_so(model: Model, store: Store) -> None:
    for of_forum in (None, store):
        [found] = trolling(Wishes(), model, of_forum)

        assert found.threshold == DEFAULT_THRESHOLDS[Label.TROLLING] == found.workload.threshold
        assert found.evidence.posts == found.evidence.verdicts == 0
        assert found.evidence.posts_a_day is None
        assert found.evidence.is_thin


def test_flags_a_day_are_counted_in_the_forums_own_posts(model: Model, store: Store, fill: Fill) -> None:
    fill(days=10, a_day=100)

    [found] = trolling(Wishes(), model, store)

    assert (found.evidence.posts, found.evidence.posts_a_day) == (1000, 100)
    assert found.workload.flags.value == pytest.approx(2, rel=0.1)
    assert found.evidence.is_thin  # nobody has decided anything


def test_what_staff_decided_says_how_many_are_right(model: Model, store: Store, fill: Fill) -> None:
    fill(days=30, a_day=100, decided=60)

    [found] = trolling(Wishes(), model, store)

    assert found.evidence.verdicts == 60
    assert not found.evidence.is_thin
    low, high = found.workload.precision.interval or (0, 0)
    assert 0.2 < low < 0.5 < high < 0.8


def test_audits_say_how_much_is_missed(model: Model, store: Store, fill: Fill) -> None:
    fill(days=30, a_day=100)
    [before] = trolling(Wishes(), model, store)
    everything = (NOON - timedelta(days=40), NOON)
    sample = store.samples.draw(ANN, 1, 200, *everything, Reach(frozenset({1}), frozenset({"meadow"})), NOON)
    assert sample is not None
    for number in range(1, 201):
        store.samples.judge(sample.id, number, [Label.TROLLING] if number % 10 == 0 else [], NOON)

    [after] = trolling(Wishes(), model, store)

    assert after.evidence.verdicts == 200
    assert after.outlook.base_rate.value > 3 * before.outlook.base_rate.value
    low, high = after.outlook.base_rate.interval or (0, 0)
    assert low < 0.1 < high < 0.2
    assert after.workload.missed.value == pytest.approx(10, rel=0.4)


def test_posts_of_an_earlier_model_are_judged_anew(model: Model, store: Store, fill: Fill) -> None:
    fill(days=10, a_day=100, decided=20, by="default-00000000")

    [found] = trolling(Wishes(), model, store)

    assert (found.evidence.posts, found.evidence.posts_anew, found.evidence.posts_a_day) == (1000, True, 100)
    assert found.workload.flags.value < 0.5  # the model in use finds nothing in these words
    assert found.evidence.verdicts == 0  # and would have flagged none of those that staff decided
    first, counted = grounds(found, model.version)
    assert "0 decisions and audits" in first
    assert f"counted in 1,000 posts of this forum, which {model.version} judged anew" in counted


def test_targets_become_numbers_place_by_place(model: Model, store: Store, fill: Fill) -> None:
    fill(days=10, a_day=100)
    fill(days=10, a_day=100, source="discord", place="7")
    wishes = Wishes(
        {**DEFAULT_THRESHOLDS, Label.TROLLING: Target(Aim.FLAGS, 1)},
        places={"7": {Label.TROLLING: TWENTY}, "8": {Label.TROLLING: TWENTY}},
    )

    found = {one.scope: one for one in trolling(wishes, model, store)}

    assert list(found) == [EVERYWHERE, Scope(place="7"), Scope(place="8")]
    assert found[EVERYWHERE].threshold > 0.5  # of 2 a day, one is allowed
    assert found[Scope(place="7")].threshold < 0.1  # 20 of 100 may be flagged
    assert [one.evidence.posts for one in found.values()] == [1000, 1000, 2000]
    assert [one.evidence.elsewhere for one in found.values()] == [False, False, True]
    assert all(one.met for one in found.values())

    numbers = numbers_in_force(wishes, model, store, NOON)
    assert numbers.places["7"][Label.TROLLING] == found[Scope(place="7")].threshold
    assert numbers.default[Label.PERSONAL_ATTACK] == DEFAULT_THRESHOLDS[Label.PERSONAL_ATTACK]


def test_a_target_out_of_reach_is_not_passed_over(model: Model, store: Store, fill: Fill) -> None:
    fill(days=30, a_day=100, decided=60)
    wishes = Wishes({**DEFAULT_THRESHOLDS, Label.TROLLING: Target(Aim.PRECISION, 0.99)})

    [found] = trolling(wishes, model, store)

    assert not found.met
    assert found.workload.precision.value == max(one.precision.value for one in found.outlook.workloads)
