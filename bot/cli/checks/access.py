"""Checks of what Discord lets the bot do. Over REST only: the bot does not come online for them."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import aiohttp
import discord
from discord.abc import GuildChannel

from bot.cli.checks.findings import Finding, Subject, not_checked, ok, problem
from bot.config import ReviewSettings, Settings

PATIENCE = 60.0
"""Seconds for all of Discord's answers; discord.py waits out rate limits and tries again by itself."""

READING = ("View Channel", "Read Message History")
WRITING = (*READING, "Send Messages", "Embed Links")
"""Permissions by the names that Discord shows."""

NAMES_SHOWN = 8
"""Names in one finding: enough to see that they are the right ones."""

_ID_ADVICE = "Copy the id again; for a thread, name the channel or forum that it belongs to."
_PERMISSION_ADVICE = "Edit Channel, Permissions: allow it to the bot's role."


async def check_discord(token: str, settings: Settings) -> list[Finding]:
    """Log in with the token and look at everything that the settings name."""
    findings = []
    try:
        async with asyncio.timeout(PATIENCE), discord.Client(intents=discord.Intents.none()) as client:
            await client.login(token)
            findings.append(ok(Subject.DISCORD, f"logged in as {client.user}"))
            async for finding in check_access(client, settings):
                findings.append(finding)  # one by one: what was found out before a failure is worth telling
    except discord.LoginFailure:
        remedy = "Developer portal, your application, Bot, Reset Token; then set FLAGPOST_TOKEN to the new one."
        findings.append(problem(Subject.DISCORD, "refuses the token", remedy))
    except discord.HTTPException as error:
        remedy = "Try again in some minutes; https://discordstatus.com tells of disturbances."
        findings.append(problem(Subject.DISCORD, f"answered with an error ({error.status})", remedy))
    except (aiohttp.ClientError, OSError) as error:  # a time-out is an OSError
        remedy = "Check the network and the firewall: https://discord.com has to be reachable."
        findings.append(problem(Subject.DISCORD, f"cannot be reached ({type(error).__name__})", remedy))
    return findings


async def check_access(client: discord.Client, settings: Settings) -> AsyncIterator[Finding]:
    """What a logged-in client may do in the places that the settings name. Raises what discord.py raises."""
    yield _message_content(client.application_flags)
    servers = []
    for guild_id in settings.discord.guilds:
        try:
            servers.append(await Server.fetch(client, guild_id))
        except (discord.NotFound, discord.Forbidden):
            yield problem(Subject.SERVERS, f"{guild_id}: the bot is in no such server", _invitation(client))
    if servers:
        yield ok(Subject.SERVERS, _listed([server.guild.name for server in servers]))
        for finding in (*_watched_channels(servers, settings), *_actions(servers, settings)):
            yield finding

    homes: dict[int, Server] = {}
    for channel_id in _review_channels(settings):
        home = await _review_server(client, servers, channel_id)
        if isinstance(home, Finding):
            yield home
        else:
            yield _review_channel(home, home.channels[channel_id])
            homes[channel_id] = home
    for review, channels in _staff(settings):
        for guild in dict.fromkeys(homes[channel].guild for channel in channels if channel in homes):
            for finding in _roles(guild, tuple(dict.fromkeys((*review.moderator_roles, *review.lead_roles)))):
                yield finding
    for finding in _pings(homes, settings):
        yield finding


def _staff(settings: Settings) -> Iterator[tuple[ReviewSettings, Sequence[int]]]:
    """The settings in [review] and in each of its tables, with the channels where their moderators press."""
    of_single_servers = set(settings.review.channels) - set(settings.review.own_channels)
    yield settings.review, [channel for channel in _review_channels(settings) if channel not in of_single_servers]
    for guild in settings.review.guilds:
        review = settings.review.of_guild(guild)
        yield review, review.own_channels


def _review_channels(settings: Settings) -> list[int]:
    """The channels in [review], then those that sources have of their own."""
    own = (source.review_channel for source in settings.sources.values() if source.review_channel)
    return list(dict.fromkeys((*settings.review.channels, *own)))


