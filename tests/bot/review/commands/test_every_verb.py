"""Every verb while Discord fails at each call that it makes, and while the bot lacks each permission.

One row a verb; a verb that the code has and the table lacks fails the first test. Whatever happens, whoever asked
gets a plain answer where one can be given at all, no step is lost or noted twice, nothing ends in a traceback, and once
Discord works again the cards show how things stand.
"""

import itertools
import re
from typing import Any

import discord
import pytest
from discord import app_commands
from simcord.backend.models import Overwrite
from simcord.results import InteractionResult

from bot.review.commands.tree import PRESSES
from bot.review.controls import Deed
from tests.bot.review.commands.verb_table import IDLE, NOTHING_CAME_OF_IT, ROWS, Row, Scene, told, unchanged

pytestmark = pytest.mark.asyncio(loop_scope="module")

STATUSES = (403, 404, 429, 500)
USED_BY_ALL = ("view_channel", "send_messages", "embed_links", "read_message_history")
USED_BESIDES = {
    Deed.DELETE: "manage_messages",
    Deed.DELETE_SURELY: "manage_messages",
    Deed.TIME_OUT: "moderate_members",
    Deed.TIME_OUT_SURELY: "moderate_members",
    "stats": "attach_files",
}
"""The permissions of the bot that verbs make use of."""

ANSWER = re.compile(r"/(interactions|webhooks)/")


async def test_every_verb_has_its_row(scene: Scene) -> None:
    tree = scene.world.bot.tree
    slash = {command.name for command in tree.walk_commands() if isinstance(command, app_commands.Command)}
    menus = {command.name for command in tree.walk_commands(type=discord.AppCommandType.message)}
    buttons = {f"button {kind}" for kind in PRESSES}
    assert ROWS.keys() - {"a note handed in", "a flag handed in"} == {*Deed, *slash, *menus, *buttons}


def calls(requests: list[Any]) -> list[tuple[str, str]]:
    """What was asked of Discord, each way once, with stars for ids."""
    return list(
        dict.fromkeys((each.method, re.sub(r"/(\d+|simcord_\w+)(?=/|$)", "/*", each.path)) for each in requests)
    )


@pytest.mark.parametrize("name", ROWS)
async def test_discord_may_fail_at_every_call(scene: Scene, name: str, caplog: pytest.LogCaptureFixture) -> None:
    row, backend = ROWS[name], scene.world.env.backend
    with scene.world.env.time_context():
        await scene.set(row)
        begin = len(backend.http_requests)
        result = await row.ask(scene)
        assert result.acknowledged
        assert row.took_effect(scene)
        made = calls(backend.http_requests[begin:])
        everything = [("*", "*")] if len(made) > 1 else []
        for (method, path), status in itertools.product([*made, *everything], STATUSES):
            case = f"{name}: {status} at {method} {path}"
            caplog.clear()
            await scene.set(row)
            backend.faults.append(
                {"method": method, "path": path, "status": status, "code": 0, "message": "", "times": None}
            )
            try:
                result = await row.ask(scene)
            finally:
                backend.faults.clear()
            check(scene, row, result, case, caplog.text, answered=path != "*" and not ANSWER.match(path))
            await scene.world.bot.desk.retry()
            assert scene.is_shown(), case


def check(scene: Scene, row: Row, result: InteractionResult, case: str, log: str, *, answered: bool) -> None:
    """That whoever asked was answered, and that what came of it is what they were told."""
    assert "Traceback" not in log, case
    assert "What a waste" not in log, case
    words = told(result)
    if answered:
        assert result.acknowledged, case
    if row.acts and (not answered or any(each in words for each in NOTHING_CAME_OF_IT)):
        assert row.took_effect(scene) or unchanged(scene), case
    else:
        assert row.took_effect(scene), f"{case}: {words}"


@pytest.mark.parametrize("name", ROWS)
async def test_the_bot_may_lack_every_permission(scene: Scene, name: str, caplog: pytest.LogCaptureFixture) -> None:
    row, backend = ROWS[name], scene.world.env.backend
    with scene.world.env.time_context():
        for permission in (*USED_BY_ALL, *filter(None, [USED_BESIDES.get(name)])):
            case = f"{name} without {permission}"
            caplog.clear()
            await scene.set(row)
            lost = discord.Permissions(**{permission: True}).value
            for channel in (scene.world.review, scene.world.leads, scene.world.log, scene.world.general):
                backend.set_overwrite(channel.id, Overwrite(backend.bot_user.id, 1, 0, lost))
            await scene.world.env.settle(idle=IDLE)
            result = await row.ask(scene)
            for channel in (scene.world.review, scene.world.leads, scene.world.log, scene.world.general):
                backend.delete_overwrite(channel.id, backend.bot_user.id)
            await scene.world.env.settle(idle=IDLE)
            assert result.acknowledged, case
            assert "Traceback" not in caplog.text, case
            words = told(result)
            assert row.took_effect(scene) or any(each in words for each in NOTHING_CAME_OF_IT), f"{case}: {words}"
            await scene.world.bot.desk.retry()
            assert scene.is_shown(), case
