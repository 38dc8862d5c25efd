"""Every word of the commands that staff use, in one place.

Names and other words from outside come in already escaped.
"""

from datetime import datetime, timedelta

from bot.review.staff import Level
from bot.review.texts import SOMEBODY, moment, verdict
from bot.statistics.shares import ENOUGH, Share
from bot.statistics.summary import Missed, Precision, Reported, Waiting, Week
from bot.store.records import FlagState, Report, Sample, Silence
from classifier.figures import Estimate
from classifier.labels import Label
from classifier.workload import Workload

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
FLAG = "Flag for review"
WHY = "Why this score?"

# Buttons
PREVIOUS = "◀ Back"
NEXT = "Next ▶"
TO_THE_CARD = "To the card"
HARMLESS = "Harmless"
CANNOT_TELL = "Cannot tell"
SEVERAL_LABELS = "More than one of them"

# Answers
BROKEN = "Something went wrong on my side, and nothing was changed. Please try again; my log says what it was."
UNKNOWN_BUTTON = "I do not know this button any more, so nothing was changed. Please ask again with the command."
WAITING = "Waiting for a decision"
NOTHING_WAITS = "Nothing waits for a decision."
NOTHING_IS_OPEN = "No flag is open that nobody is on yet."
CARD_WAITS = "Its card is not posted yet."
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
WHAT_IS_IT = "What is it?"
WHAT_IS_IT_HINT = "One or more"
FORM_TOO_LATE = "That took too long. Please try again."

# Parts of the statistics
RIGHT = "Right, of the flags that were decided"
RIGHT_BY_PLACE = "Right, by place"
RIGHT_BY_WEEK = "Right, by week"
DECISIONS = "Decisions"
WAIT = "Time to a decision"
AGREEMENT = "Agreement of two moderators on the same words"
MISSED = "Missed, in audits"
REPORTED = "Flagged by staff"
INTERVALS = "In brackets: where the true share lies, 19 times in 20."
NOT_ENOUGH = "not enough decisions yet"
NO_AUDITS = "nobody knows yet: `/flagpost audit` finds out"
CHART = {"confirmed": "Confirmed", "dismissed": "Not a problem", "open": "Undecided"}

STATES = {
    FlagState.OPEN: "🟠 open",
    FlagState.CLAIMED: "🔵 claimed",
    FlagState.SNOOZED: "💤 snoozed",
    FlagState.ESCALATED: "🟣 escalated",
    FlagState.CONFIRMED: "🔴 confirmed",
    FlagState.DISMISSED: "🟢 not a problem",
}

SILENCES = {
    Silence.BELOW_THRESHOLD: "the chance is below the threshold",
    Silence.NOT_WATCHED: "the channel is not watched",
    Silence.EXEMPT: "it is exempt",
    Silence.LABEL_OFF: "the label is off",
    Silence.NOT_SEEN: "the post was never seen",
}


def may_not(least: Level) -> str:
    """To somebody who may not ask."""
    who = "leads" if least is Level.LEAD else "moderators"
    return f"Only {who} of this server can use this."


def page(number: int, pages: int, total: int) -> str:
    """Where one is in a list."""
    return f"Page {number} of {pages} · {total:,} in all"


def listed(
    flag_id: int,
    state: FlagState,
    chances: str,
    author: str,
    place: str,
    at: datetime,
    card: str | None,
    words: str,
) -> str:
    """A flag in a list."""
    way = f" · [card]({card})" if card else ""
    return (
        f"**{flag_id}** · {STATES[state]} · {moment(at, 'R')}{way}\n{chances}\n"
        f"**{author or SOMEBODY}** in {place}: {words}"
    )


def open_flags(total: int) -> str:
    """How many flags nobody is on."""
    return "The last open flag" if total == 1 else f"The oldest of {total:,} open flags"


def author_of(name: str, source: str) -> str:
    """An author in a list of suggestions."""
    return f"{name} ({source})"


