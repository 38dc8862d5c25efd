"""Every word of the commands that staff use."""

from collections.abc import Mapping
from datetime import datetime

from bot.counts import count
from bot.review.staff import Level
from bot.review.texts.words import SOMEBODY, moment, with_chance
from bot.store.privacy import Forgotten
from bot.store.reach import DISCORD
from bot.store.records import UNDECIDED, FlagState
from classifier.labels import Label

# Commands, as Discord lists them
GROUP = "What flagpost found, and how it does"
QUEUE = "What waits for a decision, oldest first"
NEXT_FLAG = "The oldest flag that nobody is on yet"
STATS = "How right the flags were, what was missed, who decided"
STATS_DAYS = "How far to look back"
THRESHOLDS = "What the thresholds mean in flags a day"
USER = "What was flagged of somebody here, and what came of it"
USER_OPTIONS = {"member": "A member of this server", "author": "Anybody who was flagged, also on a forum"}
SEARCH = "Find flags by words, author, label and state"
SEARCH_OPTIONS = {
    "text": "Words that stand in the post",
    "author": "A part of the author's name",
    "label": "What it was flagged for",
    "state": "How the flag stands",
}
PAUSE = "Hold new cards back for a while"
RESUME = "Let new cards come again"
STATUS = "Whether everything works, and if not, what is wrong"
AUDIT = "Judge random posts that were not flagged: the only way to know what is missed"
AUDIT_SIZE = "How many posts to judge"
AUDIT_DAYS = "From how many days back"
FORGET = "Erase what somebody wrote and was called, at their wish"
FORGET_OPTIONS = {"member": "A member of this server", "author": "Somebody from the list, or SOURCE/ID"}
FLAG = "Flag for review"
WHY = "Why this score?"

# Buttons
PREVIOUS = "◀ Back"
NEXT = "Next ▶"
TO_THE_CARD = "To the card"
HARMLESS = "Harmless"
CANNOT_TELL = "Cannot tell"
SEVERAL_LABELS = "More than one of them"
FORGET_SURELY = "Erase for good"

# Answers
BROKEN = "Something went wrong on my side, and nothing was changed. Please try again; my log says what it was."
UNKNOWN_BUTTON = "I do not know this button any more, so nothing was changed. Please ask again with the command."
WAITING = "Waiting for a decision"
NOTHING_WAITS = "Nothing waits for a decision."
NOTHING_IS_OPEN = "No flag is open that nobody is on yet."
CARD_WAITS = "Its card is not posted yet."
ON_ONE_CARD = "All on this card"
FOUND = "Found"
NOTHING_FOUND = "I found no such flag."
NO_SUCH_PAGE = "This page is empty by now."
NAME_SOMEBODY = "Please name a member, or choose an author from the list."
PAUSED = (
    "**Paused.** No new cards come until `/flagpost resume`, also over a restart. Posts are read, stored and judged as "
    "before; what is flagged waits and comes as cards then. Cards that stand here work as always."
)
RESUMED = "**Cards come again.** What was flagged meanwhile is being posted."
NOT_PAUSED = "Cards are not paused."
NOTHING_TO_AUDIT = "There is no post to judge: none of that time was read and left unflagged."
NOT_YOUR_AUDIT = "That is not an audit of yours. Begin one with `/flagpost audit`."
NOT_A_POST = "I cannot judge this message: it has no words of a member's own, or it stands on a server I do not read."
NOTHING_TO_FORGET = "No post of theirs is kept here under that name."
WHAT_IS_IT = "What is it?"
WHAT_IS_IT_HINT = "One or more"

STATES = {
    FlagState.OPEN: "🟠 open",
    FlagState.CLAIMED: "🔵 claimed",
    FlagState.SNOOZED: "💤 snoozed",
    FlagState.ESCALATED: "🟣 escalated",
    FlagState.CONFIRMED: "🔴 confirmed",
    FlagState.DISMISSED: "🟢 not a problem",
}


def may_not(least: Level) -> str:
    """To somebody who may not ask."""
    who = "leads" if least is Level.LEAD else "moderators"
    return f"Only {who} of this server can use this."


def forget_surely(name: str, posts: int) -> str:
    """Before somebody's posts are erased."""
    return (
        f"Erase the texts and the name in the {count(posts, 'post')} of **{name}** that I keep for this server, and in "
        "what others quote and copy of them? Decisions stay, without words; notes on their flags go. "
        "**There is no way back.**"
    )


def forgotten(gone: Forgotten) -> str:
    """What was erased."""
    stay = "stays" if gone.flags == 1 else "stay"
    return (
        f"**Erased**: texts and names in {count(gone.posts, 'post')}, {count(gone.quotations, 'quotation')}, "
        f"{count(gone.copies, 'mention')} as the original of a copy and {count(gone.notes, 'note')}. "
        f"{count(gone.flags, 'flag')} {stay} without words. Their cards are updated within a minute or two. "
        "Messages on Discord and posts on a forum are not touched."
    )


