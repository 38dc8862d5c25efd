"""A row for each verb: how it is asked for, what has to be so before, and what shows that it took effect."""

import itertools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from simcord.backend import serializers
from simcord.interactions import base_payload
from simcord.results import InteractionResult

from bot.review import texts
from bot.review.card import COLOURS
from bot.review.controls import Deed, custom_id
from bot.store.records import DECIDED, Flag, FlagState, Moderator, Verb
from classifier.labels import Label

IDLE = 0.002
"""Seconds between looks whether all is done: the shortest way through a thousand cases."""

NOTHING_CAME_OF_IT = ("othing was done", "othing was changed", texts.answers.BROKEN, texts.commands.BROKEN)
"""Words of answers that promise so."""


class Scene:
    """What a verb is tried on: a flag with its card, on a message of Ann's."""

    def __init__(self, world: Any) -> None:
        self.world = world
        self.dana = Moderator(str(world.dana.id), "Dana")
        self.numbers = itertools.count(1)
        self.menu: Any = None
        self.message: Any = None
        self.pressers = [world.dana]
        self.pressed: list[InteractionResult] = []
        self.meanwhile: Callable[[], object] = lambda: None

    async def set(self, row: "Row") -> None:
        """Everything as before the verb is tried, with no other card about."""
        world = self.world
        for channel in (world.review, world.leads, world.log):
            messages = world.env.backend.messages[channel.id]
            for id in messages.keys() - {getattr(self.menu, "id", None)}:
                del messages[id]
        await self.add(row)

    async def add(self, row: "Row") -> None:
        """One more flag on which the verb can be tried."""
        world = self.world
        if row.on_a_message or self.message is None:
            await self.post(f"What a waste of time, number {next(self.numbers)}.")
        number = self.message.id if row.on_a_message else next(self.numbers)
        self.flag = world.flagged(number, author=str(world.ann.id), thread=str(world.general.id))
        await row.before(self)
        await world.bot.desk.show(self.now())
        self.steps_before = len(self.trail())

    async def post(self, words: str) -> None:
        """Ann writes a message."""
        self.world.env.backend.create_message(self.world.general.id, self.world.ann.id, words)
        await self.world.env.settle(idle=IDLE)
        self.message = self.world.general.history()[-1]

    def now(self) -> Flag:
        flag = self.world.store.flag(self.flag.id)
        assert flag is not None
        return flag

    def trail(self) -> list[Verb]:
        return [entry.verb for entry in self.world.store.audit_trail(self.flag.id)]

    async def press(self, data: dict[str, Any], message: Any, kind: int = 3) -> InteractionResult:
        """Whoever presses does so on a control of a message, or hands in a form (5); before the bot gets to it comes
        what happens meanwhile.
        """
        self.pressed = [self._sent(who, data, message, kind) for who in self.pressers]
        self.meanwhile()
        await self.world.env.settle(idle=IDLE)
        return self.pressed[0]

    def _sent(self, who: Any, data: dict[str, Any], message: Any, kind: int) -> InteractionResult:
        backend = self.world.env.backend
        record, payload = base_payload(
            backend, type=kind, channel_id=message.channel_id, guild_id=who.guild.id, user_id=who.id, data=data
        )
        record.source_message_id = message.id
        payload["message"] = dict(serializers.message_payload(backend, message))
        if kind == 3:  # the control stands on the message
            control = {"type": data["component_type"], "custom_id": data["custom_id"], "style": 2, "label": "x"}
            payload["message"]["components"] = [{"type": 1, "components": [control]}]
        backend.emit("INTERACTION_CREATE", payload)
        return InteractionResult(self.world.env, record)

    def card(self) -> Any:
        """The flag's card, as Discord has it."""
        ref = self.now().card
        assert ref is not None
        return self.world.env.backend.get_message(ref.channel_id, ref.message_id)

    def is_shown(self) -> bool:
        """Whether exactly one card shows the flag, as it stands, in the channel where it belongs."""
        world, flag = self.world, self.now()
        shown = [
            (channel.id, message.embeds[0]["color"])
            for channel in (world.review, world.leads, world.log)
            for message in world.env.backend.messages[channel.id].values()
            if message is not self.menu
            and any(embed.get("footer", {}).get("text") == f"Flag {flag.id} · model m1" for embed in message.embeds)
        ]
        home = {FlagState.ESCALATED: world.leads.id, **dict.fromkeys(DECIDED, world.log.id)}
        return shown == [(home.get(flag.state, world.review.id), COLOURS[flag.state])]


