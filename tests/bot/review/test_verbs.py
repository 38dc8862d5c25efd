"""A reviewer's day, verb by verb, on real discord.py against a simulated Discord, over a real store."""

import random
from dataclasses import replace
from typing import Any

import discord
import pytest
from simcord.results import InteractionResult

from bot.review import texts
from bot.review.card import COLOURS
from bot.review.controls import Deed, custom_id
from bot.store.records import DECIDED, FLAGPOST, STATE_AFTER, AuditEntry, FlagState, Verb
from classifier.labels import Label

TEXT = "Nobody asked you. You absolute clown."


def answer(result: InteractionResult) -> str:
    """The words of the one answer, which only the presser sees."""
    assert result.acknowledged
    (message,) = (message for message in (result.response, *result.followups) if message and message.ephemeral)
    return str(message.content)


def line(world: Any) -> str:
    """The first line of the newest card."""
    return str(world.card().embeds[0].description).split("\n")[0]


async def menu(who: Any, card: discord.Message, deed: Deed, flag: int, *values: str) -> InteractionResult:
    """Open the menu behind "More" and press or choose something in it."""
    opened = await who.click(card, label="More")
    if values:
        return await who.select(opened.response, values, custom_id=custom_id(deed, flag))
    return await who.click(opened.response, custom_id=custom_id(deed, flag))


def verbs(world: Any, flag: Any) -> list[Verb]:
    return [entry.verb for entry in world.store.audit_trail(flag.id)]


async def test_what_is_escalated_is_for_the_leads(world: Any) -> None:
    flag, card = await world.published()
    await world.dana.click(card, label="Escalate")
    assert line(world).startswith("🟣 **Escalated** to the leads by Dana")
    assert "Confirm" not in str((await world.eli.click(world.card(), label="More")).response.components)
    assert "only <@&" in answer(await world.eli.click(world.card(), label="Confirm"))
    assert "Only Dana, who escalated this," in answer(await world.eli.click(world.card(), label="Take back"))
    await world.dana.click(world.card(), label="Take back")
    assert world.stands(flag).state is FlagState.OPEN
    await world.eli.click(world.card(), label="Escalate")
    await world.lee.click(world.card(), label="Confirm")
    assert world.stands(flag).decision.moderator.name == "Lee"
    assert "Only Lee" in answer(await world.eli.click(world.card(), label="Undo"))


async def test_a_lead_may_take_back_what_others_did(world: Any) -> None:
    flag, card = await world.published()
    await world.dana.click(card, label="Claim")
    await world.lee.click(world.card(), label="Release")
    await world.dana.click(world.card(), label="Not a problem")
    await world.lee.click(world.card(), label="Undo")
    assert verbs(world, flag) == [Verb.CLAIM, Verb.UNDO, Verb.DISMISS, Verb.UNDO]


async def test_a_decision_can_be_taken_back_for_thirty_days(world: Any) -> None:
    flag, card = await world.published()
    await world.dana.click(card, label="Confirm")
    await world.env.advance_time(30 * 86_400 + 1)
    assert answer(await world.dana.click(world.card(), label="Undo")) == texts.answers.too_late_to_undo(30)
    assert world.stands(flag).state is FlagState.CONFIRMED


async def test_escalated_and_decided_cards_move_to_their_own_channels(world: Any) -> None:
    leads = world.dana.guild.create_text_channel("leads")
    log = world.dana.guild.create_text_channel("log")
    world.configure(escalation_channel=leads.id, log_channel=log.id)
    flag, card = await world.published()
    moved = answer(await world.dana.click(card, label="Escalate"))
    (there,) = leads.history()
    assert world.review.history() == []
    assert moved == texts.answers.recorded(there.jump_url, moved=True)
    await world.restart()
    await world.lee.click(there, label="Not a problem")
    (decided,) = log.history()
    assert leads.history() == []
    assert "**Not a problem**" in decided.embeds[0].description
    await world.lee.click(decided, label="Undo")
    assert (len(log.history()), len(world.review.history())) == (0, 1)
    assert world.stands(flag).card.message_id == world.card().id


@pytest.mark.parametrize("status", [403, 404, 429, 500])
async def test_a_card_that_cannot_move_stays_until_the_next_press(world: Any, status: int) -> None:
    leads = world.dana.guild.create_text_channel("leads")
    world.configure(escalation_channel=leads.id)
    flag, card = await world.published()
    world.env.inject_error("POST", f"/channels/{leads.id}/messages", status=status)
    assert answer(await world.dana.click(card, label="Escalate")) == texts.answers.CARD_NOT_UPDATED
    assert world.stands(flag).state is FlagState.ESCALATED
    world.env.inject_error("DELETE", f"/channels/{world.review.id}/messages/*", status=status)
    assert "only <@&" in answer(await world.eli.click(card, label="Confirm"))
    (there,) = leads.history()
    left = answer(await world.lee.click(world.card(), label="Confirm"))
    assert left == texts.answers.not_its_card(there.jump_url)
    await world.lee.click(there, label="Confirm")
    assert world.stands(flag).state is FlagState.CONFIRMED


