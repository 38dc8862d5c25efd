"""Act on a post on Discord: delete it, time its author out, send a warning. Only on a moderator's word, given twice.

Each action has to be switched on in the config, and Discord has to allow it to the moderator as well as to the bot.
Discord's audit log names the moderator as the reason; it does not log a warning, which stands in the flag's history.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

import discord
from discord import ButtonStyle, ui
from discord.abc import GuildChannel

from bot.config import ActionsSettings
from bot.review import texts
from bot.review.controls import Control, Deed, button
from bot.review.links import usable
from bot.review.marking import ROOM_FOR_NAME, inert, plain
from bot.review.press import Press, Result
from bot.review.reply import Reply
from bot.store.likeness import guild_of
from bot.store.records import AuditEntry, Flag, Verb
from bot.store.store import Store

ACTIONS = (Verb.DELETE, Verb.TIME_OUT, Verb.WARN)

SURELY = {Deed(f"{verb}_surely"): verb for verb in ACTIONS}
"""What each second press does."""

PERMISSIONS = {Verb.DELETE: "manage_messages", Verb.TIME_OUT: "moderate_members", Verb.WARN: "moderate_members"}
"""What Discord has to allow to the moderator where the post stands, and to the bot as well, except for a warning."""

JUST_NOW = timedelta(minutes=1)
"""So long after a warning another one about the same flag is taken for a second hand on the same work."""

ROOM_FOR_PLACE = 100
LONGEST_MESSAGE = 2_000
"""Characters that Discord takes as a message."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where the post stands, and its author if that is still a member there."""

    guild: discord.Guild
    author: discord.Member | None


def action_buttons(settings: ActionsSettings, flag: Flag, *, row: int) -> Iterator[Control]:
    """A button for each action that is switched on, where the post stands on Discord."""
    for verb in ACTIONS:
        if getattr(settings, verb) and guild_of(flag.post) and not (verb is Verb.DELETE and flag.deleted_at):
            yield button(Deed(verb), flag.id, texts.menu.ACT[verb], ButtonStyle.danger, row=row)


async def ask(verb: Verb, press: Press, store: Store) -> Result:  # noqa: ARG001
    """Check what can be checked, and ask whether that is meant."""
    target = await _target(verb, press)
    if isinstance(target, str):
        return Reply(target)
    view = ui.View(timeout=None)
    view.add_item(button(Deed(f"{verb}_surely"), press.flag.id, texts.menu.SURELY[verb], ButtonStyle.danger))
    match verb:
        case Verb.TIME_OUT:
            question = texts.menu.surely_time_out(_author(press), press.review.actions.time_out_minutes)
        case Verb.WARN:
            question = texts.menu.surely_warn(_author(press), _warning(press, target))
        case _:
            question = texts.menu.surely_delete(_author(press))
    return Reply(question, view=view)


async def carry_out(verb: Verb, press: Press, store: Store) -> Result:
    """Check it all again, act, and note it down."""
    target = await _target(verb, press)
    if isinstance(target, str):
        return Reply(target)
    if verb is Verb.WARN and (warned := await asyncio.to_thread(_warned_just_now, press, store)):
        return Reply(texts.menu.warned_just_now(inert(warned.moderator.name, ROOM_FOR_NAME)))
    try:
        await _DOING[verb](press, target)
    except discord.HTTPException as error:
        return Reply(texts.menu.action_failed(error.status, error.code))
    note = _warning(press, target) if verb is Verb.WARN else ""
    return await asyncio.to_thread(store.remark, press.flag.id, verb, press.moderator, note, press.now)


def _warned_just_now(press: Press, store: Store) -> AuditEntry | None:
    """The warning that somebody sent about this flag a moment ago, if so."""
    warnings = (entry for entry in store.audit_trail(press.flag.id) if entry.verb is Verb.WARN)
    return next((entry for entry in warnings if press.now - entry.at < JUST_NOW), None)