def page(number: int, pages: int, total: int) -> str:
    """Where one is in a list."""
    return f"Page {number} of {pages} · {total:,} in all"


def listed(
    flag_id: int,
    state: FlagState,
    headline: str,
    author: str,
    place: str,
    at: datetime,
    card: str | None,
    words: str,
) -> str:
    """A flag in a list."""
    way = f" · [card]({card})" if card else ""
    return (
        f"**{flag_id}** · {STATES[state]} · {moment(at, 'R')}{way}\n{headline}\n"
        f"**{author or SOMEBODY}** in {place}: {words}"
    )


def open_flags(total: int) -> str:
    """How many flags nobody is on."""
    return "The last open flag" if total == 1 else f"The oldest of {total:,} open flags"


def author_of(name: str, source: str) -> str:
    """An author in a list of suggestions."""
    return f"{name} ({source})"


def record(posts: int, days: int, flags: int, confirmed: int, dismissed: int) -> str:
    """An author's record: the posts, and the flags of so many days."""
    return (
        f"{count(posts, 'post')} read here. In the last {days} days {count(flags, 'flag')}: {confirmed} confirmed, "
        f"{dismissed} not a problem, {flags - confirmed - dismissed} undecided. What is older no longer counts."
    )


def paused_already(name: str, at: datetime) -> str:
    """To somebody who pauses what is paused."""
    return f"Cards are paused already, by {name} {moment(at, 'R')}."


def audit_question(number: int, size: int) -> str:
    """Above a post that is to be judged."""
    return f"Post {number} of {size}: is there anything wrong with it?"


def audit_footer(place: str) -> str:
    """Below a post that is to be judged."""
    return f"{place} · who wrote it and what the model said is left out, so that it does not lead you"


def why_line(label: Label, chance: float, threshold: float, *, shown: bool) -> str:
    """What the model says of one label, and what comes of that, where flags for it are shown."""
    line = f"**{with_chance(label, chance)}** · threshold {threshold:.0%}"
    if not shown:
        return f"{line} · not shown here"
    return f"{line} · {'flagged' if chance >= threshold else 'not flagged'}"


def flagged(card: str | None) -> str:
    """To somebody who flagged a post."""
    return f"Flagged: [its card]({card}) is in the queue." if card else "Flagged: its card will come to the queue."


def flagged_before(state: FlagState, card: str | None) -> str:
    """To somebody who flags what is flagged."""
    return f"This post is flagged already and stands at {STATES[state]}." + (f" [To its card]({card})" if card else "")


NOTHING_WEIGHED = "*no words speak for it*"
NOT_READ = "Not read"
NOT_READ_HERE = "New posts here are not judged by themselves: the channel is not watched."
FLAG_OF_IT = "Its flag"


def weighed_most(label: Label) -> str:
    """Above a post with the words marked that speak for a label."""
    return f"What weighs most for {label.display.lower()}"


def judged_by(model: str) -> str:
    """Which model says so."""
    return f"model {model}, just now"


UNKNOWN_COMMAND = (
    "I do not know this command in this form. Discord may still show an old one: reload it, then try again."
)
AS_IT_STANDS = "As it stands"


def trouble(problems: int) -> str:
    """Above the status."""
    return "✅ Everything works" if not problems else f"⚠️ {count(problems, 'thing')} to look at"


def problem(words: str) -> str:
    """One thing that is wrong."""
    return f"• {words}"


def store_fails(why: str) -> str:
    """That the database cannot be used."""
    return f"The database fails: {why}. Posts wait in memory until it works again."


def fails(about: str, why: str, since: datetime) -> str:
    """Something that does not work at present."""
    return f"{about} (since {moment(since, 'R')}): {why}."


def no_channel(channel: int) -> str:
    """That a review channel is out of reach."""
    return f"I cannot see the review channel {channel}: it is gone, or I lack View Channel. Cards wait."


def lacking(channel: int, permissions: list[str]) -> str:
    """That a review channel takes no cards."""
    names = ", ".join(name.replace("_", " ").title() for name in permissions)
    return f"In <#{channel}> I lack {names}."


def never_polled(source: str) -> str:
    """That a forum was not read yet."""
    return f"{source} was not read with success since I started."


def polled_late(source: str, at: datetime) -> str:
    """That a forum was not read for long."""
    return f"{source} was last read with success {moment(at, 'R')}."


def last_seen(source: str, at: datetime) -> str:
    """When the newest post came in."""
    return f"Last post from {'Discord' if source == DISCORD else source}: {moment(at, 'R')}"


def undecided(states: Mapping[FlagState, int]) -> str:
    """What waits for moderators."""
    named = [f"{states[state]:,} {state}" for state in UNDECIDED if states[state] or state is FlagState.OPEN]
    return f"Flags: {', '.join(named)}"


def outbox(waiting: int) -> str:
    """What waits for Discord."""
    return "No card waits to be posted" if not waiting else f"{count(waiting, 'card')} waiting to be posted"


def in_use(model: str) -> str:
    """Which model judges."""
    return f"Model {model}"
