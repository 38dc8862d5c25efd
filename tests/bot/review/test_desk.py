"""Cards in the review channel: posted once, kept up to date, found again after a stop."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from bot.config import ReviewSettings
from bot.review import channel
from bot.review.card import Card, render
from bot.store.records import Burst, CardRef, Context, Flag, FlagState
from classifier.labels import Label


def sent(world: Any) -> list[Any]:
    """The bot's attempts to post a message."""
    return [request for request in world.env.http_requests if request.method == "POST" and "/messages" in request.path]


def another(world: Any, number: int) -> Any:
    """A further flag, of another post."""
    return world.flag(replace(world.post, id=f"{number}"))


async def test_showing_a_flag_posts_one_card_and_remembers_it(world: Any) -> None:
    flag = world.flag()
    await world.desk.show(flag)
    await world.desk.show(flag)
    (card,) = world.review.history()
    assert world.stands(flag).card == CardRef(world.review.id, card.id)
    assert "clown" in card.embeds[0].description
    assert world.store.flags_without_card(9) == []


async def test_a_card_is_sent_with_a_nonce_and_without_pings(world: Any) -> None:
    flag, _ = await world.published()
    (request,) = sent(world)
    body = request.json
    assert body["nonce"].startswith(f"{flag.id:x}-")
    assert body["enforce_nonce"] is True
    assert body["allowed_mentions"] == {"parse": []}


async def test_the_three_posts_before_are_on_the_card(world: Any) -> None:
    for number in range(1, 6):
        world.store.save_post(
            replace(
                world.post,
                id=str(number),
                text=f"earlier {number}",
                author_name="Willow",
                created_at=world.post.created_at.replace(minute=0, hour=number),
            )
        )
    _, card = await world.published()
    before = next(field.value for field in card.embeds[0].fields if field.name == "Just before")
    assert before.split("\n") == [f"**Willow**: earlier {number}" for number in (3, 4, 5)]


async def test_showing_it_again_edits_the_card(world: Any) -> None:
    flag = world.flag()
    await world.desk.show(flag)
    world.store.take_in([flag.post.key], flag.created_at)
    (deleted,) = world.store.flags_of(flag.post.key)
    await world.desk.show(deleted)
    (card,) = world.review.history()
    assert "The post was deleted" in card.embeds[0].description


async def test_showing_a_flag_many_times_at_once_makes_one_card(world: Any) -> None:
    flag = world.flag()
    world.store.take_in([flag.post.key], flag.created_at)
    (deleted,) = world.store.flags_of(flag.post.key)
    await asyncio.gather(world.desk.show(flag), world.desk.show(deleted), world.desk.show(flag))
    (card,) = world.review.history()
    assert "The post was deleted" in card.embeds[0].description


@pytest.mark.parametrize(("status", "words"), [(403, "Send Messages"), (404, "[review] channel"), (500, "(code 0)")])
async def test_a_card_that_cannot_be_posted_waits_for_the_next_start(
    world: Any, status: int, words: str, caplog: pytest.LogCaptureFixture
) -> None:
    flag = world.flag()
    world.env.inject_error("POST", f"/channels/{world.review.id}/messages", status=status)
    await world.desk.show(flag)
    (line,) = caplog.messages
    assert line.startswith(f"the cards in channel {world.review.id}: ")
    assert words in line
    assert "clown" not in caplog.text
    assert [waiting.id for waiting in world.store.flags_without_card(9)] == [flag.id]
    await world.restart()
    await world.desk.recover()
    assert len(world.review.history()) == 1
    assert world.stands(flag).card is not None


async def test_a_card_deleted_by_hand_comes_back_while_there_is_something_to_decide(
    world: Any, caplog: pytest.LogCaptureFixture
) -> None:
    flag, card = await world.published()
    world.env.backend.delete_message(card.channel.id, card.id)
    await world.desk.show(flag)
    (again,) = world.review.history()
    assert world.stands(flag).card == CardRef(world.review.id, again.id)
    await world.dana.click(again, label="Not a problem")
    world.env.backend.delete_message(again.channel.id, again.id)
    await world.desk.show(flag)
    assert world.review.history() == []
    assert "the card was deleted" in caplog.text


