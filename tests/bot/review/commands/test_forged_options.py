"""Commands with any options, and the buttons below their answers with anything in them: an answer comes, and no mistake
of ours.
"""

import logging
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from simcord.results import InteractionResult

from bot.review.commands.search import LONGEST_AUTHOR, LONGEST_TEXT
from bot.review.texts import commands
from bot.store.records import FlagState
from classifier.labels import Label
from tests.bot.review.forging import forged

KINDS = st.sampled_from(["queue", "search", "user", "audit", "forget", "nothing"])
ABOUT = st.text(max_size=60) | st.lists(
    st.sampled_from(["discord/7", "\x1f", "%", "_", "\\", "'", "/", "1", "-1", *Label, *FlagState, " "]), max_size=6
).map("".join)
LASTING = settings(
    max_examples=settings.default.max_examples // 5,  # each takes a fifth of a second
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
)


def check(result: InteractionResult, caplog: pytest.LogCaptureFixture) -> None:
    assert result.acknowledged, "an answer came"
    said = [str(message.content) for message in (result.response, *result.followups) if message]
    assert commands.BROKEN not in said
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []


@given(
    text=st.none() | st.text(min_size=1, max_size=LONGEST_TEXT),
    author=st.none() | st.text(min_size=1, max_size=LONGEST_AUTHOR),
    label=st.none() | st.sampled_from(Label),
    state=st.none() | st.sampled_from(FlagState),
)
@LASTING
async def test_search(world: Any, caplog: pytest.LogCaptureFixture, **options: Any) -> None:
    if not world.store.flags():
        world.flagged(1)
    caplog.clear()
    given_options = {name: value for name, value in options.items() if value is not None}
    check(await world.dana.slash(world.review, "flagpost search", **given_options), caplog)


@given(author=st.text(min_size=1, max_size=100) | ABOUT.filter(bool))
@LASTING
async def test_user(world: Any, caplog: pytest.LogCaptureFixture, author: str) -> None:
    if not world.store.flags():
        world.flagged(1)
    caplog.clear()
    check(await world.dana.slash(world.review, "flagpost user", author=author), caplog)


@given(
    kind=KINDS, number=st.integers(0, 10**6 - 1) | st.integers(0, 3), about=ABOUT, values=st.lists(ABOUT, max_size=2)
)
@LASTING
async def test_a_forged_button(
    world: Any, caplog: pytest.LogCaptureFixture, kind: str, number: int, about: str, values: list[str]
) -> None:
    if not world.store.flags():
        flag = world.flagged(1)
        await world.bot.desk.show(flag)
    caplog.clear()
    custom_id = f"flagpost-ask:{kind}:{number}:{about}"[:100]
    check(await forged(world.env, world.dana, world.review.history()[-1], custom_id, values), caplog)