def record(posts: int, flags: int, confirmed: int, dismissed: int) -> str:
    """An author's record."""
    return (
        f"{_count(posts, 'post')} read here. In the last 180 days {_count(flags, 'flag')}: {confirmed} confirmed, "
        f"{dismissed} not a problem, {flags - confirmed - dismissed} undecided. What is older no longer counts."
    )


def last_days(days: int) -> str:
    """A choice of how far to look back."""
    return "a year" if days == 365 else f"{days} days"


def stats_title(since: datetime, until: datetime) -> str:
    """What the figures are about."""
    return f"{since:%-d %B} to {until:%-d %B %Y}"


def flags_raised(flags: int) -> str:
    """How much was flagged."""
    return f"{_count(flags, 'post')} flagged."


def share(found: Share) -> str:
    """A share with its interval."""
    estimate = found.estimate()
    if estimate is None or estimate.interval is None:
        return f"{NOT_ENOUGH} ({found.of} of at least {ENOUGH})"
    return f"**{estimate.value:.0%}** ({_range(*estimate.interval)}; {found.count:,} of {found.of:,})"


def precision(found: Precision) -> str:
    """How right the flags for each label were."""
    return "\n".join(f"{label.display}: {share(found[label])}" for label in Label)


def place(name: str, found: Precision) -> str:
    """How right the flags in one place were, in a line."""
    return f"{name}: {_in_short(found)}"


def week(found: Week) -> str:
    """How right the flags of one week were, in a line."""
    return f"from {found.start:%-d %b}: {_in_short(found.precision)}"


def _in_short(found: Precision) -> str:
    told = {label: estimate for label, one in found.items() if (estimate := one.estimate()) and estimate.interval}
    return (
        " · ".join(
            f"{label.display} {estimate.value:.0%} ({_range(*(estimate.interval or (0, 1)))})"
            for label, estimate in told.items()
        )
        or NOT_ENOUGH
    )


def decider(name: str, confirmed: int, dismissed: int) -> str:
    """What one moderator decided."""
    return f"{name}: {confirmed + dismissed:,} ({confirmed:,} confirmed, {dismissed:,} not a problem)"


def wait(found: Waiting) -> str:
    """How long decisions take."""
    counts = f"{found.decided:,} decided, {found.open:,} waiting"
    if found.decided < ENOUGH:
        return f"{counts}: {NOT_ENOUGH}"
    half = f"half within {span(found.median)}" if found.median else "more than half are still waiting"
    most = f"nine in ten within {span(found.most)}" if found.most else "more than one in ten is still waiting"
    return f"{counts}: {half}, {most}"


def span(time: timedelta) -> str:
    """A length of time, roughly."""
    minutes = time.total_seconds() / 60
    if minutes < 120:
        return f"{max(round(minutes), 1)} min"
    return f"{minutes / 60:.1f} hours" if minutes < 2880 else f"{minutes / 1440:.1f} days"


def agreement(found: Share) -> str:
    """How often two moderators say the same."""
    return share(found)


def missed(found: Missed) -> str:
    """What audits found."""
    if not found.any.of:
        return NO_AUDITS
    low, high = found.any.interval()
    return (
        f"{found.any.count:,} of {found.any.of:,} unflagged posts judged in {_count(found.audits, 'audit')}: between "
        f"{_fine(low)} and {_fine(high)} of all unflagged posts"
    )


