"""The `flagpost` command: the group of all commands, and how mistakes are told.

Command modules import what is heavy inside their functions, so that `flagpost --help` answers at once.
"""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from bot.cli.backtest import backtest
from bot.cli.check import check
from bot.cli.data import data
from bot.cli.demo import demo
from bot.cli.evaluate import evaluate
from bot.cli.groups import CommandGroup
from bot.cli.label import label
from bot.cli.models import models
from bot.cli.report import report
from bot.cli.run import run
from bot.cli.scan import scan
from bot.cli.score import score
from bot.cli.shadow import shadow
from bot.cli.stats import stats
from bot.cli.store import store
from bot.cli.thresholds import thresholds
from bot.cli.train import train
from bot.terminal import harmless
from classifier.errors import FlagpostError


class Refusal(click.ClickException):
    """A mistake told in its own words, without a prefix per line, with exit code 2."""

    exit_code = 2

    def show(self, file: Any = None) -> None:
        """Print each line of the message under the program's name."""
        for line in self.message.splitlines():
            click.echo(f"flagpost: {harmless(line)}", file=file, err=file is None)


class Commands(CommandGroup):
    """The group of all commands; no traceback reaches a user for anything that a person can put right."""

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        """Read the command line, which also prints help; raises Refusal as `invoke` does."""
        with mistakes_told():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; raises Refusal for mistakes and for files that the system refuses."""
        with mistakes_told():
            return super().invoke(ctx)

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands under what they are for."""
        for heading, commands in COMMANDS.items():
            self.write_list(heading, commands, formatter)


@contextmanager
def mistakes_told() -> Iterator[None]:
    """Turn what a person can put right into a Refusal; a pipe that was closed is for click, which ends in silence."""
    try:
        yield
    except FlagpostError as error:
        raise Refusal(str(error)) from error
    except OSError as error:
        if error.errno == errno.EPIPE or error.strerror is None:
            raise
        where = f"{error.filename}: " if error.filename else ""
        raise Refusal(f"{where}{error.strerror}") from error


COMMANDS: dict[str, tuple[click.Command, ...]] = {
    "To begin": (demo, check, run),
    "While the bot runs": (stats, thresholds, backtest, shadow, store),
    "Posts in files": (score, scan),
    "The model": (report, evaluate, label, train, models, data),
}
"""Every command, in the order in which a newcomer needs them, by what it is for."""


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="flagpost", message="%(prog)s %(version)s")
def main() -> None:
    """A moderation assistant for forum staff.

    flagpost reads new posts, judges each for trolling, personal attack and repeated copy-paste, and puts what it flags,
    with the reasons, into a Discord channel where moderators decide. It never punishes anybody by itself.

    Begin with `flagpost demo`: it needs no account, no token and no set-up.
    """


for _commands in COMMANDS.values():
    for _command in _commands:
        main.add_command(_command)