async def test_recover_links_a_card_that_was_posted_just_before_a_stop(world: Any) -> None:
    flag, card = await world.published()
    world.forget_cards()
    later = another(world, 200)
    world.store.take_in([flag.post.key], flag.created_at)
    await world.restart()
    await world.desk.recover()
    first, second = world.review.history()
    assert world.stands(flag).card == CardRef(world.review.id, card.id) == CardRef(world.review.id, first.id)
    assert "The post was deleted" in first.embeds[0].description
    assert world.stands(later).card == CardRef(world.review.id, second.id)
    await world.dana.click(first, label="Confirm")
    assert world.stands(flag).state is FlagState.CONFIRMED


async def test_recover_trusts_only_its_own_messages(world: Any) -> None:
    flag = world.flag()
    button = {"type": 2, "style": 1, "label": "Forged", "custom_id": f"flagpost:confirm:{flag.id}"}
    world.env.backend.create_message(
        world.review.id, world.stranger.id, "look here", components=[{"type": 1, "components": [button]}]
    )
    await world.desk.recover()
    _forged, card = world.review.history()
    assert world.stands(flag).card == CardRef(world.review.id, card.id)


async def test_recover_gives_up_a_channel_that_refuses_but_not_the_flags_behind_a_bad_one(world: Any) -> None:
    flags = [another(world, number) for number in range(3)]
    world.env.inject_error("POST", "/channels/*/messages", status=400, times=2)
    await world.desk.recover()
    assert [world.stands(flag).card is None for flag in flags] == [True, False, False]
    flags = [another(world, number) for number in range(10, 13)]
    world.env.inject_error("POST", "/channels/*/messages", status=403, times=None)
    before = len(sent(world))
    await world.desk.recover()
    assert len(sent(world)) - before == 1
    assert all(world.stands(flag).card is None for flag in flags)


HARMFUL_LINK = 240000


async def test_what_discord_does_not_let_stand_on_a_card_keeps_no_flag_from_the_moderators(
    world: Any, caplog: pytest.LogCaptureFixture
) -> None:
    world.env.inject_error("POST", "/channels/*/messages", status=400, code=HARMFUL_LINK)
    flag, card = await world.published()
    assert world.stands(flag).card == CardRef(world.review.id, card.id)
    shown = str(card.embeds[0].to_dict())
    assert "Personal attack" in shown
    assert "does not let the post's words stand here" in shown
    assert not any(word in shown for word in ("clown", "Maple", "general"))
    assert world.post.link in str([button.url for row in card.components for button in row.children])
    assert f"flag {flag.id} comes without the post's words: Discord answered 400 (code {HARMFUL_LINK})" in caplog.text

    await world.desk.show(flag)
    assert "clown" in str(world.card().embeds[0].to_dict()), "as soon as Discord lets them"
    world.env.inject_error("PATCH", f"/channels/*/messages/{card.id}", status=400, code=HARMFUL_LINK)
    await world.desk.show(flag)
    assert "clown" not in str(world.card().embeds[0].to_dict())
    for path in ("/interactions/*/callback", f"/channels/*/messages/{card.id}"):
        world.env.inject_error("*", path, status=400, code=HARMFUL_LINK)
    await world.dana.click(world.card(), label="Claim")
    assert world.stands(flag).state is FlagState.CLAIMED
    assert "Claimed" in str(world.card().embeds[0].to_dict())
    assert len(world.review.history()) == 1


