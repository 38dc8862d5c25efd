"""Who may do what: every command, button, menu and form, asked for by each kind of person as a client could forge it.

The tables are checked against the code: what is added there without a row here fails.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import discord
import pytest
from simcord.backend import serializers
from simcord.enums import AppCommandType, InteractionType
from simcord.interactions import base_payload
from simcord.results import InteractionResult

from bot.config import ActionsSettings, OwnReviewTable
from bot.review.commands import tree
from bot.review.controls import Deed
from bot.review.staff import Level
from bot.store.records import Flag, FlagState, Moderator

NOBODY = 9
"""No level at all is enough."""

ELI = Moderator("999", "Eli")
POWERS = discord.Permissions(manage_messages=True, moderate_members=True)

# Deed, how the flag stands (if not open, so by somebody else's word), the least level, what is chosen or written.
DEEDS: Sequence[tuple[Deed, FlagState, int, Sequence[str]]] = (
    (Deed.CONFIRM, FlagState.OPEN, Level.MODERATOR, ()),
    (Deed.CONFIRM, FlagState.CLAIMED, NOBODY, ()),
    (Deed.CONFIRM, FlagState.ESCALATED, Level.LEAD, ()),
    (Deed.DISMISS, FlagState.OPEN, Level.MODERATOR, ()),
    (Deed.DISMISS, FlagState.ESCALATED, Level.LEAD, ()),
    (Deed.CLAIM, FlagState.OPEN, Level.MODERATOR, ()),
    (Deed.CLAIM, FlagState.ESCALATED, NOBODY, ()),
    (Deed.ESCALATE, FlagState.OPEN, Level.MODERATOR, ()),
    (Deed.UNDO, FlagState.CLAIMED, Level.LEAD, ()),
    (Deed.UNDO, FlagState.SNOOZED, Level.LEAD, ()),
    (Deed.UNDO, FlagState.ESCALATED, Level.LEAD, ()),
    (Deed.UNDO, FlagState.CONFIRMED, Level.LEAD, ()),
    (Deed.NOTE, FlagState.CONFIRMED, Level.MODERATOR, ("a note",)),
    (Deed.MORE, FlagState.OPEN, Level.MODERATOR, ()),
    (Deed.LABELS, FlagState.OPEN, Level.MODERATOR, ("personal_attack",)),
    (Deed.LABELS, FlagState.ESCALATED, Level.LEAD, ("personal_attack",)),
    (Deed.LABELS, FlagState.CONFIRMED, Level.LEAD, ("personal_attack",)),
    (Deed.SNOOZE, FlagState.OPEN, Level.MODERATOR, ("8",)),
    (Deed.TAKE_OUT, FlagState.OPEN, Level.MODERATOR, ()),
    (Deed.SEEN, FlagState.OPEN, Level.MODERATOR, ()),
    (Deed.HISTORY, FlagState.OPEN, Level.MODERATOR, ()),
    (Deed.EXEMPT, FlagState.OPEN, Level.MODERATOR, ()),
    (Deed.EXEMPT, FlagState.ESCALATED, Level.LEAD, ()),
    (Deed.DELETE, FlagState.OPEN, Level.MODERATOR, ()),
    (Deed.TIME_OUT, FlagState.OPEN, Level.MODERATOR, ()),
    (Deed.WARN, FlagState.OPEN, Level.MODERATOR, ()),
    (Deed.DELETE_SURELY, FlagState.OPEN, Level.MODERATOR, ()),
    (Deed.TIME_OUT_SURELY, FlagState.OPEN, Level.MODERATOR, ()),
    (Deed.WARN_SURELY, FlagState.OPEN, Level.MODERATOR, ()),
)
LOOKS = (Deed.MORE, Deed.SEEN, Deed.HISTORY, Deed.DELETE, Deed.TIME_OUT, Deed.WARN)
"""They leave nothing on the trail: who may is answered with controls or an embed."""
ON_DISCORD = tuple(deed for deed in Deed if deed.startswith(("delete", "time_out", "warn")))

COMMANDS = {
    "queue": Level.MODERATOR,
    "next": Level.MODERATOR,
    "search": Level.MODERATOR,
    "user": Level.MODERATOR,
    "stats": Level.MODERATOR,
    "thresholds": Level.MODERATOR,
    "audit": Level.MODERATOR,
    "status": Level.MODERATOR,
    "pause": Level.LEAD,
    "resume": Level.LEAD,
    "forget": Level.LEAD,
}
MESSAGE_COMMANDS = {"Flag for review": Level.MODERATOR, "Why this score?": Level.MODERATOR}
BUTTONS = {
    "queue": (Level.MODERATOR, ""),
    "card": (Level.MODERATOR, "1"),
    "search": (Level.MODERATOR, "\x1f\x1f\x1f"),
    "user": (Level.MODERATOR, "discord/Maple"),
    "audit": (Level.MODERATOR, "1 harmless"),
    "forget": (Level.LEAD, "discord/Maple"),
}
REFUSALS = ("this server can use this", "Only <@&")


@dataclass
class Person:
    """Somebody, and from where: `guild` is None where the person is a member of no server with the bot."""

    level: Level
    user: int
    guild: int | None
    channel: int


@dataclass
class Scene:
    """The world, and the people in it by what they are."""

    world: Any
    people: Mapping[str, Person]

    async def send(self, who: Person, kind: InteractionType, data: dict[str, Any], pressed: Any = None) -> str:
        """What the bot answers to an interaction as a client could forge it."""
        backend = self.world.env.backend
        record, payload = base_payload(
            backend, type=kind, channel_id=who.channel, guild_id=who.guild, user_id=who.user, data=data
        )
        if pressed is not None:
            record.source_message_id = pressed.id
            stored = backend.get_message(pressed.channel.id, pressed.id)
            control = {"type": data.get("component_type", 2), "custom_id": data["custom_id"], "label": "x", "style": 2}
            control["options"] = [{"label": value, "value": value} for value in data.get("values", ())]
            payload["message"] = dict(serializers.message_payload(backend, stored))
            payload["message"]["components"] = [{"type": 1, "components": [control]}]
        backend.emit("INTERACTION_CREATE", payload)
        await self.world.env.settle()
        result = InteractionResult(self.world.env, record)
        assert result.acknowledged
        if result.modal:
            return "a form"
        if result.autocomplete_choices is not None:
            return str(result.autocomplete_choices)
        messages = [message for message in (result.response, *result.followups) if message is not None]
        return "\n".join(f"{message.content} {message.embeds} {message.components}" for message in messages)

    async def flag(self, state: FlagState, *, is_real: bool) -> tuple[Flag, discord.Message]:
        """A flag, on a real message where one is needed, as it stands after Eli's word, and its card."""
        world = self.world
        number = len(world.store.flags())
        fields = {"text": f"It is {number} o'clock."}
        if is_real:
            writer = world.general.guild.add_member(world.env.create_user(f"writer{number}"))
            number = (await writer.send(world.general, fields["text"])).id
            fields |= {"author": str(writer.id), "thread": str(world.general.id)}
        flag = world.flagged(number, **fields)
        now, lifetime = world.env.now(), timedelta(0)
        match state:
            case FlagState.CLAIMED:
                world.store.claim(flag.id, ELI, now, lifetime)
            case FlagState.SNOOZED:
                world.store.snooze(flag.id, ELI, now + timedelta(days=1), now, lifetime)
            case FlagState.ESCALATED:
                world.store.escalate(flag.id, ELI, now, lifetime)
            case FlagState.CONFIRMED:
                world.store.confirm(flag.id, ELI, flag.labels, now, lifetime)
        await world.bot.desk.show(world.store.flag(flag.id))
        return flag, world.review.history()[-1]


