"""Messages of a real discord.py client become posts, and only those that are to be read."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import discord
import pytest
import simcord
from simcord.backend.serializers import message_payload
from simcord.enums import MessageType

from bot.config import DiscordSettings
from bot.sources.discord_source import DiscordSource
from classifier.post import PostKey, Quotation


class Listener(discord.Client):
    """Keeps what Discord reports; sees as much as the bot does, and has no cache of messages."""

    def __init__(self) -> None:
        super().__init__(
            intents=discord.Intents(guilds=True, guild_messages=True, dm_messages=True, message_content=True),
            max_messages=None,
        )
        self.messages: list[discord.Message] = []
        self.edits: list[discord.RawMessageUpdateEvent] = []
        self.deletions: list[discord.RawMessageDeleteEvent | discord.RawBulkMessageDeleteEvent] = []

    async def on_message(self, message: discord.Message) -> None:
        self.messages.append(message)

    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        self.edits.append(payload)

    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        self.deletions.append(payload)

    async def on_raw_bulk_message_delete(self, payload: discord.RawBulkMessageDeleteEvent) -> None:
        self.deletions.append(payload)


@dataclass
class Server:
    env: simcord.Env
    client: Listener
    guild: simcord.GuildHandle
    general: simcord.ChannelHandle
    review: simcord.ChannelHandle
    ann: simcord.MemberActor
    bob: simcord.MemberActor

    @property
    def message(self) -> discord.Message:
        """The message that the client saw last."""
        return self.client.messages[-1]

    def source(
        self, channels: tuple[int, ...] = (), ignore: tuple[int, ...] = (), guild: int | None = None
    ) -> DiscordSource:
        settings = DiscordSettings(guilds=(guild or self.guild.id,), channels=channels, ignore_channels=ignore)
        return DiscordSource(settings, self.review.id)

    async def thread(self, parent: simcord.ChannelHandle, name: str) -> simcord.ChannelHandle:
        channel = self.env.backend.create_thread(parent.id, name, self.ann.id)
        await self.env.settle()
        return simcord.ChannelHandle(self.env, self.guild, channel)


@asynccontextmanager
async def server() -> AsyncIterator[Server]:
    client = Listener()
    async with simcord.run(client) as env:
        guild = env.create_guild("Harbour Lane")
        yield Server(
            env,
            client,
            guild,
            general=guild.create_text_channel("general"),
            review=guild.create_text_channel("review"),
            ann=guild.add_member(env.create_user("ann", global_name="Ann A.")),
            bob=guild.add_member(env.create_user("bob", global_name="Bob B.")),
        )


async def test_a_message_becomes_a_post() -> None:
    async with server() as world:
        sent = await world.ann.send(world.general, "Hello, harbour!")
        source = world.source()
        post = source.to_post(world.message)

        assert source.reads(world.message)
        assert (post.source, post.id, post.provenance) == ("discord", str(sent.id), "discord")
        assert (post.text, post.quotations, post.reply_to) == ("Hello, harbour!", (), None)
        assert (post.author, post.author_name) == (str(world.ann.id), "Ann A.")
        assert post.place == post.thread == str(world.general.id)
        assert post.place_name == "#general"
        assert post.link == f"https://discord.com/channels/{world.guild.id}/{world.general.id}/{sent.id}"
        assert post.created_at == sent.created_at
        assert post.created_at.utcoffset() == timedelta(0)


async def test_threads_and_forum_posts_name_their_place() -> None:
    async with server() as world:
        forum = world.guild.create_forum_channel("help")
        for parent, name in ((world.general, "#general › Boats"), (forum, "help › Boats")):
            thread = await world.thread(parent, "Boats")
            await world.ann.send(thread, "Mine leaks.")
            post = world.source().to_post(world.message)

            assert (post.thread, post.place, post.place_name) == (str(thread.id), str(parent.id), name)


async def test_a_reply_quotes_the_own_words_of_what_it_answers() -> None:
    async with server() as world:
        first = await world.ann.send(world.general, f"> before\nSay it, {world.bob.mention}!")
        await world.bob.send(world.general, "No.", reply_to=first)
        post = world.source().to_post(world.message)

        assert post.text == "No."
        assert post.reply_to == str(first.id)
        assert post.quotations == (Quotation(text="Say it, @Bob B.!", author="Ann A.", post_id=str(first.id)),)


async def test_a_reply_to_a_deleted_message_quotes_nothing() -> None:
    async with server() as world:
        gone = await world.ann.send(world.general, "Take that back.")
        backend = world.env.backend
        reference = {"channel_id": str(world.general.id), "message_id": str(gone.id)}
        await world.ann.delete(gone)
        reply = backend.create_message(world.general.id, world.bob.id, "No.", reference=reference, broadcast=False)
        backend.emit("MESSAGE_CREATE", {**message_payload(backend, reply), "referenced_message": None})
        await world.env.settle()
        post = world.source().to_post(world.message)

        assert world.source().reads(world.message)
        assert (post.text, post.quotations, post.reply_to) == ("No.", (), str(gone.id))


async def test_a_forward_is_never_own_words() -> None:
    async with server() as world:
        first = await world.ann.send(world.general, "> theirs\nYou are all fools.")
        await world.bob.forward(first, world.general)
        post = world.source().to_post(world.message)

        assert not world.source().reads(world.message)
        assert (post.text, post.reply_to) == ("", None)
        assert post.quotations == (
            Quotation(text="You are all fools.", post_id=str(first.id)),
            Quotation(text="theirs", post_id=str(first.id)),
        )


async def test_quoted_lines_are_quotations() -> None:
    async with server() as world:
        await world.ann.send(world.general, "> you fool\nThat was uncalled for.\n>>> go away\nfool")
        post = world.source().to_post(world.message)

        assert post.text == "That was uncalled for."
        assert [quotation.text for quotation in post.quotations] == ["you fool", "go away\nfool"]


async def test_mentions_timestamps_and_emoji_are_readable() -> None:
    async with server() as world:
        role = world.guild.create_role("crew")
        absent = 216154654256398347
        await world.ann.send(
            world.general,
            f"{world.bob.mention} {role.mention} {world.general.mention} <@!{absent}> <@&{absent}> <#{absent}> "
            f"</help me:{absent}> <t:86400:R> <t:999999999999> <:clown:{absent}>",
        )

        assert world.source().to_post(world.message).text == (
            "@Bob B. @crew #general @unknown-user @unknown-role #unknown-channel "
            "/help me 1970-01-02 00:00 UTC <t:999999999999> :clown:"
        )


async def test_only_members_with_words_of_their_own_are_read() -> None:
    async with server() as world:
        robot = world.guild.add_member(world.env.create_user("robot", bot=True))
        hook = world.guild.create_webhook(world.general)
        await robot.send(world.general, "beep")
        await hook.send("built", username="ann")
        world.guild.create_system_message(world.general, MessageType.NEW_MEMBER, author=world.ann)
        pinned = await world.ann.send(world.general, "> only theirs")
        world.guild.create_system_message(
            world.general, MessageType.PINS_ADD, author=world.ann, referenced_message=pinned
        )
        await world.ann.send(world.general, attachments=[("cat.png", b"png")])
        await world.ann.send_dm("hello")
        await world.env.settle()
        seen = [message.content or message.type.name for message in world.client.messages]

        assert len(world.client.messages) == 7, seen
        assert [message for message in world.client.messages if world.source().reads(message)] == []


async def test_chosen_and_ignored_ids_stand_for_all_below_them() -> None:
    async with server() as world:
        category = world.guild.create_category("talk")
        boats = world.guild.create_text_channel("boats", category=category)
        forum = world.guild.create_forum_channel("help")
        places = {
            "general": world.general,
            "boats": boats,
            "thread": await world.thread(boats, "Sails"),
            "forum post": await world.thread(forum, "Leaks"),
            "review": world.review,
            "review thread": await world.thread(world.review, "Case 1"),
        }
        seen = {}
        for name, channel in places.items():
            await world.ann.send(channel, "words")
            seen[name] = world.message

        def read(source: DiscordSource) -> set[str]:
            return {name for name, message in seen.items() if source.reads(message)}

        assert read(world.source()) == {"general", "boats", "thread", "forum post"}
        assert read(world.source(channels=(category.id,))) == {"boats", "thread"}
        assert read(world.source(channels=(forum.id, world.general.id))) == {"general", "forum post"}
        assert read(world.source(channels=(places["thread"].id,))) == {"thread"}
        assert read(world.source(ignore=(boats.id, forum.id))) == {"general"}
        assert read(world.source(channels=(boats.id,), ignore=(category.id,))) == set()
        assert read(world.source(guild=world.guild.id + 1)) == set()


async def test_a_thread_of_unknown_parent_is_not_read() -> None:
    async with server() as world:
        thread = await world.thread(world.review, "Case 1")
        await world.ann.send(thread, "words")
        world.env.backend.delete_channel(world.review.id)
        await world.env.settle()

        assert not world.source().reads(world.message)
        assert world.source().to_post(world.message).place_name == "Case 1"


async def test_an_edit_of_an_uncached_message_is_a_new_revision() -> None:
    async with server() as world:
        sent = await world.ann.send(world.general, "Hello.")
        before = world.source().to_post(world.message)
        await world.ann.edit(sent, "> Hello.\nGo away.")
        after = world.source().edited_post(world.client.edits[-1])

        assert world.client.edits[-1].cached_message is None
        assert after is not None
        assert (after.key, after.text, after.author_name) == (before.key, "Go away.", "Ann A.")
        assert after.revision != before.revision


async def test_an_edit_that_takes_all_words_away_leaves_an_empty_post() -> None:
    async with server() as world:
        sent = await world.ann.send(world.general, "Hello.", attachments=[("cat.png", b"png")])
        await world.ann.edit(sent, "")
        after = world.source().edited_post(world.client.edits[-1])

        assert after is not None
        assert after.text == ""


async def test_an_embed_that_comes_later_is_no_new_revision() -> None:
    async with server() as world:
        sent = await world.ann.send(world.general, "https://example.org")
        before = world.source().to_post(world.message)
        world.env.backend.edit_message(world.general.id, sent.id, {"embeds": [{"title": "Example"}]})
        await world.env.settle()
        after = world.source().edited_post(world.client.edits[-1])

        assert after is not None
        assert after.revision == before.revision


async def test_an_update_of_a_message_that_nobody_edited_is_no_edit() -> None:
    async with server() as world:
        sent = await world.ann.send(world.general, "Hello.")
        world.env.backend.crosspost_message(world.general.id, sent.id)
        await world.env.settle()

        assert world.source().edited_post(world.client.edits[-1]) is None


async def test_edits_elsewhere_and_edits_without_content_are_none() -> None:
    async with server() as world:
        sent = await world.ann.send(world.general, "Hello.")
        await world.ann.edit(sent, "Bye.")
        edit = world.client.edits[-1]
        partial: Any = dict(edit.data)
        del partial["content"]

        assert world.source().edited_post(edit) is not None
        assert world.source(ignore=(world.general.id,)).edited_post(edit) is None
        assert world.source().edited_post(discord.RawMessageUpdateEvent(partial, edit.message)) is None


@pytest.mark.parametrize("count", [1, 3])
async def test_deletions_name_the_posts(count: int) -> None:
    async with server() as world:
        sent = [await world.ann.send(world.general, f"word {number}") for number in range(count)]
        keys = tuple(world.source().to_post(message).key for message in world.client.messages)
        if count == 1:
            await world.ann.delete(sent[0])
        else:
            world.env.backend.bulk_delete_messages(world.general.id, [message.id for message in sent])
            await world.env.settle()

        assert [world.source().deleted_keys(payload) for payload in world.client.deletions] == [keys]
        assert keys[0] == PostKey("discord", str(sent[0].id))
