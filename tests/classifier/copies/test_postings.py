from random import Random

import numpy as np
import pytest

from classifier.copies.postings import Postings, sampled

ANY = 2**32 - 1


def u32(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.uint32)


def found(postings: Postings, value: int, below: int = ANY, most: int = 64) -> list[int]:
    _, numbers = postings.find(u32(value), np.array([below]), most)
    return sorted(numbers.tolist())


@pytest.mark.parametrize("batch", [1, 7, 400])
def test_what_was_added_is_found_whatever_the_batches(batch: int) -> None:
    rng = Random(batch)
    carried = [(rng.choice([0, 1, 7, ANY - 1, ANY]), number) for number in range(400)]
    postings = Postings()
    for start in range(0, len(carried), batch):
        values, numbers = zip(*carried[start : start + batch], strict=True)
        postings.add(u32(*values), np.array(numbers))
    for value in (0, 1, 7, ANY - 1, ANY):
        assert found(postings, value, most=400) == [number for other, number in carried if other == value]
    assert found(postings, 2) == []


def test_of_many_the_newest_below_are_found() -> None:
    postings = Postings()
    for start in range(0, 100, 10):
        postings.add(np.full(10, 5, dtype=np.uint32), np.arange(start, start + 10))
    assert found(postings, 5, most=3) == [97, 98, 99]
    assert found(postings, 5, below=42, most=3) == [39, 40, 41]
    assert found(postings, 5, below=0) == []


def test_each_value_asked_for_has_its_own_answers() -> None:
    postings = Postings()
    postings.add(u32(3, 9, 9), np.array([0, 0, 1]))
    places, numbers = postings.find(u32(3, 4, 9, 9), np.array([ANY, ANY, ANY, 1]), 64)
    assert sorted(zip(places.tolist(), numbers.tolist(), strict=True)) == [(0, 0), (2, 0), (2, 1), (3, 0)]


def test_renumbered_postings_stay_in_order() -> None:
    postings = Postings()
    postings.add(u32(8, 2, 8), np.array([0, 1, 2]))
    postings.add(u32(2, 8), np.array([3, 3]))
    again = Postings(postings.merged(np.array([-1, 0, 1, -1])))
    assert (found(again, 2), found(again, 8)) == ([0], [1])


def test_nothing_was_added() -> None:
    assert found(Postings(), 1) == []
    assert len(Postings(Postings().merged()).merged()) == 0


@pytest.mark.parametrize("size", [1, 63, 64, 65, 128, 1000])
def test_a_sample_leads_to_the_same_postings(size: int) -> None:
    rng = np.random.default_rng(size)
    values = rng.integers(0, 2**32, size // 2 + 1, dtype=np.uint32)[rng.integers(0, size // 2 + 1, size)]
    postings = Postings()
    postings.add(values, np.arange(size))
    stored = postings.merged()
    quick = Postings(stored, sampled(stored))
    asked = np.unique(np.concatenate([values, rng.integers(0, 2**32, 500, dtype=np.uint32), u32(0, ANY)]))
    ways = [way.find(asked, np.full(len(asked), ANY), 9) for way in (postings, quick)]
    assert [array.tolist() for array in ways[0]] == [array.tolist() for array in ways[1]]
