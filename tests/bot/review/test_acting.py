"""Acting on a post on Discord: off by default, allowed by Discord to both, asked twice, and in Discord's audit log."""

from dataclasses import replace
from typing import Any

import discord
import pytest
from simcord.results import InteractionResult

from bot.review import texts
from bot.review.controls import Deed, custom_id
from bot.store.records import Flag, Verb

ALL_ON = {"delete": True, "time_out": True, "warn": True}
ACTIONS = (Verb.DELETE, Verb.TIME_OUT, Verb.WARN)


class Scene:
    """A flagged message of the stranger's in a channel, and Dana, whose role may do all that is needed."""

    def __init__(self, world: Any) -> None:
        self.world = world
        self.guild = world.dana.guild
        self.channel = self.guild.create_text_channel("general")
        self.powers = discord.Permissions(manage_messages=True, moderate_members=True)
        self.flag: Flag
        self.message: discord.Message

    async def open(self) -> None:
        world = self.world
        self.message = await world.stranger.send(self.channel, "You absolute clown.")
        post = replace(
            world.post,
            id=str(self.message.id),
            author=str(world.stranger.id),
            thread=str(self.channel.id),
            place=str(self.channel.id),
            link=self.message.jump_url,
        )
        self.flag, _ = await world.published(post)
        await self.allow(world.settings.moderator_roles[0], self.powers)

    async def allow(self, role: int, permissions: discord.Permissions) -> None:
        self.world.env.backend.edit_role(self.guild.id, role, {"permissions": permissions.value})
        await self.world.env.settle()

    async def ask(self, who: Any, verb: Verb) -> InteractionResult:
        opened = await who.click(self.world.card(), label="More")
        return await who.click(opened.response, custom_id=custom_id(Deed(verb), self.flag.id))

    async def surely(self, who: Any, verb: Verb, asked: InteractionResult) -> str:
        result = await who.click(asked.response, custom_id=custom_id(Deed(f"{verb}_surely"), self.flag.id))
        return str(result.response.content)

    def done(self) -> list[Verb]:
        return [entry.verb for entry in self.world.store.audit_trail(self.flag.id)]


@pytest.fixture
async def scene(world: Any) -> Scene:
    world.configure(actions=ALL_ON)
    scene = Scene(world)
    await scene.open()
    return scene


async def test_each_is_off_until_the_config_switches_it_on(scene: Scene) -> None:
    scene.world.configure(actions={})
    opened = await scene.world.dana.click(scene.world.card(), label="More")
    assert not any(label in str(opened.response.components) for label in texts.menu.ACT.values())
    scene.world.configure(actions={"delete": True})
    asked = await scene.ask(scene.world.dana, Verb.DELETE)
    scene.world.configure(actions={})
    assert await scene.surely(scene.world.dana, Verb.DELETE, asked) == texts.menu.ACTION_OFF
    assert scene.channel.history()


async def test_delete_is_asked_once_more_and_names_the_moderator(scene: Scene) -> None:
    dana = scene.world.dana
    asked = await scene.ask(dana, Verb.DELETE)
    assert asked.response.content.startswith("Delete this post by **Maple** for good?")
    assert scene.channel.history()
    assert await scene.surely(dana, Verb.DELETE, asked) == "The post is deleted. The flag itself is still undecided."
    assert scene.channel.history() == []
    (deletion,) = [sent for sent in scene.world.env.http_requests if sent.method == "DELETE"]
    assert deletion.reason == f"Dana ({dana.id}), on flag {scene.flag.id}"
    again = await scene.ask(dana, Verb.DELETE)
    assert await scene.surely(dana, Verb.DELETE, again) == texts.menu.action_failed(404, 10008)
    assert scene.done() == [Verb.DELETE]
    late = await scene.ask(dana, Verb.DELETE)
    scene.world.store.take_in([scene.flag.post.key], scene.flag.created_at)
    assert await scene.surely(dana, Verb.DELETE, late) == texts.menu.POST_IS_GONE


