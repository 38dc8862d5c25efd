"""Every word about how well flagpost and the moderators do."""

from datetime import datetime

from bot.counts import count
from bot.review.texts.words import SILENCES, moment, span
from bot.statistics.shares import ENOUGH, Share
from bot.statistics.summary import Missed, Precision, Reported, Waiting, Week
from bot.store.records import Sample
from classifier.figures import Estimate
from classifier.labels import Label
from classifier.workload import Workload

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

EVERYWHERE = "Everywhere"
ELSEWHERE = "Elsewhere"
THIN = (
    "**Little is known of your forum yet.** These figures rest more on the posts that flagpost was trained on; posts "
    "read, decisions and `/flagpost audit` make them better."
)
NEXT_30_DAYS = "In brackets: where the figures of the next 30 days will lie, 19 times in 20."


def last_days(days: int) -> str:
    """A choice of how far to look back."""
    return "a year" if days == 365 else f"{days} days"


def stats_title(since: datetime, until: datetime) -> str:
    """What the figures are about."""
    return f"{since:%-d %B} to {until:%-d %B %Y}"


def flags_raised(flags: int) -> str:
    """How much was flagged."""
    return f"{count(flags, 'post')} flagged."


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
    """How right the flags in one place were, in a line; empty where too little was decided to say."""
    return f"{name}: {told}" if (told := _in_short(found)) else ""


def week(found: Week) -> str:
    """How right the flags of one week were, in a line; empty where too little was decided to say."""
    return f"from {found.start:%-d %b}: {told}" if (told := _in_short(found.precision)) else ""


def _in_short(found: Precision) -> str:
    told = {label: estimate for label, one in found.items() if (estimate := one.estimate()) and estimate.interval}
    return " · ".join(
        f"{label.display} {estimate.value:.0%} ({_range(*(estimate.interval or (0, 1)))})"
        for label, estimate in told.items()
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


def agreement(found: Share) -> str:
    """How often two moderators say the same."""
    return share(found)


def missed(found: Missed) -> str:
    """What audits found."""
    if not found.any.of:
        return NO_AUDITS
    low, high = found.any.interval()
    return (
        f"{found.any.count:,} of {found.any.of:,} unflagged posts judged in {count(found.audits, 'audit')}: between "
        f"{_fine(low)} and {_fine(high)} of all unflagged posts"
    )


def reported(found: Reported) -> str:
    """What staff flagged themselves."""
    if not found.flags:
        return ""
    why = " · ".join(f"{number:,} because {SILENCES[silence]}" for silence, number in found.silence.items())
    return f"{count(found.flags, 'post')}, {found.confirmed.count:,} of {found.confirmed.of:,} decided confirmed" + (
        f"; missed: {why}" if why else ""
    )


def week_before(monday: datetime) -> str:
    """Below a weekly summary; also how it is known again."""
    return f"The week before {monday:%-d %B %Y}. {INTERVALS}"


def audit_result(found: Share, sample: Sample) -> str:
    """What an audit found."""
    if not found.of:
        return "Your audit is done, but none of its posts could be judged."
    low, high = found.interval()
    by_label = ", ".join(f"{number} {label.display.lower()}" for label, number in sample.missed.items() if number)
    was = "was" if found.count == 1 else "were"
    told = f" ({by_label})" if by_label else ""
    rest = f" {sample.passed_over} of the sample could not be judged." if sample.passed_over else ""
    return (
        f"In your sample of {found.of}, {found.count or 'none'} {was} missed{told}: between **{_fine(low)}** and "
        f"**{_fine(high)}** of the {count(sample.population, 'post')} from {moment(sample.since, 'D')} to "
        f"{moment(sample.until, 'D')} that were not flagged.{rest}"
    )


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
        return _rounded(found.value)
    low, high = found.interval
    return f"{_rounded(found.value)} ({_rounded(low)} to {_rounded(high)})"


def _rounded(number: float) -> str:
    """To two digits, or to a whole number where that says more: 0.067, 1.3, 12, 1,340."""
    return f"{number:,.0f}" if number >= 9.95 else f"{number:.2g}"


def _range(low: float, high: float) -> str:
    return f"{low:.0%} to {high:.0%}"


def _fine(part: float) -> str:
    """A small share: 0.2%, 9%."""
    return f"{part:.1%}" if 0 < part < 0.0995 else f"{part:.0%}"
