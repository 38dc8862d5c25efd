"""Look through all that shares a card, and take one out that is to be decided by itself."""

import asyncio

from discord import SelectOption

from bot.review import texts
from bot.review.commands.controls import CommandControl, button
from bot.review.commands.on_card import KIND
from bot.review.controls import Control, Deed, menu
from bot.review.marking import plain
from bot.review.press import Press, Result
from bot.review.reply import Reply
from bot.store.records import Burst, Flag
from bot.store.store import Store

ROOM = 100
"""Units of each half of an option."""


async def take_out(press: Press, store: Store) -> Result:
    """Let the flag chosen stand for itself again."""
    chosen = next((value for value in press.values if value.isascii() and value.isdecimal()), "")[:9]
    if not chosen:
        return Reply(texts.menu.NOT_ON_CARD)
    flag = press.flag
    return await asyncio.to_thread(
        store.take_out, flag.id, int(chosen), press.moderator, press.now, press.claim_lifetime
    )


def take_out_menu(flag: Flag, burst: Burst, *, row: int) -> Control | None:
    """The menu of the newest that joined the card; None where none did."""
    options = [
        SelectOption(
            label=plain(f"{each.post.author_name or each.post.author or texts.words.SOMEBODY}: {each.post.text}", ROOM),
            value=str(each.flag_id),
            description=plain(", ".join(label.display for label in each.labels), ROOM),
        )
        for each in burst.newest
        if each.flag_id is not None
    ]
    return menu(Deed.TAKE_OUT, flag.id, texts.menu.TAKE_OUT, options, row=row) if options else None


def list_button(flag: Flag, *, row: int) -> CommandControl:
    """A button that lists all flags on the card."""
    return button(texts.menu.LIST_ALL, KIND, 0, str(flag.id), row=row)
