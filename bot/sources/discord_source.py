"""Discord as a source: which messages are read, and the Post that each of them is."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import discord

from bot.config import DiscordSettings
from bot.sources.discord_mentions import readable
from bot.sources.markup import read_discord
from classifier.post import Post, PostKey, Quotation

if TYPE_CHECKING:
    from discord.abc import MessageableChannel

SOURCE = "discord"

ServerChannel = discord.TextChannel | discord.VoiceChannel | discord.StageChannel | discord.Thread
"""Where messages are sent on a server."""

_WRITTEN_BY_MEMBERS = (discord.MessageType.default, discord.MessageType.reply)


class DiscordSource:
    """Turns messages of the chosen servers and channels into posts; keeps nothing and sends nothing."""

    def __init__(self, settings: DiscordSettings, *review_channels: int) -> None:
        self._guilds = frozenset(settings.guilds)
        self._chosen = frozenset(settings.channels)
        self._ignored = frozenset((*settings.ignore_channels, *review_channels))

    def reads(self, message: discord.Message) -> bool:
        """Whether a new message is to be judged: a member's own words, in a place that is read.

        An id in the settings stands for all below it too: a category for its channels, a channel or forum for its
        threads. Ignoring wins over choosing. Attachments, embeds, stickers, polls and forwards are not own words.
        """
        return self._covers(message) and bool(read_discord(message.content).own)

    def covers(self, channel: ServerChannel) -> bool:
        """Whether members' messages in that channel are read."""
        return channel.guild.id in self._guilds and self._is_chosen(channel)

    def to_post(self, message: discord.Message) -> Post:
        """The Post of a message on a server; its text is empty when the message has no own words."""
        assert message.guild is not None
        guild, channel = message.guild, message.channel
        reading = read_discord(message.content)
        answered = message.reference if message.type is discord.MessageType.reply else None
        original = answered.message_id if answered else None
        return Post(
            source=SOURCE,
            provenance=SOURCE,
            id=str(message.id),
            text=readable(reading.own, guild, message.mentions),
            quotations=(
                *(_answered(answered, guild) if answered else ()),
                *_forwarded(message, guild),
                *(Quotation(text=readable(quoted.text, guild, message.mentions)) for quoted in reading.quotations),
            ),
            author=str(message.author.id),
            author_name=message.author.display_name,
            thread=str(channel.id),
            place=str(channel.parent_id if isinstance(channel, discord.Thread) else channel.id),
            place_name=_place_name(channel),
            created_at=message.created_at,
            link=message.jump_url,
            reply_to=str(original) if original else None,
        )

    def edited_post(self, payload: discord.RawMessageUpdateEvent) -> Post | None:
        """The Post of a message that its author may have changed; None when it is not read or was never edited.

        Discord reports pins and late embeds in the same way: the revision tells whether own words changed.
        """
        message = payload.message
        if "content" not in payload.data or message.edited_at is None or not self._covers(message):
            return None
        return self.to_post(message)

    def deleted_keys(
        self, payload: discord.RawMessageDeleteEvent | discord.RawBulkMessageDeleteEvent
    ) -> tuple[PostKey, ...]:
        """The posts that are gone, oldest first, whether or not they were read."""
        if isinstance(payload, discord.RawBulkMessageDeleteEvent):
            ids = sorted(payload.message_ids)
        else:
            ids = [payload.message_id]
        return tuple(PostKey(SOURCE, str(message_id)) for message_id in ids)

    def _covers(self, message: discord.Message) -> bool:
        if message.guild is None or message.guild.id not in self._guilds:
            return False
        if message.author.bot or message.webhook_id is not None or message.type not in _WRITTEN_BY_MEMBERS:
            return False
        return self._is_chosen(message.channel)

    def _is_chosen(self, channel: "MessageableChannel") -> bool:
        places = _places(channel)
        chosen = not self._chosen or not self._chosen.isdisjoint(places)
        return bool(places) and chosen and self._ignored.isdisjoint(places)


def _places(channel: "MessageableChannel") -> frozenset[int]:
    """The ids that stand for this channel in the settings; none when it is unknown what the channel belongs to."""
    own = channel.parent if isinstance(channel, discord.Thread) else channel
    if not isinstance(own, discord.abc.GuildChannel):
        return frozenset()
    return frozenset(place for place in (channel.id, own.id, own.category_id) if place is not None)


def _place_name(channel: "MessageableChannel") -> str:
    if not isinstance(channel, discord.Thread):
        return f"#{channel}"
    if channel.parent is None:
        return channel.name
    forum = isinstance(channel.parent, discord.ForumChannel)
    return f"{'' if forum else '#'}{channel.parent.name} › {channel.name}"


def _answered(reference: discord.MessageReference, guild: discord.Guild) -> Iterator[Quotation]:
    message = reference.resolved or reference.cached_message
    if isinstance(message, discord.Message):
        words = readable(read_discord(message.content).own, guild, message.mentions)
        if words:
            yield Quotation(text=words, author=message.author.display_name, post_id=str(message.id))


def _forwarded(message: discord.Message, guild: discord.Guild) -> Iterator[Quotation]:
    original = message.reference.message_id if message.reference else None
    for snapshot in message.message_snapshots:
        reading = read_discord(snapshot.content)
        for text in (reading.own, *(quotation.text for quotation in reading.quotations)):
            if text:
                yield Quotation(text=readable(text, guild), post_id=str(original) if original else None)
