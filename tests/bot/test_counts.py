"""One of a kind is told as one, in whatever a person reads."""

from datetime import UTC, datetime

import pytest

from bot.counts import count, last_days
from bot.review import texts
from bot.statistics.shares import Share
from bot.store.privacy import Forgotten
from bot.store.records import Moderator, Sample

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(("number", "told"), [(0, "0 posts"), (1, "1 post"), (2, "2 posts"), (2000, "2,000 posts")])
def test_things(number: int, told: str) -> None:
    assert count(number, "post") == told


def test_days() -> None:
    assert [last_days(number) for number in (1, 14)] == ["last day", "last 14 days"]


def test_answers() -> None:
    assert "1 flag stays without words" in texts.commands.forgotten(Forgotten(flags=1))
    assert "2 flags stay without words" in texts.commands.forgotten(Forgotten(flags=2))
    assert "for 1 minute?" in texts.menu.surely_time_out("Ann", 1)
    assert "1 earlier one …" in texts.menu.steps_left_out(1)


def test_an_audit_of_a_forum_with_one_post() -> None:
    sample = Sample(
        id=1,
        moderator=Moderator("1", "Dana"),
        guild=None,
        since=NOW,
        until=NOW,
        population=1,
        size=1,
        drawn_at=NOW,
        judged=1,
        passed_over=0,
        left=0,
        missed={},
        missed_any=0,
    )
    assert "of the 1 post from" in texts.statistics.audit_result(Share(0, 1), sample)
