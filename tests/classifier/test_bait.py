"""Bait adds to the odds of trolling only where it is all but certain."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix, vstack
from sklearn.metrics import roc_auc_score

from classifier.bait import SURE, fit_bait, surplus
from classifier.regressions import Regressions, parts_of

TROLLING, ATTACK, CLEAN, BOTH = (True, False), (False, True), (False, False), (True, True)


@pytest.fixture(scope="module")
def truth() -> np.ndarray:
    return np.array([TROLLING, ATTACK, CLEAN, CLEAN, BOTH] * 60)


@pytest.fixture(scope="module")
def features(truth: np.ndarray) -> csr_matrix:
    """A column that says trolling, one that says attack, and one that says nothing."""
    random = np.random.default_rng(0)
    return csr_matrix(np.column_stack([truth, np.zeros(len(truth))]) + random.normal(scale=0.3, size=(len(truth), 3)))


@pytest.fixture(scope="module")
def bait(features: csr_matrix, truth: np.ndarray) -> Regressions:
    return fit_bait(features, truth, parts_of(truth, None, 5, 0), C=1.0)


def test_it_tells_trolling_from_clean_posts_that_it_has_not_seen(
    bait: Regressions, features: csr_matrix, truth: np.ndarray
) -> None:
    log_odds = np.empty(len(truth))
    for (_, held_out), of_part in zip(parts_of(truth, None, 5, 0), bait.of_parts, strict=True):
        log_odds[held_out] = of_part.log_odds(features[held_out])[:, 0]
    trolling, clean = truth[:, 0], ~truth.any(axis=1)
    told = trolling | clean
    assert roc_auc_score(trolling[told], log_odds[told]) > 0.95
    assert log_odds[clean].mean() < 0 < log_odds[trolling].mean()


def test_an_attack_that_nobody_called_trolling_teaches_it_nothing(
    bait: Regressions, features: csr_matrix, truth: np.ndarray
) -> None:
    attack = truth[:, 1] & ~truth[:, 0]
    otherwise = features.toarray()
    otherwise[attack] = 9.0
    again = fit_bait(csr_matrix(otherwise), truth, parts_of(truth, None, 5, 0), C=1.0)
    np.testing.assert_allclose(again.final.weights, bait.final.weights)
    assert again.final.intercepts == pytest.approx(bait.final.intercepts)


def test_posts_of_a_forum_teach_it_without_making_it_less_sure(features: csr_matrix, truth: np.ndarray) -> None:
    random = np.random.default_rng(1)
    unsure = csr_matrix(random.normal(loc=0.5, scale=0.1, size=(200, 3)))  # as far from bait as from a clean post
    labels = np.array([TROLLING, CLEAN] * 100)
    features, truth = vstack([features, unsure], format="csr"), np.concatenate([truth, labels])
    written = np.arange(len(truth)) < len(truth) - len(labels)
    parts = parts_of(truth, None, 5, 0)

    kept = fit_bait(features, truth, parts, C=1.0, written=written)
    shaken = fit_bait(features, truth, parts, C=1.0)

    plain_bait = csr_matrix([[1.0, 0.0, 0.0]])
    assert kept.final.log_odds(plain_bait) > shaken.final.log_odds(plain_bait)


def test_without_written_posts_of_both_kinds_it_is_calibrated_on_all(features: csr_matrix, truth: np.ndarray) -> None:
    parts = parts_of(truth, None, 5, 0)
    on_all = fit_bait(features, truth, parts, C=1.0)
    for written in (np.zeros(len(truth), dtype=np.bool_), truth[:, 0]):
        again = fit_bait(features, truth, parts, C=1.0, written=written)
        assert again.final.intercepts == pytest.approx(on_all.final.intercepts)


def test_only_what_is_above_the_line_is_added() -> None:
    np.testing.assert_array_equal(surplus(np.array([-9.0, 0.0, SURE, SURE + 2])), [0, 0, 0, 2])
