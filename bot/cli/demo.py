"""`flagpost demo`: the real bot on a simulated Discord."""

import asyncio
import sys
from contextlib import suppress
from pathlib import Path

import click

from bot.cli.options import model_in_use, open_registry, quiet_option
from bot.cli.progress import progress_display
from classifier.errors import FlagpostError


class DemoError(FlagpostError):
    """The demo cannot run here."""


@click.command()
@click.option("--headless", is_flag=True, help="Play everything at once, print the cards as text, and end.")
@click.option("--port", type=click.IntRange(1, 65535), help="The local port of the page.  [default: any free one]")
@click.option("--no-browser", is_flag=True, help="Print the address only.")
@click.option(
    "--models",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder of models.  [default: this user's data folder]",
)
@quiet_option
def demo(headless: bool, port: int | None, no_browser: bool, models: Path | None, quiet: bool) -> None:
    """Try flagpost on a simulated Discord: no account, no token.

    The bot is the real one. It reads a sample conversation and puts what it flags into a moderator channel, which opens
    in the browser with working buttons. Nothing leaves this machine and nothing is kept.

    With --headless the exit code is 1 if a card that should be there is missing.
    """
    try:
        import simcord
    except ImportError as error:
        raise DemoError("the demo needs simcord: pip install 'flagpost[demo]'") from error

    with progress_display(quiet=quiet) as progress:
        model = model_in_use(open_registry(models, None), None, progress)

    if headless:
        from bot.demo.headless import play_headless

        cards, missing = asyncio.run(play_headless(model))
        click.echo("\n\n".join(cards))
        for sentence in missing:
            click.echo(f"missing: {sentence}", err=True)
        sys.exit(1 if missing else 0)

    from bot.demo.live import serve

    def say(line: str) -> None:
        if not quiet or "http" in line:
            click.echo(line)

    try:
        with suppress(KeyboardInterrupt):
            asyncio.run(serve(model, port=port, browser=not no_browser, say=say))
    except simcord.SetupError as error:
        if port is None or "bind" not in str(error):
            raise
        raise DemoError(f"port {port} cannot be used: name another one with --port, or leave it out") from error
