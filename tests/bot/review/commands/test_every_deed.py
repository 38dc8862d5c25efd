"""Every deed at an odd time: two at once, after a restart, when its card or its post is gone, and forged."""

from collections.abc import Iterator
from copy import copy
from typing import Any

import pytest

from bot.review import texts
from bot.review.controls import Deed, custom_id
from bot.store.records import DECIDED
from tests.bot.review.commands.verb_table import ROWS, Row, Scene, told

pytestmark = pytest.mark.asyncio(loop_scope="module")

DEEDS = {name: row for name, row in ROWS.items() if name in frozenset(Deed) or name == "a note handed in"}
STEPS = (Deed.CONFIRM, Deed.DISMISS, Deed.CLAIM, Deed.ESCALATE, Deed.UNDO, Deed.EXEMPT)
"""Of these, one holds: who comes second is told so."""


@pytest.fixture(autouse=True)
def as_it_was(scene: Scene) -> Iterator[None]:
    """Nobody else presses after the test, and nothing else happens."""
    with scene.world.env.time_context():
        yield
    scene.pressers, scene.meanwhile = [scene.world.dana], lambda: None


@pytest.mark.parametrize("name", DEEDS)
async def test_two_at_once(scene: Scene, name: str) -> None:
    await scene.set(DEEDS[name])
    scene.pressers = [scene.world.dana, scene.world.lea]
    await DEEDS[name].ask(scene)
    first, second = scene.pressed
    assert first.acknowledged
    assert second.acknowledged
    steps = scene.trail()[scene.steps_before :]
    if name in STEPS:
        assert len(steps) == 1
        assert "That is recorded" not in told(second)
    else:
        assert len(set(steps)) <= 1
    assert scene.is_shown()


async def test_after_a_restart(scene: Scene) -> None:
    """Cards, menus and forms that were opened before it."""
    await scene.set(Row(scene.world.dana.click))
    scenes = {}
    for name, row in DEEDS.items():
        scenes[name] = copy(scene)
        await scenes[name].add(row)
    await scene.world.start()
    for name, row in DEEDS.items():
        result = await row.ask(scenes[name])
        assert result.acknowledged, name
        assert row.took_effect(scenes[name]), name
        assert scenes[name].is_shown(), name


@pytest.mark.parametrize("name", DEEDS)
async def test_while_the_card_is_deleted_by_hand(scene: Scene, name: str) -> None:
    row = DEEDS[name]
    await scene.set(row)
    card = scene.card()
    scene.meanwhile = lambda: scene.world.env.backend.delete_message(card.channel_id, card.id)
    result = await row.ask(scene)
    assert result.acknowledged
    assert row.took_effect(scene)
    flag = scene.now()
    await scene.world.bot.desk.show(flag)
    assert scene.is_shown() or flag.state in DECIDED, "it comes back while there is something to decide"


@pytest.mark.parametrize("name", DEEDS)
async def test_when_the_post_is_deleted(scene: Scene, name: str) -> None:
    row = DEEDS[name]
    await scene.set(row)
    scene.world.store.take_in([scene.flag.post.key], scene.world.env.now())
    result = await row.ask(scene)
    assert result.acknowledged
    if name in (Deed.DELETE, Deed.DELETE_SURELY):
        assert told(result) == texts.menu.POST_IS_GONE
    else:
        assert row.took_effect(scene), told(result)
    await scene.world.bot.desk.show(scene.now())
    assert "The post was deleted" in scene.card().embeds[0]["description"]


@pytest.mark.parametrize("deed", Deed)
async def test_forged(scene: Scene, deed: Deed) -> None:
    await scene.set(Row(scene.world.dana.click))
    other = scene.card()
    await scene.add(Row(scene.world.dana.click))

    async def press(flag: Any, message: Any) -> str:
        forged = {"custom_id": f"flagpost:{deed}:{flag}", "component_type": 3, "values": ["trolling", "8", "\x00"]}
        return told(await scene.press(forged, message))

    assert "not that flag's card" in await press(scene.flag.id, other)
    for flag in ("", "0", "-1", "²", "1 or 1=1", "9" * 30):
        for message in (other, scene.menu):
            assert await press(flag, message) == texts.answers.UNKNOWN_FLAG
    assert scene.trail() == []
    assert len(custom_id(deed, 2**31 - 1)) <= 100
