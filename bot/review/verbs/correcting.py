"""Say which labels are true, before a decision or after it."""

import asyncio

from discord import SelectOption

from bot.review import texts
from bot.review.controls import Control, Deed, menu
from bot.review.press import Press, Result
from bot.review.reply import Reply
from bot.store.records import DECIDED, Flag
from bot.store.store import Store
from classifier.labels import Label


async def correct(press: Press, store: Store) -> Result:
    """Confirm with the labels chosen, or correct what was confirmed."""
    labels = tuple(label for label in Label if label in press.values)
    if not labels:
        return Reply(texts.answers.NO_LABEL)
    flag = press.flag
    if flag.state in DECIDED:
        return await asyncio.to_thread(store.correct, flag.id, press.moderator, labels, press.now)
    return await asyncio.to_thread(store.confirm, flag.id, press.moderator, labels, press.now, press.claim_lifetime)


def labels_menu(flag: Flag, *, row: int) -> Control:
    """The menu of all labels."""
    options = [
        SelectOption(label=label.display, value=label.value, description=texts.words.LABEL_HINTS[label])
        for label in Label
    ]
    label = texts.menu.CORRECT_LABELS if flag.decision else texts.menu.CONFIRM_AS
    return menu(Deed.LABELS, flag.id, label, options, most=len(options), row=row)
