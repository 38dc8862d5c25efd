"""A signal to stop always ends the bot: what is cancelled once and goes on, and what never ends by itself, too."""

import asyncio
import signal
import subprocess
import sys
from contextlib import suppress

import discord
import pytest

from bot.stopping import run_until_stopped

HANGS = """
import asyncio, logging, signal, sys, time
import discord
from bot import stopping

class Hanging(discord.Client):
    async def start(self, *_args, **_options):
        signal.raise_signal(signal.SIGTERM)
        await asyncio.sleep(600)

    async def close(self):
        await asyncio.to_thread(time.sleep, 600)

logging.basicConfig(format="%(message)s")
stopping.STOP_SECONDS = float(sys.argv[1])
stopping.run_until_stopped(Hanging(intents=discord.Intents.none()), "")
"""


class LosingOne(discord.Client):
    """Is told to stop in a moment in which the cancellation is lost, as in `asyncio.wait_for` of Python 3.11."""

    async def start(self, token: str, *, reconnect: bool = True) -> None:  # noqa: ARG002
        signal.raise_signal(signal.SIGTERM)
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(600)
        await asyncio.sleep(600)


class Refused(discord.Client):
    async def start(self, token: str, *, reconnect: bool = True) -> None:  # noqa: ARG002
        raise discord.LoginFailure("not this token")


def test_a_cancellation_that_is_lost_is_repeated() -> None:
    before = signal.getsignal(signal.SIGTERM)
    bot = LosingOne(intents=discord.Intents.none())
    run_until_stopped(bot, "")
    assert bot.is_closed()
    assert signal.getsignal(signal.SIGTERM) is before


def test_a_background_job_that_is_started_without_ctrl_c_ends_on_sigterm() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        bot = LosingOne(intents=discord.Intents.none())
        run_until_stopped(bot, "")
        assert bot.is_closed()
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)


def test_what_discord_objects_to_is_raised() -> None:
    with pytest.raises(discord.LoginFailure):
        run_until_stopped(Refused(intents=discord.Intents.none()), "")


def test_a_stop_that_takes_too_long_is_cut_off_with_a_word_of_it() -> None:
    ended = subprocess.run([sys.executable, "-c", HANGS, "0.1"], capture_output=True, text=True, timeout=100)
    assert ended.returncode == 1
    assert ended.stderr.splitlines()[-1].startswith("it took more than 0.1 seconds to stop")


def test_a_second_signal_ends_it_at_once() -> None:
    twice = HANGS.replace("await asyncio.to_thread(time.sleep, 600)", "signal.raise_signal(signal.SIGTERM)")
    ended = subprocess.run([sys.executable, "-c", twice, "600"], capture_output=True, timeout=100)
    assert ended.returncode == -signal.SIGTERM
