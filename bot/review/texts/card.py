"""Every word on a card."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from bot.counts import count
from bot.review.texts.words import SILENCES, SOMEBODY, moment, with_chance
from bot.store.records import Reason, Record, Report, Silence
from classifier.labels import Label

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
OPEN_EARLIER = "open that post"
OPEN_THIS = "open the post"
EARLIER_TEXT_GONE = "Its text is no longer kept."
WORD_FOR_WORD = "*Word for word the same.*"
WORDS_REFUSED = (
    "⚠️ Discord does not let the post's words stand here: perhaps it holds a link in them to be harmful. They are where "
    "the post is."
)
OPEN = "🟠 **Open** · nobody is on it yet"

# A card that stands for several posts
BURST = "One card for all of these · one decision covers them"
BURST_REASONS = {
    Reason.COPY: "The same text, posted again.",
    Reason.AUTHOR: "More by the same member.",
    Reason.RAID: "Many flags in a short time.",
}
GONE = "🗑️ deleted"
ONE_MINUTE = timedelta(minutes=1)
"""Times that are closer look alike on a card."""


def open_post(forum: str) -> str:
    """The way to a post: on a forum, where one is named."""
    return f"Open the post on {forum}" if forum else "Open the post"


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
    became = {
        "confirmed": found.confirmed,
        "no problem": found.dismissed,
        "undecided": found.flags - found.confirmed - found.dismissed,
    }
    told = [f"{flags:,} {what}" for what, flags in became.items() if flags]
    return " · ".join([count(found.flags, "other flag"), *told])


def note(name: str, at: datetime, words: str) -> str:
    """One note on a card."""
    return f"**{name}** {moment(at, 'R')}: {words}"


def copied_share(share: float) -> str:
    """How much of the flagged post stands in the earlier one."""
    return f"**{share:.0%}** of this post stood there."


def burst_extent(posts: int, authors: int, places: int) -> str:
    """How far a burst goes."""
    return f"**{posts:,} posts** by {count(authors, 'member')} in {count(places, 'place')}"


def burst_times(first: datetime, last: datetime) -> str:
    """When a burst began and when its latest post came."""
    begun, latest = moment(first), moment(last)
    return begun if last - first < ONE_MINUTE else f"{begun} to {latest}"


def more_posts(number: int) -> str:
    """That some posts of a burst are not listed."""
    return f"… and {number:,} more, before these:"


def entry(about: str, words: str = "") -> str:
    """One post in a list."""
    return f"• {about}: {words}" if words else f"• {about}"


def call(roles: Iterable[int]) -> str:
    """The line above a card that calls people."""
    return " ".join(f"<@&{role}>" for role in roles)


def line(author: str, words: str) -> str:
    """One post or quotation in short."""
    return f"**{author or SOMEBODY}**: {words}"


def footer(flag_id: int, model: str) -> str:
    """What to name when asking about a flag."""
    return f"Flag {flag_id} · model {model}"


def report(name: str, found: Report, chances: Mapping[Label, float]) -> str:
    """Who flagged a post, and why the model had not."""
    why = "\n".join(
        f"{with_chance(label, chances[label]) if label in chances else label.display}: {SILENCES[reason]}"
        + (
            f" ({found.thresholds[label]:.0%})"
            if reason is Silence.BELOW_THRESHOLD and label in found.thresholds
            else ""
        )
        for label, reason in found.silence.items()
    )
    return f"by **{name}**. The model had not flagged it:\n{why}"
