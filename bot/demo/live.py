"""The demo in a browser: the moderator channel on a local page, the sample played at a readable pace."""

import asyncio
import webbrowser
from collections.abc import Awaitable, Callable
from functools import partial

import simcord

from bot.demo.script import sample_thread
from bot.demo.world import open_world
from classifier.model import Model

PACE = 3.0
"""Seconds between posts; also the least time between two updates of the page, since an update discards a click that
is on its way at that moment."""


async def serve(
    model: Model, *, port: int | None, browser: bool, say: Callable[[str], None], pace: float = PACE
) -> None:
    """Serve the moderator channel and play the sample; runs until it is cancelled or the page ends the session."""
    lines = sample_thread()
    async with open_world(lines, model) as world:
        page = world.env.preview(
            world.review, viewers=[*world.moderators, world.lead, *world.members.values()], layout="channel", port=port
        )
        async with page:
            say(f"The moderator channel: {page.url}")
            if browser:
                await asyncio.to_thread(webbrowser.open, page.url)
            say(f"{len(lines)} posts follow, one every {pace:g} seconds. Press the buttons. Ctrl-C ends the demo.")
            closed = asyncio.create_task(page.wait_closed())
            shown: object = None
            for line in lines:
                await asyncio.wait([closed], timeout=pace)
                if closed.done():
                    return
                await _when_free(partial(world.env.advance_time, pace))
                await _when_free(partial(world.play, line))
                say(f"  #{line.channel}  {line.author}: {_short(line.text)}")
                now_shown = [(card.id, card.edited_at) for card in world.cards()]
                if now_shown != shown:
                    shown = now_shown
                    await _when_free(page.refresh)
            say("That was the whole sample. The channel stays open until Ctrl-C.")
            await closed


async def _when_free(operation: Callable[[], Awaitable[None]]) -> None:
    """Run an operation of the simulation; a click that is being handled at this moment goes first."""
    while True:
        try:
            return await operation()
        except simcord.SetupError as error:
            if "overlaps" not in str(error):
                raise
            await asyncio.sleep(0.1)


def _short(text: str, limit: int = 72) -> str:
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
