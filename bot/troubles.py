"""What is wrong at present: told once when it begins and once when it is over, however often it is met meanwhile."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

log = logging.getLogger(__name__)

PATIENCE = timedelta(minutes=5)
"""What is over within this time is nothing to call staff for."""

DATABASE = "the database"


@dataclass(slots=True)
class Trouble:
    """Something that fails: what, in which words it was first told (none of a post's), since when, how often."""

    about: str
    words: str
    since: datetime = field(default_factory=lambda: datetime.now(UTC))
    times: int = 1
    staff_know: bool = False


class Troubles:
    """All that fails, by what it is about. Threads may share it."""

    def __init__(self) -> None:
        self._current: dict[str, Trouble] = {}
        self._over: list[Trouble] = []

    def met(self, about: str, words: str) -> bool:
        """Something failed, again or for the first time: whether it is news. Until it is over the first words hold."""
        if known := self._current.get(about):
            known.times += 1
            return False
        self._current[about] = Trouble(about, words)
        log.error("%s: %s. This is told once; another line tells when it works again.", about, words)
        return True

    def over(self, about: str) -> None:
        """It works, or works again."""
        if trouble := self._current.pop(about, None):
            log.warning("%s: works again, after it failed %d times", about, trouble.times)
            if trouble.staff_know:
                self._over.append(trouble)

    @property
    def current(self) -> list[Trouble]:
        """What is wrong now, the oldest first."""
        return list(self._current.values())

    def besides(self, abouts: Iterable[str]) -> set[str]:
        """Those of `abouts` that there is no trouble about."""
        return set(abouts) - self._current.keys()

    def for_staff(self, now: datetime) -> list[Trouble]:
        """What has lasted so long that staff are to be told, and were not yet."""
        return [one for one in self._current.values() if not one.staff_know and now - one.since >= PATIENCE]

    def over_for_staff(self) -> list[Trouble]:
        """What staff were told of and is over; each comes once."""
        over, self._over = self._over, []
        return over
