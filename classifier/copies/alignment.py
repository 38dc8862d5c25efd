"""Which stretches two texts share, letter by letter, and where they stand in each."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from classifier.copies.fingerprints import GRAM, NOTICED, WINDOW, Fingerprints

BRIDGE = 24
"""Two equal runs with at most so many letters (about five words) between them in both texts are one edited stretch."""

_FIRST_STEP = 32


class Stretch(NamedTuple):
    """Letters `start` to `end` (exclusive) of the later text and the letters of the earlier one they repeat."""

    start: int
    end: int
    earlier_start: int
    earlier_end: int


class Alignment(NamedTuple):
    """What two texts share.

    `stretches` stand in the order of the later text, never overlap there, and reach across small edits.
    `shared` and `earlier_shared` count the letters of the later and of the earlier text that agree exactly.
    """

    stretches: tuple[Stretch, ...]
    shared: int
    earlier_shared: int


def align(later: Fingerprints, earlier: Fingerprints) -> Alignment:
    """Check every fingerprint that both texts carry and grow it in both directions as far as the letters agree.

    Moved paragraphs are found where they went. Takes time in proportion to the lengths.
    """
    runs = list(_equal_runs(later, earlier))
    held = np.zeros(len(earlier.letters), dtype=np.bool_)
    for run in runs:
        held[run.earlier_start : run.earlier_end] = True
    return Alignment(tuple(_bridged(runs)), sum(run.end - run.start for run in runs), int(held.sum()))


def align_prints(later: Fingerprints, shared: NDArray[np.uint32]) -> Alignment:
    """What can be told of an earlier text that is gone, from its fingerprints: those that both texts carry.

    Letters between two neighbours that are `shared` count as shared. All places in the earlier text are 0.
    """
    carried = np.isin(later.hashes, shared)
    edges = np.flatnonzero(np.diff(carried, prepend=False, append=False))
    runs = [
        Stretch(int(later.positions[first]), int(later.positions[end - 1]) + GRAM, 0, 0)
        for first, end in zip(edges[::2], edges[1::2], strict=True)
    ]
    apart = [run._replace(start=max(run.start, before.end)) for before, run in pairwise([Stretch(0, 0, 0, 0), *runs])]
    return Alignment(tuple(_bridged(apart)), sum(run.end - run.start for run in apart), 0)


def may_share(letters: int, later: Fingerprints, shared: Collection[int]) -> bool:
    """Whether a text can share so many letters with an earlier one that has no other fingerprints of it than `shared`.

    A run of equal letters begins less than a window before a fingerprint that both carry, and ends less than a window
    behind one: else it would carry another.
    """
    reached = end = 0
    for value, position in zip(later.hashes.tolist(), later.positions.tolist(), strict=True):
        if value in shared:
            start, end = max(position - WINDOW + 1, end), min(position + NOTICED, len(later.letters))
            reached += end - start
            if reached >= letters:
                return True
    return False


def _equal_runs(later: Fingerprints, earlier: Fingerprints) -> Iterator[Stretch]:
    """The longest equal runs around shared fingerprints, from left to right.

    What stands in the earlier text more than once is taken from behind the run before, if it is there: in its order.
    """
    places: defaultdict[int, list[int]] = defaultdict(list)
    for value, position in zip(earlier.hashes.tolist(), earlier.positions.tolist(), strict=True):
        places[value].append(position)
    done = earlier_done = 0
    for value, position in zip(later.hashes.tolist(), later.positions.tolist(), strict=True):
        if value not in places or position + GRAM <= done:
            continue
        start = max(position, done)
        next_place = bisect_left(places[value], earlier_done - GRAM) % len(places[value])
        origin = places[value][next_place] + start - position
        forward = _agreement(later.letters[start:], earlier.letters[origin:])
        back = _agreement(later.letters[done:start][::-1], earlier.letters[:origin][::-1])
        if forward and back + forward >= GRAM:
            done, earlier_done = start + forward, origin + forward
            yield Stretch(start - back, done, origin - back, earlier_done)


def _agreement(one: NDArray[np.uint32], other: NDArray[np.uint32]) -> int:
    """How many letters agree from the start; never looks much further than they do."""
    length, at, step = min(len(one), len(other)), 0, _FIRST_STEP
    while at < length:
        stop = min(at + step, length)
        differing = np.flatnonzero(one[at:stop] != other[at:stop])
        if differing.size:
            return at + int(differing[0])
        at, step = stop, step * 2
    return length


def _bridged(runs: Sequence[Stretch]) -> Iterator[Stretch]:
    current: Stretch | None = None
    for run in runs:
        if current is not None and _is_small_edit(current, run):
            current = Stretch(current.start, run.end, current.earlier_start, run.earlier_end)
            continue
        if current is not None:
            yield current
        current = run
    if current is not None:
        yield current


def _is_small_edit(before: Stretch, after: Stretch) -> bool:
    return after.start - before.end <= BRIDGE and 0 <= after.earlier_start - before.earlier_end <= BRIDGE
