"""The config: a TOML file becomes Settings, and every mistake in it a line that says what to write instead."""

from bot.config.editing import set_threshold
from bot.config.loading import load_settings
from bot.config.modes import Mode, ModesTable
from bot.config.noise import NoiseSettings
from bot.config.problems import ConfigError
from bot.config.review import ActionsSettings, OwnReviewTable, ReviewSettings
from bot.config.secrets import TOKEN_VARIABLE, Secrets, read_secrets, token
from bot.config.settings import (
    DiscordSettings,
    Settings,
    StoreSettings,
)
from bot.config.sources import (
    DiscourseSource,
    FeedSource,
    FileSource,
    NodeBBSource,
    SourceSettings,
    WebhookSource,
    WebhooksSettings,
    XenForoSource,
)
from bot.config.watched import ConfigFile, taken_over, what_changed

__all__ = [
    "TOKEN_VARIABLE",
    "ActionsSettings",
    "ConfigError",
    "ConfigFile",
    "DiscordSettings",
    "DiscourseSource",
    "FeedSource",
    "FileSource",
    "Mode",
    "ModesTable",
    "NodeBBSource",
    "NoiseSettings",
    "OwnReviewTable",
    "ReviewSettings",
    "Secrets",
    "Settings",
    "SourceSettings",
    "StoreSettings",
    "WebhookSource",
    "WebhooksSettings",
    "XenForoSource",
    "load_settings",
    "read_secrets",
    "set_threshold",
    "taken_over",
    "token",
    "what_changed",
]
