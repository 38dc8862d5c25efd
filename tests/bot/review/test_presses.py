"""What moderators press, on real discord.py against a simulated Discord, over a real store."""

import asyncio
import sqlite3
from pathlib import Path
from typing import Any, Literal

import discord
import pytest
from simcord.backend import serializers
from simcord.backend.models import Overwrite
from simcord.interactions import base_payload
from simcord.results import InteractionResult

from bot.review import answers, texts
from bot.review.channel import ReviewChannels
from bot.review.controls import CUSTOM_ID
from bot.store.records import Claim, Flag, FlagState, Moderator, Verb
from classifier.labels import Label


def whispered(result: InteractionResult) -> str:
    """The one answer to a press, which only the presser sees."""
    messages = [message for message in (result.response, *result.followups) if message and message.ephemeral]
    assert len(messages) == 1
    return str(messages[0].content)


def edited(result: InteractionResult, card: discord.Message) -> bool:
    """Whether the answer was to edit the card, and nothing else."""
    return bool(result.response and result.response.id == card.id and not result.followups)


async def choose(world: Any, who: Any, deed: str, *values: str) -> InteractionResult:
    """Choose in the menu behind "More" of the newest card."""
    opened = await who.click(world.card(), label="More")
    flag_id = CUSTOM_ID.fullmatch(world.card().components[0].children[0].custom_id)["flag"]
    custom_id = f"flagpost:{deed}:{flag_id}"
    if values:
        return await who.select(opened.response, values, custom_id=custom_id)
    return await who.click(opened.response, custom_id=custom_id)


def told(result: InteractionResult) -> str:
    """The one answer to a press in a menu: what the menu turned into."""
    assert result.response
    assert result.response.ephemeral
    assert result.followups == []
    return str(result.response.content)


def labels_of(flag: Flag) -> tuple[Label, ...]:
    assert flag.decision
    return flag.decision.labels


async def test_confirm_is_recorded_and_shown_in_the_same_answer(world: Any) -> None:
    flag, card = await world.published()
    result = await world.dana.click(card, label="Confirm")
    assert edited(result, card)
    decision = world.stands(flag).decision
    assert (decision.verb, decision.moderator) == (Verb.CONFIRM, Moderator(str(world.dana.id), "Dana"))
    assert decision.labels == flag.labels
    assert "**Confirmed** by Dana" in world.card().embeds[0].description
    assert [button.label for row in world.card().components for button in row.children] == [
        "Undo",
        "More",
        "Open the post",
    ]


async def test_the_labels_of_a_confirmed_flag_can_be_corrected_by_who_confirmed_it(world: Any) -> None:
    flag, card = await world.published()
    await world.dana.click(card, label="Confirm")
    refused = await choose(world, world.eli, "labels", "trolling")
    assert "Only Dana" in told(refused)
    assert labels_of(world.stands(flag)) == flag.labels
    assert told(await choose(world, world.dana, "labels", "copy_paste", "trolling")) == "That is recorded."
    assert labels_of(world.stands(flag)) == (Label.TROLLING, Label.COPY_PASTE)
    assert "Trolling, Copy-paste" in world.card().embeds[0].description


async def test_dismiss_and_undo(world: Any) -> None:
    flag, card = await world.published()
    await world.dana.click(card, label="Not a problem")
    assert world.stands(flag).state is FlagState.DISMISSED
    refused = await world.eli.click(world.card(), label="Undo")
    assert "Only Dana" in whispered(refused)
    assert world.stands(flag).state is FlagState.DISMISSED
    await world.dana.click(world.card(), label="Undo")
    assert world.stands(flag).state is FlagState.OPEN
    assert "**Open**" in world.card().embeds[0].description
    assert [entry.verb for entry in world.store.audit_trail(flag.id)] == [Verb.DISMISS, Verb.UNDO]


async def test_a_claim_keeps_others_off_until_it_is_released_or_expires(world: Any) -> None:
    flag, card = await world.published()
    await world.dana.click(card, label="Claim")
    claim = world.stands(flag).claim
    assert isinstance(claim, Claim)
    until = int(claim.at.timestamp()) + 600
    assert whispered(await world.eli.click(world.card(), label="Confirm")) == f"Claimed by Dana until <t:{until}:t>."
    assert "Only Dana" in whispered(await world.eli.click(world.card(), label="Release"))
    await world.dana.click(world.card(), label="Release")
    assert world.stands(flag).state is FlagState.OPEN
    await world.dana.click(world.card(), label="Claim")
    await world.env.advance_time(601)
    await world.eli.click(world.card(), label="Confirm")
    assert world.stands(flag).decision.moderator.name == "Eli"


