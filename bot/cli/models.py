"""`flagpost models`: the versions there are, and which of them is in use."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.groups import CommandGroup
from bot.cli.options import (
    at_base_rates,
    config_option,
    files_option,
    models_option,
    open_registry,
    settings_if_any,
    thresholds_in_use,
)
from bot.cli.progress import progress_display

if TYPE_CHECKING:
    from classifier.registry import Registry

KEPT = 5

version_argument = click.argument("version", metavar="VERSION")


@click.group(cls=CommandGroup)
def models() -> None:
    """Look at the models, and choose which one is in use.

    A bot that runs picks up the model in use within seconds, and says so in the moderator channel.
    """


@models.command("list")
@config_option
@models_option
def list_versions(config: Path | None, models: Path | None) -> None:
    """Show every version, the newest first, and which is in use."""
    from bot.cli.models_report import print_versions

    print_versions(_registry(config, models))


@models.command()
@version_argument
@config_option
@models_option
def show(version: str, config: Path | None, models: Path | None) -> None:
    """Tell what a version was made of, how good it is, and whether it beat the one before it."""
    from bot.cli.models_report import print_manifest

    settings = settings_if_any(config)
    registry = _registry(config, models)
    model = at_base_rates(registry.load(version), settings)
    print_manifest(registry.manifest(version), thresholds_in_use(settings, model))


@models.command()
@click.argument("one", metavar="VERSION")
@click.argument("other", metavar="OTHER")
@files_option(
    help="Labelled posts to compare on.  [default: what staff decided, else the posts that come with flagpost]",
)
@click.option("--posts", "count", type=click.IntRange(1, 100), default=10, show_default=True, help="Posts to show.")
@config_option
@models_option
def compare(
    one: str, other: str, files: tuple[Path, ...], count: int, config: Path | None, models: Path | None
) -> None:
    """Put two versions side by side: their figures, and the posts on which they disagree most."""
    settings = settings_if_any(config)
    registry = _registry(config, models)

    from bot.cli.models_report import print_disagreements, print_side_by_side
    from bot.cli.training_posts import verdicts_of
    from classifier.dataset import read_labelled_posts, written_posts

    posts = [post for file in files for post in read_labelled_posts(file)]
    if not files:
        decided = [verdict.as_labelled() for verdict in verdicts_of(settings)]
        posts = [post for post in decided if post is not None] or written_posts()
    print_side_by_side(registry.manifest(one), registry.manifest(other))
    with progress_display(quiet=False) as progress:
        progress("judging posts", 0, 1)
        first, second = (at_base_rates(registry.load(version), settings) for version in (one, other))
        print_disagreements(first, second, posts, count)


@models.command()
@version_argument
@config_option
@models_option
def promote(version: str, config: Path | None, models: Path | None) -> None:
    """Put a version into use."""
    registry = _registry(config, models)
    registry.load(version)  # one that cannot be loaded would be of no use
    with registry.locked():
        registry.promote(version)
    click.echo(f"{version} is in use ({registry.directory})")


@models.command()
@config_option
@models_option
def rollback(config: Path | None, models: Path | None) -> None:
    """Put the version back into use that was in use before."""
    registry = _registry(config, models)
    with registry.locked():
        version = registry.rollback()
    click.echo(f"{version} is in use again ({registry.directory})")


@models.command()
@click.option(
    "--keep", type=click.IntRange(min=0), default=KEPT, show_default=True, help="How many of the newest stay."
)
@config_option
@models_option
def prune(keep: int, config: Path | None, models: Path | None) -> None:
    """Delete old versions. The one in use and the one before it always stay."""
    registry = _registry(config, models)
    with registry.locked():
        gone = registry.prune(keep)
    for version in gone:
        click.echo(f"deleted {version}")
    click.echo(f"{len(gone)} deleted, {len(registry.versions())} kept ({registry.directory})")


def _registry(config: Path | None, models: Path | None) -> "Registry":
    return open_registry(models, settings_if_any(config))
