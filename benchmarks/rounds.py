"""Timing two ways of doing a task in turns."""

import statistics
import time
from collections.abc import Callable

ROUNDS = 3


def medians(
    ours: Callable[[], object], theirs: Callable[[], object], clock: Callable[[], float] = time.perf_counter
) -> tuple[float, float]:
    """Seconds of wall-clock time of both; rounds alternate, so that a machine that slows down slows both.

    With `time.process_time` for a clock, seconds of the processor, which others leave alone.
    """
    rounds = [(_seconds(ours, clock), _seconds(theirs, clock)) for _ in range(ROUNDS)]
    mine, peer = (statistics.median(times) for times in zip(*rounds, strict=True))
    return mine, peer


def _seconds(work: Callable[[], object], clock: Callable[[], float]) -> float:
    start = clock()
    work()
    return clock() - start
