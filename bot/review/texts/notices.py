"""What flagpost says in the review channel of itself: what waits, what it missed, which model judges."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from bot.review.texts.words import moment
from bot.statistics.drift import Drift, Sign
from classifier.labels import Label

CONFIG_REFUSED = "⚠️ The config was changed and has a mistake, so the one before stays in force. The bot's log names it."


def waiting_for_room(number: int, labels: Mapping[Label, int], since: datetime) -> str:
    """That flags wait until some of the open cards are decided."""
    return (
        f"📚 So many cards are open here that {_flags(number, labels)} without one, the oldest since {moment(since)}. "
        "Their cards come as these are decided."
    )


def waiting_for_morning(number: int, labels: Mapping[Label, int], until: datetime) -> str:
    """That flags wait until the quiet hours are over."""
    return f"🌙 Quiet hours until {moment(until, 't')}: {_flags(number, labels)} until then."


def grown(flag_id: int, flags: int, link: str | None) -> str:
    """That an escalated card stands for twice as much as before."""
    name = f"[flag {flag_id}]({link})" if link else f"flag {flag_id}"
    return f"🟣 The escalated {name} has grown: its card stands for {flags:,} flags now."


def digest(number: int, labels: Mapping[Label, int]) -> str:
    """What the quiet hours brought."""
    came = "1 flag came" if number == 1 else f"{number:,} flags came"
    return f"☀️ Quiet hours are over. {came} in meanwhile ({_by_label(labels)}). The cards follow, the oldest first."


def _flags(number: int, labels: Mapping[Label, int]) -> str:
    waits = "1 flag waits" if number == 1 else f"{number:,} flags wait"
    return f"{waits} ({_by_label(labels)})"


def _by_label(labels: Mapping[Label, int]) -> str:
    return ", ".join(f"{label.display}: {count:,}" for label, count in labels.items() if count)


def skipped(channel: int, read: int) -> str:
    """That the bot was away for long, and what it did not read of what it missed."""
    return (
        f"⚠️ More than {read:,} messages were sent in <#{channel}> while I was away. I have read the newest {read:,} of "
        "them; the older ones I have not."
    )


def fails(about: str, why: str, since: datetime) -> str:
    """That something has not worked for some minutes."""
    return f"⚠️ Since {moment(since)} this fails: {about}. {why}. I go on trying, and say when it works again."


def works_again(about: str) -> str:
    """That it is over."""
    return f"✅ This works again: {about}."


def model_changed(version: str, before: str) -> str:
    """That another model judges from now on."""
    return f"🔁 Posts are judged by model `{version}` from now on, no longer by `{before}`."


def model_refused(version: str, in_use: str) -> str:
    """That a model was to come into use and cannot be loaded."""
    name = f"Model `{version}`" if version else "The new model"
    return f"⚠️ {name} cannot be loaded, so `{in_use}` goes on judging. The bot's log says what is wrong with it."


def retraining_due(signs: Iterable[Drift]) -> str:
    """That the model is out of date, and what speaks for it."""
    return f"📉 The model should be trained again (`flagpost train`): {'; '.join(map(_sign, signs))}."


def _sign(drift: Drift) -> str:
    name = drift.label.display if drift.label else ""
    match drift.sign:
        case Sign.SCORES:
            return (
                f"it now finds {drift.now:.1%} of all posts suspicious of {name.lower()}, and {drift.before:.1%} in "
                "its first week, so the posts or the people have changed"
            )
        case Sign.PRECISION:
            return (
                f"of the last {drift.count} flags for {name.lower()} you confirmed {drift.now:.0%}, "
                f"and {drift.before:.0%} of the first {drift.count}"
            )
        case Sign.DECISIONS:
            return f"there are {drift.count:,} decisions of yours that it has not learned from"
