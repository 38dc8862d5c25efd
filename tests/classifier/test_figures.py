"""When a figure is told, and how far it may be off."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import expit, logit, ndtr

from classifier.figures import Figures, figures, gain, held_out_figures
from classifier.metrics import measure

RATE = 0.03


def of(
    truth: NDArray[np.bool_],
    probabilities: NDArray[np.float64],
    groups: NDArray[np.int64] | None = None,
    *,
    resamples: int = 200,
) -> Figures:
    groups = np.arange(len(truth)) if groups is None else groups
    return figures(truth, probabilities, groups, base_rate=RATE, threshold=0.5, seed=0, resamples=resamples)


def posts(positives: int, negatives: int, seed: int = 0) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Positives and negatives whose log odds are normal, a standard deviation and a half apart."""
    truth = np.repeat([True, False], [positives, negatives])
    scores = np.random.default_rng(seed).normal(size=len(truth)) + 1.5 * truth
    return truth, 1 / (1 + np.exp(-scores))


def test_an_interval_holds_the_true_auc_about_as_often_as_it_says() -> None:
    true_auc = float(ndtr(1.5 / np.sqrt(2)))
    held = 0
    for seed in range(100):
        found = of(*posts(60, 90, seed)).roc_auc
        assert found is not None and found.interval is not None
        low, high = found.interval
        held += low <= true_auc <= high
    assert 88 <= held <= 99


def test_posts_of_one_thread_are_not_taken_for_so_many_witnesses() -> None:
    truth, probabilities = posts(30, 30)
    often = np.repeat(np.arange(60), 9)
    as_threads, as_posts = of(truth[often], probabilities[often], often), of(truth[often], probabilities[often])
    assert as_threads.roc_auc is not None and as_threads.roc_auc.interval is not None
    assert as_posts.roc_auc is not None and as_posts.roc_auc.interval is not None
    assert np.ptp(as_threads.roc_auc.interval) > 2 * np.ptp(as_posts.roc_auc.interval)
    assert as_threads.roc_auc.value == as_posts.roc_auc.value


def test_too_few_posts_of_a_kind_give_no_figure_about_it() -> None:
    found = of(*posts(9, 30))
    assert (found.positives, found.negatives) == (9, 30)
    assert found.roc_auc is found.recall is found.precision is found.calibration_error is None
    assert found.reliability == ()
    assert found.false_alarms_per_1000 is not None
    assert of(*posts(9, 9)) == Figures(positives=9, negatives=9, threshold=0.5)


def test_too_few_threads_give_a_figure_without_an_interval() -> None:
    truth, probabilities = posts(30, 30)
    found = of(truth, probabilities, np.arange(60) % 30 % 9)
    assert found.roc_auc is not None
    assert found.roc_auc.interval is None
    assert found.recall is not None
    assert found.recall.interval is None


def test_none_seen_is_not_none_ever() -> None:
    truth = np.repeat([True, False], [20, 50])
    found = of(truth, np.where(truth, 0.9, 0.1))
    assert found.recall is not None and found.recall.interval == (pytest.approx(0.025 ** (1 / 20)), 1.0)
    assert found.false_alarms_per_1000 is not None
    alarms = 1 - 0.025 ** (1 / 50)
    assert found.false_alarms_per_1000.interval == (0.0, pytest.approx(1000 * alarms))
    assert found.precision is not None
    assert found.precision.interval == (pytest.approx(RATE / (RATE + (1 - RATE) * alarms)), 1.0)


def test_reliability_has_the_posts_bin_by_bin_at_the_base_rate() -> None:
    truth = np.repeat([True, False, True, False], [20, 80, 60, 20])
    probabilities = np.repeat([0.25, 0.25, 0.75, 0.75], [20, 80, 60, 20])
    low, high = of(truth, probabilities).reliability
    assert (low.low, low.high, low.posts, low.stated) == (0.2, 0.3, 100, pytest.approx(0.25))
    assert low.true.value == pytest.approx(RATE * 0.25 / (RATE * 0.25 + (1 - RATE) * 0.8))
    assert high.true.value == pytest.approx(RATE * 0.75 / (RATE * 0.75 + (1 - RATE) * 0.2))
    assert low.true.interval is not None
    assert low.true.interval[0] < low.true.value < low.true.interval[1]


def test_right_probabilities_may_have_a_calibration_error_near_none() -> None:
    found = []
    for seed in range(10):
        truth, probabilities = posts(100, 300, seed)
        scores = logit(probabilities)
        error = of(truth, expit(1.5 * scores - 1.5**2 / 2 + logit(RATE))).calibration_error
        assert error is not None and error.interval is not None
        assert error.interval[0] <= error.value <= error.interval[1]
        found.append((error.interval[0], error.value))
    low, value = np.mean(found, axis=0)
    assert low < value / 2


def test_a_gain_is_told_from_chance_because_both_see_the_same_draws() -> None:
    truth, better = posts(100, 100)
    worse = np.where(truth & (np.arange(200) % 10 == 0), better / 4, better)
    found = gain(truth, better, worse, np.arange(200), seed=0, resamples=200)
    alone = of(truth, better).roc_auc
    assert found is not None and found.interval is not None
    assert alone is not None and alone.interval is not None
    assert 0 < found.interval[0] < found.value < found.interval[1]
    assert np.ptp(found.interval) < np.ptp(alone.interval)
    same = gain(truth, better, better, np.arange(200), seed=0, resamples=200)
    assert same is not None and same.interval == (0.0, 0.0)


def test_held_out_figures_are_the_manifests_at_the_nearest_threshold() -> None:
    truth, probabilities = posts(50, 50)
    metrics = measure(truth, np.log(probabilities / (1 - probabilities)), RATE)
    found = held_out_figures(metrics, 0.43)
    point = next(point for point in metrics.operating_points if point.threshold == 0.4)
    assert found.threshold == 0.4
    assert found.recall is not None and (found.recall.value, found.recall.interval) == (point.recall, None)
    assert found.roc_auc is not None and found.roc_auc.value == metrics.roc_auc