async def test_a_card_that_moved_and_could_not_be_taken_away_goes_after_a_restart(
    world: Any, caplog: pytest.LogCaptureFixture
) -> None:
    leads = world.dana.guild.create_text_channel("leads")
    world.configure(escalation_channel=leads.id)
    _, card = await world.published()
    world.env.inject_error("DELETE", f"/channels/{world.review.id}/messages/*", status=403, times=2)
    await world.dana.click(card, label="Escalate")
    await world.desk.retry()
    assert caplog.text.count("stay there") == 1
    await world.restart()
    assert len(world.review.history()) == 1
    await world.desk.retry()
    assert world.review.history() == []
    assert len(leads.history()) == 1
    assert world.store.moved_cards() == []


async def test_what_is_snoozed_folds_and_comes_back(world: Any) -> None:
    flag, card = await world.published()
    await menu(world.dana, card, Deed.SNOOZE, flag.id, "8")
    assert line(world).startswith("💤 **Snoozed** by Dana until")
    await world.env.advance_time(8 * 3600 - 60)
    await world.desk.open_what_lapsed()
    assert world.stands(flag).state is FlagState.SNOOZED
    await world.restart()
    await world.env.advance_time(61)
    await world.desk.open_what_lapsed()
    assert line(world) == texts.card.OPEN
    last = world.store.audit_trail(flag.id)[-1]
    assert (last.verb, last.moderator) == (Verb.LAPSE, FLAGPOST)
    await menu(world.dana, world.card(), Deed.SNOOZE, flag.id, "1")
    await world.dana.click(world.card(), label="Wake")
    assert line(world) == texts.card.OPEN


async def test_a_claim_that_expired_is_opened_and_shown_so(world: Any) -> None:
    flag, card = await world.published()
    await world.dana.click(card, label="Claim")
    await world.env.advance_time(601)
    await world.desk.open_what_lapsed()
    assert line(world) == texts.card.OPEN
    assert verbs(world, flag) == [Verb.CLAIM, Verb.LAPSE]


async def test_a_note_is_written_into_a_form_and_shown_on_the_card(world: Any) -> None:
    flag, card = await world.published()
    shown = await world.dana.click(card, label="Note")
    await world.eli.click(world.card(), label="Claim")
    await world.restart()
    await world.dana.submit_modal(shown, {"note": "third *time* @everyone"})
    (field,) = [field for field in world.card().embeds[0].fields if field.name == texts.card.NOTES]
    assert field.value.startswith("**Dana** <t:")
    assert field.value.endswith(r"third \*time\* \@everyone")
    assert world.stands(flag).state is FlagState.CLAIMED
    empty = await world.dana.submit_modal(await world.dana.click(world.card(), label="Note"), {"note": "   "})
    assert answer(empty) == texts.menu.EMPTY_NOTE
    assert verbs(world, flag) == [Verb.CLAIM, Verb.NOTE]


async def test_a_text_that_is_never_to_be_flagged_again_is_not_until_that_is_undone(world: Any) -> None:
    flag, card = await world.published()
    await menu(world.dana, card, Deed.EXEMPT, flag.id)
    assert "never flag this text again" in line(world)

    def posted_again(number: int, **fields: Any) -> Any:
        post = replace(world.post, id=str(number), **fields)
        world.store.save_post(post)
        return world.store.save_assessment(post, world.assessment, [Label.TROLLING], flag.created_at)

    assert posted_again(1, text=flag.post.text.upper() + " !!") is None
    elsewhere = world.post.link.replace("/1/", "/2/")
    assert posted_again(2, link=elsewhere) is not None, "what the moderators of one server say holds there"
    await world.dana.click(world.card(), label="Undo")
    assert posted_again(3) is not None


async def test_what_the_model_saw_and_the_history_are_for_the_presser_alone(world: Any) -> None:
    flag, card = await world.published()
    await world.dana.click(card, label="Confirm")
    seen = await menu(world.eli, world.card(), Deed.SEEN, flag.id)
    assert seen.response.ephemeral
    (embed,) = seen.response.embeds
    assert "**__absolute clown__**" in embed.description
    assert [field.name for field in embed.fields] == [
        "Trolling: likely (71%)",
        "Personal attack: very likely (94%)",
        "Copy-paste: unlikely (under 1%)",
    ]
    assert embed.fields[1].value == "absolute clown +3.0 · Nobody +0.5"
    history = await menu(world.eli, world.card(), Deed.HISTORY, flag.id)
    raised, confirmed = history.response.embeds[0].description.split("\n")
    assert raised.endswith("flagged")
    assert confirmed.endswith("confirmed by Dana: Personal attack, Trolling")


