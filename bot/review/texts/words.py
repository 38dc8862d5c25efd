"""What several surfaces say alike: chances, times, numbers."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from bot.store.records import Silence
from classifier.labels import Label

LIKELIHOODS = ((0.95, "almost certain"), (0.8, "very likely"), (0.5, "likely"), (0.2, "possible"), (0.0, "unlikely"))
"""A plain word for a chance: that of the first line whose number it reaches."""

LABEL_HINTS = {
    Label.TROLLING: "Bad faith: provoking, baiting, mocking or derailing",
    Label.PERSONAL_ATTACK: "Insults, threatens or demeans somebody who takes part",
    Label.COPY_PASTE: "Repeats at length what was posted here before",
}
"""The labels' definitions, cut down to what a menu holds."""

SILENCES = {
    Silence.BELOW_THRESHOLD: "the chance is below the threshold",
    Silence.NOT_WATCHED: "the channel is not watched",
    Silence.EXEMPT: "it is exempt",
    Silence.LABEL_OFF: "the label is off",
    Silence.NOT_SEEN: "the post was never seen",
}
"""Why the model had flagged nothing."""

NO_WORDS = "*no words to show*"
SOMEBODY = "somebody"


def likelihood(chance: float) -> str:
    """A plain word for a probability."""
    return next((word for least, word in LIKELIHOODS if chance >= least), LIKELIHOODS[-1][1])


def per_cent(chance: float) -> str:
    """A probability in whole per cent; never 0% or 100%, which no model can promise."""
    if chance > 0.99:
        return "over 99%"
    return "under 1%" if chance < 0.01 else f"{chance:.0%}"


def with_chance(label: Label, chance: float) -> str:
    """A label and how likely the model finds it."""
    return f"{label.display}: {likelihood(chance)} ({per_cent(chance)})"


def with_chances(chances: Mapping[Label, float]) -> str:
    """Labels and how likely the model finds each, the likeliest first."""
    likeliest_first = sorted(chances.items(), key=lambda each: -each[1])
    return " · ".join(with_chance(label, chance) for label, chance in likeliest_first)


def reported(labels: Iterable[Label]) -> str:
    """What staff say of a post that the model had passed over."""
    return f"{', '.join(label.display for label in labels)} · flagged by staff"


def moment(at: datetime, style: str = "f") -> str:
    """A time, which everybody reads in their own zone. `style` is Discord's: f in full, t the hour, R how long ago."""
    return f"<t:{int(at.timestamp())}:{style}>"


def span(time: timedelta) -> str:
    """A length of time, roughly."""
    minutes = time.total_seconds() / 60
    if minutes < 120:
        return f"{max(round(minutes), 1)} min"
    return f"{minutes / 60:.1f} hours" if minutes < 2880 else f"{minutes / 1440:.1f} days"