@dataclass(frozen=True, slots=True)
class Server:
    """A server as the bot finds it: its channels by id, whether or not the bot sees into them."""

    guild: discord.Guild
    me: discord.Member
    channels: Mapping[int, GuildChannel]

    @classmethod
    async def fetch(cls, client: discord.Client, guild_id: int) -> Self:
        """Ask Discord for it. Raises NotFound or Forbidden where the bot is no member."""
        assert client.user is not None
        guild = await client.fetch_guild(guild_id, with_counts=False)
        me = await guild.fetch_member(client.user.id)
        return cls(guild, me, {channel.id: channel for channel in await guild.fetch_channels()})

    def lacking(self, channel: GuildChannel, permissions: Sequence[str]) -> str:
        """Those of the permissions that the bot lacks in a channel, as a list to read; empty when it has all."""
        granted = channel.permissions_for(self.me)
        return ", ".join(name for name in permissions if not getattr(granted, _flag(name)))


def _message_content(flags: discord.ApplicationFlags) -> Finding:
    if flags.gateway_message_content or flags.gateway_message_content_limited:
        return ok(Subject.MESSAGE_CONTENT, "the bot may read what members write")
    remedy = "Developer portal, your application, Bot: switch on Message Content Intent."
    return problem(Subject.MESSAGE_CONTENT, "the bot may not read what members write", remedy)


def _watched_channels(servers: Sequence[Server], settings: Settings) -> list[Finding]:
    findings = [*_unknown_channels(servers, settings), *_categories_as_places(servers, settings)]
    chosen = settings.discord.channels
    left_out = {*settings.discord.ignore_channels, *_review_channels(settings)}
    readable = []
    for server in servers:
        for channel in server.channels.values():
            ids = {channel.id, channel.category_id}
            if isinstance(channel, discord.CategoryChannel) or not left_out.isdisjoint(ids):
                continue
            is_chosen = not ids.isdisjoint(chosen)
            lacking = server.lacking(channel, READING)
            if lacking and is_chosen:
                remedy = f"{_PERMISSION_ADVICE} Or name the channel in ignore_channels."
                findings.append(problem(Subject.CHANNELS, f"#{channel.name}: the bot lacks {lacking}", remedy))
            elif not lacking and (is_chosen or not chosen):
                readable.append(f"#{channel.name}")
    if readable:
        findings.append(ok(Subject.CHANNELS, f"the bot reads {_listed(readable)}"))
    elif not findings:
        remedy = "Allow View Channels to its role in Server Settings, Roles; or choose other channels."
        findings.append(problem(Subject.CHANNELS, "there is no channel that the bot reads", remedy))
    return findings


def _unknown_channels(servers: Sequence[Server], settings: Settings) -> Iterator[Finding]:
    """Ids of channels that are nowhere; they may be in a server that the bot does not see."""
    all_seen = len(servers) == len(settings.discord.guilds)
    known = {channel_id for server in servers for channel_id in server.channels}
    named = {str(channel_id): channel_id for channel_id in settings.discord.channels}
    named |= {f"[thresholds.places.{place}]": int(place) for place in settings.thresholds.places}
    for name, channel_id in named.items():
        if channel_id not in known and all_seen:
            yield problem(Subject.CHANNELS, f"{name}: there is no such channel in these servers", _ID_ADVICE)
        elif channel_id not in known:
            yield not_checked(Subject.CHANNELS, f"{name}: not in the servers that the bot sees")


def _categories_as_places(servers: Sequence[Server], settings: Settings) -> Iterator[Finding]:
    """Thresholds under a category's id would never count: a post's place is its channel."""
    for server in servers:
        for channel in server.channels.values():
            if isinstance(channel, discord.CategoryChannel) and str(channel.id) in settings.thresholds.places:
                remedy = "Name the channels in it instead, each in a table of its own."
                yield problem(Subject.CHANNELS, f"[thresholds.places.{channel.id}]: this is a category", remedy)