@pytest.fixture
async def scene(world: Any) -> Scene:
    here, there = world.general.guild, world.elsewhere.guild
    leads = here.create_role("Leads", permissions=POWERS)
    lea = here.add_member(world.env.create_user("lea"), roles=[leads], nick="Lea")
    world.env.backend.edit_role(here.id, world.moderators.id, {"permissions": POWERS.value})
    own = OwnReviewTable(channel=world.elsewhere.id, moderator_roles=(world.others.id,))
    actions = ActionsSettings(delete=True, time_out=True, warn=True)
    await world.restart_with(lead_roles=(leads.id,), guilds={str(there.id): own}, actions=actions)
    stranger = world.env.create_user("stray")
    review, elsewhere = world.review.id, world.elsewhere.id
    return Scene(
        world,
        {
            "stranger": Person(Level.STRANGER, stranger.id, None, review),
            "member": Person(Level.MEMBER, world.ann.id, here.id, review),
            "moderator elsewhere": Person(Level.MEMBER, world.oda.id, there.id, elsewhere),
            "moderator": Person(Level.MODERATOR, world.dana.id, here.id, review),
            "lead": Person(Level.LEAD, lea.id, here.id, review),
        },
    )


def is_refused(answer: str) -> bool:
    return any(refusal in answer for refusal in REFUSALS)


async def test_what_is_pressed_on_cards(scene: Scene) -> None:
    assert {deed for deed, *_ in DEEDS} == set(Deed)
    for deed, state, least, values in DEEDS:
        flag, card = await scene.flag(state, is_real=deed in ON_DISCORD)
        before = scene.world.store.audit_trail(flag.id)
        for name, person in scene.people.items():
            about = (deed, state, name)
            if scene.world.store.audit_trail(flag.id) != before:
                flag, card = await scene.flag(state, is_real=deed in ON_DISCORD)
                before = scene.world.store.audit_trail(flag.id)
            if deed is Deed.TAKE_OUT:
                values = (str(scene.world.joined(flag).id),)
            answer = await scene.send(person, *pressed(deed, flag, values), card)
            after = scene.world.store.audit_trail(flag.id)
            assert is_refused(answer) == (person.level < Level.MODERATOR), (about, answer)
            if deed in LOOKS:
                assert ("flagpost:" in answer or "Embed" in answer) == (person.level >= least), (about, answer)
                assert after == before, about
            else:
                assert (after != before) == (person.level >= least), (about, answer)


