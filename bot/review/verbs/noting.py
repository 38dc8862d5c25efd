"""Write a note that colleagues see on the card."""

import asyncio

from discord import TextStyle, ui

from bot.review import texts
from bot.review.controls import Deed, custom_id
from bot.review.press import Press, Result
from bot.review.reply import Reply
from bot.store.records import Verb
from bot.store.store import Store

LONGEST_NOTE = 500
"""Characters: a remark, not a report; the card shows the first of them."""

FORM_LASTS = 900.0
"""Seconds for which discord.py remembers the form: as long as Discord itself would take an answer."""


async def note(press: Press, store: Store) -> Result:
    """Hand out the form, or take in what was written into it."""
    if not press.values:
        return _form(press.flag.id)
    words = press.values[0].strip()[:LONGEST_NOTE]
    if not words:
        return Reply(texts.menu.EMPTY_NOTE)
    return await asyncio.to_thread(store.remark, press.flag.id, Verb.NOTE, press.moderator, words, press.now)


def _form(flag_id: int) -> ui.Modal:
    form = ui.Modal(title=texts.menu.note_title(flag_id), custom_id=custom_id(Deed.NOTE, flag_id), timeout=FORM_LASTS)
    form.add_item(
        ui.Label(
            text=texts.menu.NOTE_LABEL,
            component=ui.TextInput(custom_id="note", style=TextStyle.paragraph, max_length=LONGEST_NOTE),
        )
    )
    return form
