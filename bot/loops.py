"""What is done from time to time: discord.py's loops, made steady when the clock jumps or a turn fails."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

import discord
from discord.ext import tasks

LF = TypeVar("LF", bound=Callable[..., Any])


class SteadyLoop(tasks.Loop[LF]):
    """A loop that waits its interval from now on, and that no failure ends: such a turn is logged and tried again.

    discord.py's own counts from the time of the last turn: it would stand still for an hour when the clock is put back
    by one, and make up for every turn that a machine slept through. And it tries again only what the network failed.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add_exception_type(Exception)

    def __get__(self, obj: Any, objtype: type[Any]) -> "SteadyLoop[LF]":
        own = super().__get__(obj, objtype)
        own.__class__ = type(self)
        own.add_exception_type(Exception)
        return own  # type: ignore[return-value]

    def _get_next_sleep_time(self, now: datetime | None = None) -> datetime:
        return (now or discord.utils.utcnow()) + timedelta(seconds=self._sleep)

    async def _try_sleep_until(self, dt: datetime) -> None:
        await super()._try_sleep_until(min(dt, self._get_next_sleep_time()))


def every(*, seconds: float = 0, minutes: float = 0, name: str | None = None) -> Callable[[LF], SteadyLoop[LF]]:
    """Have a coroutine function called again and again, the first time when its loop is started."""

    def made(coro: LF) -> SteadyLoop[LF]:
        missing = discord.utils.MISSING
        return SteadyLoop(
            coro,
            seconds=seconds + 60 * minutes,
            minutes=0,
            hours=0,
            time=missing,
            count=None,
            reconnect=True,
            name=name,
        )

    return made