async def _review_server(client: discord.Client, servers: Sequence[Server], channel_id: int) -> Server | Finding:
    """The server of the review channel, which need not be one of those whose posts are read."""
    for server in servers:
        if channel_id in server.channels:
            return server
    try:
        channel = await client.fetch_channel(channel_id)
        if isinstance(channel, GuildChannel):
            return await Server.fetch(client, channel.guild.id)
    except discord.Forbidden:
        return problem(Subject.REVIEW, f"{channel_id}: the bot cannot see this channel", _PERMISSION_ADVICE)
    except (discord.NotFound, discord.InvalidData):
        pass
    return problem(Subject.REVIEW, f"{channel_id}: there is no such channel", _ID_ADVICE)


def _review_channel(server: Server, channel: GuildChannel) -> Finding:
    if not isinstance(channel, discord.TextChannel):
        return problem(
            Subject.REVIEW, f"{channel.name}: not a text channel", "Name a text channel: cards are messages."
        )
    if lacking := server.lacking(channel, WRITING):
        return problem(Subject.REVIEW, f"#{channel.name}: the bot lacks {lacking}", _PERMISSION_ADVICE)
    return ok(Subject.REVIEW, f"the bot posts to #{channel.name} in {server.guild.name}")


def _roles(guild: discord.Guild, role_ids: Sequence[int]) -> Iterator[Finding]:
    names = []
    for role_id in role_ids:
        role = guild.get_role(role_id)
        if role is None:
            remedy = f"Copy the id of a role of {guild.name}: Server Settings, Roles."
            yield problem(Subject.ROLES, f"{role_id}: there is no such role where the review channel is", remedy)
        elif role.is_default():
            yield problem(
                Subject.ROLES, f"{role_id}: everybody has this role", "Name a role that only moderators have."
            )
        else:
            names.append(role.name)
    if names:
        yield ok(Subject.ROLES, _listed(names))


def _pings(homes: Mapping[int, Server], settings: Settings) -> Iterator[Finding]:
    """Roles to be called that would not hear it: there is no such role, or the bot may not mention it."""
    for role_id in dict.fromkeys(ping.role for ping in settings.noise.pings):
        found = [
            (channel, server, role) for channel, server in homes.items() if (role := server.guild.get_role(role_id))
        ]
        if homes and not found:
            remedy = "Copy the id of a role of the server where the cards stand: Server Settings, Roles."
            yield problem(Subject.ROLES, f"[[noise.pings]] role = {role_id}: there is no such role there", remedy)
        for channel, server, role in found:
            if not role.mentionable and server.lacking(server.channels[channel], ["Mention Everyone"]):
                remedy = f'Server Settings, Roles, {role.name}: switch on "Allow anyone to @mention this role".'
                where = f"#{server.channels[channel].name}"
                yield problem(
                    Subject.ROLES, f"{role.name} is to be called in {where}, and the bot may not mention it", remedy
                )


def _actions(servers: Sequence[Server], settings: Settings) -> Iterator[Finding]:
    """What the bot lacks for the actions that are switched on."""
    for server in servers:
        actions, granted = settings.review.of_guild(str(server.guild.id)).actions, server.me.guild_permissions
        wanted = {"Manage Messages": actions.delete, "Moderate Members": actions.time_out}
        lacking = [name for name, is_on in wanted.items() if is_on and not getattr(granted, _flag(name))]
        if lacking:
            remedy = "Server Settings, Roles: allow it to the bot's role, or switch the action off in [review.actions]."
            yield problem(Subject.SERVERS, f"{server.guild.name}: the bot lacks {_listed(lacking)}", remedy)


def _invitation(client: discord.Client) -> str:
    permissions = discord.Permissions(**{_flag(name): True for name in WRITING})
    scopes = ["bot", "applications.commands"]
    url = discord.utils.oauth_url(client.application_id or 0, permissions=permissions, scopes=scopes)
    return f"Correct the id, or invite the bot: {url}"


def _flag(permission: str) -> str:
    return permission.lower().replace(" ", "_")


def _listed(names: Sequence[str]) -> str:
    more = len(names) - NAMES_SHOWN
    return ", ".join(names[:NAMES_SHOWN]) + (f" and {more} more" if more > 0 else "")
