"""The bot run until a signal asks it to stop.

`discord.Client.run` stops by cancelling its task once, and Python 3.11's `asyncio.wait_for` loses a cancellation that
comes just as what it waits for is done: a bot that was connecting would go on. Here the task is cancelled until it
ends.
"""

import asyncio
import logging
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import discord

log = logging.getLogger(__name__)

STOP_SECONDS = 60.0
"""How long it may take to stop: less than systemd waits before it kills. What is left, the next start does."""

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def run_until_stopped(bot: discord.Client, token: str) -> None:
    """Run the bot until it ends, or until SIGINT or SIGTERM; a second signal ends the process at once.

    Raises what `discord.Client.start` raises. To be called in the main thread.
    """
    limit = threading.Timer(STOP_SECONDS, _end_the_process)
    limit.daemon = True
    try:
        asyncio.run(_run(bot, token, limit))
    finally:
        limit.cancel()


async def _run(bot: discord.Client, token: str, limit: threading.Timer) -> None:
    stop = asyncio.Event()
    with _signals_call(stop.set):
        async with bot:
            running = asyncio.create_task(bot.start(token), name="flagpost on Discord")
            stopping = asyncio.create_task(stop.wait())
            await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
            stopping.cancel()
            limit.start()
            while not running.done():
                running.cancel()
                await asyncio.wait({running}, timeout=1)
            if not running.cancelled():
                running.result()


@contextmanager
def _signals_call(stop: Callable[[], None]) -> Iterator[None]:
    """Have the first signal to stop call this on the loop; the next one does what it does to any process.

    One that is ignored stays so: shells start background jobs without Ctrl-C.
    """
    loop = asyncio.get_running_loop()
    before = {number: handler for number in _SIGNALS if (handler := signal.getsignal(number)) is not signal.SIG_IGN}

    def heed(*_: object) -> None:
        for number in before:
            signal.signal(number, signal.SIG_DFL)
        loop.call_soon_threadsafe(stop)

    for number in before:  # loop.add_signal_handler is not to be had on Windows
        signal.signal(number, heed)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _end_the_process() -> None:
    log.error("it took more than %g seconds to stop, so it ends here; the next start does the rest", STOP_SECONDS)
    os._exit(1)  # a thread that hangs in a system call would keep any gentler end waiting
