"""`flagpost train`: a new model from labelled posts."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.options import (
    config_option,
    models_directory,
    models_option,
    quiet_option,
    settings_if_any,
    thresholds_in_use,
)
from bot.cli.progress import progress_display

if TYPE_CHECKING:
    from classifier.thresholds import Thresholds
    from classifier.training import Manifest


@click.command()
@config_option
@models_option
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), default=0, show_default=True, help="Same seed, same model.")
@click.option(
    "--encoder",
    metavar="PATH|NAME",
    help="Judge uncertain posts once more, with this sentence-transformers model (pip install 'flagpost[deep]').",
)
@quiet_option
def train(config: Path | None, models: Path | None, seed: int, encoder: str | None, quiet: bool) -> None:
    """Train a model from labelled posts and put it into use.

    The posts are those that come with flagpost; it takes under a minute. The figures shown are for posts that were held
    out of the training, at the share of bad posts that the config's [population] names.
    """
    settings = settings_if_any(config)
    directory = models_directory(models, settings)

    from classifier.dataset import written_posts
    from classifier.labels import DEFAULT_BASE_RATES
    from classifier.registry import Registry
    from classifier.sentence_encoder import SentenceEncoder
    from classifier.training import train as fit

    base_rates = settings.population if settings is not None else DEFAULT_BASE_RATES
    with progress_display(quiet=quiet) as progress:
        reader = SentenceEncoder(encoder) if encoder is not None else None
        model, manifest = fit(written_posts(), base_rates=base_rates, seed=seed, encoder=reader, progress=progress)
    registry = Registry(directory)
    registry.save(model, manifest)
    registry.promote(manifest.version)
    if not quiet:
        report(manifest, thresholds_in_use(settings, model))
    click.echo(f"{manifest.version} is in use ({directory})")


def report(manifest: "Manifest", thresholds: "Thresholds") -> None:
    """Print what the model learned from and how it did on held-out posts at the nearest thresholds measured."""
    from rich.console import Console
    from rich.table import Table

    from classifier.labels import Label

    click.echo(f"Learned from {manifest.counts.posts:,} posts in {manifest.train_seconds:.0f} s. On posts held out:")
    table = Table("label", "posts", "AUC", "threshold", "caught", "right", "false alarms", box=None, pad_edge=False)
    for label in Label:
        found = manifest.metrics[label]
        wanted = thresholds.default[label]
        point = min(found.operating_points, key=lambda point: abs(point.threshold - wanted))
        table.add_row(
            label.display,
            f"{found.positives:,}",
            f"{found.roc_auc:.3f}",
            f"{point.threshold:g}",
            f"{point.recall:.0%}",
            "-" if point.precision is None else f"{point.precision:.0%}",
            f"{point.false_alarms_per_1000:.1f}",
        )
    Console().print(table)
    click.echo("caught: of those with the label; right: of those flagged; false alarms: per 1,000 clean posts")
    if (second := manifest.second_reading) is not None:
        without = ", ".join(f"{label.display} {found.roc_auc:.3f}" for label, found in second.metrics_without.items())
        click.echo(f"{second.encoder} read {second.share:.0%} of the clean posts; AUC without it: {without}")