def told(result: InteractionResult) -> str:
    """All words that the presser got to see."""
    messages = [message for message in (result.response, *result.followups) if message and message.ephemeral]
    return "\n".join(str(message.content) for message in messages)


async def nothing(_: Scene) -> None:
    """What most verbs need done before."""


@dataclass(frozen=True)
class Row:
    """How a verb is asked for, what has to be so before, and whether it took effect.

    `acts`: it does something on Discord first and notes it after that, so that a failure may leave nothing done.
    `on_a_message`: it needs a message that was not used before.
    """

    ask: Callable[[Scene], Awaitable[InteractionResult]]
    took_effect: Callable[[Scene], bool] = lambda _: True
    before: Callable[[Scene], Awaitable[None]] = nothing
    acts: bool = False
    on_a_message: bool = False


def noted(verb: Verb) -> Callable[[Scene], bool]:
    """Whether exactly that step was noted."""
    return lambda scene: scene.trail()[scene.steps_before :] == [verb]


def unchanged(scene: Scene) -> bool:
    """Whether no step was noted."""
    return len(scene.trail()) == scene.steps_before


def on_card(deed: Deed, took_effect: Callable[[Scene], bool], **more: Any) -> Row:
    """A button on the card."""
    return Row(
        lambda scene: scene.press({"custom_id": custom_id(deed, scene.flag.id), "component_type": 2}, scene.card()),
        took_effect,
        **more,
    )


def in_menu(deed: Deed, took_effect: Callable[[Scene], bool], *values: str, **more: Any) -> Row:
    """A button, or something to choose, behind the card's "More"."""

    async def ask(scene: Scene) -> InteractionResult:
        data = {"custom_id": custom_id(deed, scene.flag.id), "component_type": 3 if values else 2}
        return await scene.press({**data, "values": [*values]} if values else data, scene.menu)

    return Row(ask, took_effect, **more)


async def hand_in_a_note(scene: Scene) -> InteractionResult:
    written = {"type": 18, "component": {"type": 4, "custom_id": "note", "value": "seen before"}}
    return await scene.press(
        {"custom_id": custom_id(Deed.NOTE, scene.flag.id), "components": [written]}, scene.card(), 5
    )


async def confirmed(scene: Scene) -> None:
    scene.world.store.confirm(scene.flag.id, scene.dana, [Label.TROLLING], scene.world.env.now(), timedelta(minutes=9))


async def joined(scene: Scene) -> None:
    scene.joined = scene.world.joined(scene.flag)


async def take_out(scene: Scene) -> InteractionResult:
    data = {"custom_id": custom_id(Deed.TAKE_OUT, scene.flag.id), "values": [str(scene.joined.id)]}
    return await scene.press({**data, "component_type": 3}, scene.menu)


def command(name: str, took_effect: Callable[[Scene], bool] = lambda _: True, **more: Any) -> Row:
    """A slash command."""
    options = {"author": "discord/1"} if name in ("user", "forget") else {}
    return Row(
        lambda scene: scene.world.dana.slash(scene.world.review, f"flagpost {name}", **options), took_effect, **more
    )


def on_message(name: str) -> Row:
    """A message command."""

    async def ask(scene: Scene) -> InteractionResult:
        result = await scene.world.menu(scene.world.dana, name, scene.message)
        assert isinstance(result, InteractionResult)
        return result

    return Row(ask)


def below_an_answer(kind: str, about: str = "", **more: Any) -> Row:
    """A button below the answer to a command."""

    async def ask(scene: Scene) -> InteractionResult:
        whole = about.format(scene=scene)
        return await scene.press({"custom_id": f"flagpost-ask:{kind}:1:{whole}", "component_type": 2}, scene.menu)

    return Row(ask, **more)


async def form_opened(scene: Scene) -> None:
    await scene.post("Who asked you?")
    scene.form = await scene.world.menu(scene.world.dana, texts.commands.FLAG, scene.message)


def is_flagged(scene: Scene) -> bool:
    """Whether the message that was not flagged is."""
    found = [flag for flag in scene.world.store.flags() if flag.post.id == str(scene.message.id)]
    return [flag.labels for flag in found] == [(Label.TROLLING,)]


async def drawn(scene: Scene) -> None:
    await scene.post(f"Good morning all, has anybody seen boat {next(scene.numbers)}?")
    store, now = scene.world.store, scene.world.env.now() + timedelta(minutes=1)
    reach, here = scene.world.bot.room.reach(scene.world.dana.guild.id), scene.world.dana.guild.id
    scene.sample = store.samples.draw(scene.dana, here, 20, now - timedelta(days=9), now, reach, now)