async def _target(verb: Verb, press: Press) -> Target | str:
    """What the action would be done to, or why it cannot be done."""
    post, client, presser = press.flag.post, press.interaction.client, press.interaction.user
    if not getattr(press.review.actions, verb):
        return texts.menu.ACTION_OFF
    guild = client.get_guild(int(guild_of(post) or 0))
    channel = guild.get_channel(int(post.place)) if guild and post.place else None
    if guild is None or channel is None or post.thread is None or post.author is None:
        return texts.menu.OUT_OF_REACH
    by = presser if isinstance(presser, discord.Member) and presser.guild == guild else await _member(guild, presser.id)
    permission = PERMISSIONS[verb]
    if by is None or not _allowed(by, permission, channel):
        return texts.menu.you_lack(permission)
    if verb is not Verb.WARN and not _allowed(guild.me, permission, channel):
        return texts.menu.i_lack(permission)
    if verb is Verb.DELETE:
        return texts.menu.POST_IS_GONE if press.flag.deleted_at else Target(guild, None)
    author = await _member(guild, int(post.author))
    if author is None:
        return texts.menu.AUTHOR_LEFT
    return Target(guild, author) if verb is Verb.WARN else _below(author, by) or Target(guild, author)


def _allowed(member: discord.Member, permission: str, channel: GuildChannel) -> bool:
    """Whether Discord allows it to a member there; time-outs are a matter of the whole server."""
    granted = member.guild_permissions if permission == "moderate_members" else channel.permissions_for(member)
    return bool(getattr(granted, permission))


def _below(author: discord.Member, by: discord.Member) -> str | None:
    """Why Discord or good manners forbid to time a member out; None where nothing does."""
    guild = author.guild
    if author.id == guild.owner_id or author.guild_permissions.administrator or author.top_role >= guild.me.top_role:
        return texts.menu.AUTHOR_ABOVE_ME
    return texts.menu.AUTHOR_ABOVE_YOU if author.top_role >= by.top_role and by.id != guild.owner_id else None


async def _member(guild: discord.Guild, user_id: int) -> discord.Member | None:
    try:
        return await guild.fetch_member(user_id)
    except discord.NotFound:
        return None


async def _delete(press: Press, target: Target) -> None:  # noqa: ARG001
    post = press.flag.post
    # discord.py's own methods for one message take no reason; Discord does.
    await press.interaction.client.http.delete_message(int(post.thread or 0), int(post.id), reason=_reason(press))


async def _time_out(press: Press, target: Target) -> None:
    assert target.author is not None
    lasting = timedelta(minutes=press.review.actions.time_out_minutes)
    await target.author.timeout(lasting, reason=_reason(press))


async def _warn(press: Press, target: Target) -> None:
    assert target.author is not None
    await target.author.send(_warning(press, target), allowed_mentions=discord.AllowedMentions.none())


_DOING: Mapping[Verb, Callable[[Press, Target], Awaitable[None]]] = {
    Verb.DELETE: _delete,
    Verb.TIME_OUT: _time_out,
    Verb.WARN: _warn,
}


def _reason(press: Press) -> str:
    return texts.menu.audit_log_reason(plain(press.moderator.name, ROOM_FOR_NAME), press.moderator.id, press.flag.id)


def _author(press: Press) -> str:
    post = press.flag.post
    return inert(post.author_name or post.author or "", ROOM_FOR_NAME) or texts.words.SOMEBODY


def _warning(press: Press, target: Target) -> str:
    post, text = press.flag.post, press.review.actions.warning
    filled_in = {
        "{server}": inert(target.guild.name, ROOM_FOR_PLACE),
        "{place}": inert(post.place_name or "", ROOM_FOR_PLACE),
        "{link}": usable(post.link) or "",
    }
    for name, value in filled_in.items():
        text = text.replace(name, value)
    return text[:LONGEST_MESSAGE]
