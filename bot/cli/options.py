"""Options that several commands share."""

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.patience import waiting_for

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.store.store import Store
    from classifier.model import Model
    from classifier.progress import Progress
    from classifier.registry import Registry
    from classifier.targets import Wishes
    from classifier.thresholds import Thresholds

CONFIG_NAME = Path("config.toml")
_SCHEDULER = re.compile(r"((tcp|tls|ws|wss)://)?[^\s/]+:\d{1,5}")

config_option = click.option(
    "--config",
    "config",
    type=click.Path(path_type=Path),
    help="The configuration file.  [default: config.toml, where there is one]",
)
models_option = click.option(
    "--models",
    "models",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder of models.  [default: the config's, or this user's data folder]",
)
files_option = partial(click.option, "--data", "files", type=click.Path(path_type=Path), multiple=True, metavar="FILE")
"""Labelled posts; what for, `help` says."""

jobs_option = click.option(
    "--jobs", "-j", default=1, show_default=True, type=click.IntRange(min=1), help="Processes of this machine to use."
)
scheduler_option = click.option(
    "--scheduler",
    metavar="ADDRESS",
    callback=lambda _context, _option, value: _scheduler(value),
    help="Use the Dask cluster of this scheduler (tcp://HOST:PORT).",
)
quiet_option = click.option("--quiet", "-q", is_flag=True, help="Print results and mistakes only.")


def _scheduler(address: str | None) -> str | None:
    if address is not None and not _SCHEDULER.fullmatch(address):
        raise click.BadParameter("expected an address such as tcp://HOST:8786")
    return address


def settings_if_any(config: Path | None) -> "Settings | None":
    """The settings of the file named, or of `config.toml` here; None when neither is there.

    Raises ConfigError when the file has mistakes or the one named is missing.
    """
    if config is None and not CONFIG_NAME.exists():
        return None
    import os

    from bot.config import load_settings

    return load_settings(config or CONFIG_NAME, os.environ)


def models_directory(models: Path | None, settings: "Settings | None") -> Path:
    """Where the models stand: the option, else the config's folder, else this user's data folder."""
    from classifier.registry import default_directory

    configured = settings.model.directory if settings is not None else None
    return models or configured or default_directory()


def open_registry(models: Path | None, settings: "Settings | None") -> "Registry":
    """The models of the folder that the option names, else the config's, else this user's."""
    from classifier.registry import Registry

    return Registry(models_directory(models, settings))


def model_in_use(registry: "Registry", settings: "Settings | None", progress: "Progress") -> "Model":
    """The model in use at the config's base rates; it is trained first where there is none. Raises ModelError."""
    from classifier.registry import default_model

    return at_base_rates(default_model(registry, progress), settings)


def at_base_rates(model: "Model", settings: "Settings | None") -> "Model":
    """The model at the config's base rates; without a config at its own."""
    return model.at_base_rates(settings.population) if settings is not None else model


def window_of(settings: "Settings | None") -> timedelta | None:
    """How far back copies are looked for; None, everything, without a config."""
    return timedelta(days=settings.copies.window_days) if settings is not None else None


def wishes_of(settings: "Settings | None") -> "Wishes":
    """The thresholds of the config as they are written there; without a config the built-in ones."""
    from classifier.targets import Wishes

    return settings.thresholds if settings is not None else Wishes()


@contextmanager
def existing_store(settings: "Settings | None") -> "Iterator[Store | None]":
    """The store that the config names; None without a config, and when it is a file that is not there yet.

    Raises StoreError when it cannot be opened.
    """
    from bot.store.address import database_file

    if settings is None or ((file := database_file(settings.store.url)) is not None and not file.exists()):
        yield None
        return
    with opened_store(settings.store.url) as store:
        yield store


@contextmanager
def opened_store(url: str) -> "Iterator[Store]":
    """The store at that URL, made or brought up to date; whoever has to wait for it long is told so.

    Raises StoreError when it cannot be opened.
    """
    from bot.store.store import Store

    with waiting_for_store(url):
        store = Store.open(url)
    with store:
        yield store


def waiting_for_store(url: str) -> AbstractContextManager[None]:
    """Where a command waits for the store: says so if it takes long. Raises StoreError for no such URL."""
    from bot.store.address import address_of, place_of

    return waiting_for(f"the store {place_of(address_of(url))}")


def thresholds_in_use(settings: "Settings | None", model: "Model") -> "Thresholds":
    """The thresholds of the config as numbers, as the bot would find them now; without a config the built-in ones.

    `model` is at the config's base rates. Opens the store only when there are targets.
    """
    wishes = wishes_of(settings)
    if not wishes.has_targets():
        return wishes.numbers({})  # the database's libraries would take longer to load than the model

    from datetime import UTC, datetime

    from bot.workload import numbers_in_force

    with existing_store(settings) as store:
        return numbers_in_force(wishes, model, store, datetime.now(UTC))
