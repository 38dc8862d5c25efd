"""Who may ask what, and what becomes of it when Discord or the store fails."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import discord
import pytest

from bot.config import OwnReviewTable
from bot.review.answers import PATIENCE
from bot.review.commands.controls import button

COMMANDS = ("queue", "next", "stats", "status", "thresholds", "search", "user", "audit", "pause", "resume", "forget")
MENUS = ("Flag for review", "Why this score?")
REFUSED = "this server can use this"


def options(world: Any, name: str) -> dict[str, Any]:
    """What a command cannot be asked without."""
    return {"member": world.ann} if name in ("user", "forget") else {}


async def test_commands_answer_moderators_and_nobody_else(world: Any) -> None:
    world.flagged(1)
    for name in COMMANDS:
        assert REFUSED not in await world.ask(world.dana, name, **options(world, name))
        assert REFUSED in await world.ask(world.sam, name, **options(world, name))
        elsewhere = {"author": "discord/Maple"} if name in ("user", "forget") else {}
        assert REFUSED in await world.ask(world.oda, name, world.elsewhere, **elsewhere)


async def test_message_commands_answer_moderators_and_nobody_else(world: Any) -> None:
    message = await world.ann.send(world.general, "Well, good morning to you all.")
    for name in MENUS:
        result = await world.menu(world.dana, name, message)
        assert result.modal or REFUSED not in world.words(world.answer(result))
        assert REFUSED in world.words(world.answer(await world.menu(world.sam, name, message)))


async def test_members_do_not_see_the_commands(world: Any) -> None:
    assert world.ann.available_commands(world.general) == ()
    assert len(world.dana.available_commands(world.review)) == len(COMMANDS)


async def test_servers_are_told_the_commands_once_and_again_when_they_changed(world: Any) -> None:
    def told() -> int:
        return sum(request.method == "PUT" and "/commands" in request.path for request in world.env.http_requests)

    assert told() == 2
    await world.start()
    assert told() == 2
    world.store.memories.remember("commands", {str(world.general.guild.id): "other"})
    await world.start()
    assert told() == 4


async def test_a_server_that_refuses_commands_is_named_in_the_log(world: Any, caplog: pytest.LogCaptureFixture) -> None:
    world.store.memories.forget("commands")
    world.env.inject_error("PUT", "/applications/*/guilds/*/commands", status=403, times=None)
    await world.start()
    assert caplog.text.count("open the invitation") == 2
    await world.ann.send(world.general, "Good morning.")
    assert world.store.search.last_seen(world.bot.room.reach(world.general.guild.id)), "all else goes on"


@pytest.mark.parametrize("status", [403, 404, 429, 500])
async def test_an_answer_that_discord_refuses_harms_nothing(
    world: Any, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    world.flagged(1)
    for name in COMMANDS:
        world.env.inject_error("POST", "/interactions/*/*/callback", status=status)
        await world.dana.slash(world.review, f"flagpost {name}", **options(world, name))
    assert caplog.text.count("a command could not be answered") == len(COMMANDS)
    assert "Traceback" not in caplog.text
    assert "words 1" not in caplog.text
    for name in COMMANDS:
        assert REFUSED not in await world.ask(world.dana, name, **options(world, name))


async def test_a_store_that_fails_is_told_in_plain_words(world: Any, caplog: pytest.LogCaptureFixture) -> None:
    with without_tables(world):
        for name in COMMANDS:
            words = await world.ask(world.dana, name, **options(world, name))
            told = "Cards are not paused" if name == "resume" else "Something went wrong on my side"
            assert told in words or "The database fails" in words, name
    assert "Traceback" not in caplog.text


@contextmanager
def without_tables(world: Any) -> Iterator[None]:
    """The store loses its tables for a while."""
    tables = ("posts", "flags", "samples", "memories")

    def rename(old: str, new: str) -> None:
        with sqlite3.connect(world.database) as connection:
            for table in tables:
                connection.execute(f"ALTER TABLE {old}{table} RENAME TO {new}{table}")

    rename("", "lost_")
    try:
        yield
    finally:
        rename("lost_", "")


async def test_a_forged_button_does_nothing(world: Any) -> None:
    world.flagged(1)
    for kind in ("queue", "search", "user", "audit", "forget", "nothing"):
        for about in ("", "1 harmless", "9999999999999999999999 harmless", "\x1f\x1f", "discord/", "7\x1f9\x1f\x1f"):
            view = discord.ui.View(timeout=None)
            view.add_item(button("Press", kind, 999_999, about))
            message = await world.bot.get_channel(world.review.id).send("look", view=view)
            assert REFUSED not in world.words(world.answer(await world.dana.click(message, label="Press")))
            assert REFUSED in world.words(world.answer(await world.sam.click(message, label="Press")))


async def test_an_answer_that_takes_long_is_announced_in_time(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    free = asyncio.Event()

    async def begin(*_: object) -> bool:
        await world.env.external_wait(free.wait(), reason="the store is busy")
        return True

    monkeypatch.setattr(world.bot.pause, "begin", begin)
    result = await world.dana.slash(world.review, "flagpost pause")
    await world.env.advance_time(PATIENCE)
    assert result.deferred
    free.set()
    await world.env.settle()
    assert "Paused" in world.words(world.answer(result))


async def test_where_there_are_leads_only_they_pause(world: Any) -> None:
    leads = world.general.guild.create_role("Leads", permissions=discord.Permissions(manage_messages=True))
    lea = world.general.guild.add_member(world.env.create_user("lea"), roles=[leads], nick="Lea")
    await world.restart_with(lead_roles=(leads.id,))
    for name in COMMANDS:
        told = await world.ask(world.dana, name, **options(world, name))
        assert ("Only leads" in told) == (name in ("pause", "resume", "forget"))
        assert "Only" not in await world.ask(lea, name, **options(world, name))


async def test_staff_of_two_servers_see_their_own(world: Any) -> None:
    there = world.elsewhere.guild
    own = OwnReviewTable(channel=world.elsewhere.id, moderator_roles=(world.others.id,))
    await world.restart_with(guilds={str(there.id): own})
    flag = world.flagged(1, text="a word here")
    link = f"https://discord.com/channels/{there.id}/{world.elsewhere.id}/2"
    world.flagged(2, text="a word there", place=str(world.elsewhere.id), link=link)
    for who, channel, seen, hidden in (
        (world.dana, world.review, "here", "there"),
        (world.oda, world.elsewhere, "there", "here"),
    ):
        for name in ("queue", "next", "search", "user"):
            more = {"author": "discord/Maple"} if name == "user" else {}
            words = await world.ask(who, name, channel, **more)
            assert f"a word {seen}" in words
            assert f"a word {hidden}" not in words
    await world.ask(world.oda, "pause", world.elsewhere)
    await world.bot.desk.recover()
    assert [message.embeds[0].footer.text for message in world.review.history()] == [f"Flag {flag.id} · model m1"]
    assert world.elsewhere.history() == [], "paused there, not here"
