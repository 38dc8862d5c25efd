"""Which cards wait, what the channel is told meanwhile, and whom a card calls."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import discord

from bot.config import NoiseSettings
from bot.review.desk import EVERYTHING_AT_ONCE
from bot.store.records import Flag, Moderator
from classifier.assessment import Assessment
from classifier.labels import Label

TROLLING = Assessment(probabilities={Label.TROLLING: 0.6, Label.PERSONAL_ATTACK: 0.1}, model="m", spans={})
FEW = NoiseSettings.model_validate({"most_open": 2})


def night(**settings: Any) -> NoiseSettings:
    """Quiet hours that began an hour ago and end in another."""
    now = discord.utils.utcnow()
    begin, end = (f"{now + timedelta(hours=hours):%H:%M}" for hours in (-1, 1))
    return NoiseSettings.model_validate({"quiet_hours": f"{begin}-{end}", **settings})


async def flags(world: Any, *numbers: int, assessment: Assessment = TROLLING) -> list[Flag]:
    """Flags, shown as far as they may be."""
    raised = []
    for number in numbers:
        post = replace(world.post, id=str(number))
        raised.append(world.flag(post, assessment, [Label.TROLLING]))
        await world.desk.show(raised[-1])
    return raised


def contents(world: Any) -> list[str]:
    """The channel in short: a card as C and its flag's number, a notice by its words."""
    return [
        f"C{message.embeds[0].footer.text.split()[1]}" if message.embeds else message.content
        for message in world.review.history()
    ]


async def test_while_many_cards_are_open_the_next_flags_wait_and_one_message_says_so(world: Any) -> None:
    world.open_desk(FEW)
    first, second, third, fourth = await flags(world, 1, 2, 3, 4)
    await world.desk.let_in()
    await world.desk.let_in()
    cards, notice = contents(world)[:2], contents(world)[2:]
    assert cards == [f"C{first.id}", f"C{second.id}"]
    assert len(notice) == 1
    assert "2 flags wait (Trolling: 2)" in notice[0]

    await world.dana.click(world.review.history()[0], label="Confirm")
    await world.desk.let_in()
    assert world.stands(third).card is not None
    assert "1 flag waits" in contents(world)[2], "the message is edited"
    assert len(contents(world)) == 4
    await world.dana.click(world.review.history()[1], label="Not a problem")
    await world.desk.let_in()
    assert contents(world) == [f"C{flag.id}" for flag in (first, second, third, fourth)], "and goes with the last"


async def test_what_waits_survives_a_restart(world: Any) -> None:
    world.open_desk(FEW)
    raised = await flags(world, 1, 2, 3)
    await world.desk.let_in()
    await world.restart()
    world.open_desk(FEW)
    await world.desk.recover()
    await world.desk.let_in()
    assert [world.stands(flag).card is None for flag in raised] == [False, False, True]
    assert len(contents(world)) == 3
    world.open_desk(EVERYTHING_AT_ONCE)
    await world.desk.let_in()
    assert contents(world) == [f"C{flag.id}" for flag in raised]


async def test_a_start_leaves_to_be_let_in_what_waits(world: Any) -> None:
    world.open_desk(FEW)
    raised = await flags(world, 1, 2, 3, 4)
    await world.restart()
    world.open_desk(EVERYTHING_AT_ONCE)
    before = len(world.env.http_requests)
    await world.desk.recover()
    assert len(world.env.http_requests) == before + 1, "a look whether a card came just before the stop, for all"
    assert contents(world) == [f"C{flag.id}" for flag in raised[:2]]
    await world.desk.let_in()
    assert contents(world) == [f"C{flag.id}" for flag in raised]


async def test_the_card_of_a_flag_that_waited_is_found_after_a_kill(world: Any) -> None:
    world.open_desk(FEW)
    raised = await flags(world, 1, 2, 3)
    await world.dana.click(world.review.history()[0], label="Confirm")
    await world.desk.let_in()
    world.forget_cards()
    world.store.waiting.hold(raised[2].id, world.review.id)
    await world.restart()
    world.open_desk(FEW)
    await world.desk.recover()
    assert all(world.stands(flag).card is not None for flag in raised)
    assert contents(world) == [f"C{flag.id}" for flag in raised]


async def test_quiet_hours_end_with_a_digest_before_the_cards(world: Any) -> None:
    world.open_desk(night())
    first, second = await flags(world, 1, 2)
    await world.desk.let_in()
    [notice] = contents(world)
    assert notice.startswith("🌙 Quiet hours until <t:")
    assert "2 flags wait (Trolling: 2) until then" in notice
    await world.env.advance_time(2 * 60 * 60)
    await world.desk.let_in()
    digest, *cards = contents(world)
    assert "Quiet hours are over. 2 flags came in meanwhile (Trolling: 2)" in digest
    assert cards == [f"C{first.id}", f"C{second.id}"]
    await world.desk.let_in()
    assert len(contents(world)) == 3


async def test_a_flag_decided_while_it_waits_gets_no_card(world: Any) -> None:
    world.open_desk(night())
    first, second = await flags(world, 1, 2)
    await world.desk.let_in()
    world.store.dismiss(first.id, Moderator("1", "Dana"), datetime.now(UTC), timedelta(minutes=10))
    await world.desk.let_in()
    assert "1 flag waits" in contents(world)[0]
    world.open_desk(EVERYTHING_AT_ONCE)
    await world.desk.let_in()
    assert contents(world)[1:] == [f"C{second.id}"]


async def test_a_card_calls_exactly_the_role_that_the_config_names_and_does_not_wait(world: Any) -> None:
    role = world.settings.moderator_roles[0]
    world.open_desk(night(pings=[{"role": role, "trolling": 0.6}]))
    mild = replace(TROLLING, probabilities={**TROLLING.probabilities, Label.TROLLING: 0.59})
    await flags(world, 1, assessment=mild)
    assert contents(world) == []
    [called] = await flags(world, 2)
    card = world.card()
    assert card.content == f"<@&{role}>"
    assert [mentioned.id for mentioned in card.role_mentions] == [role]
    sent = [request for request in world.env.http_requests if request.method == "POST" and "/messages" in request.path]
    assert sent[-1].json["allowed_mentions"] == {"parse": [], "roles": [role]}
    await world.desk.show(called)
    edited = [request for request in world.env.http_requests if request.method == "PATCH"]
    assert edited[-1].json["allowed_mentions"] == {"parse": []}, "an update of the card calls nobody"


async def test_a_channel_that_refuses_keeps_no_other_waiting(world: Any) -> None:
    barn = world.with_channel_for("barn")
    world.open_desk(night())
    here = (await flags(world, 1))[0]
    there = world.flag(replace(world.post, source="barn"), TROLLING, [Label.TROLLING])
    await world.desk.show(there)
    world.env.inject_error("POST", f"/channels/{world.review.id}/messages", status=403, times=None)
    world.open_desk(EVERYTHING_AT_ONCE)
    await world.desk.let_in()
    assert world.stands(here).card is None
    assert world.stands(there).card.channel_id == barn.id
