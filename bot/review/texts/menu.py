"""Every word behind a card's "More" and in the forms it opens."""

from collections.abc import Iterable
from datetime import datetime

from bot.counts import count
from bot.review.texts.words import moment
from bot.store.records import AuditEntry, Verb

# Controls
CORRECT_LABELS = "Correct the labels"
CONFIRM_AS = "Confirm, with these labels"
SNOOZE = "Snooze for …"
ONE_HOUR = "One hour"
EIGHT_HOURS = "Eight hours"
ONE_DAY = "One day"
THREE_DAYS = "Three days"
WHAT_THE_MODEL_SAW = "What the model saw"
SHOW_HISTORY = "History"
LIST_ALL = "List all on this card"
TAKE_OUT = "Take one out, to decide it by itself …"
NEVER_AGAIN = "Never flag this text again"
ACT = {Verb.DELETE: "Delete the post …", Verb.TIME_OUT: "Time out the author …", Verb.WARN: "Warn the author …"}
SURELY = {Verb.DELETE: "Yes, delete it", Verb.TIME_OUT: "Yes, time out", Verb.WARN: "Yes, send it"}

# A form
NOTE_LABEL = "Your note, for all moderators"

# Answers
NOTHING_STANDS_OUT = "No single word stands out."
NO_TIME = "Please choose for how long. Nothing was changed."
NOT_ON_CARD = "That is not on this card. Nothing was changed."
EMPTY_NOTE = "The note was empty, so nothing was noted."
TOO_LATE_FOR_A_FORM = "I was too slow to open the form. Please press again."

# Why an action on Discord is not taken
ACTION_OFF = "That is switched off (`[review.actions]` in the config). Nothing was done."
OUT_OF_REACH = "I cannot reach that post on Discord. Nothing was done."
POST_IS_GONE = "The post is gone already. Nothing was done."
AUTHOR_LEFT = "The author is no longer a member of that server. Nothing was done."
AUTHOR_ABOVE_ME = "I may not do that to this member: their roles are not below mine. Nothing was done."
AUTHOR_ABOVE_YOU = "This member's roles are not below yours, so that is not for you to do. Nothing was done."
_PERMISSIONS = {"manage_messages": "Manage Messages", "moderate_members": "Time Out Members"}


def more_title(flag_id: int) -> str:
    """Above the menu behind "More"."""
    return f"Flag {flag_id}: what would you like to do?"


def note_title(flag_id: int) -> str:
    """The title of the form for a note."""
    return f"Note on flag {flag_id}"


def weights(words: Iterable[tuple[str, str]]) -> str:
    """Marked words and what each weighed."""
    return " · ".join(f"{word} {weight}" for word, weight in words)


def weight(log_odds: float) -> str:
    """What a word speaks for a label."""
    return f"{log_odds:+.1f}"


def part(share: float) -> str:
    """How much of a post repeated words are."""
    return f"({share:.0%})"


def history_title(flag_id: int) -> str:
    """Above the steps of a flag."""
    return f"History of flag {flag_id}"


def raised(at: datetime) -> str:
    """The first line of a history."""
    return f"{moment(at)} flagged"


def steps_left_out(number: int) -> str:
    """Above a history that was cut short."""
    return f"… {count(number, 'earlier one')} …"


def step(entry: AuditEntry, name: str, note: str) -> str:
    """One line of a history."""
    labels = ", ".join(label.display for label in entry.labels)
    match entry.verb:
        case Verb.CLAIM:
            did = f"claimed by {name}"
        case Verb.CONFIRM:
            did = f"confirmed by {name}: {labels}"
        case Verb.DISMISS:
            did = f"found to be no problem by {name}"
        case Verb.EXEMPT:
            did = f"never to be flagged again, says {name}"
        case Verb.CORRECT:
            did = f"labels corrected by {name}: {labels}"
        case Verb.ESCALATE:
            did = f"escalated by {name}"
        case Verb.SNOOZE:
            did = f"snoozed by {name}" + (f" until {moment(entry.until)}" if entry.until else "")
        case Verb.UNDO:
            did = f"opened again by {name}"
        case Verb.LAPSE:
            did = "open again: the time was up"
        case Verb.TAKE_OUT:
            did = f"flag {note} taken out by {name}"
        case Verb.NOTE:
            did = f"note by {name}: {note}"
        case Verb.DELETE:
            did = f"post deleted by {name}"
        case Verb.TIME_OUT:
            did = f"author timed out by {name}"
        case Verb.WARN:
            did = f"author warned by {name}: {note}"
    return f"{moment(entry.at)} {did}"


def surely_delete(author: str) -> str:
    """The question before a deletion."""
    return f"Delete this post by **{author}** for good? Discord's audit log will name you."


def surely_time_out(author: str, minutes: int) -> str:
    """The question before a time-out."""
    return f"Time out **{author}** for {count(minutes, 'minute')}? Discord's audit log will name you."


def surely_warn(author: str, warning: str) -> str:
    """The question before a warning."""
    return f"Send this to **{author}** as a direct message? It does not name you.\n>>> {warning}"


def warned_just_now(name: str) -> str:
    """That somebody was quicker."""
    return f"**{name}** has just sent that warning; no second one was sent."


def you_lack(permission: str) -> str:
    """That Discord does not allow it to the moderator."""
    return f"You lack {_PERMISSIONS[permission]} where that post stands. Nothing was done."


def i_lack(permission: str) -> str:
    """That Discord does not allow it to the bot."""
    return f"I lack {_PERMISSIONS[permission]} where that post stands. Nothing was done; please tell an admin."


def action_failed(status: int, code: int) -> str:
    """What Discord answered to an action."""
    why = {
        10008: "the post is gone already",
        50007: "this member takes no direct messages from me",
        403: "Discord refuses it",
        404: "Discord does not find it",
    }
    return f"Nothing was done: {why.get(code) or why.get(status) or f'Discord answered with error {status}'}."


def audit_log_reason(name: str, user_id: str, flag_id: int) -> str:
    """What Discord's audit log says of an action."""
    return f"{name} ({user_id}), on flag {flag_id}"
