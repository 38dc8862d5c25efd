"""The config of a running bot is edited: it takes over what is right and refuses what is not."""

import logging
import signal
from pathlib import Path

import pytest

from bot.app import FlagpostBot
from bot.cli.run import heed_hangup
from bot.config import ConfigFile
from bot.demo.script import Line
from bot.demo.world import open_world
from classifier.labels import Label
from classifier.model import Model
from classifier.targets import Aim, Target
from tests.least_config import LEAST_CONFIG

MILD = "Well, that is quite the stupid idea, but do as you like."


async def test_thresholds_are_taken_over_and_mistakes_refused(
    model: Model, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "config.toml"

    def write(thresholds: str) -> None:
        path.write_text(f"{LEAST_CONFIG}[thresholds]\n{thresholds}\n")

    write("personal_attack = 1")
    caplog.set_level(logging.INFO, "bot")
    async with open_world([Line(1, "general", "Ann", "", None, frozenset())], model) as world:
        world.bot = FlagpostBot(world.bot.settings, world.bot.store, model, config=ConfigFile(path, {}))
        await world.env.restart_bot(world.bot)
        await world.members["Ann"].send(world.channels["general"], MILD)
        assert world.cards() == []

        write("personal_attack = 0.000001")
        await world.env.advance_time(15)
        assert "in force now: [thresholds]" in caplog.text
        await world.members["Ann"].send(world.channels["general"], f"{MILD} Really.")
        [card] = world.cards()
        assert "Personal attack" in str(card.embeds[0].to_dict())

        write('personal_attack = 0.000001\n[modes]\npersonal_attack = "log"')
        await world.env.advance_time(15)
        await world.members["Ann"].send(world.channels["general"], f"{MILD} But why.")
        assert world.cards() == [card], "counted, not shown"

        write("personal_attack = 0.000001\n[noise]\nmost_open = 1\nauthor_minutes = 0")
        await world.env.advance_time(15)
        await world.members["Ann"].send(world.channels["general"], f"{MILD} Or so I think.")
        await world.env.advance_time(60)
        assert world.cards()[0] == card
        assert "1 flag waits" in world.cards()[1].content

        caplog.clear()
        before = signal.getsignal(signal.SIGHUP)
        heed_hangup(world.bot)
        signal.raise_signal(signal.SIGHUP)
        signal.signal(signal.SIGHUP, before)
        await world.env.advance_time(6)
        assert "the config was read anew" in caplog.text

        write("personal_attack = 7")
        await world.env.advance_time(15)
        assert "[thresholds] personal_attack: expected a probability above 0 and at most 1, got 7" in caplog.text
        assert world.bot.pipeline.thresholds.default[Label.PERSONAL_ATTACK] == 0.000001

        write('personal_attack = "at most 0.0001 flags a day"')
        await world.env.advance_time(15)
        assert world.bot.settings.thresholds.default[Label.PERSONAL_ATTACK] == Target(Aim.FLAGS, 0.0001)
        assert world.bot.pipeline.thresholds.default[Label.PERSONAL_ATTACK] == 0.98
        assert "Personal attack: no threshold from 0.02 to 0.98 meets at most 0.0001 flags a day" in caplog.text
