"""`/flagpost search`: flags by words, author, label and state."""

import asyncio

from discord import app_commands

from bot.review import texts
from bot.review.commands.listing import page_of_flags
from bot.review.commands.room import Asked, Room
from bot.review.controls import Interaction
from bot.review.reply import Reply
from bot.review.staff import Level
from bot.store.records import FlagState
from bot.store.search import Wanted
from classifier.labels import Label

KIND = "search"

LONGEST_TEXT, LONGEST_AUTHOR = 36, 24
"""Characters of what is searched for: it has to fit into the buttons of the answer."""
SUGGESTIONS = 25
"""As many as Discord shows."""

_LABELS, _STATES = tuple(Label), tuple(FlagState)
_SEPARATOR = "\x1f"


def build(room: Room) -> app_commands.Command[app_commands.Group, ..., None]:
    """The command."""

    @app_commands.command(name="search", description=texts.commands.SEARCH)
    @app_commands.describe(**texts.commands.SEARCH_OPTIONS)
    @app_commands.choices(
        label=[app_commands.Choice(name=label.display, value=label.value) for label in Label],
        state=[app_commands.Choice(name=state.value.capitalize(), value=state.value) for state in FlagState],
    )
    async def search(
        interaction: Interaction,
        text: app_commands.Range[str, 1, LONGEST_TEXT] | None = None,
        author: app_commands.Range[str, 1, LONGEST_AUTHOR] | None = None,
        label: str | None = None,
        state: str | None = None,
    ) -> None:
        wanted = Wanted(
            text=text or "",
            author=author or "",
            label=Label(label) if label else None,
            states=(FlagState(state),) if state else _STATES,
        )
        await room.answer(interaction, lambda asked: _page(room, asked, wanted, 0))

    @search.autocomplete("author")
    async def authors(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        asked = room.asked(interaction)
        if asked is None or asked.level < Level.MODERATOR:
            return []
        found = await asyncio.to_thread(room.store.search.authors, current, asked.reach, SUGGESTIONS)
        names = dict.fromkeys(author.name[:LONGEST_AUTHOR] for author in found)
        return [app_commands.Choice(name=name, value=name) for name in names if name.strip()]

    return search


async def page(room: Room, asked: Asked, number: int, about: str) -> Reply:
    """Another page of what was searched for."""
    return await _page(room, asked, _decoded(about), number)


async def _page(room: Room, asked: Asked, wanted: Wanted, number: int) -> Reply:
    return await page_of_flags(
        room,
        asked,
        wanted,
        number,
        kind=KIND,
        about=_encoded(wanted),
        title=texts.commands.FOUND,
        nothing=texts.commands.NOTHING_FOUND,
    )


def _encoded(wanted: Wanted) -> str:
    label = "" if wanted.label is None else str(_LABELS.index(wanted.label))
    state = str(_STATES.index(next(iter(wanted.states)))) if len(wanted.states) == 1 else ""
    return _SEPARATOR.join((label, state, wanted.author, wanted.text))


def _decoded(about: str) -> Wanted:
    """What a button asks for; whatever a forged one asks for is not found."""
    label, state, author, text = (*about.split(_SEPARATOR, 3), "", "", "", "")[:4]
    return Wanted(
        text=text,
        author=author,
        label=_LABELS[int(label) % len(_LABELS)] if label.isdecimal() else None,
        states=(_STATES[int(state) % len(_STATES)],) if state.isdecimal() else _STATES,
    )
