"""The demo: every card that should be there is there, and the commands end as they should."""

import os
import re
import signal
import socket
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from bot.demo.headless import play_headless
from bot.demo.script import Line, sample_thread
from bot.demo.world import open_world
from classifier.labels import Label
from classifier.model import Model
from tests.least_config import LEAST_CONFIG

NONE: frozenset[Label] = frozenset()
FLAGPOST = [str(Path(sys.executable).with_name("flagpost"))]


def test_the_sample_is_a_conversation_worth_watching() -> None:
    lines = sample_thread()
    assert len(lines) >= 40
    assert {label for line in lines for label in line.expected} == {"trolling", "personal_attack", "copy_paste"}
    assert sum("> " in line.text for line in lines) >= 2
    assert all(line.reply_to is None or line.reply_to < line.number for line in lines)


async def test_the_headless_demo_shows_every_card_it_should_and_few_besides(model: Model) -> None:
    cards, missing = await play_headless(model)
    assert missing == []
    wanted = sum(bool(line.expected) for line in sample_thread())
    assert len(cards) <= wanted + 3


async def test_the_conversation_goes_on_without_whom_and_what_moderators_took_out_of_it(model: Model) -> None:
    first, second = Line(1, "talk", "Ann", "Morning all.", None, NONE), Line(2, "talk", "Bob", "Morning!", 1, NONE)
    third, fourth = Line(3, "talk", "Ann", "Anybody there?", None, NONE), Line(4, "talk", "Bob", "Me.", 3, NONE)
    async with open_world([first, second], model) as world:
        assert await world.play(first)
        await world.bot.get_channel(world.channels["talk"].id).get_partial_message(world.played[1].id).delete()
        assert await world.play(second)
        assert world.played[2].reference is None
        ann = await world.bot.guilds[0].fetch_member(world.members["Ann"].id)
        await ann.timeout(timedelta(hours=1))
        assert not await world.play(third)
        assert await world.play(fourth)
        assert [message.content for message in world.channels["talk"].history()] == ["Morning!", "Me."]


def test_without_a_config_run_is_the_demo_and_ctrl_c_ends_it_cleanly(models: Path, tmp_path: Path) -> None:
    command = [*FLAGPOST, "run", "--models", str(models)]
    environment = {**os.environ, "BROWSER": "true", "PYTHONUNBUFFERED": "1"}
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's job in the background ignores Ctrl-C
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as demo:
        signal.signal(signal.SIGINT, before)
        assert demo.stdout is not None
        told = []
        for line in demo.stdout:
            told.append(line)
            if "http://127.0.0.1:" in line:
                break
        demo.send_signal(signal.SIGINT)
        rest, errors = demo.communicate(timeout=30)
    assert "no config.toml" in told[0]
    assert errors == ""
    assert "Traceback" not in rest
    assert demo.returncode == 0
    assert list(tmp_path.iterdir()) == []


def test_a_port_in_use_is_told_in_one_line(models: Path, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        command = [*FLAGPOST, "demo", "--no-browser", "--port", port, "--models", str(models)]
        result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert result.returncode == 2
    assert re.fullmatch(rf"flagpost: port {port} cannot be used: .*\n", result.stderr)


def test_a_config_without_a_token_says_what_to_set(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(LEAST_CONFIG)
    environment = {name: value for name, value in os.environ.items() if name != "FLAGPOST_TOKEN"}
    result = subprocess.run([*FLAGPOST, "run"], cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert result.returncode == 2
    assert re.fullmatch(r"flagpost: .*FLAGPOST_TOKEN.*\n", result.stderr)