async def test_time_out_names_the_moderator(scene: Scene) -> None:
    dana = scene.world.dana
    asked = await scene.ask(dana, Verb.TIME_OUT)
    await scene.world.dana.click(scene.world.card(), label="Confirm")
    assert await scene.surely(dana, Verb.TIME_OUT, asked) == "The author is timed out."
    member = scene.world.env.backend.get_member(scene.guild.id, scene.world.stranger.id)
    assert member.timed_out_until is not None
    assert scene.guild.audit_log()[-1].reason == f"Dana ({dana.id}), on flag {scene.flag.id}"
    assert scene.done() == [Verb.CONFIRM, Verb.TIME_OUT]


async def test_a_warning_is_shown_before_it_is_sent(scene: Scene) -> None:
    dana, world = scene.world.dana, scene.world
    asked = await scene.ask(dana, Verb.WARN)
    warning = asked.response.content.split(">>> ")[1]
    assert scene.message.jump_url in warning
    assert await scene.surely(dana, Verb.WARN, asked) == "The warning is sent. The flag itself is still undecided."
    assert scene.done() == [Verb.WARN]
    assert world.store.audit_trail(scene.flag.id)[-1].note == warning


async def test_two_who_warn_at_the_same_moment_send_one_warning(scene: Scene) -> None:
    dana, eli = scene.world.dana, scene.world.eli
    asked = [(who, await scene.ask(who, Verb.WARN)) for who in (dana, eli)]
    told = [await scene.surely(who, Verb.WARN, question) for who, question in asked]
    assert told == [texts.answers.acted(Verb.WARN, undecided=True), texts.menu.warned_just_now("Dana")]
    assert scene.done() == [Verb.WARN]
    sent = [one for one in scene.world.env.http_requests if one.path == "/users/@me/channels"]
    assert len(sent) == 1


@pytest.mark.parametrize("verb", ACTIONS)
async def test_discord_has_to_allow_it_to_both(scene: Scene, verb: Verb) -> None:
    dana, world = scene.world.dana, scene.world
    asked = await scene.ask(dana, verb)
    permission = "manage_messages" if verb is Verb.DELETE else "moderate_members"
    await scene.allow(world.settings.moderator_roles[0], discord.Permissions.none())
    assert await scene.surely(dana, verb, asked) == texts.menu.you_lack(permission)
    await scene.allow(world.settings.moderator_roles[0], scene.powers)
    for role in world.env.backend.get_member(scene.guild.id, world.env.backend.bot_user.id).role_ids:
        await scene.allow(role, discord.Permissions(view_channel=True, send_messages=True, embed_links=True))
    asked = await scene.ask(dana, verb)
    if verb is Verb.WARN:  # a direct message is the member's to refuse, not the channel's
        world.env.inject_error("POST", "/users/@me/channels", status=403, code=50007)
        assert await scene.surely(dana, verb, asked) == texts.menu.action_failed(403, 50007)
    else:
        assert asked.response.content == texts.menu.i_lack(permission)
    assert scene.done() == []


@pytest.mark.parametrize("status", [404, 429, 500])
@pytest.mark.parametrize("verb", ACTIONS)
async def test_what_discord_does_not_do_is_told_and_not_noted(scene: Scene, verb: Verb, status: int) -> None:
    asked = await scene.ask(scene.world.dana, verb)
    call = {
        Verb.DELETE: ("DELETE", "/channels/*/messages/*"),
        Verb.TIME_OUT: ("PATCH", "/guilds/*/members/*"),
        Verb.WARN: ("POST", "/users/@me/channels"),
    }
    scene.world.env.inject_error(*call[verb], status=status)
    assert await scene.surely(scene.world.dana, verb, asked) == texts.menu.action_failed(status, 0)
    assert scene.done() == []


async def test_nobody_is_timed_out_by_somebody_below_them(scene: Scene) -> None:
    world = scene.world
    above = scene.guild.create_role("Elders")
    world.env.backend.reorder_roles(scene.guild.id, [{"id": above.id, "position": 90}])
    world.env.backend.edit_member(scene.guild.id, world.stranger.id, {"role_ids": [above.id]})
    asked = await scene.ask(world.dana, Verb.TIME_OUT)
    assert asked.response.content in (texts.menu.AUTHOR_ABOVE_YOU, texts.menu.AUTHOR_ABOVE_ME)
    world.env.backend.remove_member(scene.guild.id, world.stranger.id)
    asked = await scene.ask(world.dana, Verb.TIME_OUT)
    assert asked.response.content == texts.menu.AUTHOR_LEFT