async def test_a_stranger_is_told_who_may_decide(world: Any) -> None:
    flag, card = await world.published()
    role = world.settings.moderator_roles[0]
    assert f"<@&{role}>" in whispered(await world.stranger.click(card, label="Confirm"))
    assert world.stands(flag).state is FlagState.OPEN
    assert world.card().edited_at is None


async def test_whoever_lost_the_role_is_a_stranger(world: Any) -> None:
    flag, card = await world.published()
    world.env.backend.edit_member(world.dana.guild.id, world.dana.id, {"role_ids": []})
    assert "<@&" in whispered(await world.dana.click(card, label="Confirm"))
    assert world.stands(flag).state is FlagState.OPEN


def press(world: Any, who: Any, custom_id: str, card: discord.Message, kind: int = 2, **data: Any) -> InteractionResult:
    """Send a press as a client could forge it, without waiting for what comes of it."""
    record, payload = base_payload(
        world.env.backend,
        type=3,
        channel_id=world.review.id,
        guild_id=who.guild.id,
        user_id=who.id,
        data={"custom_id": custom_id, "component_type": kind, **data},
    )
    record.source_message_id = card.id
    stored = world.env.backend.get_message(world.review.id, card.id)
    payload["message"] = dict(serializers.message_payload(world.env.backend, stored))
    world.env.backend.emit("INTERACTION_CREATE", payload)
    return InteractionResult(world.env, record)


async def test_two_presses_at_once_make_one_decision_and_one_polite_answer(world: Any) -> None:
    flag, card = await world.published()
    first = press(world, world.dana, f"flagpost:confirm:{flag.id}", card)
    second = press(world, world.eli, f"flagpost:dismiss:{flag.id}", card)
    await world.env.settle()
    assert world.stands(flag).decision.moderator.name == "Dana"
    assert edited(first, card)
    assert whispered(second).startswith("Already confirmed by Dana <t:")
    assert len(world.store.audit_trail(flag.id)) == 1
    assert "**Confirmed** by Dana" in world.card().embeds[0].description


async def test_cards_work_after_a_restart(world: Any) -> None:
    flag, card = await world.published()
    await world.restart()
    assert edited(await world.dana.click(card, label="Confirm"), card)
    await world.restart()
    await choose(world, world.dana, "labels", "trolling")
    assert labels_of(world.stands(flag)) == (Label.TROLLING,)


@pytest.mark.parametrize(
    ("custom_id", "answer"),
    [
        ("flagpost:confirm:999", texts.answers.UNKNOWN_FLAG),
        ("flagpost:confirm:" + "9" * 80, texts.answers.UNKNOWN_FLAG),
        ("flagpost:confirm:-1", texts.answers.UNKNOWN_FLAG),
        ("flagpost:confirm:²", texts.answers.UNKNOWN_FLAG),
        ("flagpost:confirm:one; --", texts.answers.UNKNOWN_FLAG),
        ("flagpost:confirm:", texts.answers.UNKNOWN_FLAG),
        ("flagpost:explode:1", texts.answers.UNKNOWN_FLAG),
        ("flagpost:correct:1", texts.answers.UNKNOWN_FLAG),
        ("flagpost:labels:1", texts.answers.NO_LABEL),
        ("flagpost:snooze:1", texts.menu.NO_TIME),
        ("flagpost:confirm:1", "not that flag's card"),
    ],
)
async def test_a_forged_button_gets_a_polite_answer(world: Any, custom_id: str, answer: str) -> None:
    flag, card = await world.published()
    assert flag.id == 1
    view = discord.ui.View(timeout=None)
    view.add_item(discord.ui.Button(label="Forged", custom_id=custom_id))
    if answer in (texts.answers.NO_LABEL, texts.menu.NO_TIME):
        await card.edit(view=view)
    else:
        card = await card.channel.send("forged", view=view)
    result = await world.dana.click(card, label="Forged")
    assert answer in whispered(result)
    assert world.store.audit_trail(flag.id) == []


async def test_a_menu_that_sends_no_known_label_changes_nothing(world: Any) -> None:
    flag, card = await world.published()
    await world.dana.click(card, label="Confirm")
    opened = await world.dana.click(world.card(), label="More")
    result = press(world, world.dana, f"flagpost:labels:{flag.id}", opened.response, kind=3, values=["evil"])
    await world.env.settle()
    assert told(result) == texts.answers.NO_LABEL
    assert labels_of(world.stands(flag)) == flag.labels


