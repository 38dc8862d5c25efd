"""What somebody is answered who pressed something, for their eyes alone."""

from collections.abc import Iterable
from datetime import datetime

from bot.review.texts.words import moment
from bot.store.records import FlagState, Verb

UNKNOWN_FLAG = "I do not know this flag, so nothing was changed. Its card may be very old."
NO_LABEL = "Please choose at least one label. Nothing was changed."
NO_LEADS = "Nobody is named to escalate to (`review.lead_roles` in the config). Nothing was changed."
NOTHING_TO_UNDO = "This flag is open already, so there is nothing to undo."
NOT_CONFIRMED = "Labels can be corrected on confirmed flags only, and this one is not."
ESCALATED_IS_FOR_DECIDING = "This is escalated: confirm it, dismiss it, or take it back first. Nothing was changed."
BROKEN = "Something went wrong on my side. Please look at the card, and press again if it has not changed."
RECORDED = "That is recorded."
CARD_GONE = "That is recorded. The card could not be updated, because its message is gone."
CARD_NOT_UPDATED = "That is recorded. The card could not be updated just now; it will be soon."

_ACTED = {
    Verb.DELETE: "The post is deleted.",
    Verb.TIME_OUT: "The author is timed out.",
    Verb.WARN: "The warning is sent.",
}
_STILL_UNDECIDED = "The flag itself is still undecided."


def only_for(roles: Iterable[int]) -> str:
    """To somebody who may not decide."""
    return f"Only {_roles(roles)} can decide here. Nothing was changed."


def lacks(permissions: Iterable[str]) -> str:
    """That the bot may not edit its card."""
    names = " and ".join(name.replace("_", " ").title() for name in permissions)
    return f"I lack {names} in this channel, so I could not update the card. Nothing was changed; please tell an admin."


def acted(verb: Verb, *, undecided: bool) -> str:
    """After an action on Discord, which decides nothing about the flag."""
    return f"{_ACTED[verb]} {_STILL_UNDECIDED}" if undecided else _ACTED[verb]


def recorded(link: str | None, *, moved: bool, done: str = RECORDED) -> str:
    """After a press in a menu, or one that moved the card; `done` says what was done, where there is more to say."""
    return f"{done} The card moved: {link}" if moved and link else done


def not_its_card(link: str | None) -> str:
    """To somebody who pressed on a message that shows the flag no more."""
    where = f": {link}" if link else " itself."
    return f"This message is not that flag's card, so nothing was changed. Please use the card{where}"


def already_decided(state: FlagState, name: str, at: datetime) -> str:
    """To somebody who comes second."""
    verb = "confirmed" if state is FlagState.CONFIRMED else "found to be no problem"
    return f"Already {verb} by {name} {moment(at, 'R')}."


def already_claimed(name: str, until: datetime) -> str:
    """To somebody who comes second."""
    return f"Claimed by {name} until {moment(until, 't')}."


def already_escalated(name: str, leads: Iterable[int]) -> str:
    """To somebody who is no lead."""
    return f"Escalated by {name}: only {_roles(leads)} can decide it."


def only_by(name: str, state: FlagState, leads: Iterable[int]) -> str:
    """To somebody who wants to undo or correct what another moderator did."""
    did = {
        FlagState.CLAIMED: "claimed",
        FlagState.SNOOZED: "snoozed",
        FlagState.ESCALATED: "escalated",
        FlagState.CONFIRMED: "confirmed",
        FlagState.DISMISSED: "decided",
    }[state]
    lead = f" or {_roles(leads)}" if leads else ""
    return f"Only {name}, who {did} this{',' if lead else ''}{lead} can change that."


def too_late_to_undo(days: int) -> str:
    """To somebody who comes after the time for second thoughts."""
    return f"That was decided more than {days} days ago and stays as it is."


def _roles(roles: Iterable[int]) -> str:
    return " or ".join(f"<@&{role}>" for role in roles)
