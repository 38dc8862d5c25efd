"""The menu behind "More": what is needed less often, for the presser's eyes."""

import asyncio
from collections.abc import Iterator

from discord import ui

from bot.review import texts
from bot.review.commands.controls import CommandControl
from bot.review.controls import Control, Deed, button
from bot.review.press import Press, Result
from bot.review.reply import Reply
from bot.review.verbs.acting import action_buttons
from bot.review.verbs.correcting import labels_menu
from bot.review.verbs.sharing import list_button, take_out_menu
from bot.review.verbs.snoozing import snooze_menu
from bot.store.records import Burst, FlagState
from bot.store.store import Store


async def open_menu(press: Press, store: Store) -> Result:
    """Show what else can be done with the flag as it stands."""
    burst = await asyncio.to_thread(store.burst, press.flag.id)
    view = ui.View(timeout=None)
    for item in _items(press, burst):
        view.add_item(item)
    return Reply(texts.menu.more_title(press.flag.id), view=view)


def _items(press: Press, burst: Burst | None) -> Iterator[Control | CommandControl]:
    flag = press.flag
    match flag.state:
        case FlagState.OPEN | FlagState.CLAIMED | FlagState.SNOOZED:
            may_decide, may_snooze = True, True
        case FlagState.ESCALATED:
            may_decide, may_snooze = press.moderator.lead, False
        case FlagState.CONFIRMED | FlagState.DISMISSED:
            may_decide, may_snooze = False, False
    if may_decide or flag.state is FlagState.CONFIRMED:
        yield labels_menu(flag, row=0)
    if may_snooze:
        yield snooze_menu(flag, row=1)
    yield button(Deed.SEEN, flag.id, texts.menu.WHAT_THE_MODEL_SAW, row=2)
    yield button(Deed.HISTORY, flag.id, texts.menu.SHOW_HISTORY, row=2)
    if may_decide:
        yield button(Deed.EXEMPT, flag.id, texts.menu.NEVER_AGAIN, row=2)
    if burst:
        yield list_button(flag, row=2)
    yield from action_buttons(press.review.actions, flag, row=3)
    if burst and (taking_out := take_out_menu(flag, burst, row=4)):
        yield taking_out
