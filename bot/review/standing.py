"""How a flag stands, in one line for its card."""

from bot.review import texts
from bot.review.marking import ROOM_FOR_NAME, inert
from bot.store.records import AuditEntry, Claim, Flag, Verb


def standing(flag: Flag) -> str:
    """The state, by whom and since when."""
    held = flag.held
    if held is None:
        return texts.card.OPEN
    name = inert(held.moderator.name, ROOM_FOR_NAME)
    if isinstance(held, Claim):
        return texts.card.claimed(name, held.at)
    return decision_line(held) if flag.decision else _parked(held, name)


def decision_line(decision: AuditEntry) -> str:
    """Who decided what, and when."""
    name = inert(decision.moderator.name, ROOM_FOR_NAME)
    match decision.verb:
        case Verb.EXEMPT:
            return texts.card.exempted(name, decision.at)
        case Verb.DISMISS:
            return texts.card.dismissed(name, decision.at)
        case _:
            return texts.card.confirmed(name, decision.at, decision.labels)


def _parked(entry: AuditEntry, name: str) -> str:
    return texts.card.snoozed(name, entry.until) if entry.until else texts.card.escalated(name, entry.at)
