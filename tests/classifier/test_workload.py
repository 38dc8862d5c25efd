"""What a threshold is said to bring, held against what it then brings on a forum made of known probabilities."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import expit, logit

from classifier.labels import Label
from classifier.model import Model
from classifier.targets import Aim, Target
from classifier.workload import THRESHOLDS, Outlook, Scores, Verdicts, held_out_scores, outlook

A_DAY, DAYS = 400, 30
NOBODY_SAID = Verdicts(np.zeros(0), np.zeros(0, dtype=np.bool_))


@dataclass(frozen=True)
class Forum:
    """A share of `rate` deserves the label; the log odds of truth are `level` + `slope` × those stated."""

    rate: float
    level: float = 0.0
    slope: float = 1.0

    def month(self, seed: int, stated_at: float = 0.03) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """Probabilities stated at that base rate, and the truth, of the posts of thirty days."""
        random = np.random.default_rng(seed)
        truth = random.random(A_DAY * DAYS) < self.rate
        spread = 3.0  # two normal curves apart by their variance: the log odds are then those of the ratio of both
        log_odds = np.where(truth, 1, -1) * spread**2 / 2 + spread * random.standard_normal(len(truth))
        return expit((log_odds - self.level) / self.slope + logit(stated_at)), truth


def after_a_month(
    probabilities: NDArray[np.float64], truth: NDArray[np.bool_], seed: int, audits: int = 200
) -> Outlook:
    """What is expected once staff decided all that was flagged from 0.4 on, and audited some of the rest."""
    flagged = np.flatnonzero(probabilities >= 0.4)
    rest = np.flatnonzero(probabilities < 0.4)
    said = np.append(flagged, np.random.default_rng(seed).choice(rest, audits, replace=False))
    scores = Scores(probabilities, np.full(len(probabilities), 1 / DAYS), own=True)
    return outlook(scores, Verdicts(probabilities[said], truth[said]), 0.03)


FORUMS = [
    Forum(rate, level, slope)
    for rate in (0.01, 0.03, 0.1)
    for level, slope in ((0, 1), (-1, 0.85), (0.7, 1.2))  # as stated, milder, rougher than stated
]


@pytest.mark.parametrize("forum", FORUMS, ids=str)
def test_a_precision_wished_for_is_had_within_its_interval_in_the_month_after(forum: Forum) -> None:
    wish = Target(Aim.PRECISION, 0.9)
    inside, had = [], []
    for seed in range(10):
        expected = after_a_month(*forum.month(seed), seed).nearest(wish)
        probabilities, truth = forum.month(seed + 1000)
        passed = probabilities >= expected.threshold
        low, high = expected.precision.interval or (0, 0)
        inside.append(low <= truth[passed].mean() <= high)
        had.append(truth[passed].mean())

    assert sum(inside) >= 8  # 9.5 on average; fewer than 8 once in ninety
    assert np.mean(had) > 0.85


@pytest.mark.parametrize("forum", FORUMS[:3], ids=str)
def test_flags_missed_and_the_base_rate_lie_in_their_intervals(forum: Forum) -> None:
    told = {"flags": 0, "right": 0, "missed": 0, "recall": 0, "rate": 0}
    for seed in range(10):
        expected = after_a_month(*forum.month(seed), seed)
        at = expected.at(0.5)
        probabilities, truth = forum.month(seed + 1000)
        passed = probabilities >= 0.5
        found = {
            "flags": passed.sum() / DAYS,
            "right": (passed & truth).sum() / DAYS,
            "missed": (~passed & truth).sum() / DAYS,
            "recall": passed[truth].mean(),
        }
        for name, value in found.items():
            low, high = getattr(at, name).interval
            told[name] += low <= value <= high
        low, high = expected.base_rate.interval or (0, 0)
        told["rate"] += low <= forum.rate <= high

    assert min(told.values()) >= 8, told


def test_without_verdicts_the_intervals_are_wide_and_narrow_with_them() -> None:
    probabilities, truth = Forum(0.03).month(0)
    scores = Scores(probabilities, np.full(len(probabilities), 1 / DAYS), own=True)

    def width(verdicts: Verdicts) -> float:
        low, high = outlook(scores, verdicts, 0.03).at(0.5).precision.interval or (0, 0)
        return high - low

    some = np.flatnonzero(probabilities >= 0.4)[:40]
    assert width(NOBODY_SAID) > 0.6
    assert 2 * width(Verdicts(probabilities[some], truth[some])) < width(NOBODY_SAID)


def test_however_much_staff_said_of_one_month_the_next_may_differ() -> None:
    scores = Scores(np.full(1000, 0.55), np.full(1000, 100.0), own=True)
    every_other = np.arange(20_000) % 2 == 0
    low, high = outlook(scores, Verdicts(np.full(20_000, 0.55), every_other), 0.03).at(0.5).precision.interval or (0, 0)
    assert low < 0.4
    assert high > 0.6


def test_one_band_of_probabilities_may_lie_apart_from_the_others() -> None:
    stated = np.repeat([0.45, 0.55, 0.65], 200)
    truth = np.concatenate([np.arange(200) < 90, np.zeros(200, dtype=np.bool_), np.arange(200) < 130])
    found = outlook(Scores(stated, np.full(len(stated), 0.1), own=True), Verdicts(stated, truth), 0.03)
    at, above = found.at(0.5), found.at(0.6)
    assert (at.right.value - above.right.value) / (at.flags.value - above.flags.value) < 0.2
    assert above.precision.value > 0.55


def test_figures_rise_and_fall_with_the_threshold_and_add_up() -> None:
    found = after_a_month(*Forum(0.03).month(0), 0)

    points = found.workloads
    assert [point.threshold for point in points] == sorted(THRESHOLDS)
    deserve = A_DAY * found.base_rate.value
    for point in points:
        assert point.right.value <= point.flags.value
        assert point.right.value + point.missed.value == pytest.approx(deserve, rel=0.01)
        assert point.precision.value == pytest.approx(point.right.value / point.flags.value)
        for figure in (point.flags, point.right, point.missed, point.precision, point.recall):
            low, high = figure.interval or (0, 0)
            assert low <= figure.value <= high
    for lower, higher in pairwise(points):
        assert lower.flags.value > higher.flags.value
        assert lower.recall.value > higher.recall.value


def test_of_the_thresholds_that_meet_a_target_the_most_useful_is_taken() -> None:
    found = after_a_month(*Forum(0.03).month(0), 0)
    at, below = found.meeting(Target(Aim.PRECISION, 0.9)), found.workloads[0]
    assert at is not None
    for point in found.workloads:
        if point.threshold < at.threshold:
            assert point.precision.value < 0.9
            below = point

    assert found.meeting(Target(Aim.FLAGS, at.flags.value)) == at
    assert found.meeting(Target(Aim.RECALL, at.recall.value)) == at
    assert found.meeting(Target(Aim.RECALL, at.recall.value + 1e-6)) == below


def test_a_target_out_of_reach_is_told_from_one_that_is_met_and_the_nearest_is_named() -> None:
    probabilities, _ = Forum(0.03).month(0)
    nobody_is_bad = after_a_month(probabilities, np.zeros(len(probabilities), dtype=np.bool_), 0)

    sure, thorough, quiet = (Target(Aim.PRECISION, 0.9), Target(Aim.RECALL, 0.999999), Target(Aim.FLAGS, 0.001))

    assert [nobody_is_bad.meeting(target) for target in (sure, thorough, quiet)] == [None, None, None]
    best = max(point.precision.value for point in nobody_is_bad.workloads)
    assert nobody_is_bad.nearest(sure).precision.value == best < 0.5
    assert nobody_is_bad.nearest(thorough).threshold == THRESHOLDS[0]
    assert nobody_is_bad.nearest(quiet).threshold == THRESHOLDS[-1]


def test_an_empty_top_is_no_proof_that_nothing_will_come() -> None:
    civil = np.full(3000, 0.01)
    found = outlook(Scores(civil, np.full(3000, 1 / DAYS), own=True), NOBODY_SAID, 0.03)

    at = found.nearest(Target(Aim.PRECISION, 0.9))
    assert at.threshold >= 0.8
    assert at.flags.value < 0.1
    assert (at.flags.interval or (0, 0))[1] > 0


@pytest.mark.parametrize("label", Label)
def test_before_a_forum_has_posts_those_held_out_stand_for_them(model: Model, label: Label) -> None:
    rate = model.base_rates[label]
    found = outlook(held_out_scores(model.held_out[label], rate, 1000), NOBODY_SAID, rate)

    flags = [point.flags for point in found.workloads]
    assert 0 < flags[-1].value < flags[0].value < 1000
    assert all((figure.interval or (0, 0))[1] <= 1000 for figure in flags)
    assert found.base_rate.value == pytest.approx(rate, rel=0.2)
