"""Every word that a moderator reads, in one place.

Names and other words from outside come in already escaped.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from bot.store.records import FlagState, Reason, Record
from classifier.labels import Label

LIKELIHOODS = ((0.95, "almost certain"), (0.8, "very likely"), (0.5, "likely"), (0.2, "possible"), (0.0, "unlikely"))
"""A plain word for a chance: that of the first line whose number it reaches."""

LABEL_HINTS = {
    Label.TROLLING: "Bad faith: provoking, baiting, mocking or derailing",
    Label.PERSONAL_ATTACK: "Insults, threatens or demeans somebody who takes part",
    Label.COPY_PASTE: "Repeats at length what was posted here before",
}
"""The labels' definitions, cut down to what a menu holds."""

# Controls
CONFIRM = "Confirm"
DISMISS = "Not a problem"
CLAIM = "Claim"
ESCALATE = "Escalate"
NOTE = "Note"
MORE = "More"
RELEASE = "Release"
TAKE_BACK = "Take back"
WAKE = "Wake"
UNDO = "Undo"


# Parts of a card
QUOTED = "Quoted or answered · not judged"
ANSWERS = "In answer to · not judged"
BEFORE = "Just before"
COPIED = "Stood here before"
ALIKE = "Decided before on the same text"
NOTES = "Notes"
EDITED = "Edited since · it now reads"
NO_WORDS = "*no words to show*"
SOMEBODY = "somebody"
OPEN_EARLIER = "open that post"
OPEN_THIS = "open the post"
EARLIER_TEXT_GONE = "Its text is no longer kept."

WORD_FOR_WORD = "*Word for word the same.*"
OPEN = "🟠 **Open** · nobody is on it yet"

# A card that stands for several posts
BURST = "One card for all of these · one decision covers them"
BURST_REASONS = {
    Reason.COPY: "The same text, posted again.",
    Reason.AUTHOR: "More by the same member.",
    Reason.RAID: "Many flags in a short time.",
}
GONE = "🗑️ deleted"

# Answers that only the presser sees
UNKNOWN_FLAG = "I do not know this flag, so nothing was changed. Its card may be very old."
NO_LABEL = "Please choose at least one label. Nothing was changed."
NO_LEADS = "Nobody is named to escalate to (`review.lead_roles` in the config). Nothing was changed."
NOTHING_TO_UNDO = "This flag is open already, so there is nothing to undo."
NOT_CONFIRMED = "Labels can be corrected on confirmed flags only, and this one is not."
ESCALATED_IS_FOR_DECIDING = "This is escalated: confirm it, dismiss it, or take it back first. Nothing was changed."
BROKEN = "Something went wrong on my side. Please look at the card, and press again if it has not changed."
CARD_GONE = "That is recorded. The card could not be updated, because its message is gone."
CARD_NOT_UPDATED = "That is recorded. The card could not be updated just now; the next press on it will do that."


def open_post(forum: str) -> str:
    """The way to a post: on a forum, where one is named."""
    return f"Open the post on {forum}" if forum else "Open the post"


def likelihood(chance: float) -> str:
    """A plain word for a probability."""
    return next((word for least, word in LIKELIHOODS if chance >= least), LIKELIHOODS[-1][1])


def per_cent(chance: float) -> str:
    """A probability in whole per cent; never 0% or 100%, which no model can promise."""
    if chance > 0.99:
        return "over 99%"
    return "under 1%" if chance < 0.01 else f"{chance:.0%}"


def verdict(label: Label, chance: float) -> str:
    """What the model says of one label."""
    return f"{label.display}: {likelihood(chance)} ({per_cent(chance)})"


def moment(at: datetime, style: str = "f") -> str:
    """A time, which everybody reads in their own zone. `style` is Discord's: f in full, t the hour, R how long ago."""
    return f"<t:{int(at.timestamp())}:{style}>"


def claimed(name: str, at: datetime) -> str:
    """The state of a claimed flag."""
    return f"🔵 **Claimed** by {name} {moment(at, 'R')}"


def confirmed(name: str, at: datetime, labels: Iterable[Label]) -> str:
    """The state of a confirmed flag."""
    return f"🔴 **Confirmed** by {name} {moment(at, 'R')}: {', '.join(label.display for label in labels)}"


def dismissed(name: str, at: datetime) -> str:
    """The state of a flag that a moderator found to be none."""
    return f"🟢 **Not a problem**, says {name} {moment(at, 'R')}"


def exempted(name: str, at: datetime) -> str:
    """The state of a flag whose text is never to be flagged again."""
    return f"🟢 **Not a problem, never flag this text again**, says {name} {moment(at, 'R')}"


def escalated(name: str, at: datetime) -> str:
    """The state of an escalated flag."""
    return f"🟣 **Escalated** to the leads by {name} {moment(at, 'R')}"


