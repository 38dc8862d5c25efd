"""`flagpost run`: the bot on Discord."""

import logging
import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.demo import demo
from bot.cli.options import CONFIG_NAME, config_option, models_directory, models_option, quiet_option, settings_if_any
from bot.cli.progress import progress_display
from classifier.errors import FlagpostError

if TYPE_CHECKING:
    from bot.app import FlagpostBot

log = logging.getLogger(__name__)

_LATER = "https://discordstatus.com tells of disturbances; start again in some minutes"


class DiscordRefusal(FlagpostError):
    """Discord does not let the bot in, or does not answer."""


@click.command()
@config_option
@models_option
@quiet_option
@click.pass_context
def run(context: click.Context, config: Path | None, models: Path | None, quiet: bool) -> None:
    """Run the bot with config.toml; without one, run the demo.

    The bot's token is read from the environment variable FLAGPOST_TOKEN and never from a file. Ctrl-C ends the bot
    after it has judged what came in.
    """
    settings = settings_if_any(config)
    if settings is None:
        if not quiet:
            click.echo(
                "There is no config.toml here, so this is the demo; config.example.toml shows how to set up a bot."
            )
        context.invoke(demo, models=models, quiet=quiet)
        return

    from bot.config import ConfigFile, read_secrets, token

    watched = ConfigFile(config or CONFIG_NAME, os.environ)
    secret = token(os.environ)
    secrets_of_sources = read_secrets(settings.sources, os.environ)

    from bot import logs
    from bot.app import FlagpostBot
    from bot.store.exposure import readable_by_others
    from bot.store.store import Store
    from classifier.registry import Registry, default_model

    logs.set_up(settings.logging.format, quiet=quiet)
    registry = Registry(models_directory(models, settings))
    store = Store.open(settings.store.url)
    if exposed := readable_by_others(settings.store.url):
        log.warning("every user of this machine may read %s: chmod o-rwx takes that away", ", ".join(map(str, exposed)))
    try:
        with progress_display(quiet=quiet) as progress:
            model = default_model(registry, progress)
        connect(FlagpostBot(settings, store, model, secrets_of_sources, registry, watched), secret)
    finally:
        store.close()


def heed_signals(bot: "FlagpostBot") -> None:
    """SIGTERM ends the bot, as service managers do; SIGHUP has it read its config anew."""
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    if hasattr(signal, "SIGHUP") and bot.config is not None:
        signal.signal(signal.SIGHUP, lambda *_, config=bot.config: config.reread())


def connect(bot: "FlagpostBot", secret: str) -> None:
    """Run the bot until it is stopped; raises DiscordRefusal when Discord does not let it in."""
    import discord

    heed_signals(bot)
    try:
        bot.run(secret, log_handler=None)
    except discord.LoginFailure as error:
        raise DiscordRefusal(
            "FLAGPOST_TOKEN: Discord does not accept this token; make a new one under Bot in the developer portal"
        ) from error
    except discord.PrivilegedIntentsRequired as error:
        raise DiscordRefusal(
            "the bot may not read messages: switch on Message Content Intent under Bot in the developer portal"
        ) from error
    except discord.HTTPException as error:
        raise DiscordRefusal(f"Discord answered with an error ({error.status}); {_LATER}") from error
    except discord.ConnectionClosed as error:
        raise DiscordRefusal(f"Discord closed the connection (code {error.code}); {_LATER}") from error
