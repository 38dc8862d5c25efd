"""`flagpost thresholds`: what each threshold means in flags a day, right and missed."""

from pathlib import Path

import click

from bot.cli.options import (
    config_option,
    existing_store,
    models_directory,
    models_option,
    quiet_option,
    settings_if_any,
)
from bot.cli.progress import progress_display


@click.group(invoke_without_command=True)
@config_option
@models_option
@quiet_option
@click.pass_context
def thresholds(context: click.Context, config: Path | None, models: Path | None, quiet: bool) -> None:
    """See what the thresholds mean: flags a day, how many right, how many posts missed.

    For every label, and every place and forum with thresholds of its own, a table of what each threshold would bring,
    with the one in force marked. Intervals say where the figures of the next thirty days will lie.

    The figures come from the posts that the bot judged in the last thirty days and from what staff decided; while these
    are few, from the posts that the model's training held out, and then it is said.
    """
    if context.invoked_subcommand is not None:
        return
    settings = settings_if_any(config)

    from datetime import UTC, datetime

    from bot.cli.workload_table import print_in_force
    from bot.workload import thresholds_in_force
    from classifier.registry import Registry, default_model
    from classifier.targets import Wishes

    with progress_display(quiet=quiet) as progress:
        model = default_model(Registry(models_directory(models, settings)), progress)
    if settings is not None:
        model = model.at_base_rates(settings.population)
    with existing_store(settings) as store:
        wishes = settings.thresholds if settings is not None else Wishes()
        found = thresholds_in_force(wishes, model, store, datetime.now(UTC))
    click.echo(f"{model.version}. In brackets: where the figures of the next 30 days will lie, 19 times in 20.")
    for one in found:
        print_in_force(one, model.version)
