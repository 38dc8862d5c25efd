"""The demo in a browser: the moderator channel on a local page, the sample played at a readable pace."""

import asyncio
import webbrowser
from collections.abc import Callable

from bot.demo.script import sample_thread
from bot.demo.turns import take_turns
from bot.demo.world import open_world
from classifier.model import Model

PACE = 3.0
"""Seconds between posts."""


async def serve(
    model: Model, *, port: int | None, browser: bool, say: Callable[[str], None], pace: float = PACE
) -> None:
    """Serve the moderator channel and play the sample; runs until it is cancelled or the page ends the session."""
    lines = sample_thread()
    async with open_world(lines, model) as world:
        page = world.env.preview(
            world.review, viewers=[*world.moderators, world.lead, *world.members.values()], layout="channel", port=port
        )
        turn = take_turns(page)
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
                async with turn:
                    await world.env.advance_time(pace)
                    posted = await world.play(line)
                    now_shown = [(card.id, card.edited_at) for card in world.cards()]
                    if now_shown != shown:
                        shown = now_shown
                        await page.refresh()
                words = _short(line.text) if posted else "(timed out, so nothing is posted)"
                say(f"  #{line.channel}  {line.author}: {words}")
            say("That was the whole sample. The channel stays open until Ctrl-C.")
            await closed


def _short(text: str, limit: int = 72) -> str:
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
