"""Mentions and timestamps in Discord texts, as a reader of the channel sees them."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime

import discord

_MENTION = re.compile(r"<(@[!&]?|#)(\d{15,21})>", re.ASCII)
_COMMAND = re.compile(r"</([\w -]{1,100}):\d{15,21}>")
_TIMESTAMP = re.compile(r"<t:(-?\d{1,12})(?::[A-Za-z])?>", re.ASCII)


def readable(text: str, guild: discord.Guild, users: Iterable[discord.abc.User] = ()) -> str:
    """Write mentions as `@name` and `#channel`, commands as `/name` and timestamps as dates in UTC.

    `users` are those whom Discord named together with the message; others are known when they stand in the cache.
    """
    named = {user.id: user for user in users}

    def mention(match: re.Match[str]) -> str:
        kind, number = match[1], int(match[2])
        if kind == "#":
            channel = guild.get_channel_or_thread(number)
            return f"#{channel.name if channel else 'unknown-channel'}"
        if kind == "@&":
            role = guild.get_role(number)
            return f"@{role.name if role else 'unknown-role'}"
        user = guild.get_member(number) or named.get(number)
        return f"@{user.display_name if user else 'unknown-user'}"

    return _TIMESTAMP.sub(_date, _COMMAND.sub(r"/\1", _MENTION.sub(mention, text)))


def _date(match: re.Match[str]) -> str:
    try:
        return format(datetime.fromtimestamp(int(match[1]), UTC), "%Y-%m-%d %H:%M UTC")
    except (OverflowError, ValueError, OSError):
        return match[0]