def reported(found: Reported) -> str:
    """What staff flagged themselves."""
    if not found.flags:
        return ""
    why = " · ".join(f"{count:,} because {SILENCES[silence]}" for silence, count in found.silence.items())
    return f"{_count(found.flags, 'post')}, {found.confirmed.count:,} of {found.confirmed.of:,} decided confirmed" + (
        f"; missed: {why}" if why else ""
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


def audit_result(found: Share, sample: Sample) -> str:
    """What an audit found."""
    if not found.of:
        return "Your audit is done, but none of its posts could be judged."
    low, high = found.interval()
    by_label = ", ".join(f"{count} {label.display.lower()}" for label, count in sample.missed.items() if count)
    was = "was" if found.count == 1 else "were"
    told = f" ({by_label})" if by_label else ""
    rest = f" {sample.passed_over} of the sample could not be judged." if sample.passed_over else ""
    return (
        f"In your sample of {found.of}, {found.count or 'none'} {was} missed{told}: between **{_fine(low)}** and "
        f"**{_fine(high)}** of the {sample.population:,} posts from {moment(sample.since, 'D')} to "
        f"{moment(sample.until, 'D')} that were not flagged.{rest}"
    )


def why_line(label: Label, chance: float, threshold: float, watched: bool) -> str:
    """What the model says of one label, and whether that raises a flag."""
    line = f"**{verdict(label, chance)}** · threshold {threshold:.0%}"
    if not watched:
        return line
    return f"{line} · {'flagged' if chance >= threshold else 'not flagged'}"


def _range(low: float, high: float) -> str:
    return f"{low:.0%} to {high:.0%}"


def _fine(part: float) -> str:
    """A small share: 0.2%, 9%."""
    return f"{part:.1%}" if 0 < part < 0.0995 else f"{part:.0%}"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def flagged(card: str | None) -> str:
    """To somebody who flagged a post."""
    return f"Flagged: [its card]({card}) is in the queue." if card else "Flagged: its card will come to the queue."


def flagged_before(state: FlagState, card: str | None) -> str:
    """To somebody who flags what is flagged."""
    return f"This post is flagged already and stands at {STATES[state]}." + (f" [To its card]({card})" if card else "")


def report(name: str, found: Report) -> str:
    """Who flagged a post, and why the model had not."""
    why = "\n".join(
        f"{label.display}: {SILENCES[reason]}"
        + (
            f" ({found.thresholds[label]:.0%})"
            if reason is Silence.BELOW_THRESHOLD and label in found.thresholds
            else ""
        )
        for label, reason in found.silence.items()
    )
    return f"by **{name}**. The model had not flagged it:\n{why}"


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


def week_before(monday: datetime) -> str:
    """Below a weekly summary; also how it is known again."""
    return f"The week before {monday:%-d %B %Y}. {INTERVALS}"


def trouble(problems: int) -> str:
    """Above the status."""
    return "✅ Everything works" if not problems else f"⚠️ {_count(problems, 'thing')} to look at"


def problem(words: str) -> str:
    """One thing that is wrong."""
    return f"• {words}"


def store_fails(why: str) -> str:
    """That the database cannot be used."""
    return f"The database fails: {why}. Posts wait in memory until it works again."


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
    return f"Last post from {source}: {moment(at, 'R')}"


def open_now(unclaimed: int, claimed: int) -> str:
    """What waits for moderators."""
    return f"{unclaimed:,} open, {claimed:,} claimed"


def outbox(waiting: int) -> str:
    """What waits for Discord."""
    return "No card waits to be posted" if not waiting else f"{_count(waiting, 'card')} waiting to be posted"


def in_use(model: str) -> str:
    """Which model judges."""
    return f"Model {model}"


EVERYWHERE = "elsewhere"
THIN = (
    "**Little is known of your forum yet.** These figures rest more on the posts that flagpost was trained on; posts "
    "read, decisions and `/flagpost audit` make them better."
)
NEXT_30_DAYS = "In brackets: where the figures of the next 30 days will lie, 19 times in 20."


def workload(where: str, threshold: float, wish: str, found: Workload, *, daily: bool) -> str:
    """What one threshold brings."""
    per = "a day" if daily else "in 1,000 posts"
    meant = f" ({wish})" if wish else ""
    return (
        f"{where}, from **{threshold:.0%}** on{meant}: **{_figure(found.flags)}** flags {per}, "
        f"{_figure(found.right)} of them right; {_figure(found.missed)} missed"
    )


def _figure(found: Estimate) -> str:
    """`3.2 (1.1 to 6)`."""
    if found.interval is None:
        return f"{found.value:.2g}"
    low, high = found.interval
    return f"{found.value:.2g} ({low:.2g} to {high:.2g})"
