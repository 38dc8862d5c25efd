"""Whatever somebody presses, with a client that they wrote themselves: one answer comes, and no mistake of ours."""

import logging
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.review.controls import Deed
from bot.review.texts import answers
from classifier.labels import Label
from tests.bot.review.forging import forged

WORDS = st.text(max_size=40)
DEEDS = st.sampled_from([*Deed, "confirm ", "CONFIRM", ""]) | st.text(
    st.characters(exclude_characters=":"), max_size=20
)
FLAGS = st.sampled_from(["1", "0", "-1", "01", "１", "1\n", "1:2", str(2**31), "9" * 60, ""]) | st.text(max_size=20)
VALUES = st.lists(st.sampled_from([*Label, "60", "1440", "-1", "9" * 30, "nan"]) | WORDS, max_size=3)


@given(
    deed=DEEDS,
    flag=st.just("1") | FLAGS,
    values=VALUES,
    who=st.sampled_from(["dana", "lee", "stranger"]),
    form=st.booleans(),
)
@settings(
    max_examples=settings.default.max_examples // 5,  # each takes a fifth of a second
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
)
async def test_a_forged_press(
    world: Any, caplog: pytest.LogCaptureFixture, deed: str, flag: str, values: list[str], who: str, form: bool
) -> None:
    if not world.review.history():
        await world.published()
    caplog.clear()
    before = world.store.audit_trail(1)
    custom_id = f"flagpost:{deed}:{flag}"[:100]
    result = await forged(world.env, getattr(world, who), world.card(), custom_id, values, form=form)
    assert result.acknowledged, "an answer came"
    said = [str(message.content) for message in (result.response, *result.followups) if message]
    assert answers.BROKEN not in said
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []
    if who == "stranger":
        assert world.store.audit_trail(1) == before
