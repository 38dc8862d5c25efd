"""The controls on cards and menus. They outlive restarts: all they know is their `custom_id`."""

import re
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any, Self
from weakref import WeakKeyDictionary

import discord
from discord import ButtonStyle, SelectOption, ui

CUSTOM_ID = re.compile(r"flagpost:(?P<deed>[^:]*):(?P<flag>.*)", re.DOTALL)
"""Any deed and any flag id: a forged one is to get an answer, too."""

LARGEST_ID = 2**31 - 1
"""What the store's databases hold as an id."""


class Deed(StrEnum):
    """What a control asks for."""

    CONFIRM = "confirm"
    DISMISS = "dismiss"
    CLAIM = "claim"
    ESCALATE = "escalate"
    UNDO = "undo"
    NOTE = "note"
    MORE = "more"
    LABELS = "labels"
    SNOOZE = "snooze"
    TAKE_OUT = "take_out"
    SEEN = "seen"
    HISTORY = "history"
    EXEMPT = "exempt"
    DELETE = "delete"
    TIME_OUT = "time_out"
    WARN = "warn"
    DELETE_SURELY = "delete_surely"
    TIME_OUT_SURELY = "time_out_surely"
    WARN_SURELY = "warn_surely"


Interaction = discord.Interaction[discord.Client]
PressHandler = Callable[[Interaction, str, str, Sequence[str]], Awaitable[None]]
"""Answers one press: the interaction, the deed, the flag id as it was sent, and what was chosen or written."""

_handlers: WeakKeyDictionary[discord.Client, PressHandler] = WeakKeyDictionary()
"""discord.py makes a control from its class and its message alone, so what answers it is found by the client."""


class Control(ui.DynamicItem[ui.Item[ui.View]], template=CUSTOM_ID):
    """A button or menu on a card."""

    def __init__(self, item: ui.Item[ui.View], deed: str, flag: str) -> None:
        super().__init__(item)
        self.deed = deed
        self.flag = flag

    @classmethod
    async def from_custom_id(cls, _: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /) -> Self:
        return cls(item, match["deed"], match["flag"])

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        data: Mapping[str, Any] = interaction.data or {}
        await _handlers[interaction.client](interaction, self.deed, self.flag, data.get("values", ()))


def register(client: discord.Client, handler: PressHandler) -> None:
    """Have `handler` answer every press on a card of this client's, also on cards sent before it started."""

    async def on_interaction(interaction: Interaction) -> None:
        # discord.py forgets its forms when it stops; what was written into one of ours is taken all the same.
        data: Mapping[str, Any] = interaction.data or {}
        if interaction.type is discord.InteractionType.modal_submit and (
            match := CUSTOM_ID.fullmatch(str(data.get("custom_id")))
        ):
            await handler(interaction, match["deed"], match["flag"], tuple(_written(data.get("components", ()))))

    _handlers[client] = handler
    client.add_dynamic_items(Control)
    client.event(on_interaction)


def _written(components: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """The texts in a submitted form."""
    for component in components:
        if isinstance(component.get("value"), str):
            yield component["value"]
        yield from _written([*component.get("components", ()), *filter(None, [component.get("component")])])


def flag_id(text: str) -> int | None:
    """The flag id that a control carries, if it can be one."""
    return int(text) if text.isascii() and text.isdecimal() and int(text[:20]) <= LARGEST_ID else None


def deed_named(text: str) -> Deed | None:
    """The deed that a control carries, if there is such a one."""
    return Deed(text) if text in frozenset(Deed) else None


def shown_flag(message: discord.Message) -> int | None:
    """The id of the flag whose controls a message carries."""
    for row in message.components:
        for component in getattr(row, "children", ()):
            if match := CUSTOM_ID.fullmatch(getattr(component, "custom_id", None) or ""):
                return flag_id(match["flag"])
    return None


def custom_id(deed: Deed, flag: int) -> str:
    """What a control carries."""
    return f"flagpost:{deed}:{flag}"


def button(deed: Deed, flag: int, label: str, style: ButtonStyle = ButtonStyle.secondary, *, row: int = 0) -> Control:
    """A button that asks for a deed."""
    item: ui.Button[ui.View] = ui.Button(label=label, style=style, custom_id=custom_id(deed, flag), row=row)
    return Control(item, deed, str(flag))


def menu(deed: Deed, flag: int, label: str, options: list[SelectOption], *, most: int = 1, row: int = 0) -> Control:
    """A menu of which one to `most` options can be chosen."""
    item: ui.Select[ui.View] = ui.Select(
        custom_id=custom_id(deed, flag), placeholder=label, max_values=most, options=options, row=row
    )
    return Control(item, deed, str(flag))
