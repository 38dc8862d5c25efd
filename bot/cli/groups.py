"""Groups of commands: what each does stands in their list in full, in the order in which one needs them."""

from collections.abc import Iterable

import click

_ANY_LENGTH = 1000


class CommandGroup(click.Group):
    """A group whose list of commands cuts no sentence short."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """The commands in the order in which they were added."""
        return list(self.commands)

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write all commands under one heading."""
        self.write_list("Commands", self.commands.values(), formatter)

    def write_list(self, heading: str, commands: Iterable[click.Command], formatter: click.HelpFormatter) -> None:
        """Write some of the commands, each with its first sentence."""
        with formatter.section(heading):
            formatter.write_dl([(command.name or "", command.get_short_help_str(_ANY_LENGTH)) for command in commands])
