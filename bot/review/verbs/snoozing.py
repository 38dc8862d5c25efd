"""Put a flag aside for some hours."""

import asyncio
from datetime import timedelta

from discord import SelectOption

from bot.review import texts
from bot.review.controls import Control, Deed, menu
from bot.review.press import Press, Result
from bot.review.reply import Reply
from bot.store.records import Flag
from bot.store.store import Store

HOURS = {"1": texts.menu.ONE_HOUR, "8": texts.menu.EIGHT_HOURS, "24": texts.menu.ONE_DAY, "72": texts.menu.THREE_DAYS}


async def snooze(press: Press, store: Store) -> Result:
    """Put it aside for the hours chosen; then it is open again."""
    chosen = next((hours for hours in press.values if hours in HOURS), None)
    if chosen is None:
        return Reply(texts.menu.NO_TIME)
    until = press.now + timedelta(hours=int(chosen))
    flag = press.flag
    return await asyncio.to_thread(store.snooze, flag.id, press.moderator, until, press.now, press.claim_lifetime)


def snooze_menu(flag: Flag, *, row: int) -> Control:
    """The menu of times."""
    options = [SelectOption(label=label, value=hours) for hours, label in HOURS.items()]
    return menu(Deed.SNOOZE, flag.id, texts.menu.SNOOZE, options, row=row)
