"""The config: a TOML file becomes Settings, and every mistake in it a line that says what to write instead."""

from bot.config.loading import TOKEN_VARIABLE, load_settings, token
from bot.config.problems import ConfigError
from bot.config.settings import (
    CopiesSettings,
    DiscordSettings,
    ModelSettings,
    PrivacySettings,
    ReviewSettings,
    Settings,
    StoreSettings,
)

__all__ = [
    "TOKEN_VARIABLE",
    "ConfigError",
    "CopiesSettings",
    "DiscordSettings",
    "ModelSettings",
    "PrivacySettings",
    "ReviewSettings",
    "Settings",
    "StoreSettings",
    "load_settings",
    "token",
]
