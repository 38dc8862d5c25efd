"""Postings: for each 32-bit value the numbers of the posts that carry it, in sorted arrays."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_HALF = np.uint64(32)
_LOWER = np.uint64(2**32 - 1)

_GROWTH = 4
"""Each sorted array is at least so many times as long as the next: few to look through, and seldom merged."""

_SAMPLED = 64
"""Of so many postings in a row one is kept apart, where it is near: a power of two."""

_AT_ONCE = 1_000_000
"""Postings renumbered in one go, so that a large array needs little memory beside itself."""


class Postings:
    """Pairs of a value and a number, each one 64-bit integer (value above, number below) in a sorted array.

    Where numbers only grow, the arrays hold older and newer ones: a log-structured merge tree (O'Neil et al. 1996)
    whose first array may lie in a file.
    """

    def __init__(self, stored: NDArray[np.uint64] | None = None, sample: NDArray[np.uint64] | None = None) -> None:
        """`stored` is what `merged` gave, and `sample` what `sampled` made of it."""
        self._runs: list[NDArray[np.uint64]] = [] if stored is None or not len(stored) else [stored]
        self._sample = sample

    def add(self, values: NDArray[np.uint32], numbers: NDArray[np.int64]) -> None:
        """Note that post `numbers[n]`, larger than all before or equal to the last, carries `values[n]`."""
        if not len(values):
            return
        run = np.sort(values.astype(np.uint64) << _HALF | numbers.astype(np.uint64))
        # The first array is left alone: it may be large and lie in a file.
        while len(self._runs) > 1 and len(self._runs[-1]) < _GROWTH * len(run):
            run = _merged([self._runs.pop(), run])
        self._runs.append(run)

    def find(
        self, values: NDArray[np.uint32], below: NDArray[np.int64], most: int
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The largest numbers, `most` at most, under `below[n]` that carry `values[n]`.

        Returns two arrays of one length: n, and a number that carries `values[n]`. Quickest for sorted values.
        """
        first = values.astype(np.uint64) << _HALF
        end = first | below.astype(np.uint64)
        width = end - first
        room = np.full(len(values), most)
        places, found = [np.empty(0, dtype=np.int64)], [np.empty(0, dtype=np.int64)]
        for level in range(len(self._runs) - 1, -1, -1):
            run = self._runs[level]
            starts = self._search(level, first)
            (hits,) = (run[np.minimum(starts, len(run) - 1)] - first < width).nonzero()
            if not hits.size:
                continue
            stops = self._search(level, end[hits])
            counts = np.minimum(stops - starts[hits], room[hits])
            room[hits] -= counts
            upto = counts.cumsum()
            rows = np.arange(upto[-1]) + (stops - upto).repeat(counts)
            places.append(hits.repeat(counts))
            found.append((run[rows] & _LOWER).astype(np.int64))
        return np.concatenate(places), np.concatenate(found)

    def _search(self, level: int, keys: NDArray[np.uint64]) -> NDArray[np.int64]:
        """What searchsorted gives; in the stored array it would wait for memory at each step, hence a sample."""
        run = self._runs[level]
        if level or self._sample is None:
            return run.searchsorted(keys)
        places = np.maximum((self._sample.searchsorted(keys) - 1) * _SAMPLED, -1) + 1
        step = _SAMPLED // 2
        while step:
            probes = np.minimum(places + step - 1, len(run) - 1)
            places += step * (run[probes] < keys)
            step //= 2
        found: NDArray[np.int64] = np.minimum(places, len(run))
        return found

    def merged(self, renumbered: NDArray[np.int64] | None = None) -> NDArray[np.uint64]:
        """All postings in one sorted array; with `renumbered`, each number replaced, or left out where that is -1.

        `renumbered` keeps the order of the numbers.
        """
        merged = _merged(self._runs)
        if renumbered is None:
            return merged
        parts = [merged[:0]]
        for start in range(0, len(merged), _AT_ONCE):
            part = merged[start : start + _AT_ONCE]
            numbers = renumbered[(part & _LOWER).astype(np.int64)]
            kept = numbers >= 0
            parts.append(part[kept] & ~_LOWER | numbers[kept].astype(np.uint64))
        return np.concatenate(parts)


def sampled(postings: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Few of sorted postings, by which the others are found quickly."""
    return postings[::_SAMPLED].copy()


def _merged(runs: Sequence[NDArray[np.uint64]]) -> NDArray[np.uint64]:
    if len(runs) < 2:
        return runs[0] if runs else np.empty(0, dtype=np.uint64)
    # Timsort, which is what numpy calls stable, takes linear time for a few sorted runs in a row.
    return np.sort(np.concatenate(runs), kind="stable")
