"""[noise]: when it is quiet, and whom a flag calls."""

from datetime import UTC, datetime

import pytest

from bot.config import NoiseSettings
from classifier.labels import Label


@pytest.mark.parametrize(
    ("hours", "now", "until"),
    [
        ("23:00-07:00", "2026-05-04T23:30+02:00", "2026-05-05T07:00+02:00"),
        ("23:00-07:00", "2026-05-05T06:59+02:00", "2026-05-05T07:00+02:00"),
        ("23:00-07:00", "2026-05-05T07:00+02:00", None),
        ("23:00-07:00", "2026-05-04T22:59+02:00", None),
        ("12:00-13:30", "2026-05-04T12:00+02:00", "2026-05-04T13:30+02:00"),
        ("12:00-13:30", "2026-05-04T13:30+02:00", None),
        ("23:00-07:00", "2026-10-24T23:30+02:00", "2026-10-25T07:00+01:00"),
    ],
)
def test_quiet_hours_are_those_of_the_clock_on_the_wall(hours: str, now: str, until: str | None) -> None:
    noise = NoiseSettings.model_validate({"quiet_hours": hours, "time_zone": "Europe/Berlin"})
    expected = None if until is None else datetime.fromisoformat(until)
    assert noise.quiet_until(datetime.fromisoformat(now).astimezone(UTC)) == expected


def test_without_quiet_hours_it_is_never_quiet() -> None:
    assert NoiseSettings().quiet_until(datetime.now(UTC)) is None
    assert NoiseSettings.model_validate({"quiet_hours": ""}).quiet_until(datetime.now(UTC)) is None


def test_a_flag_calls_the_roles_whose_chance_it_reaches() -> None:
    trolls, leads = 444444444444444444, 555555555555555555
    pings = [{"role": trolls, "trolling": 0.8}, {"role": leads, "trolling": 0.95, "personal_attack": 0.9}]
    noise = NoiseSettings.model_validate({"pings": pings})
    chances = {Label.TROLLING: 0.8, Label.PERSONAL_ATTACK: 0.9}
    assert noise.called([Label.TROLLING], chances) == {trolls}
    assert noise.called([Label.PERSONAL_ATTACK], chances) == {leads}
    assert noise.called([Label.COPY_PASTE], chances) == frozenset()
