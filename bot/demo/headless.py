"""The demo without a browser: play the sample at once, print the cards, and say which are missing."""

import re
from datetime import UTC, datetime

import discord

from bot.demo.script import Line, sample_thread
from bot.demo.world import World, open_world
from classifier.model import Model

_ESCAPE = re.compile(r"\\([^\w\s])")
_TIME = re.compile(r"<t:(\d+):[a-zA-Z]>")


async def play_headless(model: Model) -> tuple[list[str], list[str]]:
    """Play the whole sample; returns the cards as text, and one sentence for each card that is missing."""
    lines = sample_thread()
    async with open_world(lines, model) as world:
        for line in lines:
            await world.play(line)
        return [card_text(card) for card in world.cards()], _missing(world, lines)


def _missing(world: World, lines: list[Line]) -> list[str]:
    flags = world.bot.store.flags()
    with_card = {flag.id for flag in flags if flag.card is not None}
    shown = {flag.post.id: set(flag.labels) for flag in flags if flag.shown_as in with_card}
    return [
        f"line {line.number} ({line.author}): expected a card for {' or '.join(sorted(line.expected))}"
        for line in lines
        if line.expected and not line.expected & shown.get(str(world.played[line.number].id), set())
    ]


def card_text(message: discord.Message) -> str:
    """A card as plain text: its embeds line by line, then its buttons in brackets, links with their address."""
    parts = []
    for embed in message.embeds:
        parts += [embed.author.name or "", embed.title or "", embed.description or ""]
        parts += [f"{field.name}: {field.value}" for field in embed.fields]
        parts.append(embed.footer.text or "")
    for row in message.components:
        if isinstance(row, discord.ActionRow):
            buttons = [child for child in row.children if isinstance(child, discord.Button)]
            parts.append(" ".join(f"[{button.label}] {button.url or ''}".rstrip() for button in buttons))
    text = "\n".join(part for part in parts if part)
    return _TIME.sub(_readable_time, _ESCAPE.sub(r"\1", text))


def _readable_time(mark: re.Match[str]) -> str:
    return f"{datetime.fromtimestamp(int(mark[1]), UTC):%Y-%m-%d %H:%M} UTC"
