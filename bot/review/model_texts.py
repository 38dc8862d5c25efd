"""What moderators read about the model itself."""

from collections.abc import Iterable

from bot.drift import Drift, Sign

CONFIG_REFUSED = "⚠️ The config was changed and has a mistake, so the one before stays in force. The bot's log names it."


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
