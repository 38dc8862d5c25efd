"""Secrets: they come from the environment and nowhere else."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.config.problems import ConfigError
from bot.config.sources import (
    DiscourseSource,
    SiteTable,
    SourceSettings,
    WebhookSource,
    XenForoSource,
    key_variable,
    secret_variable,
)

TOKEN_VARIABLE = "FLAGPOST_TOKEN"

_PRINTABLE = re.compile(r"[!-~]+")


@dataclass(frozen=True, slots=True)
class Secrets:
    """What a source proves itself with (`key`) and has its deliveries proved with (`secret`); neither is ever shown."""

    key: str | None = field(default=None, repr=False)
    secret: str | None = field(default=None, repr=False)


def token(environ: Mapping[str, str]) -> str:
    """The bot's token. Raises ConfigError when it is missing or damaged."""
    value = environ.get(TOKEN_VARIABLE, "").strip()
    if not value:
        raise ConfigError(
            [f"{TOKEN_VARIABLE} is not set. Set it to the bot's token (developer portal, your application, Bot)."]
        )
    if not _PRINTABLE.fullmatch(value):
        raise ConfigError([f"{TOKEN_VARIABLE} holds a space or a letter that no token has. Copy the token again."])
    return value


def read_secrets(sources: Mapping[str, SourceSettings], environ: Mapping[str, str]) -> dict[str, Secrets]:
    """The secrets of each source by its name.

    Raises ConfigError with a line for each that is needed and missing, and for each key that anybody could read.
    """
    problems: list[str] = []

    def read(variable: str, needed_for: str) -> str | None:
        value = environ.get(variable, "").strip()
        if not value:
            if needed_for:
                problems.append(f"{variable} is not set. {needed_for}")
            return None
        if not _PRINTABLE.fullmatch(value):
            problems.append(f"{variable} holds a space or a letter that no secret has. Copy it again.")
        return value

    secrets = {
        name: Secrets(
            key=read(key_variable(name), _key_needed_for(name, source)),
            secret=read(secret_variable(name), _secret_needed_for(name, source)),
        )
        for name, source in sources.items()
    }
    problems += [
        f"[sources.{name}] url: begins with http://, so anybody on the way could read {key_variable(name)}. Write "
        "https://, or allow_private = true if the forum is in your own network."
        for name, source in sources.items()
        if secrets[name].key and _in_the_open(source)
    ]
    if problems:
        raise ConfigError(problems)
    return secrets


def _in_the_open(source: SourceSettings) -> bool:
    return isinstance(source, SiteTable) and source.url.startswith("http://") and not source.allow_private


def _key_needed_for(name: str, source: SourceSettings) -> str:
    match source:
        case XenForoSource():
            return f"[sources.{name}] needs it: XenForo's Admin control panel, Setup, API keys, shows the key once."
        case DiscourseSource(chat=True, webhook=False):
            return f"[sources.{name}] chat needs it: guests cannot read the chat. Discourse makes it under API keys."
    return ""


def _secret_needed_for(name: str, source: SourceSettings) -> str:
    if isinstance(source, WebhookSource) or (isinstance(source, SiteTable) and source.webhook):
        return f"[sources.{name}] needs it: invent a long one and give the same to the forum's webhook."
    return ""
