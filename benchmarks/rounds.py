"""Timing two ways of doing a task in turns."""

import statistics
import time
from collections.abc import Callable

ROUNDS = 3


def medians(ours: Callable[[], object], theirs: Callable[[], object]) -> tuple[float, float]:
    """Seconds of wall-clock time of both; rounds alternate, so that a machine that slows down slows both."""
    rounds = [(_seconds(ours), _seconds(theirs)) for _ in range(ROUNDS)]
    mine, peer = (statistics.median(times) for times in zip(*rounds, strict=True))
    return mine, peer


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
