"""Which controls stand below a card, by how its flag stands."""

from collections.abc import Iterator

from discord import ButtonStyle, ui

from bot.config import ReviewSettings
from bot.review import texts
from bot.review.controls import Control, Deed, button
from bot.store.records import Flag, FlagState


def controls(flag: Flag, review: ReviewSettings, link: str | None, forum: str) -> ui.View:
    """What can be done with a flag as it stands, and a way to its post, on a forum where one is named."""
    view = ui.View(timeout=None)
    deciding = list(_deciding(flag, review))
    for item in deciding:
        view.add_item(item)
    row = 0 if len(deciding) == 1 else 1
    view.add_item(button(Deed.MORE, flag.id, texts.card.MORE, row=row))
    if link:
        view.add_item(ui.Button(label=texts.card.open_post(forum), url=link, row=row))
    return view


def _deciding(flag: Flag, review: ReviewSettings) -> Iterator[Control]:
    match flag.state:
        case FlagState.OPEN | FlagState.CLAIMED | FlagState.ESCALATED:
            yield button(Deed.CONFIRM, flag.id, texts.card.CONFIRM, ButtonStyle.danger)
            yield button(Deed.DISMISS, flag.id, texts.card.DISMISS, ButtonStyle.success)
            yield from _taking(flag, review)
            yield button(Deed.NOTE, flag.id, texts.card.NOTE)
        case FlagState.SNOOZED:
            yield button(Deed.UNDO, flag.id, texts.card.WAKE)
        case FlagState.CONFIRMED | FlagState.DISMISSED:
            yield button(Deed.UNDO, flag.id, texts.card.UNDO)


def _taking(flag: Flag, review: ReviewSettings) -> Iterator[Control]:
    if flag.state is FlagState.OPEN:
        yield button(Deed.CLAIM, flag.id, texts.card.CLAIM)
    elif flag.state is FlagState.CLAIMED:
        yield button(Deed.UNDO, flag.id, texts.card.RELEASE)
    if flag.state is FlagState.ESCALATED:
        yield button(Deed.UNDO, flag.id, texts.card.TAKE_BACK)
    elif review.lead_roles:
        yield button(Deed.ESCALATE, flag.id, texts.card.ESCALATE)
