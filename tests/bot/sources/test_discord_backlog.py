"""What was missed on Discord is read back from a real discord.py client's channels: all of it, once, in order."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import discord
import pytest
from simcord.backend.models import Overwrite

from bot.config import DiscordSettings
from bot.sources import discord_backlog
from bot.sources.discord_backlog import Backlog
from bot.sources.discord_source import SOURCE, DiscordSource
from bot.store.store import Store
from classifier.post import Post, PostKey


@dataclass
class Intake:
    """Keeps what it is given; `room` says for how many posts."""

    room: int = 1000
    posts: list[str] = field(default_factory=list)

    def submit(self, post: Post) -> bool:
        if len(self.posts) < self.room:
            self.posts.append(post.text)
            return True
        return False

    async def take_in(self, posts: Sequence[Post], deleted: Sequence[PostKey], as_of: datetime | None) -> None:
        assert not deleted
        assert as_of is not None
        self.posts += [post.text for post in posts]

    async def stored(self) -> None:
        pass


class Listener(discord.Client):
    """Hands what is said to the backlog of the run that goes on."""

    backlog: Backlog | None = None

    async def on_message(self, message: discord.Message) -> None:
        if self.backlog is not None:
            self.backlog.hear(message)


@dataclass
class Server:
    env: Any
    client: Listener
    guild: Any
    general: Any
    ann: Any
    store: Store
    skipped: list[tuple[int, int]] = field(default_factory=list)

    async def run(self, intake: Intake) -> Backlog:
        """Begin to listen as a new process does."""
        self.client.backlog = Backlog(
            DiscordSource(DiscordSettings(guilds=(self.guild.id,))), self.store, intake, self._skipped
        )
        await self.connected()
        return self.client.backlog

    async def connected(self) -> None:
        """A new session begins."""
        assert self.client.backlog is not None
        self.client.backlog.listening()
        await self.read_back()

    async def read_back(self) -> None:
        assert self.client.backlog is not None
        await self.client.backlog.read_back(self.client.guilds)

    async def _skipped(self, channel: int, read: int) -> None:
        self.skipped.append((channel, read))

    async def heard_and_left(self) -> None:
        """A process hears a message, notes how far it is, and ends."""
        heard = await self.run(Intake())
        await self.says("heard")
        await heard.note()
        self.client.backlog = None

    async def says(self, *words: str, channel: Any = None) -> None:
        for text in words:
            await self.ann.send(channel or self.general, text)


@pytest.fixture
def simcord_bot() -> Listener:
    return Listener(intents=discord.Intents(guilds=True, guild_messages=True, message_content=True))


@pytest.fixture
def server(tmp_path: Path, simcord_bot: Listener, simcord_env: Any) -> Iterator[Server]:
    guild = simcord_env.create_guild("Harbour Lane")
    ann = guild.add_member(simcord_env.create_user("ann"))
    with Store.open(f"sqlite:///{tmp_path / 'store.sqlite3'}") as store:
        yield Server(simcord_env, simcord_bot, guild, guild.create_text_channel("general"), ann, store)


async def test_what_was_said_before_the_first_start_is_left_alone(server: Server) -> None:
    await server.says("long ago")
    intake = Intake()
    await server.run(intake)
    await server.says("now")
    assert intake.posts == ["now"]


async def test_what_was_missed_between_two_runs_is_read_back_in_order(server: Server) -> None:
    await server.heard_and_left()
    await server.says(*(f"missed {number}" for number in range(120)))
    young = server.guild.create_text_channel("young")
    await server.says("in a new channel", channel=young)
    intake = Intake()
    await server.run(intake)
    assert intake.posts == [*(f"missed {number}" for number in range(120)), "in a new channel"]
    await server.read_back()
    assert len(intake.posts) == 121
    assert server.skipped == []


async def test_of_too_much_the_newest_is_read_and_staff_is_told_once(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(discord_backlog, "MOST", 3)
    await server.run(Intake())
    server.client.backlog = None
    await server.says("1", "2", "3", "4", "5")
    intake = Intake()
    await server.run(intake)
    await server.read_back()
    assert intake.posts == ["3", "4", "5"]
    assert server.skipped == [(server.general.id, 3)]


async def test_a_break_in_the_connection(server: Server) -> None:
    intake = Intake()
    backlog = await server.run(intake)
    backlog.interrupted()
    server.client.backlog = None
    await server.says("missed")
    server.client.backlog = backlog
    await server.says("heard before all is well again")
    await server.connected()
    await server.says("after")
    assert sorted(set(intake.posts)) == ["after", "heard before all is well again", "missed"]
    backlog.interrupted()
    backlog.resumed()
    before = list(intake.posts)
    await server.read_back()
    assert intake.posts == before, "nothing is missed in a session that goes on"


async def test_what_there_is_no_room_for_is_read_back_when_there_is(server: Server) -> None:
    intake = Intake(room=1)
    await server.run(intake)
    await server.says("first", "second", "third")
    assert intake.posts == ["first"]
    intake.room = 9
    await server.read_back()
    assert set(intake.posts) == {"first", "second", "third"}


async def test_a_channel_that_cannot_be_read_now_is_read_later_and_told_once(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    await server.run(Intake())
    server.client.backlog = None
    await server.says("missed")
    server.env.inject_error("GET", "/channels/*/messages", status=503, times=2)
    intake = Intake()
    await server.run(intake)
    await server.read_back()
    assert intake.posts == []
    assert caplog.text.count("cannot be read yet") == 1
    await server.read_back()
    assert intake.posts == ["missed"]


@pytest.mark.parametrize("killed", [False, True])
async def test_a_new_channel_that_cannot_be_read_at_once_is_read_from_its_beginning_later(
    server: Server, killed: bool
) -> None:
    await server.heard_and_left()
    young = server.guild.create_text_channel("young")
    await server.says("in a new channel", channel=young)
    await server.says("missed")
    server.env.inject_error("GET", f"/channels/{young.id}/messages", status=503)
    intake = Intake()
    await server.run(intake)
    assert intake.posts == ["missed"]
    if killed:
        await server.run(intake)
    else:
        await server.read_back()
    assert intake.posts == ["missed", "in a new channel"]


async def test_how_far_another_process_is_makes_no_channel_here_old(server: Server) -> None:
    await server.heard_and_left()
    young = server.guild.create_text_channel("young")
    await server.says("in a new channel", channel=young)
    server.store.advance(SOURCE, {"1": young.id + 2**40}, 9)
    intake = Intake()
    await server.run(intake)
    assert intake.posts == ["in a new channel"]


async def test_what_was_missed_is_read_when_the_history_may_be_read_again(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    hidden = server.guild.create_text_channel("hidden")
    await server.heard_and_left()
    await server.says("missed")
    await server.says("nobody's business", channel=hidden)
    backend = server.env.backend
    lacking = discord.Permissions(read_message_history=True).value
    backend.set_overwrite(server.general.id, Overwrite(backend.bot_user.id, 1, 0, lacking))
    hiding = discord.Permissions(view_channel=True).value
    backend.set_overwrite(hidden.id, Overwrite(backend.bot_user.id, 1, 0, hiding))
    intake = Intake()
    backlog = await server.run(intake)
    await server.says("heard meanwhile")
    await backlog.note()
    await server.read_back()
    assert intake.posts == ["heard meanwhile"]
    [line] = caplog.messages
    assert line.startswith(f"what was missed in channel {server.general.id}: cannot be read yet (Read Message History")
    for channel in (server.general, hidden):
        backend.delete_overwrite(channel.id, backend.bot_user.id)
    await server.says("wakes the client up")
    await server.read_back()
    assert set(intake.posts) == {"heard meanwhile", "missed", "wakes the client up"}


async def test_what_is_missed_while_something_else_is_read_back_is_read_back_too(server: Server) -> None:
    await server.heard_and_left()
    await server.says("missed")

    class LosingTheConnection(Intake):
        async def take_in(self, *args: Any) -> None:
            await super().take_in(*args)
            assert server.client.backlog is not None
            server.client.backlog.interrupted()

    intake = LosingTheConnection()
    backlog = await server.run(intake)
    server.client.backlog = None
    await server.says("missed, too")
    server.client.backlog = backlog
    await server.connected()
    assert list(dict.fromkeys(intake.posts)) == ["missed", "missed, too"], "perhaps again, but all of it"


async def test_what_is_missed_after_a_look_without_connection_is_read_back(server: Server) -> None:
    intake = Intake()
    backlog = await server.run(intake)
    await server.says("heard")
    backlog.interrupted()
    await server.read_back()
    server.client.backlog = None
    await server.says("missed")
    server.client.backlog = backlog
    await server.says("heard as the next session begins")
    await backlog.note()
    await server.connected()
    assert set(intake.posts) == {"heard", "missed", "heard as the next session begins"}


async def test_a_session_that_goes_on_makes_up_for_no_gap_before_it(server: Server) -> None:
    intake = Intake()
    backlog = await server.run(intake)
    backlog.interrupted()
    server.client.backlog = None
    await server.says("missed")
    server.client.backlog = backlog
    backlog.listening()
    backlog.interrupted()
    backlog.resumed()
    await server.read_back()
    assert intake.posts == ["missed"]


async def test_what_was_looked_at_with_the_channels_of_an_earlier_session_is_looked_at_again(server: Server) -> None:
    other = server.guild.create_text_channel("other")
    heard = await server.run(Intake())
    await server.says("heard")
    await server.says("heard", channel=other)
    await heard.note()
    server.client.backlog = None
    await server.says("missed")

    class Reconnecting(Intake):
        async def take_in(self, *args: Any) -> None:
            if not self.posts:
                assert server.client.backlog is not None
                server.client.backlog.interrupted()
                server.client.backlog.listening()
            await super().take_in(*args)

    intake = Reconnecting()
    backlog = await server.run(intake)
    server.client.backlog = None
    await server.says("missed elsewhere", channel=other)
    server.client.backlog = backlog
    await server.read_back()
    assert "missed elsewhere" in intake.posts