async def test_a_press_in_a_menu_brings_back_a_card_deleted_meanwhile(world: Any) -> None:
    flag, card = await world.published()
    opened = await world.dana.click(card, label="More")
    world.env.backend.delete_message(card.channel.id, card.id)
    await world.dana.select(opened.response, ["1"], custom_id=custom_id(Deed.SNOOZE, flag.id))
    assert line(world).startswith("💤 **Snoozed**")
    assert world.stands(flag).card.message_id == world.card().id


async def with_every_control(world: Any, flag: int) -> discord.Message:
    """A message of the bot's own with a button for every deed."""
    view = discord.ui.View(timeout=None)
    for deed in Deed:
        view.add_item(discord.ui.Button(label=deed, custom_id=custom_id(deed, flag)))
    return await world.card().edit(view=view)


async def test_strangers_and_moderators_of_other_servers_can_do_nothing(world: Any) -> None:
    role = world.dana.guild.create_role("Moderators of another server")
    other = world.dana.guild.add_member(world.env.create_user("olga"), roles=[role])
    elsewhere = world.dana.guild.create_text_channel("elsewhere")
    world.configure(guilds={str(10**17): {"channel": elsewhere.id, "moderator_roles": [role.id], "lead_roles": []}})
    flag, _ = await world.published()
    card = await with_every_control(world, flag.id)
    for deed in Deed:
        for who in (world.stranger, other):
            assert answer(await who.click(card, label=deed)) == texts.answers.only_for(world.settings.moderator_roles)
    theirs = world.flag(replace(world.post, id="5", link=world.post.link.replace("/1/", f"/{10**17}/")))
    await world.desk.show(theirs)
    (their_card,) = elsewhere.history()
    assert "Escalate" not in str(their_card.components)
    assert answer(await world.lee.click(their_card, label="Confirm")) == texts.answers.only_for([role.id])
    await other.click(their_card, label="Confirm")
    assert world.stands(theirs).state is FlagState.CONFIRMED
    assert world.store.audit_trail(flag.id) == []


DIRECT = (Deed.CONFIRM, Deed.DISMISS, Deed.CLAIM, Deed.ESCALATE, Deed.EXEMPT)
"""Deeds that a bare press on an open flag carries out at once; the others ask, show, or have nothing to do."""


@pytest.mark.parametrize(("status", "code"), [(403, 0), (404, 10062), (429, 0), (500, 0), (400, 40060)])
async def test_no_answer_that_discord_refuses_loses_or_doubles_a_step(
    world: Any, status: int, code: int, caplog: pytest.LogCaptureFixture
) -> None:
    for number, deed in enumerate(Deed):
        flag, _ = await world.published(replace(world.post, id=str(1000 + number), text=f"{TEXT} {number}"))
        card = await with_every_control(world, flag.id)
        world.env.inject_error("POST", "/interactions/*/callback", status=status, code=code)
        await world.dana.click(card, label=deed)
        world.env.backend.faults.clear()
        assert len(world.store.audit_trail(flag.id)) == (deed in DIRECT)
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize("seed", range(2))
async def test_any_presses_by_anybody_make_one_decision_and_a_whole_history(world: Any, seed: int) -> None:
    """Two moderators, a lead and a stranger press what they like; time passes, and the bot restarts."""
    chance = random.Random(seed)
    people = [world.dana, world.eli, world.lee, world.stranger]
    staff = {str(who.id) for who in people[:3]} | {FLAGPOST.id}
    flag, _ = await world.published()
    told: list[AuditEntry] = []
    for _ in range(30):
        who, deed = chance.choice(people), chance.choice([*Deed, *DIRECT * 2, *[Deed.UNDO] * 12])
        result = await who.click(await with_every_control(world, flag.id), label=deed)
        assert result.acknowledged
        if chance.random() < 0.2:
            await world.env.advance_time(chance.choice([60, 900, 86_400]))
            await world.desk.open_what_lapsed()
        if chance.random() < 0.05:
            await world.restart()
        history = world.store.audit_trail(flag.id)
        assert history[: len(told)] == told, "nothing is taken out"
        assert {entry.moderator.id for entry in history} <= staff
        told = history
        moves = [entry for entry in history if entry.verb in STATE_AFTER]
        now = world.stands(flag)
        assert now.state is (STATE_AFTER[moves[-1].verb] if moves else FlagState.OPEN)
        assert now.decision == (moves[-1] if now.state in DECIDED else None)
        await world.desk.show(now)
        assert world.card().embeds[0].colour.value == COLOURS[now.state]
    assert len(told) > 1, "something came of it"