def is_judged(scene: Scene) -> bool:
    """Whether the first post of the sample is."""
    sample = scene.world.store.samples.find(scene.sample.id)
    return bool(sample and sample.judged == 1)


async def written(scene: Scene) -> None:
    scene.world.flagged(next(scene.numbers), author="leaver")


def is_forgotten(scene: Scene) -> bool:
    """Whether nothing is left of who had written something."""
    reach = scene.world.bot.room.reach(scene.world.dana.guild.id)
    return scene.world.store.search.posts_of("discord", "leaver", reach)[0] == 0


def is_paused(scene: Scene) -> bool:
    """Whether no new cards come."""
    return scene.world.bot.pause.of(scene.world.dana.guild.id) is not None


async def paused(scene: Scene) -> None:
    await scene.world.bot.pause.begin(scene.world.dana.guild.id, scene.dana, scene.world.env.now())


async def not_paused(scene: Scene) -> None:
    await scene.world.bot.pause.end(scene.world.dana.guild.id)


ROWS = {
    Deed.CONFIRM: on_card(Deed.CONFIRM, noted(Verb.CONFIRM)),
    Deed.DISMISS: on_card(Deed.DISMISS, noted(Verb.DISMISS)),
    Deed.CLAIM: on_card(Deed.CLAIM, noted(Verb.CLAIM)),
    Deed.ESCALATE: on_card(Deed.ESCALATE, noted(Verb.ESCALATE)),
    Deed.UNDO: on_card(Deed.UNDO, noted(Verb.UNDO), before=confirmed),
    Deed.NOTE: on_card(Deed.NOTE, unchanged),
    "a note handed in": Row(hand_in_a_note, noted(Verb.NOTE)),
    Deed.MORE: on_card(Deed.MORE, unchanged),
    Deed.LABELS: in_menu(Deed.LABELS, noted(Verb.CORRECT), Label.COPY_PASTE, before=confirmed),
    Deed.SNOOZE: in_menu(Deed.SNOOZE, noted(Verb.SNOOZE), "8"),
    Deed.TAKE_OUT: Row(take_out, noted(Verb.TAKE_OUT), joined),
    Deed.SEEN: in_menu(Deed.SEEN, unchanged),
    Deed.HISTORY: in_menu(Deed.HISTORY, unchanged),
    Deed.EXEMPT: in_menu(Deed.EXEMPT, noted(Verb.EXEMPT)),
    Deed.DELETE: in_menu(Deed.DELETE, unchanged),
    Deed.TIME_OUT: in_menu(Deed.TIME_OUT, unchanged),
    Deed.WARN: in_menu(Deed.WARN, unchanged),
    Deed.DELETE_SURELY: in_menu(Deed.DELETE_SURELY, noted(Verb.DELETE), acts=True, on_a_message=True),
    Deed.TIME_OUT_SURELY: in_menu(Deed.TIME_OUT_SURELY, noted(Verb.TIME_OUT), acts=True, on_a_message=True),
    Deed.WARN_SURELY: in_menu(Deed.WARN_SURELY, noted(Verb.WARN), acts=True, on_a_message=True),
    "queue": command("queue"),
    "next": command("next"),
    "search": command("search"),
    "user": command("user"),
    "stats": command("stats"),
    "thresholds": command("thresholds"),
    "status": command("status"),
    "audit": command("audit"),
    "forget": command("forget"),
    "pause": command("pause", is_paused, before=not_paused),
    "resume": command("resume", lambda scene: not is_paused(scene), before=paused),
    texts.commands.FLAG: on_message(texts.commands.FLAG),
    "a flag handed in": Row(
        lambda scene: scene.world.dana.submit_modal(scene.form, {"labels": ["trolling"]}),
        is_flagged,
        form_opened,
        on_a_message=True,
    ),
    texts.commands.WHY: on_message(texts.commands.WHY),
    "button queue": below_an_answer("queue"),
    "button search": below_an_answer("search", "\x1f\x1f\x1f"),
    "button card": below_an_answer("card", "{scene.flag.id}"),
    "button user": below_an_answer("user", "discord/1"),
    "button forget": below_an_answer("forget", "discord/leaver", took_effect=is_forgotten, before=written),
    "button audit": below_an_answer("audit", "{scene.sample.id} harmless", took_effect=is_judged, before=drawn),
}
