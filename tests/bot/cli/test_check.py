"""`flagpost check`: the real command and the real discord.py, against simcord's Discord behind real HTTP."""

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import discord
import pytest
import simcord
from aiohttp import web
from click.testing import CliRunner, Result
from discord import PermissionOverwrite
from simcord.backend.errors import BackendError
from simcord.http import router

from bot.cli.check import check
from bot.cli.checks import access
from bot.cli.checks.findings import State, Subject
from bot.cli.checks.local import check_model

TOKEN = ".".join(("MTE5ODYyMjQ4MzQ3MTkyNTI0OA", "G0xYzA", "fZ9d2qP8mK1sT4vW7yB0cE3gH6jL_nQrSuXaIo"))  # nobody's
NOBODY = 999999999999999999


class Discord:
    """A server with two channels to read, one for the cards, and the moderators' role."""

    def __init__(self) -> None:
        self.env = simcord.Env(discord.Client(intents=discord.Intents.none()))
        self.flags = discord.ApplicationFlags(gateway_message_content_limited=True)
        self.garden = self.env.create_guild("Garden")
        self.roses = self.garden.create_text_channel("roses")
        self.weeds = self.garden.create_forum_channel("weeds")
        self.cards = self.closed_channel(
            "cards", "view_channel", "read_message_history", "send_messages", "embed_links"
        )
        self.moderators = self.garden.create_role("Moderators")

    def closed_channel(
        self, name: str, *allowed: str, category: simcord.ChannelHandle | None = None
    ) -> simcord.ChannelHandle:
        """A channel where the bot has these permissions of those that matter, and no other."""
        closed = dict.fromkeys(("view_channel", "read_message_history", "send_messages", "embed_links"), False)
        overwrite = PermissionOverwrite(**(closed | dict.fromkeys(allowed, True)))
        return self.garden.create_text_channel(
            name, overwrites={self.garden.default_role: overwrite}, category=category
        )

    async def answer(self, request: web.Request) -> web.Response:
        """What Discord's REST API answers."""
        status, body = 200, None
        if request.headers["Authorization"] != f"Bot {TOKEN}":
            status, body = 401, {"message": "401: Unauthorized", "code": 0}
        else:
            try:
                body = router.dispatch(self.env.backend, request.method, "/" + request.match_info["path"])
            except BackendError as error:
                status, body = error.status, error.to_json()
            if request.path.endswith("/oauth2/applications/@me"):
                body |= {"flags": self.flags.value}  # simcord's application has none
        # discord.py reads JSON only under exactly this type, without a charset.
        return web.Response(status=status, body=json.dumps(body), headers={"Content-Type": "application/json"})