def snoozed(name: str, until: datetime) -> str:
    """The state of a flag that is put aside."""
    return f"💤 **Snoozed** by {name} until {moment(until)}"


def deleted(at: datetime) -> str:
    """That the post is gone from its source."""
    return f"🗑️ The post was deleted {moment(at)}"


def byline(author: str, *facts: str) -> str:
    """Who wrote something, and what else is known of it."""
    return " · ".join((f"**{author or SOMEBODY}**", *filter(None, facts)))


def link_to_earlier(link: str) -> str:
    """A way to the original of a copy."""
    return f"[{OPEN_EARLIER}]({link})"


def link_to_post(link: str) -> str:
    """A way to the flagged post."""
    return f"[{OPEN_THIS}]({link})"


def record_title(days: int) -> str:
    """Above an author's record."""
    return f"This author here, in the last {days} days"


def record(found: Record) -> str:
    """What was flagged of an author besides the post at hand."""
    if not found.flags:
        return "No other flag."
    flags = "1 other flag" if found.flags == 1 else f"{found.flags} other flags"
    return f"{flags} · {found.confirmed} confirmed · {found.dismissed} no problem"


def note(name: str, at: datetime, words: str) -> str:
    """One note on a card."""
    return f"**{name}** {moment(at, 'R')}: {words}"


def copied_share(share: float) -> str:
    """How much of the flagged post stands in the earlier one."""
    return f"**{share:.0%}** of this post stands in it."


def burst_extent(posts: int, authors: int, places: int) -> str:
    """How far a burst goes."""
    return f"**{posts:,} posts** by {counted(authors, 'member')} in {counted(places, 'place')}"


def counted(number: int, noun: str) -> str:
    """A number of things."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def burst_times(first: datetime, last: datetime) -> str:
    """When a burst began and when its latest post came."""
    return f"{moment(first)} to {moment(last)}"


def more_posts(number: int) -> str:
    """That some posts of a burst are not listed."""
    return f"… and {number:,} more, before these:"


def entry(about: str, words: str = "") -> str:
    """One post in a list."""
    return f"• {about}: {words}" if words else f"• {about}"


def call(roles: Iterable[int]) -> str:
    """The line above a card that calls people."""
    return " ".join(f"<@&{role}>" for role in roles)


def waiting_for_room(number: int, labels: Mapping[Label, int], since: datetime) -> str:
    """That flags wait until some of the open cards are decided."""
    return (
        f"📚 So many cards are open here that {_flags(number, labels)} without one, the oldest since {moment(since)}. "
        "Their cards come as these are decided."
    )


def waiting_for_morning(number: int, labels: Mapping[Label, int], until: datetime) -> str:
    """That flags wait until the quiet hours are over."""
    return f"🌙 Quiet hours until {moment(until, 't')}: {_flags(number, labels)} until then."


def digest(number: int, labels: Mapping[Label, int]) -> str:
    """What the quiet hours brought."""
    came = "1 flag came" if number == 1 else f"{number:,} flags came"
    return f"☀️ Quiet hours are over. {came} in meanwhile ({_by_label(labels)}). The cards follow, the oldest first."


def _flags(number: int, labels: Mapping[Label, int]) -> str:
    waits = "1 flag waits" if number == 1 else f"{number:,} flags wait"
    return f"{waits} ({_by_label(labels)})"


def _by_label(labels: Mapping[Label, int]) -> str:
    return ", ".join(f"{label.display}: {count:,}" for label, count in labels.items() if count)


def line(author: str, words: str) -> str:
    """One post or quotation in short."""
    return f"**{author or SOMEBODY}**: {words}"


def footer(flag_id: int, model: str) -> str:
    """What to name when asking about a flag."""
    return f"Flag {flag_id} · model {model}"


def only_for(roles: Iterable[int]) -> str:
    """To somebody who may not decide."""
    return f"Only {_roles(roles)} can decide here. Nothing was changed."


def lacks(permissions: Iterable[str]) -> str:
    """That the bot may not edit its card."""
    names = " and ".join(name.replace("_", " ").title() for name in permissions)
    return f"I lack {names} in this channel, so I could not update the card. Nothing was changed; please tell an admin."


def recorded(link: str | None, *, moved: bool) -> str:
    """After a press in a menu, or one that moved the card."""
    if not moved or not link:
        return "That is recorded."
    return f"That is recorded. The card moved: {link}"


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


def skipped(channel: int, read: int) -> str:
    """That the bot was away for long, and what it did not read of what it missed."""
    return (
        f"⚠️ More than {read:,} messages were sent in <#{channel}> while I was away. I have read the newest {read:,} of "
        "them; the older ones I have not."
    )
