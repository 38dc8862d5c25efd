"""The buttons below the answers. They outlive restarts: all that they know stands in their `custom_id`.

`flagpost-ask:KIND:NUMBER:ABOUT`. KIND names who answers, NUMBER is a page or a post, ABOUT whatever else it takes.
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any, Self
from weakref import WeakKeyDictionary

import discord
from discord import ButtonStyle, ui

from bot.review import texts
from bot.review.commands.room import Asked, Room
from bot.review.reply import Reply

CUSTOM_ID = re.compile(r"flagpost-ask:(?P<kind>[a-z]{1,10}):(?P<number>[0-9]{1,6}):(?P<about>.*)", re.DOTALL)

LONGEST_ABOUT = 70
"""What is left of Discord's 100 characters."""

Press = Callable[[Room, Asked, int, str], Awaitable[Reply]]
"""Answers a press: the number and what it is about, as the `custom_id` has them, or the value chosen in a menu."""

_rooms: WeakKeyDictionary[discord.Client, tuple[Room, Mapping[str, Press]]] = WeakKeyDictionary()
"""discord.py makes a button from its class and its message alone, so what answers it is found by the client."""


class CommandControl(ui.DynamicItem[ui.Item[ui.View]], template=CUSTOM_ID):
    """A button or menu below an answer."""

    def __init__(self, item: ui.Item[ui.View], kind: str, number: int, about: str) -> None:
        super().__init__(item)
        self.kind, self.number, self.about = kind, number, about

    @classmethod
    async def from_custom_id(cls, _: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /) -> Self:
        return cls(item, match["kind"], int(match["number"]), match["about"])

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        room, presses = _rooms[interaction.client]
        data: Mapping[str, Any] = interaction.data or {}
        about = " ".join((self.about, *data.get("values", ())))
        press = presses.get(self.kind, _unknown)
        await room.answer(interaction, lambda asked: press(room, asked, self.number, about))


async def _unknown(_room: Room, _asked: Asked, _number: int, _about: str) -> Reply:
    return Reply(texts.commands.UNKNOWN_BUTTON)


def register(room: Room, presses: Mapping[str, Press]) -> None:
    """Have the buttons of that room answered, also of answers given before this start."""
    _rooms[room.client] = room, presses
    room.client.add_dynamic_items(CommandControl)


def button(
    label: str,
    kind: str,
    number: int,
    about: str,
    style: ButtonStyle = ButtonStyle.secondary,
    *,
    row: int | None = None,
) -> CommandControl:
    """A button that asks `kind`; `about` has at most LONGEST_ABOUT characters."""
    custom_id = f"flagpost-ask:{kind}:{number}:{about}"
    made: ui.Button[ui.View] = ui.Button(label=label, style=style, custom_id=custom_id, row=row)
    return CommandControl(made, kind, number, about)


def menu(kind: str, number: int, about: str, **fields: Any) -> CommandControl:
    """A menu that asks `kind`; the values chosen come after `about`, with spaces between."""
    made: ui.Select[ui.View] = ui.Select(custom_id=f"flagpost-ask:{kind}:{number}:{about}", **fields)
    return CommandControl(made, kind, number, about)


def pager(kind: str, page: int, pages: int, about: str = "") -> ui.View | None:
    """The buttons that turn to the other pages; None when there are none. Pages are numbered from 0."""
    if pages <= 1:
        return None
    view = ui.View(timeout=None)
    turn = partial(button, kind=kind, about=about)
    if page > 0:
        view.add_item(turn(texts.commands.PREVIOUS, number=page - 1))
    if page < pages - 1:
        view.add_item(turn(texts.commands.NEXT, number=page + 1))
    return view
