"""The controls on a card. They outlive restarts: all they know stands in their `custom_id`, `flagpost:VERB:FLAGID`."""

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any, Self
from weakref import WeakKeyDictionary

import discord
from discord import ButtonStyle, SelectOption, ui

from bot.review import texts
from bot.store.records import Flag, FlagState, Verb
from classifier.labels import Label

CUSTOM_ID = re.compile(r"flagpost:(?P<verb>[^:]*):(?P<flag>.*)", re.DOTALL)
"""Any verb and any flag id: a forged one is to get an answer, too."""

LABELS = "labels"
"""Stands where the others have their verb in the `custom_id` of the menu that corrects the labels."""

LARGEST_ID = 2**31 - 1
"""What the store's databases hold as an id."""

_VERBS = frozenset({Verb.CLAIM, Verb.CONFIRM, Verb.DISMISS, Verb.UNDO})

Interaction = discord.Interaction[discord.Client]
PressHandler = Callable[[Interaction, str, str, Sequence[str]], Awaitable[None]]
"""Answers one press: the interaction, the verb, the flag id as it was sent, and the values chosen in a menu."""

_handlers: WeakKeyDictionary[discord.Client, PressHandler] = WeakKeyDictionary()
"""discord.py makes a control from its class and its message alone, so what answers it is found by the client."""


class Control(ui.DynamicItem[ui.Item[ui.View]], template=CUSTOM_ID):
    """A button or menu on a card."""

    def __init__(self, item: ui.Item[ui.View], verb: str, flag: str) -> None:
        super().__init__(item)
        self.verb = verb
        self.flag = flag

    @classmethod
    async def from_custom_id(cls, _: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /) -> Self:
        return cls(item, match["verb"], match["flag"])

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        data: Mapping[str, Any] = interaction.data or {}
        await _handlers[interaction.client](interaction, self.verb, self.flag, data.get("values", ()))


def register(client: discord.Client, handler: PressHandler) -> None:
    """Have `handler` answer every press on a card of this client's, also on cards sent before it started."""
    _handlers[client] = handler
    client.add_dynamic_items(Control)


def flag_id(text: str) -> int | None:
    """The flag id that a control carries, if it can be one."""
    return int(text) if text.isascii() and text.isdecimal() and int(text[:20]) <= LARGEST_ID else None


def verb_named(text: str) -> Verb | None:
    """The verb that a control carries."""
    if text == LABELS:
        return Verb.CORRECT
    return Verb(text) if text in _VERBS else None


def shown_flag(message: discord.Message) -> int | None:
    """The id of the flag whose controls a message carries."""
    for row in message.components:
        for component in getattr(row, "children", ()):
            if match := CUSTOM_ID.fullmatch(getattr(component, "custom_id", None) or ""):
                return flag_id(match["flag"])
    return None


def controls(flag: Flag, link: str | None, forum: str = "") -> ui.View:
    """What can be done with a flag as it stands, and a way to its post, on a forum where one is named."""
    view = ui.View(timeout=None)
    for item in _items(flag):
        view.add_item(item)
    if link:
        view.add_item(ui.Button(label=texts.open_post(forum), url=link, row=0))
    return view


def _items(flag: Flag) -> Iterable[Control]:
    match flag.state:
        case FlagState.OPEN | FlagState.CLAIMED:
            yield _button(flag, Verb.CONFIRM, texts.CONFIRM, ButtonStyle.danger)
            yield _button(flag, Verb.DISMISS, texts.DISMISS, ButtonStyle.success)
            if flag.state is FlagState.OPEN:
                yield _button(flag, Verb.CLAIM, texts.CLAIM)
            else:
                yield _button(flag, Verb.UNDO, texts.RELEASE)
        case FlagState.CONFIRMED | FlagState.DISMISSED:
            yield _button(flag, Verb.UNDO, texts.UNDO)
            if flag.state is FlagState.CONFIRMED:
                yield _label_menu(flag)


def _button(flag: Flag, verb: Verb, label: str, style: ButtonStyle = ButtonStyle.secondary) -> Control:
    button: ui.Button[ui.View] = ui.Button(label=label, style=style, custom_id=f"flagpost:{verb}:{flag.id}", row=0)
    return Control(button, verb, str(flag.id))


def _label_menu(flag: Flag) -> Control:
    menu: ui.Select[ui.View] = ui.Select(
        custom_id=f"flagpost:{LABELS}:{flag.id}",
        placeholder=texts.CORRECT_LABELS,
        min_values=1,
        max_values=len(Label),
        options=[
            SelectOption(label=label.display, value=label.value, description=texts.LABEL_HINTS[label])
            for label in Label
        ],
        row=1,
    )
    return Control(menu, LABELS, str(flag.id))
