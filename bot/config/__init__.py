"""The config: a TOML file becomes Settings, and every mistake in it a line that says what to write instead."""

from bot.config.editing import set_threshold
from bot.config.loading import load_settings
from bot.config.modes import Mode, ModesTable
from bot.config.noise import NoiseSettings
from bot.config.problems import ConfigError
from bot.config.review import ActionsSettings, OwnReviewTable, ReviewSettings
from bot.config.secrets import TOKEN_VARIABLE, Secrets, read_secrets, token
from bot.config.settings import (
    CopiesSettings,
    DiscordSettings,
    ModelSettings,
    PrivacySettings,
    Settings,
    StoreSettings,
    TrainingSettings,
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
    "CopiesSettings",
    "DiscordSettings",
    "DiscourseSource",
    "FeedSource",
    "FileSource",
    "Mode",
    "ModelSettings",
    "ModesTable",
    "NodeBBSource",
    "NoiseSettings",
    "OwnReviewTable",
    "PrivacySettings",
    "ReviewSettings",
    "Secrets",
    "Settings",
    "SourceSettings",
    "StoreSettings",
    "TrainingSettings",
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
