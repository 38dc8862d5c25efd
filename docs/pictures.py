"""Takes the pictures of the documentation: cards and answers as a moderator of the demo sees them.

    python -m docs.pictures [FOLDER]

Needs a browser once: `playwright install chromium`. The pages show `card-open`, `-decided`, `-escalated` and `-more`.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from bot.demo.script import sample_thread
from bot.demo.world import World, open_world
from classifier.model import Model
from classifier.registry import Registry, default_directory, default_model

VIEWPORT = (620, 1600)
FOR_ALL = ("queue", "next", "search", "user", "stats", "thresholds", "status", "audit")
FOR_LEADS = ("forget", "pause", "resume")

Picture = Callable[[str, Any, Any], Awaitable[None]]
"""Takes one, given its name, who looks, and a message or what came of a press."""


async def take(folder: Path, model: Model) -> None:
    """Play the sample, press this and that, and photograph what comes of it."""
    async with open_world(sample_thread(), model) as world:
        for line in sample_thread():
            await world.play(line)
        await world.env.advance_time(120)
        page = world.env.preview(world.review, viewers=[*world.moderators, world.lead])
        async with page:

            async def picture(name: str, viewer: Any, target: Any) -> None:
                path = folder / f"{name}.png"
                await page.screenshot(path, viewer=viewer, target=target, viewport=VIEWPORT, allow_incomplete=True)

            await cards(world, picture)
            await menus(world, picture)
            await answers(world, picture)


async def cards(world: World, picture: Picture) -> None:
    """The states of a card."""
    robin, sasha = world.moderators
    dismissed, decided, escalated, claimed = (card.id for card in world.cards()[:4])

    def card(id: int) -> Any:
        return next(card for card in world.cards() if card.id == id)

    await robin.click(card(dismissed), label="Not a problem")
    await picture("card-dismissed", robin, card(dismissed))
    await sasha.click(card(decided), label="Confirm")
    await picture("card-decided", robin, card(decided))
    form = await robin.click(card(escalated), label="Note")
    await picture("form-note", robin, form)
    await robin.submit_modal(form, {"note": "Third time this week; I asked them to stop on Monday."})
    await robin.click(card(escalated), label="Escalate")
    await picture("card-escalated", robin, card(escalated))
    await sasha.click(card(claimed), label="Claim")
    await picture("card-claimed", robin, card(claimed))
    words = next(flag.post.text for flag in world.bot.store.flags() if flag.card and flag.card.message_id == decided)
    await world.members["Dredger77"].send(world.channels["football"], words)
    await picture("card-open", robin, world.cards()[-1])


async def menus(world: World, picture: Picture) -> None:
    """What stands behind "More", on the newest card and on one of several posts."""
    robin, _ = world.moderators
    await picture("card-more", robin, await robin.click(world.cards()[-1], label="More"))
    for label in ("What the model saw", "History", "Delete the post …", "Time out the author …", "Warn the author …"):
        menu = await robin.click(world.cards()[-1], label="More")
        await robin.click(menu.response, label=label)
        await picture(f"menu-{label.split()[0].lower()}", robin, menu)
    shared = await robin.click(world.cards()[3], label="More")
    await picture("menu-shared", robin, shared)
    await robin.click(shared.response, label="List all on this card")
    await picture("menu-list", robin, shared)


async def answers(world: World, picture: Picture) -> None:
    """What the commands answer."""
    robin, _ = world.moderators
    asked: dict[str, dict[str, Any]] = {"search": {"text": "bridge"}}
    asked |= {name: {"member": world.members["Dredger77"]} for name in ("user", "forget")}
    for who, names in ((robin, FOR_ALL), (world.lead, FOR_LEADS)):
        for name in names:
            answer = await who.slash(world.review, f"flagpost {name}", **asked.get(name, {}))
            await picture(f"answer-{name}", who, answer)


if __name__ == "__main__":
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "pictures")
    folder.mkdir(exist_ok=True)
    asyncio.run(take(folder, default_model(Registry(default_directory()))))
