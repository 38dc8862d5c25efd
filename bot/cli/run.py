"""`flagpost run`: the bot on Discord."""

import logging
import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.demo import demo
from bot.cli.options import (
    CONFIG_NAME,
    config_option,
    models_option,
    open_registry,
    opened_store,
    quiet_option,
    settings_if_any,
)
from bot.cli.progress import progress_display
from classifier.errors import FlagpostError

if TYPE_CHECKING:
    from bot.app import FlagpostBot

log = logging.getLogger(__name__)

MOST_SHARDS = 100
"""Discord asks for one for each 2,500 servers at most."""

_LATER = "https://discordstatus.com tells of disturbances; start again in some minutes"


class DiscordRefusal(FlagpostError):
    """Discord does not let the bot in, or does not answer."""


@click.command()
@config_option
@models_option
@quiet_option
@click.option(
    "--shard",
    metavar="K/N",
    callback=lambda _context, _option, value: _shard(value),
    help="Be process K, counted from 0, of N on one PostgreSQL store: each has its share of the servers.",
)
@click.pass_context
def run(
    context: click.Context, config: Path | None, models: Path | None, quiet: bool, shard: tuple[int, int] | None
) -> None:
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
    from bot.store.address import address_of

    if shard is not None and address_of(settings.store.url).get_backend_name() == "sqlite":
        raise click.UsageError("--shard: several processes need a PostgreSQL store ([store] url in the config).")
    watched = ConfigFile(config or CONFIG_NAME, os.environ)
    secret = token(os.environ)
    secrets_of_sources = read_secrets(settings.sources, os.environ)

    from bot import logs
    from bot.app import FlagpostBot
    from bot.store.alone import alone
    from bot.store.exposure import readable_by_others
    from bot.store.share import ALL, Share
    from classifier.registry import default_model

    logs.set_up(settings.logging.format, quiet=quiet)
    registry = open_registry(models, settings)
    share = ALL if shard is None else Share(*shard, frozenset(settings.discord.guilds))
    with alone(settings.store.url, share), opened_store(settings.store.url) as store:
        if exposed := readable_by_others(settings.store.url):
            names = ", ".join(map(str, exposed))
            log.warning("every user of this machine may read %s: chmod o-rwx takes that away", names)
        if registry.current() is None:
            log.info("there is no model yet: it is built first, which takes about a minute")
        with progress_display(quiet=quiet) as progress:
            model = default_model(registry, progress)
        connect(FlagpostBot(settings, store, model, secrets_of_sources, registry, watched, share), secret)


def _shard(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    number, _, count = text.partition("/")
    if number.isdecimal() and count.isdecimal() and int(number) < int(count) <= MOST_SHARDS:
        return int(number), int(count)
    raise click.BadParameter(f"expected K/N with K from 0 to N - 1 and N at most {MOST_SHARDS}, such as 0/2")


def heed_hangup(bot: "FlagpostBot") -> None:
    """SIGHUP has the bot read its config anew."""
    if hasattr(signal, "SIGHUP") and bot.config is not None:
        signal.signal(signal.SIGHUP, lambda *_, config=bot.config: config.reread())


def connect(bot: "FlagpostBot", secret: str) -> None:
    """Run the bot until it is stopped; raises DiscordRefusal when Discord does not let it in."""
    import discord

    from bot.latency import shorten_pauses
    from bot.stopping import run_until_stopped

    shorten_pauses()
    heed_hangup(bot)
    try:
        run_until_stopped(bot, secret)
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