def pressed(deed: Deed, flag: Flag, values: Sequence[str]) -> tuple[InteractionType, dict[str, Any]]:
    """What a client sends for a press on a button, a choice in a menu, or a form that was filled in."""
    custom_id = f"flagpost:{deed}:{flag.id}"
    if deed is Deed.NOTE:
        written = {"type": 4, "custom_id": "note", "value": values[0]}
        return InteractionType.MODAL_SUBMIT, {
            "custom_id": custom_id,
            "components": [{"type": 18, "component": written}],
        }
    kind = {"component_type": 3, "values": list(values)} if values else {"component_type": 2}
    return InteractionType.MESSAGE_COMPONENT, {"custom_id": custom_id, **kind}


async def test_what_is_asked_with_commands(scene: Scene) -> None:
    world = scene.world
    group = world.bot.tree.get_command("flagpost")
    assert {command.name for command in group.commands} == set(COMMANDS)
    world.flagged(1, text="a word here")
    for name, least in COMMANDS.items():
        options = [{"name": "author", "type": 3, "value": "discord/Maple"}] if name in ("user", "forget") else []
        leaf = {"name": name, "type": 1, "options": options}
        data = {"id": "1", "name": "flagpost", "type": AppCommandType.CHAT_INPUT, "options": [leaf]}
        for kind, person in scene.people.items():
            answer = await scene.send(person, InteractionType.APPLICATION_COMMAND, data)
            assert is_refused(answer) == (own_level(kind, person) < least), (name, kind, answer)
            assert kind in ("moderator", "lead") or "a word here" not in answer, (name, kind)
    await world.bot.pause.end(world.general.guild.id)


async def test_what_is_suggested_while_one_types(scene: Scene) -> None:
    world = scene.world
    world.flagged(1, author="Maple")
    commands = world.bot.tree.get_command("flagpost").commands
    suggesting = [
        (command.name, option.name) for command in commands for option in command.parameters if option.autocomplete
    ]
    assert suggesting
    for name, option in suggesting:
        typed = {"name": option, "type": 3, "value": "M", "focused": True}
        leaf = {"name": name, "type": 1, "options": [typed]}
        data = {"id": "1", "name": "flagpost", "type": AppCommandType.CHAT_INPUT, "options": [leaf]}
        for kind, person in scene.people.items():
            answer = await scene.send(person, InteractionType.APPLICATION_COMMAND_AUTOCOMPLETE, data)
            assert ("Maple" in answer) == (person.level >= Level.MODERATOR), (name, kind, answer)


def own_level(kind: str, person: Person) -> Level:
    """Moderators of another server may ask there, about what is theirs."""
    return Level.MODERATOR if kind == "moderator elsewhere" else person.level


async def test_what_is_asked_about_a_message(scene: Scene) -> None:
    world, backend = scene.world, scene.world.env.backend
    commands = world.bot.tree.get_commands(type=discord.AppCommandType.message)
    assert {command.name for command in commands} == set(MESSAGE_COMMANDS)
    here = await world.ann.send(world.general, "Well, good morning to you all.")
    there = await world.oda.send(world.elsewhere, "Well, good evening to you all.")
    for name, least in MESSAGE_COMMANDS.items():
        for kind, person in scene.people.items():
            message = there if kind == "moderator elsewhere" else here
            content = dict(serializers.message_payload(backend, backend.get_message(message.channel.id, message.id)))
            data = {
                "id": "1",
                "name": name,
                "type": AppCommandType.MESSAGE,
                "target_id": str(message.id),
                "resolved": {"messages": {str(message.id): content}},
            }
            answer = await scene.send(person, InteractionType.APPLICATION_COMMAND, data)
            assert is_refused(answer) == (own_level(kind, person) < least), (name, kind, answer)


async def test_what_is_pressed_below_answers(scene: Scene) -> None:
    world = scene.world
    assert set(BUTTONS) == set(tree.PRESSES)
    flag = world.flagged(1, text="a word here")
    await world.bot.desk.show(flag)
    card = world.review.history()[-1]
    for name, (least, about) in BUTTONS.items():
        data = {"custom_id": f"flagpost-ask:{name}:0:{about}", "component_type": 2}
        for kind, person in scene.people.items():
            answer = await scene.send(person, InteractionType.MESSAGE_COMPONENT, data, card)
            assert is_refused(answer) == (own_level(kind, person) < least), (name, kind, answer)
            assert kind in ("moderator", "lead") or "a word here" not in answer, (name, kind)
            kept = [flag.post.text for flag in world.store.flags()]
            assert kept == ([""] if (name, kind) == ("forget", "lead") else ["a word here"]), (name, kind)
