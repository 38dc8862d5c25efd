"""Figures of posts drawn again and again."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import expit, logit

from classifier import resampling
from classifier.metrics import THRESHOLDS, measure
from classifier.resampling import Draws, draw

RATE = 0.1


def drawn(
    truth: NDArray[np.bool_],
    probabilities: NDArray[np.float64],
    groups: NDArray[np.int64] | None = None,
    *,
    threshold: float = 0.5,
    seed: int = 0,
) -> Draws:
    groups = np.arange(len(truth)) if groups is None else groups
    return draw(truth, probabilities, groups, base_rate=RATE, threshold=threshold, seed=seed, resamples=200)


def test_four_posts_by_hand() -> None:
    found = drawn(np.array([True, True, False, False]), np.array([0.9, 0.3, 0.3, 0.1]))
    # of the four pairs three are in order and one is even
    assert found.roc_auc[0] == pytest.approx(3.5 / 4)
    assert (found.recall[0], found.false_alarms[0], found.precision[0]) == (0.5, 0.0, 1.0)
    # half of the positives come first alone; the other half beside half of the negatives
    assert found.average_precision[0] == pytest.approx(0.5 * 1 + 0.5 * (RATE / (RATE + 0.9 * 0.5)))
    # positives weigh 0.05 each, negatives 0.45: bin 9 is 0.1 off, bin 3 and bin 1 by what they state too much
    assert found.calibration_error[0] == pytest.approx(0.05 * 0.1 + (0.5 * 0.3 - 0.05) + 0.45 * 0.1)
    assert found.true[0, 3] == pytest.approx(0.05 / 0.5)
    assert found.stated[0, 9] == pytest.approx(0.9)


def test_the_first_entry_is_what_scikit_learn_says_of_the_posts_as_they_are() -> None:
    random = np.random.default_rng(5)
    truth = random.random(400) < 0.3
    log_odds = np.round(random.normal(size=400) + 2 * truth, 1)  # rounded, so that there are ties
    peer = measure(truth, log_odds, RATE)
    for point in peer.operating_points:
        found = drawn(truth, expit(log_odds + logit(RATE)), threshold=point.threshold)
        assert found.recall[0] == pytest.approx(point.recall)
        assert found.false_alarms[0] == pytest.approx(point.false_alarms_per_1000 / 1000)
        assert found.precision[0] == pytest.approx(point.precision)
    assert found.roc_auc[0] == pytest.approx(peer.roc_auc)
    assert found.average_precision[0] == pytest.approx(peer.average_precision)
    assert found.calibration_error[0] == pytest.approx(peer.calibration_error)
    assert len(peer.operating_points) == len(THRESHOLDS)


def test_a_resample_is_the_figure_of_the_posts_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(6)
    truth, log_odds = random.random(60) < 0.5, np.round(random.normal(size=60), 1)
    groups = random.integers(20, size=60)
    groups = np.unique(groups, return_inverse=True)[1]
    times = np.concatenate(list(resampling._times_drawn(groups.max() + 1, 7, seed=3, resamples=30)))
    assert times.shape[0] == 31
    assert (times.sum(axis=1) == groups.max() + 1).all()
    monkeypatch.setattr(resampling, "CELLS", 7 * max(groups.max() + 1, len(np.unique(log_odds))))
    found = draw(truth, expit(log_odds + logit(RATE)), groups, base_rate=RATE, threshold=0.15, seed=3, resamples=30)
    for row in (1, 8, 30):
        rows = np.repeat(np.arange(60), times[row, groups].astype(int))
        peer = measure(truth[rows], log_odds[rows], RATE)
        assert found.roc_auc[row] == pytest.approx(peer.roc_auc)
        assert found.average_precision[row] == pytest.approx(peer.average_precision)
        assert found.calibration_error[row] == pytest.approx(peer.calibration_error)
        assert found.recall[row] == pytest.approx(peer.operating_points[THRESHOLDS.index(0.15)].recall)


def test_the_same_seed_draws_the_same_posts_whatever_the_probabilities() -> None:
    truth = np.arange(40) % 2 == 0
    probabilities = np.linspace(0.01, 0.99, 40)
    one, turned = drawn(truth, probabilities), drawn(truth, 1 - probabilities)
    assert one.roc_auc == pytest.approx(1 - turned.roc_auc)
    assert one.roc_auc[1:].std() > 0
    assert (one.roc_auc[1:] != drawn(truth, probabilities, seed=1).roc_auc[1:]).any()


def test_what_cannot_be_told_is_nan() -> None:
    clean = drawn(np.zeros(12, dtype=bool), np.linspace(0, 1, 12))
    assert np.isnan(clean.roc_auc).all()
    assert np.isnan(clean.recall).all()
    assert clean.false_alarms[0] == pytest.approx(0.5)
    unflagged = drawn(np.arange(12) < 6, np.full(12, 0.2))
    assert np.isnan(unflagged.precision).all()
