"""[noise]: how much may reach the moderator channel at once, and what calls whom."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BeforeValidator, Field, InstanceOf, model_validator

from bot.config.table import Table
from bot.config.values import ROLE_ADVICE, RoleId, Threshold, refusal, shown, whole_number
from classifier.labels import Label

Minutes = Annotated[int, whole_number(0, 1440)]

_HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)", re.ASCII)


def _hours(value: object) -> object:
    found = _HOURS.fullmatch(value) if isinstance(value, str) else None
    if value in (None, ""):
        return None
    if found is None or found.group(1, 2) == found.group(3, 4):
        raise refusal(f'expected two times of day such as "23:00-07:00", got {shown(value)}.')
    from_hour, from_minute, to_hour, to_minute = map(int, found.groups())
    return time(from_hour, from_minute), time(to_hour, to_minute)


def _zone(value: object) -> object:
    if isinstance(value, ZoneInfo):
        return value
    try:
        return ZoneInfo(value if isinstance(value, str) else "")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise refusal(f'expected a time zone such as "Europe/Berlin" or "UTC", got {shown(value)}.') from None


class PingTable(Table):
    """[[noise.pings]]: from which chance of a label on a flag calls a role."""

    role: RoleId = Field(description=f"Write the id of the role to call. {ROLE_ADVICE}")
    trolling: Threshold | None = None
    personal_attack: Threshold | None = None
    copy_paste: Threshold | None = None

    @model_validator(mode="after")
    def _for_something(self) -> "PingTable":
        if all(getattr(self, label) is None for label in Label):
            raise refusal(f"role {self.role} is called for nothing. Write a label and a chance: personal_attack = 0.9.")
        return self


class NoiseSettings(Table):
    """When flags share a card: for so many minutes those of one member; of a raid, from so many flags in so many
    minutes on. When they wait for their card: during quiet hours, and while `most_open` cards of a channel are
    undecided. And which of them call a role. 0 leaves a rule out.
    """

    author_minutes: Minutes = 10
    raid_flags: Annotated[int, whole_number(0, 1000)] = 8
    raid_minutes: Annotated[int, whole_number(1, 1440)] = 5
    most_open: Annotated[int, whole_number(0, 1000)] = 50
    quiet_hours: Annotated[Any, BeforeValidator(_hours)] = None
    time_zone: Annotated[InstanceOf[ZoneInfo], BeforeValidator(_zone)] = ZoneInfo("UTC")
    pings: tuple[PingTable, ...] = ()

    def quiet_until(self, now: datetime) -> datetime | None:
        """When the quiet hours end in which `now` (aware) lies; None outside of them."""
        if self.quiet_hours is None:
            return None
        start, end = self.quiet_hours
        here = now.astimezone(self.time_zone)
        clock = here.time()
        if not (start <= clock < end if start < end else clock >= start or clock < end):
            return None
        day = here.date() + timedelta(days=1) if clock >= end else here.date()
        return datetime.combine(day, end, self.time_zone)

    def called(self, labels: Iterable[Label], probabilities: Mapping[Label, float]) -> frozenset[int]:
        """The roles that a flag for these labels calls."""
        return frozenset(
            ping.role
            for ping in self.pings
            for label in labels
            if (least := getattr(ping, label)) is not None and probabilities.get(label, 0.0) >= least
        )