async def test_a_flag_that_cannot_be_drawn_holds_up_no_other(
    world: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    bad, good = world.flag(), another(world, 101)

    def stumbling(flag: Flag, context: Context, review: ReviewSettings, burst: Burst | None) -> Card:
        if flag.id == bad.id:
            raise ArithmeticError
        return render(flag, context, review, burst)

    monkeypatch.setattr(channel, "render", stumbling)
    await world.desk.recover()
    assert world.stands(bad).card is None
    assert world.stands(good).card is not None
    assert f"flag {bad.id} could not be shown" in caplog.text


async def test_recover_reads_nothing_back_when_nothing_waits(world: Any) -> None:
    await world.published()
    before = len(world.env.http_requests)
    await world.desk.recover()
    assert len(world.env.http_requests) == before


async def test_the_largest_card_is_accepted(world: Any) -> None:
    long = "@*" * 20_000
    post = replace(world.post, text=long, author_name=long, place_name=long)
    flag, card = await world.published(post, labels=tuple(Label))
    assert world.stands(flag).card == CardRef(world.review.id, card.id)


def of_the_barn(world: Any, number: int) -> Flag:
    """A flag of a post from a forum whose cards have a channel of their own, beside one that has none."""
    flag: Flag = world.flag(replace(world.post, source="barn", id=f"{number}"))
    return flag


async def test_cards_of_a_source_with_a_channel_of_its_own_stand_there(world: Any) -> None:
    barn = world.with_channel_for("barn")
    here, there = world.flag(), of_the_barn(world, 1)
    elsewhere = world.flag(replace(world.post, source="mill"))
    for flag in (here, there, elsewhere):
        await world.desk.show(flag)
    assert len(world.review.history()) == 2
    (card,) = barn.history()
    assert world.stands(there).card == CardRef(barn.id, card.id)
    await world.dana.click(card, label="Confirm")
    assert world.stands(there).state is FlagState.CONFIRMED


async def test_recover_looks_into_every_review_channel(world: Any) -> None:
    barn = world.with_channel_for("barn")
    here, there = world.flag(), of_the_barn(world, 1)
    for flag in (here, there):
        await world.desk.show(flag)
    world.forget_cards()
    late = of_the_barn(world, 2)
    await world.restart()
    await world.desk.recover()
    assert (len(world.review.history()), len(barn.history())) == (1, 2)
    assert [world.stands(flag).card.channel_id for flag in (here, there, late)] == [world.review.id, barn.id, barn.id]


async def test_what_is_to_be_decided_comes_to_the_new_channel_when_theirs_was_deleted(world: Any) -> None:
    decided, card = await world.published()
    await world.dana.click(card, label="Confirm")
    claimed, card = await world.published(replace(world.post, id="101"))
    await world.dana.click(card, label="Claim")
    flags = [another(world, number) for number in range(3)]
    for flag in flags:
        await world.desk.show(flag)
    world.env.backend.delete_channel(world.review.id)
    anew = world.dana.guild.create_text_channel("review")
    world.configure(channel=anew.id)
    await world.restart()
    await world.desk.recover()
    await world.desk.recover()
    cards = anew.history()
    waiting = [claimed, *flags]
    assert [world.stands(flag).card for flag in waiting] == [CardRef(anew.id, card.id) for card in cards]
    assert "Claimed" in cards[0].embeds[0].description
    assert world.stands(decided).card.channel_id == world.review.id
    await world.desk.retry()
    await world.dana.click(cards[1], label="Confirm")
    assert world.stands(flags[0]).state is FlagState.CONFIRMED
    assert world.store.moved_cards() == []


async def test_open_cards_move_with_the_channel_that_the_config_names(world: Any) -> None:
    flag, _ = await world.published()
    other = world.dana.guild.create_text_channel("other")
    world.configure(channel=other.id)
    world.desk.hold()
    await world.desk.retry()
    await world.desk.retry()
    assert world.review.history() == []
    [card] = other.history()
    assert world.stands(flag).card == CardRef(other.id, card.id)


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_review_channel_that_refuses_keeps_no_card_from_the_others(
    world: Any, method: str, caplog: pytest.LogCaptureFixture
) -> None:
    barn = world.with_channel_for("barn")
    refused = [of_the_barn(world, number) for number in range(3)]
    here = world.flag()
    world.env.inject_error(method, f"/channels/{barn.id}/messages", status=403, times=None)
    await world.desk.recover()
    assert [world.stands(flag).card for flag in refused] == [None] * 3
    assert world.stands(here).card is not None
    assert caplog.text.count("403") == 1
