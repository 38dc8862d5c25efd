"""`flagpost backtest`: which posts of the last days other thresholds, another config or another model would flag."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from bot.cli.options import (
    CONFIG_NAME,
    config_option,
    existing_store,
    model_in_use,
    models_option,
    open_registry,
    quiet_option,
    window_of,
)
from bot.cli.progress import progress_display
from bot.counts import count, last_days
from bot.terminal import printable
from classifier.errors import DataError

if TYPE_CHECKING:
    from bot.store.judged import JudgedText
    from bot.store.verdicts import Verdict
    from classifier.labels import Label
    from classifier.post import Post
    from classifier.thresholds import Thresholds

MOST_POSTS = 50_000
"""Posts looked at, at most: more would take minutes, and nobody reads the list."""

EXCERPT = 90
"""Characters of a post shown in a line."""


class Change(NamedTuple):
    """A post that one of two ways to judge flags for a label and the other does not."""

    post: "Post"
    label: "Label"
    gained: bool
    probability: float
    """By the other way to judge."""


@click.command()
@click.option("--days", type=click.IntRange(1, 3650), default=14, show_default=True, help="How far back to look.")
@click.option("--against", type=click.Path(path_type=Path), metavar="FILE", help="Another config, with its thresholds.")
@click.option(
    "--model", "version", metavar="VERSION", help="Another model; posts are judged anew, which takes a while."
)
@click.option("--show", type=click.IntRange(0), default=20, show_default=True, help="Posts listed for each label.")
@config_option
@models_option
@quiet_option
def backtest(
    days: int,
    against: Path | None,
    version: str | None,
    show: int,
    config: Path | None,
    models: Path | None,
    quiet: bool,
) -> None:
    """See what another config or model would have flagged in the last days, post by post.

    Make a copy of config.toml, change [thresholds] in it, and name it with --against. Flags gained and lost are counted
    and listed, with what staff had said about them. Nothing is changed and nobody is told.
    """
    if against is None and version is None:
        raise click.UsageError("name what to compare with: --against FILE, --model VERSION or both")
    import os

    from bot.config import load_settings
    from bot.workload import numbers_in_force
    from classifier.evaluation import probabilities_of

    path = config or CONFIG_NAME
    settings = load_settings(path, os.environ)
    others = load_settings(against, os.environ) if against is not None else settings
    registry = open_registry(models, settings)
    now = datetime.now(UTC)
    with progress_display(quiet=quiet) as progress, existing_store(settings) as store:
        if store is None:
            raise DataError(f"{path}: there is no store yet; let the bot read along for some days first")
        model = model_in_use(registry, settings, progress)
        other = registry.load(version).at_base_rates(others.population) if version is not None else model
        judged = store.judged_texts_since(now - timedelta(days=days), MOST_POSTS)
        here = [text for text in judged if text.model == model.version]
        if not here:
            raise DataError(
                f"{path}: no post of the {last_days(days)} was judged by {model.version}; give it some days"
            )
        before = numbers_in_force(settings.thresholds, model, store, now)
        after = numbers_in_force(others.thresholds, other, store, now)
        verdicts = store.verdicts()
        if version is not None:
            here = [text for text in here if text.post.text]
            found = probabilities_of(other, [text.post for text in here], window_of(others), progress)
        else:
            found = [text.probabilities for text in here]
    click.echo(f"{count(len(here), 'post')} of the {last_days(days)}, judged by {model.version}:")
    if left_out := len(judged) - len(here):
        click.echo(f"{count(left_out, 'more post')} left out: judged by another model, or the text is no longer kept.")
    report(here, found, before, after, verdicts, show)


def report(
    judged: "Sequence[JudgedText]",
    found: "Sequence[Mapping[Label, float]]",
    before: "Thresholds",
    after: "Thresholds",
    verdicts: "Sequence[Verdict]",
    show: int,
) -> None:
    """Print, for each label, how many flags there are before and after, and the posts that make the difference.

    `found` are the probabilities by the other way to judge, post by post.
    """
    from classifier.labels import Label

    said = {(verdict.post.key, verdict.post.revision): verdict.labels for verdict in verdicts}
    for label in Label:
        was = [text.probabilities[label] >= before.of(label, text.post) for text in judged]
        will = [of[label] >= after.of(label, text.post) for text, of in zip(judged, found, strict=True)]
        changes = [
            Change(text.post, label, now, of[label])
            for text, of, then, now in zip(judged, found, was, will, strict=True)
            if then != now
        ]
        gained = sum(change.gained for change in changes)
        click.echo(
            f"\n{label.display}: {count(sum(was), 'flag')}, and {sum(will):,} then; "
            f"{gained:,} gained, {len(changes) - gained:,} lost"
        )
        for change in changes[:show]:
            click.echo(_line(change, said.get((change.post.key, change.post.revision))))
        if len(changes) > show:
            click.echo(f"  … and {len(changes) - show:,} more (--show {len(changes)})")


def _line(change: Change, labels: "frozenset[Label] | None") -> str:
    staff = "" if labels is None else f" [staff: {'yes' if change.label in labels else 'no'}]"
    text = " ".join(change.post.text.split())[:EXCERPT] or "(text no longer kept)"
    sign, link = "+" if change.gained else "-", f" {change.post.link}" if change.post.link else ""
    return printable(f"  {sign} {change.probability:.2f}{staff} {change.post.source} {text}{link}", "utf-8")