async def test_where_the_bot_may_not_edit_its_card_it_says_so_and_records_nothing(world: Any) -> None:
    flag, card = await world.published()
    world.env.backend.set_overwrite(
        world.review.id,
        Overwrite(world.env.backend.bot_user.id, 1, 0, discord.Permissions(embed_links=True).value),
    )
    assert "I lack Embed Links" in whispered(await world.dana.click(card, label="Confirm"))
    assert world.stands(flag).state is FlagState.OPEN


async def test_a_card_deleted_while_it_is_pressed_leaves_the_decision_standing(world: Any) -> None:
    flag, card = await world.published()
    result = press(world, world.dana, f"flagpost:confirm:{flag.id}", card)
    world.env.backend.delete_message(card.channel.id, card.id)
    await world.env.settle()
    assert whispered(result) == texts.answers.CARD_GONE
    assert world.stands(flag).state is FlagState.CONFIRMED


@pytest.mark.parametrize("status", [403, 404, 500])
async def test_when_an_answer_fails_the_card_is_edited_the_ordinary_way(world: Any, status: int) -> None:
    _, card = await world.published()
    world.env.inject_error("POST", "/interactions/*/callback", status=status)
    result = await world.dana.click(card, label="Confirm")
    assert whispered(result) == texts.answers.recorded(None, moved=False)
    assert "**Confirmed** by Dana" in world.card().embeds[0].description


@pytest.mark.parametrize("status", [403, 404, 500])
async def test_when_the_card_cannot_be_edited_the_decision_stands_and_the_next_press_mends_the_card(
    world: Any, status: int
) -> None:
    flag, card = await world.published()
    world.env.inject_error("POST", "/interactions/*/callback", status=status)
    world.env.inject_error("PATCH", "/channels/*/messages/*", status=status)
    result = await world.dana.click(card, label="Confirm")
    assert whispered(result) == texts.answers.CARD_NOT_UPDATED
    assert world.stands(flag).state is FlagState.CONFIRMED
    assert "**Open**" in world.card().embeds[0].description
    late = await world.eli.click(world.card(), label="Not a problem")
    assert whispered(late).startswith("Already confirmed by Dana")
    assert "**Confirmed** by Dana" in world.card().embeds[0].description


async def test_a_card_that_could_not_be_edited_is_brought_up_to_date_without_a_further_press(world: Any) -> None:
    _, card = await world.published()
    world.env.inject_error("POST", "/interactions/*/callback", status=500)
    world.env.inject_error("PATCH", "/channels/*/messages/*", status=500)
    await world.dana.click(card, label="Confirm")
    await world.desk.retry()
    assert "**Confirmed** by Dana" in world.card().embeds[0].description


async def test_words_find_another_way_when_an_answer_that_seemed_to_fail_arrived(world: Any) -> None:
    _, card = await world.published()
    world.env.inject_error("POST", "/interactions/*/callback", status=400, code=answers.ALREADY_ANSWERED, times=2)
    assert whispered(await world.dana.click(card, label="Confirm")) == texts.answers.recorded(None, moved=False)


async def test_a_press_answered_too_late_still_edits_the_card(world: Any) -> None:
    flag, card = await world.published()
    world.env.inject_error("POST", "/interactions/*/callback", status=404, code=answers.UNKNOWN_INTERACTION)
    await world.dana.click(card, label="Confirm")
    assert world.stands(flag).state is FlagState.CONFIRMED
    assert "**Confirmed** by Dana" in world.card().embeds[0].description


async def test_a_press_that_takes_long_is_still_answered_in_time_and_once(
    world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    flag, card = await world.published()
    free = asyncio.Event()

    class Busy(asyncio.Lock):
        async def acquire(self) -> Literal[True]:
            await world.env.external_wait(free.wait(), reason="somebody else works on the card")
            return await super().acquire()

    monkeypatch.setattr(ReviewChannels, "lock", lambda *_: Busy())
    result = press(world, world.dana, f"flagpost:confirm:{flag.id}", card)
    await world.env.advance_time(answers.PATIENCE)
    assert result.deferred
    free.set()
    await world.env.settle()
    assert edited(result, card)
    assert "**Confirmed** by Dana" in world.card().embeds[0].description


async def test_a_store_that_fails_is_owned_up_to(world: Any, caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    flag, card = await world.published()
    with sqlite3.connect(tmp_path / "flags.sqlite3") as other:
        other.execute("ALTER TABLE audit RENAME TO elsewhere")
    assert whispered(await world.dana.click(card, label="Confirm")) == texts.answers.BROKEN
    assert "could not be carried out" in caplog.text
    assert flag.post.text not in caplog.text
