"""`flagpost thresholds`: what each threshold means in flags a day, right and missed; and how to change one."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.groups import CommandGroup
from bot.cli.options import (
    CONFIG_NAME,
    config_option,
    existing_store,
    model_in_use,
    models_option,
    open_registry,
    quiet_option,
    settings_if_any,
    wishes_of,
)
from bot.cli.progress import progress_display
from classifier.labels import Label

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.workload import InForce
    from classifier.targets import Wish


@click.group(cls=CommandGroup, invoke_without_command=True)
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
    from bot.cli.workload_table import print_in_force

    version, found = in_force(settings_if_any(config), models, quiet=quiet)
    click.echo(f"{version}. In brackets: where the figures of the next 30 days will lie, 19 times in 20.")
    for one in found:
        print_in_force(one, version)


@thresholds.command("set")
@click.argument("label", type=click.Choice([label.value for label in Label]))
@click.argument("threshold")
@click.option("--source", metavar="NAME", help="For posts of this forum alone, a table [sources.NAME] of the config.")
@click.option("--place", metavar="ID", help="For posts in this channel alone.")
@config_option
@models_option
@quiet_option
def set_(
    label: str,
    threshold: str,
    source: str | None,
    place: str | None,
    config: Path | None,
    models: Path | None,
    quiet: bool,
) -> None:
    """Write a threshold into the config: a number, or a target such as "precision >= 0.9".

    Remarks and layout of the file stay as they are. A running bot takes the change over within seconds.
    """
    import os

    from bot.config import load_settings, set_threshold
    from classifier.targets import Scope

    if source is not None and place is not None:
        raise click.UsageError("a threshold is for a forum or for a channel: give --source or --place")
    path, scope = config or CONFIG_NAME, Scope(place, source)
    set_threshold(path, Label(label), scope, _wish(threshold), os.environ)
    click.echo(f"{path}: written.")
    if quiet:
        return

    from bot.cli.workload_table import print_summary

    version, found = in_force(load_settings(path, os.environ), models, quiet=quiet)
    [changed] = [one for one in found if (one.label, one.scope) == (label, scope)]
    print_summary(changed, version)


def in_force(settings: "Settings | None", models: Path | None, *, quiet: bool) -> "tuple[str, list[InForce]]":
    """The version of the model in use, and the thresholds of the config with what they bring."""
    from bot.workload import thresholds_in_force

    with progress_display(quiet=quiet) as progress:
        model = model_in_use(open_registry(models, settings), settings, progress)
    with existing_store(settings) as store:
        return model.version, thresholds_in_force(wishes_of(settings), model, store, datetime.now(UTC))


def _wish(text: str) -> "Wish":
    from classifier.targets import parse_target

    try:
        number = float(text)
    except ValueError:
        try:
            return parse_target(text)
        except ValueError as error:
            raise click.BadParameter(f"{text!r} is neither a number nor a target. {error}.") from None
    if not 0 < number <= 1:
        raise click.BadParameter(f"a probability is above 0 and at most 1, not {text}. One in two is written 0.5.")
    return number