@contextmanager
def served(answer: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> Iterator[str]:
    """Serve from another thread, as the command runs a loop of its own; yields the address."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    app = web.Application()
    app.router.add_route("*", "/api/{path:.*}", answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)

    async def start() -> str:
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        return f"http://127.0.0.1:{runner.addresses[0][1]}/api"

    thread.start()
    try:
        yield asyncio.run_coroutine_threadsafe(start(), loop).result()
    finally:
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[Discord]:
    """A Discord where all is well, and the environment to reach it."""
    world = Discord()
    with served(world.answer) as address:
        monkeypatch.setattr(discord.http.Route, "BASE", address)
        monkeypatch.setenv("FLAGPOST_TOKEN", TOKEN)
        yield world


Run = Callable[..., Result]


@pytest.fixture
def run(world: Discord, tmp_path: Path) -> Run:
    """`flagpost check` with a config that fits the world but for the values given by keyword and more lines."""

    def run(more: str = "", **others: object) -> Result:
        values = {
            "guilds": [world.garden.id],
            "channels": [world.roses.id, world.weeds.id],
            "ignore_channels": [],
            "channel": world.cards.id,
            "moderator_roles": [world.moderators.id],
        } | others
        config = tmp_path / "config.toml"
        config.write_text(
            "[discord]\nguilds = {guilds}\nchannels = {channels}\nignore_channels = {ignore_channels}\n"
            "[review]\nchannel = {channel}\nmoderator_roles = {moderator_roles}\n".format(**values)
            + more,
            encoding="utf-8",
        )
        return CliRunner().invoke(check, ["--config", str(config), "--models", str(tmp_path / "models")])

    return run


def lines(result: Result) -> list[str]:
    """The lines of the report, a single space between the columns."""
    return [" ".join(line.split()) for line in result.output.splitlines()]


def to_do(result: Result) -> list[str]:
    """The lines of the report that do not say that something is well."""
    assert result.exit_code == 1, result.output
    return [line for line in lines(result) if not line.startswith("ok ")]


def test_all_is_well(run: Run, world: Discord, tmp_path: Path) -> None:
    result = run()
    assert lines(result) == [
        f"ok config {tmp_path}/config.toml",
        "ok token FLAGPOST_TOKEN is set",
        "ok Discord logged in as TestBot",
        "ok message content the bot may read what members write",
        "ok servers Garden",
        "ok watched channels the bot reads #roses, #weeds",
        "ok review channel the bot posts to #cards in Garden",
        "ok moderator roles Moderators",
        "ok forums none: only Discord is read",
        "ok store opens and is up to date",
        "ok model is built at the next run, which takes under a minute",
    ]
    assert result.exit_code == 0
    assert {request.method for request in world.env.backend.http_requests} == {"GET"}
    assert "\x1b" not in result.output


FIX_PERMISSIONS = "Edit Channel, Permissions: allow it to the bot's role."
FIX_ID = "Copy the id again; for a thread, name the channel or forum that it belongs to."


def test_message_content_not_granted(run: Run, world: Discord) -> None:
    world.flags = discord.ApplicationFlags()
    assert to_do(run()) == [
        "problem message content the bot may not read what members write",
        "Developer portal, your application, Bot: switch on Message Content Intent.",
    ]


def test_a_server_without_the_bot(run: Run, world: Discord) -> None:
    result = run(guilds=[world.garden.id, NOBODY], channels=[world.roses.id, NOBODY + 1])
    assert to_do(result) == [
        f"problem servers {NOBODY}: the bot is in no such server",
        "Correct the id, or invite the bot: https://discord.com/oauth2/authorize"
        f"?client_id={world.env.backend.application_id}&scope=bot+applications.commands&permissions=84992",
        f"not checked watched channels {NOBODY + 1}: not in the servers that the bot sees",
    ]
    assert "not checked watched channels first mend: servers" in lines(run(guilds=[NOBODY]))


def test_channels_that_do_not_exist(run: Run, world: Discord) -> None:
    result = run(f"[thresholds.places.{NOBODY}]\ntrolling = 0.8", channels=[world.roses.id, NOBODY + 1])
    assert to_do(result) == [
        f"problem watched channels {NOBODY + 1}: there is no such channel in these servers",
        FIX_ID,
        f"problem watched channels [thresholds.places.{NOBODY}]: there is no such channel in these servers",
        FIX_ID,
    ]


def test_thresholds_for_a_category_are_no_thresholds(run: Run, world: Discord) -> None:
    flowers = world.garden.create_category("flowers")
    assert to_do(run(f"[thresholds.places.{flowers.id}]\ntrolling = 0.8")) == [
        f"problem watched channels [thresholds.places.{flowers.id}]: this is a category",
        "Name the channels in it instead, each in a table of its own.",
    ]


def test_channels_closed_to_the_bot(run: Run, world: Discord) -> None:
    flowers = world.garden.create_category("flowers")
    silent = world.closed_channel("silent", "view_channel", category=flowers)
    hidden = world.closed_channel("hidden", category=flowers)
    remedy = f"{FIX_PERMISSIONS} Or name the channel in ignore_channels."
    assert to_do(run(channels=[flowers.id], ignore_channels=[hidden.id])) == [
        "problem watched channels #silent: the bot lacks Read Message History",
        remedy,
    ]
    assert to_do(run(channels=[hidden.id, world.roses.id])) == [
        "problem watched channels #hidden: the bot lacks View Channel, Read Message History",
        remedy,
    ]
    assert "ok watched channels the bot reads #roses, #weeds" in lines(run(channels=[]))
    nothing = [
        "problem watched channels there is no channel that the bot reads",
        "Allow View Channels to its role in Server Settings, Roles; or choose other channels.",
    ]
    assert to_do(run(channels=[], ignore_channels=[world.roses.id, world.weeds.id])) == nothing
    assert to_do(run(channels=[flowers.id], ignore_channels=[hidden.id, silent.id])) == nothing


def test_a_review_channel_that_cannot_be_used(run: Run, world: Discord) -> None:
    quiet = world.closed_channel("quiet", "view_channel", "read_message_history")
    assert to_do(run(channel=quiet.id)) == [
        "problem review channel #quiet: the bot lacks Send Messages, Embed Links",
        FIX_PERMISSIONS,
    ]
    assert to_do(run(channel=world.weeds.id, channels=[])) == [
        "problem review channel weeds: not a text channel",
        "Name a text channel: cards are messages.",
    ]
    assert to_do(run(channel=NOBODY)) == [
        f"problem review channel {NOBODY}: there is no such channel",
        FIX_ID,
        "not checked moderator roles first mend: review channel",
    ]


def test_a_review_channel_in_another_server(run: Run, world: Discord) -> None:
    staff = world.env.create_guild("Staff")
    desk, moderators = staff.create_text_channel("desk"), staff.create_role("Staff moderators")
    result = run(channel=desk.id, moderator_roles=[moderators.id])
    assert "ok review channel the bot posts to #desk in Staff" in lines(result)
    assert "ok moderator roles Staff moderators" in lines(result)
    closed = PermissionOverwrite(view_channel=False)
    vault = staff.create_text_channel("vault", overwrites={staff.default_role: closed})
    assert to_do(run(channel=vault.id)) == [
        f"problem review channel {vault.id}: the bot cannot see this channel",
        FIX_PERMISSIONS,
        "not checked moderator roles first mend: review channel",
    ]


def test_the_review_channel_that_a_forum_has_of_its_own(run: Run, world: Discord, tmp_path: Path) -> None:
    quiet = world.closed_channel("quiet", "view_channel", "read_message_history")
    (tmp_path / "posts.jsonl").write_text('{"id": 1, "text": "hello"}\n', encoding="utf-8")
    barn = f'[sources.barn]\nkind = "file"\npath = "posts.jsonl"\nreview_channel = {quiet.id}'
    assert to_do(run(barn, channels=[])) == [
        "problem review channel #quiet: the bot lacks Send Messages, Embed Links",
        FIX_PERMISSIONS,
        "A sample, by somebody, without a link",
        "own words: hello",
    ]
    assert "ok watched channels the bot reads #roses, #weeds" in lines(run(barn, channels=[])), "it is not read"


def test_the_roles_of_each_server_are_looked_for_where_its_cards_stand(run: Run, world: Discord) -> None:
    staff = world.env.create_guild("Staff")
    desk, leads = staff.create_text_channel("desk"), staff.create_role("Staff leads")
    more = f"[review.guilds.{world.garden.id}]\nchannel = {desk.id}\nlead_roles = [{leads.id}]"
    assert to_do(run(f"[review.actions]\ndelete = true\n{more}")) == [
        f"problem moderator roles {world.moderators.id}: there is no such role where the review channel is",
        "Copy the id of a role of Staff: Server Settings, Roles.",
    ]
    more = f"{more}\nmoderator_roles = [{leads.id}]"
    backend = world.env.backend
    bare = discord.Permissions(view_channel=True, read_message_history=True, send_messages=True, embed_links=True)
    for role in backend.get_member(world.garden.id, backend.bot_user.id).role_ids:
        backend.edit_role(world.garden.id, role, {"permissions": bare.value})
    assert to_do(run(f"[review.actions]\ntime_out = true\n{more}")) == [
        "problem servers Garden: the bot lacks Moderate Members",
        "Server Settings, Roles: allow it to the bot's role, or switch the action off in [review.actions].",
    ]


def test_roles_that_do_not_exist_or_are_everybody(run: Run, world: Discord) -> None:
    result = run(moderator_roles=[NOBODY, world.garden.id, world.moderators.id])
    assert to_do(result) == [
        f"problem moderator roles {NOBODY}: there is no such role where the review channel is",
        "Copy the id of a role of Garden: Server Settings, Roles.",
        f"problem moderator roles {world.garden.id}: everybody has this role",
        "Name a role that only moderators have.",
    ]
    assert "ok moderator roles Moderators" in lines(result)


def test_roles_that_are_to_be_called_and_cannot_be(run: Run, world: Discord) -> None:
    reads = discord.Permissions(view_channel=True, read_message_history=True).value  # and may not mention everybody
    for role in world.env.backend.get_guild(world.garden.id).roles.values():
        world.env.backend.edit_role(world.garden.id, role.id, {"permissions": reads})
    watch = world.garden.create_role("Night watch")
    pings = f"[[noise.pings]]\nrole = {watch.id}\ntrolling = 0.9\n[[noise.pings]]\nrole = {NOBODY}\ntrolling = 0.9"
    assert to_do(run(pings)) == [
        "problem moderator roles Night watch is to be called in #cards, and the bot may not mention it",
        'Server Settings, Roles, Night watch: switch on "Allow anyone to @mention this role".',
        f"problem moderator roles [[noise.pings]] role = {NOBODY}: there is no such role there",
        "Copy the id of a role of the server where the cards stand: Server Settings, Roles.",
    ]
    world.env.backend.edit_role(world.garden.id, watch.id, {"mentionable": True})
    assert len(to_do(run(pings))) == 2


def test_names_cannot_play_tricks_on_the_terminal(run: Run, world: Discord) -> None:
    sly = world.garden.create_text_channel("[red]sly\x1b[2J\u202e")
    assert "ok watched channels the bot reads #[red]sly?[2J?" in lines(run(channels=[sly.id]))


def not_checked(cause: str, *left_out: str) -> list[str]:
    """The lines of all that Discord alone can tell but for what is left out, with what has to be mended first."""
    subjects = ("Discord", "message content", "servers", "watched channels", "review channel", "moderator roles")
    return [f"not checked {subject} first mend: {cause}" for subject in subjects if subject not in left_out]


def test_no_token_and_a_wrong_one(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLAGPOST_TOKEN", "wrong")
    assert to_do(run()) == [
        "problem Discord refuses the token",
        "Developer portal, your application, Bot, Reset Token; then set FLAGPOST_TOKEN to the new one.",
        *not_checked("Discord", "Discord"),
    ]
    monkeypatch.delenv("FLAGPOST_TOKEN")
    assert to_do(run()) == [
        "problem token FLAGPOST_TOKEN is not set. Set it to the bot's token (developer portal, your application, Bot).",
        *not_checked("token"),
    ]


def test_discord_out_of_reach(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    remedy = "Check the network and the firewall: https://discord.com has to be reachable."
    unseen = not_checked("Discord", "Discord")
    monkeypatch.setattr(discord.http.Route, "BASE", "http://127.0.0.1:9/api")
    assert to_do(run()) == ["problem Discord cannot be reached (ClientConnectorError)", remedy, *unseen]

    async def asleep(_: web.Request) -> web.Response:
        await asyncio.sleep(60)
        return web.Response()

    monkeypatch.setattr(access, "PATIENCE", 0.3)
    with served(asleep) as address:
        monkeypatch.setattr(discord.http.Route, "BASE", address)
        assert to_do(run()) == ["problem Discord cannot be reached (TimeoutError)", remedy, *unseen]


def test_discord_failing_midway(run: Run, world: Discord) -> None:
    world.env.inject_error("GET", "/guilds/*/channels", status=400)
    assert to_do(run()) == [
        "problem Discord answered with an error (400)",
        "Try again in some minutes; https://discordstatus.com tells of disturbances.",
        *not_checked("Discord", "Discord", "message content"),
    ]


def test_a_store_that_cannot_be_opened(run: Run, tmp_path: Path) -> None:
    (tmp_path / "old.db").write_text("not a database, and long enough to be taken for none" * 3, encoding="utf-8")
    (line,) = to_do(run('[store]\nurl = "sqlite:///old.db"'))
    assert line.startswith(f"problem store the store {tmp_path}/old.db is not a database")


def test_models_that_cannot_be_used(tmp_path: Path) -> None:
    assert check_model(tmp_path).state is State.OK
    (tmp_path / "current").write_text("default-00000000", encoding="utf-8")
    assert "is built at the next run" in check_model(tmp_path).text
    (tmp_path / "current").write_text("2026-01-31-00000000", encoding="utf-8")
    finding = check_model(tmp_path)
    assert finding.state is State.PROBLEM
    assert finding.text.endswith(f"flagpost models list --models {tmp_path}")
    (tmp_path / "dangling").symlink_to(tmp_path / "nothing")
    finding = check_model(tmp_path / "dangling")
    assert finding.state is State.PROBLEM
    assert "[model] directory" in finding.remedy


def test_a_model_that_loads(models: Path) -> None:
    finding = check_model(models)
    assert finding.state is State.OK
    assert finding.text.endswith(" loads")


def test_a_broken_config(run: Run, world: Discord, tmp_path: Path) -> None:
    result = run("posts_befor = 2\nclaim_minutes = 0")
    assert result.exit_code == 2
    assert lines(result)[:2] == [
        f"problem config {tmp_path}/config.toml: {mistake}"
        for mistake in (
            "[review] claim_minutes: expected a whole number from 1 to 1440, got 0.",
            "unknown key `posts_befor` in [review]; did you mean `posts_before`?",
        )
    ]
    rest = lines(result)[2:]
    assert len(rest) == len(Subject) - 1
    assert all(line.startswith("not checked") and line.endswith("first mend: config") for line in rest)
    assert not (tmp_path / "data").exists()
    assert not world.env.backend.http_requests
