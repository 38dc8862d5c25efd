"""Patience with a host: one request at a time, a pause between two, and none before the time it asked for."""

import asyncio
import random
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

FIRST_WAIT = 60.0
"""Seconds: at most so long is a host left alone after its first failure, twice as long after each further one."""

LONGEST_WAIT = 3600.0
"""Seconds after which a host that fails is tried again in any case."""

LONGEST_REQUESTED_WAIT = 86_400.0
"""Seconds that a host can ask for: beyond a day it is a mistake of the host's."""


class Host:
    """What is remembered of one host. Times are seconds of one clock that never goes back."""

    def __init__(self) -> None:
        self.turn = asyncio.Lock()
        self.asked_at = float("-inf")
        self._failures = 0
        self._not_before = float("-inf")

    def wait(self, now: float) -> float:
        """Seconds until it may be asked again; 0 for at once."""
        return max(0.0, self._not_before - now)

    def answered(self) -> None:
        """Note that it is well."""
        self._failures = 0

    def failed(self, now: float, requested: float | None) -> float:
        """Note a failure and the wait it asked for, if it did. How many seconds it is left alone.

        Without a request: twice as long as the last time at most, and by chance anything below it, so that clients
        which failed together do not come back together.
        """
        self._failures += 1
        if requested is None:
            # An exponent beyond the longest wait is of no use and would overflow one day.
            bound = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(self._failures - 1, 16))
            wait = random.uniform(0, bound)
        else:
            wait = min(requested, LONGEST_REQUESTED_WAIT)
        self._not_before = max(self._not_before, now + wait)
        return self.wait(now)


def requested_wait(retry_after: str | None) -> float | None:
    """The seconds that a Retry-After header asks for, as a number or as a date; None without a readable one."""
    if retry_after is None:
        return None
    if retry_after.strip().isdecimal():
        return float(retry_after[:20])
    try:
        at = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    # A date without a zone is in UTC like all others.
    return max(0.0, (at.replace(tzinfo=at.tzinfo or UTC) - datetime.now(UTC)).total_seconds())
