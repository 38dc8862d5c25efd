"""The whole bot on a simulated Discord: a message comes in, a card comes out, a moderator decides."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import discord
import simcord
from simcord import interactions
from simcord.enums import ComponentType, InteractionType

from bot.app import FlagpostBot
from bot.demo.headless import card_text
from bot.demo.script import Line
from bot.demo.world import World, open_world
from bot.store.records import Flag, FlagState
from bot.watches.model import ModelWatch
from classifier.labels import Label
from classifier.model import Model
from classifier.registry import Registry

INSULT = "You are a stupid pathetic moron and everybody here hates you, shut up you idiot."
CIVIL = "Thanks, that fixed it. I had the cable in the wrong port the whole time."
ARTICLE = (
    "The ferry company said on Monday that the last boat of the day will leave an hour earlier from April, because two "
    "of its crews are moving to the night freight. Commuters who work late at the yard will have to take the bus, "
    "which needs twice as long and does not run on Sundays. A petition against the change has been started."
)


@asynccontextmanager
async def harbour(model: Model) -> AsyncIterator[World]:
    """A server with three channels, two members and two moderators."""
    cast = [("general", "Ann"), ("market", "Ben"), ("boats", "Cid")]
    lines = [Line(number, channel, author, "", None, frozenset()) for number, (channel, author) in enumerate(cast, 1)]
    async with open_world(lines, model) as world:
        yield world


async def says(world: World, author: str, text: str, channel: str = "general") -> discord.Message:
    return await world.members[author].send(world.channels[channel], text)


def only_flag(world: World) -> Flag:
    [flag] = world.bot.store.flags()
    return flag


def only_card(world: World) -> discord.Message:
    [card] = world.cards()
    return card


async def press(who: simcord.MemberActor, card: discord.Message, verb: str, flag: Flag) -> simcord.InteractionResult:
    result = await who.click(card, custom_id=f"flagpost:{verb}:{flag.id}")
    assert result.acknowledged
    return result


async def test_an_insult_becomes_a_card_with_its_words_marked(model: Model) -> None:
    async with harbour(model) as world:
        await says(world, "Ben", CIVIL)
        message = await says(world, "Ann", INSULT)
        await says(world, "Cid", "Has anybody seen the key of the boat shed?")
        assert Label.PERSONAL_ATTACK in only_flag(world).labels
        card = only_card(world)
        text = card_text(card)
        assert "Personal attack" in text
        assert "%" in text
        assert "Ann" in text
        assert message.jump_url in text
        assert CIVIL[:40] in text, "the posts before it are shown"
        assert only_flag(world).assessment.model in text
        marked = str(card.embeds[0].to_dict()).split("__")[1::2]
        assert any(word in mark.lower() for mark in marked for word in ("stupid", "moron", "idiot", "pathetic"))


async def test_confirm_correct_and_undo(model: Model) -> None:
    async with harbour(model) as world:
        robin, sasha = world.moderators
        await says(world, "Ann", INSULT)
        flag = only_flag(world)
        await press(robin, only_card(world), "confirm", flag)
        decided = only_flag(world)
        assert decided.state is FlagState.CONFIRMED
        assert decided.decision is not None
        assert decided.decision.moderator.name == "Robin"
        assert "Robin" in card_text(only_card(world))

        more = await press(robin, only_card(world), "more", flag)
        await robin.select(more.response, ["trolling"], custom_id=f"flagpost:labels:{flag.id}")
        corrected = only_flag(world).decision
        assert corrected is not None
        assert corrected.labels == (Label.TROLLING,)

        refused = await press(sasha, only_card(world), "undo", flag)
        assert refused.ephemeral
        assert only_flag(world).state is FlagState.CONFIRMED
        await press(robin, only_card(world), "undo", flag)
        assert only_flag(world).state is FlagState.OPEN
        await press(sasha, only_card(world), "dismiss", flag)
        assert only_flag(world).state is FlagState.DISMISSED


async def test_a_claim_holds_until_it_is_released(model: Model) -> None:
    async with harbour(model) as world:
        robin, sasha = world.moderators
        await says(world, "Ann", INSULT)
        flag = only_flag(world)
        await press(robin, only_card(world), "claim", flag)
        assert "Robin" in card_text(only_card(world))
        refused = await press(sasha, only_card(world), "confirm", flag)
        assert refused.ephemeral
        assert only_flag(world).state is FlagState.CLAIMED
        await press(robin, only_card(world), "undo", flag)
        await press(sasha, only_card(world), "confirm", flag)
        assert only_flag(world).state is FlagState.CONFIRMED


async def test_a_stranger_is_refused(model: Model) -> None:
    async with harbour(model) as world:
        await says(world, "Ann", INSULT)
        result = await press(world.members["Ann"], only_card(world), "dismiss", only_flag(world))
        assert result.ephemeral
        assert only_flag(world).state is FlagState.OPEN


async def test_two_presses_at_once_are_one_decision_and_one_answer(model: Model) -> None:
    async with harbour(model) as world:
        await says(world, "Ann", INSULT)
        flag, card = only_flag(world), only_card(world)
        backend = world.env.backend
        stored = backend.get_message(card.channel.id, card.id)
        records = []
        for moderator, verb in zip(world.moderators, ("confirm", "dismiss"), strict=True):
            record, payload = interactions.base_payload(
                backend,
                type=InteractionType.MESSAGE_COMPONENT,
                channel_id=card.channel.id,
                guild_id=moderator.guild.id,
                user_id=moderator.id,
                data={"custom_id": f"flagpost:{verb}:{flag.id}", "component_type": ComponentType.BUTTON},
            )
            payload["message"] = dict(simcord.backend.serializers.message_payload(backend, stored))
            record.source_message_id = stored.id
            records.append((record, payload))
        for _, payload in records:
            backend.emit("INTERACTION_CREATE", payload)
        await world.env.settle()
        assert all(record.responded for record, _ in records)
        assert sum(record.ephemeral for record, _ in records) == 1
        assert only_flag(world).state in (FlagState.CONFIRMED, FlagState.DISMISSED)
        assert len(world.bot.store.audit_trail(flag.id)) == 1


async def test_buttons_and_flags_survive_a_restart(model: Model) -> None:
    async with harbour(model) as world:
        robin, _ = world.moderators
        await says(world, "Ann", INSULT)
        world.bot = FlagpostBot(world.bot.settings, world.bot.store, model)
        await world.env.restart_bot(world.bot)
        flag = only_flag(world)
        assert len(world.cards()) == 1, "the card is not posted a second time"
        await press(robin, only_card(world), "confirm", flag)
        assert only_flag(world).state is FlagState.CONFIRMED


async def test_a_flag_that_was_not_posted_before_a_stop_is_posted_after_it(model: Model) -> None:
    async with harbour(model) as world:
        world.env.inject_error("POST", "/channels/*/messages", status=403)
        await says(world, "Ann", INSULT)
        assert world.cards() == []
        world.bot = FlagpostBot(world.bot.settings, world.bot.store, model)
        await world.env.restart_bot(world.bot)
        assert only_flag(world).card is not None
        assert "Personal attack" in card_text(only_card(world))


async def test_an_edit_is_judged_again_and_told_on_the_card(model: Model) -> None:
    async with harbour(model) as world:
        message = await says(world, "Ann", CIVIL)
        assert world.cards() == []
        await world.members["Ann"].edit(message, INSULT)
        flag = only_flag(world)
        assert flag.post.text == INSULT
        await world.members["Ann"].edit(message, CIVIL)
        edited = only_flag(world)
        assert edited.id == flag.id
        assert edited.latest is not None
        assert edited.latest.text == CIVIL
        assert "dited" in card_text(only_card(world))


async def test_what_an_edit_makes_worse_is_told_on_the_card(model: Model) -> None:
    async with harbour(model) as world:
        await says(world, "Ann", ARTICLE)
        message = await says(world, "Ben", ARTICLE)
        assert only_flag(world).labels == (Label.COPY_PASTE,)
        await world.members["Ben"].edit(message, INSULT)
        reads = r"now reads: .*Personal attack: almost certain.*Copy-paste: unlikely"
        assert re.search(reads, card_text(only_card(world)))


async def test_an_edit_after_the_decision_is_told_on_the_card(model: Model) -> None:
    async with harbour(model) as world:
        robin, _ = world.moderators
        message = await says(world, "Ann", INSULT)
        await press(robin, only_card(world), "confirm", only_flag(world))
        await world.members["Ann"].edit(message, CIVIL)
        assert only_flag(world).state is FlagState.CONFIRMED
        assert CIVIL[:40] in card_text(only_card(world))


async def test_a_deletion_is_told_on_the_card(model: Model) -> None:
    async with harbour(model) as world:
        message = await says(world, "Ann", INSULT)
        await world.members["Ann"].delete(message)
        assert only_flag(world).deleted_at is not None
        assert "deleted" in card_text(only_card(world)).lower()


async def test_quoted_words_are_shown_but_not_judged(model: Model) -> None:
    async with harbour(model) as world:
        await says(world, "Ann", f"> {INSULT}\n{CIVIL}")
        assert world.cards() == []
        quote = "The ferry leaves at nine on Sundays."
        await says(world, "Ben", f"> {quote}\n{INSULT}")
        assert only_flag(world).post.text == INSULT
        assert quote in card_text(only_card(world))


async def test_a_text_pasted_three_times_is_flagged_from_the_second_on_with_its_origin(model: Model) -> None:
    async with harbour(model) as world:
        first = await says(world, "Ann", ARTICLE)
        await says(world, "Ben", ARTICLE.replace(". ", ".\n\n* "), channel="market")
        await says(world, "Cid", "I found this:\n" + ARTICLE.upper(), channel="boats")
        flags = world.bot.store.flags()
        assert [flag.labels for flag in flags] == [(Label.COPY_PASTE,), (Label.COPY_PASTE,)]
        for card in world.cards():
            text = card_text(card)
            assert "Copy-paste" in text
            assert first.jump_url in text or "Ben" in text


async def test_what_was_removed_and_is_pasted_again_after_a_restart_is_a_copy(model: Model) -> None:
    async with harbour(model) as world:
        message = await says(world, "Ann", ARTICLE)
        await world.members["Ann"].delete(message)
        world.bot = FlagpostBot(world.bot.settings, world.bot.store, model)
        await world.env.restart_bot(world.bot)
        await says(world, "Ben", ARTICLE)
        assert only_flag(world).labels == (Label.COPY_PASTE,)
        assert "Its text is no longer kept" in card_text(only_card(world))


async def test_the_bot_does_not_read_its_own_cards_nor_the_moderators_talk_beside_them(model: Model) -> None:
    async with harbour(model) as world:
        robin, _ = world.moderators
        await says(world, "Ann", INSULT)
        await robin.send(world.review, INSULT)
        assert len(world.bot.store.flags()) == 1


async def test_another_model_judges_from_now_on_and_the_channel_is_told(
    model: Model, models: Path, tmp_path: Path
) -> None:
    other = "2026-11-22-a1b2c3d4"
    registry = Registry(tmp_path / "models")
    registry.save(replace(model, version=other), replace(Registry(models).manifest(model.version), version=other))
    async with harbour(model) as world:
        bot = world.bot
        bot.model_watch = ModelWatch(registry, model.version, bot.use, bot.desk.tell)
        await says(world, "Ann", INSULT)
        registry.promote(other)
        await bot.model_watch.look()
        _, line = world.cards()
        assert other in line.content
        assert not line.embeds
        await says(world, "Ben", INSULT.replace("stupid", "really stupid"))
        assert other in card_text(world.cards()[-1])
