"""`flagpost train`: a new model from labelled posts and from what staff decided."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.options import (
    config_option,
    files_option,
    jobs_option,
    models_option,
    open_registry,
    quiet_option,
    scheduler_option,
    settings_if_any,
    thresholds_in_use,
)
from bot.cli.progress import progress_display
from classifier.errors import ModelError
from classifier.labels import Label
from classifier.progress import Progress

if TYPE_CHECKING:
    from classifier.manifest import Manifest
    from classifier.model import Model
    from classifier.registry import Registry

NOT_PROMOTED = 1
"""The exit code when the new model is worse, so that whoever trains by timer learns of it."""

INTERRUPTED = 130
"""The exit code after Ctrl-C, as shells have it."""


@click.command()
@files_option(
    help="Labelled posts to learn from as well: JSON lines or CSV, may be gzipped (.gz) and given several times.",
)
@click.option(
    "--label",
    "names",
    multiple=True,
    metavar="NAME=LABEL",
    help="What a label of your files is here: insult=personal_attack, or spam= for none. May be given several times.",
)
@click.option("--force", is_flag=True, help="Put the new model into use even if it is worse.")
@click.option("--dry-run", is_flag=True, help="Train and compare, and keep nothing.")
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), default=0, show_default=True, help="Same seed, same model.")
@click.option(
    "--encoder",
    metavar="PATH|NAME",
    help="Judge uncertain posts once more, with this sentence-transformers model (pip install 'flagpost[deep]').",
)
@jobs_option
@scheduler_option
@config_option
@models_option
@quiet_option
def train(
    files: tuple[Path, ...],
    names: tuple[str, ...],
    force: bool,
    dry_run: bool,
    seed: int,
    encoder: str | None,
    jobs: int,
    scheduler: str | None,
    config: Path | None,
    models: Path | None,
    quiet: bool,
) -> None:
    """Train a model, compare it with the one in use, and put it into use if it is not worse.

    It learns from the posts that come with flagpost, from --data, and from what staff decided, in the store that the
    config names. Posts from Discord are left out unless the config's [training] names a permission.

    Whatever goes wrong, and on Ctrl-C, the model in use stays. Exit code 1: the new model is worse and was not put
    into use.

    The model is the same with any number of --jobs and on a cluster, whose workers need flagpost installed.
    """
    settings = settings_if_any(config)
    meanings = _meanings(names)

    from bot.backends import open_backend
    from bot.cli.deciders import unusual_deciders
    from bot.cli.training_posts import gather, verdicts_of
    from bot.cli.training_report import outcome, print_figures, print_sources, print_unusual
    from bot.config.settings import TOLERANCE
    from classifier.labels import DEFAULT_BASE_RATES
    from classifier.sentence_encoder import SentenceEncoder
    from classifier.training import train as fit

    registry = open_registry(models, settings)
    try:
        posts = gather(files, meanings, settings, verdicts_of(settings))
        if not quiet:
            print_sources(posts, settings.training.discord_permission if settings is not None else None)
        print_unusual(unusual_deciders(posts.verdicts))
        reader = SentenceEncoder(encoder) if encoder is not None else None
        if reader is not None:
            reader.load()  # an encoder that is missing is told before there is a folder for its model
        if not dry_run:
            with registry.locked():
                pass  # a folder that takes no model is told now, and not after the training
        with open_backend(jobs, scheduler, "classifier.training"), progress_display(quiet=quiet) as progress:
            in_use = _in_use(registry, bool(posts.from_files or posts.decided or posts.copies), progress)
            model, manifest = fit(
                posts.all,
                base_rates=settings.population if settings is not None else DEFAULT_BASE_RATES,
                seed=seed,
                encoder=reader,
                against=in_use,
                decided_copies=posts.copies,
                progress=progress,
            )
    except KeyboardInterrupt:
        click.echo("flagpost: stopped; the model in use stays", err=True)
        sys.exit(INTERRUPTED)
    tolerance = settings.training.tolerance if settings is not None else TOLERANCE
    comparison = manifest.comparison
    if not quiet:
        print_figures(manifest, thresholds_in_use(settings, model))
        click.echo(f"\n{outcome(comparison, tolerance)}")
    if dry_run:
        click.echo(f"{manifest.version} was not kept (--dry-run)")
        return
    doubtful = comparison is not None and bool(comparison.losses(tolerance) or comparison.contradictions())
    _keep(registry, model, manifest, promoted=force or not doubtful)


def _keep(registry: "Registry", model: "Model", manifest: "Manifest", *, promoted: bool) -> None:
    with registry.locked():
        registry.save(model, manifest)
        if promoted:
            registry.promote(manifest.version)
    if promoted:
        click.echo(f"{manifest.version} is in use ({registry.directory})")
    else:
        click.echo(
            f"{manifest.version} was kept but not put into use; if you know better: "
            f"flagpost models promote {manifest.version}"
        )
        sys.exit(NOT_PROMOTED)


def _meanings(names: tuple[str, ...]) -> dict[str, Label | None]:
    """What `NAME=LABEL` says. Raises click.UsageError."""
    meanings: dict[str, Label | None] = {}
    for name in names:
        theirs, equals, ours = name.partition("=")
        if not theirs or not equals or (ours and ours not in list(Label)):
            raise click.UsageError(f"--label {name}: write NAME=LABEL, where LABEL is {', '.join(Label)} or nothing")
        meanings[theirs] = Label(ours) if ours else None
    return meanings


def _in_use(registry: "Registry", learns_more: bool, progress: Progress) -> "Model | None":
    """The model to compare with: that in use, else the default one; None when there is nothing to compare.

    A model that cannot be loaded is what a new one is trained for, so it is told and no obstacle.
    """
    from classifier.registry import default_model

    try:
        if registry.current() is None and not learns_more:
            return None
        return default_model(registry, progress)
    except ModelError as error:
        click.echo(f"The model in use cannot be loaded, so there is nothing to compare with: {error}", err=True)
        return None
