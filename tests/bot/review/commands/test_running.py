"""`pause`, `resume`, `status`, `stats`, and the weekly summary."""

from datetime import timedelta
from typing import Any

import discord
import pytest

from bot.config import OwnReviewTable
from bot.statistics.summary import monday
from bot.store.records import Moderator

INSULT = "You are a stupid pathetic moron and everybody here hates you, shut up you idiot."
SOON = timedelta(minutes=10)


async def test_while_paused_posts_are_judged_and_cards_wait_also_over_a_restart(world: Any) -> None:
    await world.ann.send(world.general, INSULT)
    (card,) = world.review.history()
    assert "No new cards come until" in await world.ask(world.dana, "pause")
    assert "paused already, by Dana" in await world.ask(world.dana, "pause")
    await world.start()
    await world.sam.send(world.general, "What an idiot you are, a stupid worthless liar. Everybody hates you, moron.")
    assert len(world.store.flags()) == 2
    assert [message.id for message in world.review.history()] == [card.id]
    assert "paused already, by Dana" in await world.ask(world.dana, "status")
    assert "1 card waiting" in await world.ask(world.dana, "status")
    assert "Cards come again" in await world.ask(world.dana, "resume")
    assert len(world.review.history()) == 2
    assert "not paused" in await world.ask(world.dana, "resume")


async def test_status_names_what_is_wrong(world: Any) -> None:
    await world.ann.send(world.general, INSULT)
    fine = await world.ask(world.dana, "status")
    assert "Everything works" in fine
    assert "Last post from Discord" in fine
    assert "Flags: 1 open\n" in fine
    assert "No card waits" in fine
    assert world.bot.pipeline.model.version in fine.replace("\\", "")
    world.takes_away(send_messages=True)
    assert "I lack Send Messages" in await world.ask(world.dana, "status")
    world.env.backend.delete_channel(world.review.id)
    assert "cannot see the review channel" in await world.ask(world.dana, "status", world.general)


async def test_stats_come_with_a_chart_and_no_share_of_too_few(world: Any) -> None:
    dana = Moderator("1", "Dana")
    for number in range(10):
        flag = world.flagged(number)
        world.store.confirm(flag.id, dana, flag.labels, world.env.now(), SOON)
    await world.env.advance_time(60)
    answer = await world.slash(world.dana, "stats", days=365)
    words = world.words(answer)
    assert "Trolling: **100%** (78% to 100%; 10 of 10)" in words
    assert "Copy-paste: not enough decisions yet" in words
    assert "Dana: 10 (10 confirmed, 0 not a problem)" in words
    assert "nobody knows yet" in words
    assert [attachment.filename for attachment in answer.attachments] == ["chart.png"]


async def test_the_weekly_summary_comes_once_whatever_happens(world: Any) -> None:
    def summaries() -> list[discord.Message]:
        return [message for message in world.review.history() if "The week before" in world.words(message)]

    world.flagged(1)
    assert summaries() == [], "nothing is told of the time before the bot came"
    await world.one_week()
    (summary,) = summaries()
    assert "1 post flagged" in world.words(summary)
    assert summary.attachments[0].filename == "chart.png"
    world.store.memories.remember(
        "weekly summary", {str(world.review.id): monday(world.env.now() - timedelta(weeks=2)).isoformat()}
    )
    await world.start()
    assert len(summaries()) == 1, "stopped between sending and noting it"
    world.flagged(2)
    world.takes_away(attach_files=True)
    world.env.inject_error("POST", "/channels/*/messages", status=500, times=1)
    await world.one_week()
    assert len(summaries()) == 2, "tried again when Discord works again"
    assert summaries()[-1].attachments == [], "where files may not be sent, the figures come without their chart"
    await world.one_week()
    assert len(summaries()) == 2, "a week in which nothing happened is none to tell of"


async def test_a_clock_that_was_ahead_keeps_no_summary_back(world: Any) -> None:
    ahead = {str(world.review.id): monday(world.env.now() + timedelta(weeks=52)).isoformat()}
    world.store.memories.remember("weekly summary", ahead)
    await world.start()
    world.flagged(1)
    await world.one_week()
    assert ["The week before" in world.words(message) for message in world.review.history()] == [True]


@pytest.mark.parametrize("status", [403, 404])
async def test_a_summary_that_cannot_be_sent_is_no_trouble(
    world: Any, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    world.flagged(1)
    world.env.inject_error("GET", "/channels/*/messages", status=status, times=None)
    await world.one_week()
    assert "the weekly summary could not be sent" in caplog.text
    assert "Everything works" in await world.ask(world.dana, "status")


async def test_a_server_that_takes_no_summary_keeps_no_other_waiting(world: Any) -> None:
    own = OwnReviewTable(channel=world.elsewhere.id, moderator_roles=(world.others.id,))
    await world.restart_with(guilds={str(world.elsewhere.guild.id): own})
    first, second = sorted((world.review, world.elsewhere), key=lambda channel: channel.id)
    for number, channel in enumerate((first, second)):
        link = f"https://discord.com/channels/{channel.guild.id}/{channel.id}/{number}"
        world.flagged(number, place=str(channel.id), link=link)
    world.env.inject_error("GET", f"/channels/{first.id}/messages", status=403, times=None)
    await world.one_week()
    assert any("The week before" in world.words(message) for message in second.history())
