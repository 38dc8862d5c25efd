"""`flagpost check`: what is ready, what is not, and what to do about it."""

import logging
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.options import CONFIG_NAME, config_option, models_directory, models_option
from bot.terminal import printable

if TYPE_CHECKING:
    from bot.cli.checks.findings import Finding
    from bot.config import Settings

ALL_WELL, TO_DO, NO_CONFIG = 0, 1, 2
"""Exit codes."""

PIPE_WIDTH = 1000
"""Columns where no terminal sets them: so wide that no line is broken for a program that reads it."""


@click.command()
@config_option
@models_option
@click.pass_context
def check(context: click.Context, config: Path | None, models: Path | None) -> None:
    """See whether config, token, permissions, forums, store and model are right.

    Each forum is read once, and a post of it shown as flagpost understands it: see whether the own words are the
    author's and the quoted ones somebody else's.

    The bot does not come online for it and posts nothing; the store is made or brought up to date. Ends with exit
    code 0 when all is well, 1 when there is something to do, 2 when the configuration cannot be used.
    """
    from bot.cli.checks.findings import State, Subject, in_order, ok, problem
    from bot.config import ConfigError, load_settings

    path = config or CONFIG_NAME
    try:
        settings = load_settings(path, os.environ)
    except ConfigError as error:
        show(in_order(problem(Subject.CONFIG, line) for line in error.problems))
        context.exit(NO_CONFIG)
    findings = in_order([ok(Subject.CONFIG, str(path)), *look(settings, models_directory(models, settings))])
    show(findings)
    context.exit(TO_DO if any(finding.state is State.PROBLEM for finding in findings) else ALL_WELL)


def look(settings: "Settings", models: Path) -> "list[Finding]":
    """Everything that can be found out with a config that is right; nothing of Discord without a token."""
    import asyncio

    from bot.cli.checks.access import check_discord
    from bot.cli.checks.findings import State
    from bot.cli.checks.forums import check_forums
    from bot.cli.checks.local import check_model, check_store, check_token
    from bot.config import token

    # What discord.py would print on its own has nothing that the findings do not say.
    logging.getLogger("discord").addHandler(logging.NullHandler())
    findings = [check_token(os.environ), check_store(settings.store.url), check_model(models)]
    if findings[0].state is State.OK:
        findings += asyncio.run(check_discord(token(os.environ), settings))
    return findings + asyncio.run(check_forums(settings, os.environ))


def show(findings: "Sequence[Finding]") -> None:
    """Print a table; in colours where a terminal shows it."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    colours = {"ok": "green", "problem": "bold red", "not checked": "yellow"}
    console = Console()
    if not console.is_terminal:
        console.width = PIPE_WIDTH
    table = Table(box=None, show_header=False, pad_edge=False)
    for finding in findings:
        told = (finding.text, finding.remedy, *finding.details)
        says = "\n".join(printable(line, console.encoding) for line in told if line)
        # Text, not markup: names on Discord may look like markup.
        table.add_row(Text(finding.state, colours[finding.state]), Text(finding.subject), Text(says))
    with console.capture() as printed:
        console.print(table)
    # Without the spaces that fill the column up: people send each other what they see here.
    click.echo("\n".join(line.rstrip() for line in printed.get().splitlines()))
