"""Why a press was not accepted: how the flag stands, and who was first."""

from datetime import timedelta

from bot.review import texts
from bot.review.controls import Deed
from bot.review.marking import ROOM_FOR_NAME, inert
from bot.review.press import Press
from bot.store.decisions import UNDO_DAYS
from bot.store.records import AuditEntry, Claim, Flag, FlagState


def refusal(deed: Deed, flag: Flag, press: Press) -> str:
    """The words for whoever asked for `deed` and was not given it."""
    held = flag.held
    if held is None and deed is Deed.TAKE_OUT:
        return texts.menu.NOT_ON_CARD
    if held is None:
        return texts.answers.NOT_CONFIRMED if deed is Deed.LABELS else texts.answers.NOTHING_TO_UNDO
    name = inert(held.moderator.name, ROOM_FOR_NAME)
    if deed is Deed.UNDO or (deed is Deed.LABELS and flag.state is FlagState.CONFIRMED):
        is_own = press.moderator.lead or held.moderator.id == press.moderator.id
        return (
            texts.answers.too_late_to_undo(UNDO_DAYS)
            if is_own
            else texts.answers.only_by(name, flag.state, press.review.lead_roles)
        )
    return _taken(flag, held, name, press)


def _taken(flag: Flag, held: Claim | AuditEntry, name: str, press: Press) -> str:
    match flag.state:
        case FlagState.CLAIMED:
            return texts.answers.already_claimed(name, held.at + timedelta(minutes=press.review.claim_minutes))
        case FlagState.ESCALATED:
            if press.moderator.lead:
                return texts.answers.ESCALATED_IS_FOR_DECIDING
            return texts.answers.already_escalated(name, press.review.lead_roles)
        case _:
            return texts.answers.already_decided(flag.state, name, held.at)
