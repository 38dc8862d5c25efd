"""Options that several commands share."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from bot.config import Settings

CONFIG_NAME = Path("config.toml")

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
quiet_option = click.option("--quiet", "-q", is_flag=True, help="Print results and mistakes only.")


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
