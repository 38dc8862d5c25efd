"""Which unlabelled posts come first."""

import numpy as np
import pytest

from classifier.choice import directions, most_useful_first, uncertainties
from classifier.labels import Label

NONE = np.zeros((0, 2), dtype=np.float32)
EAST, NORTH = np.eye(2, dtype=np.float32)


def test_a_toss_up_for_one_text_label_is_most_uncertain_and_copies_do_not_count() -> None:
    rows = [(0.5, 0.0, 0.0), (0.0, 0.11, 0.0), (0.0, 1.0, 0.5)]
    found = uncertainties([dict(zip(Label, row, strict=True)) for row in rows])
    assert found == pytest.approx([1.0, 0.5, 0.0], abs=0.001)
    assert uncertainties([]).shape == (0,)


def test_the_uncertain_come_first_and_what_repeats_them_last() -> None:
    uncertain = np.array([0.9, 1.0, 0.99, 0.1])
    vectors = np.array([NORTH, EAST, EAST, -EAST])
    assert list(most_useful_first(uncertain, vectors, NONE)) == [1, 0, 3, 2]


def test_what_was_labelled_before_is_covered() -> None:
    uncertain = np.array([1.0, 0.2])
    vectors = np.array([EAST, NORTH])
    assert list(most_useful_first(uncertain, vectors, NONE)) == [0, 1]
    assert list(most_useful_first(uncertain, vectors, EAST[None])) == [1, 0]


def test_posts_about_the_same_lie_near_each_other_and_one_without_words_near_none() -> None:
    cable, again, ferry, nothing = directions(
        ["The cable was in the wrong port.", "the CABLE was in the wrong port!!", "A ferry leaves at noon.", ""]
    )
    assert cable @ again > 0.9 > cable @ ferry
    assert not nothing.any()
