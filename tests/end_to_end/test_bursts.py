"""Copies on the whole bot: one text grows one card, however often and by whomever it is posted; a quote has none."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import discord

from bot.app import FlagpostBot
from bot.config import NoiseSettings
from bot.demo.headless import card_text
from bot.demo.script import Line
from bot.demo.world import World, open_world
from bot.store.records import Burst, FlagState
from classifier.labels import Label
from classifier.model import Model

CHANNELS = ("general", "market", "boats", "garden", "lounge")
ARTICLE = (
    "The ferry company said on Monday that the last boat of the day will leave an hour earlier from April, because two "
    "of its crews are moving to the night freight. Commuters who work late at the yard will have to take the bus, "
    "which needs twice as long and does not run on Sundays. A petition against the change has been started."
)
IN_ANOTHER_LAYOUT = (
    "LAST BOAT LEAVES EARLIER\n\n"
    "* The ferry company said on Monday that the last boat of the day will leave an hour earlier from May, because two "
    "of its crews are moving to the night freight\n"
    "* Commuters who work late at the yard will have to take the bus, which needs twice as long and does not run on "
    "Sundays\n* A petition against the change has been started"
)

ADJECTIVES = ("stupid", "pathetic", "disgusting", "worthless", "ugly", "dumb", "miserable", "filthy")
NOUNS = ("moron", "liar", "rat", "loser", "clown", "idiot", "coward", "pig")


@asynccontextmanager
async def harbour(model: Model) -> AsyncIterator[World]:
    """A server with five channels and a dozen members."""
    names = ["Ann", "Ben", "Cid", *(f"Member {number}" for number in range(10))]
    cast = [(CHANNELS[number % len(CHANNELS)], name) for number, name in enumerate(names)]
    lines = [Line(number, channel, author, "", None, frozenset()) for number, (channel, author) in enumerate(cast, 1)]
    async with open_world(lines, model) as world:
        yield world


async def pastes(world: World, author: str, *channels: str) -> list[discord.Message]:
    """The article, posted in each of the channels."""
    return [await world.members[author].send(world.channels[channel], ARTICLE) for channel in channels]


def only_card(world: World) -> discord.Message:
    [card] = world.cards()
    return card


def only_burst(world: World) -> Burst:
    [lead] = [flag for flag in world.bot.store.flags() if flag.lead is None]
    burst = world.bot.store.burst(lead.id)
    assert burst is not None
    return burst


async def restart(world: World, model: Model) -> None:
    world.bot = FlagpostBot(world.bot.settings, world.bot.store, model)
    await world.env.restart_bot(world.bot)


async def test_one_text_in_five_channels_is_one_card_with_five_links(model: Model) -> None:
    async with harbour(model) as world:
        messages = await pastes(world, "Ann", *CHANNELS)
        text = card_text(only_card(world))
        for message in messages:
            assert message.jump_url in text
        assert "5 posts by 1 member in 5 places" in text.replace("*", "")
        burst = only_burst(world)
        assert [each.post.id for each in burst.newest] == [str(message.id) for message in messages]


async def test_one_decision_covers_the_burst_and_one_undo_opens_it_again(model: Model) -> None:
    async with harbour(model) as world:
        robin, _ = world.moderators
        await pastes(world, "Ann", *CHANNELS)
        await robin.click(only_card(world), label="Confirm")
        assert {flag.state for flag in world.bot.store.flags()} == {FlagState.CONFIRMED}
        assert "in 5 places" in card_text(only_card(world)), "decided, it still tells what it was about"
        await robin.click(only_card(world), label="Undo")
        assert {flag.state for flag in world.bot.store.flags()} == {FlagState.OPEN}


async def test_a_burst_grows_on_over_a_restart_and_over_a_card_that_failed(model: Model) -> None:
    async with harbour(model) as world:
        await pastes(world, "Ann", *CHANNELS[:3])
        world.env.inject_error("PATCH", "/channels/*/messages/*", status=500)
        [late] = await pastes(world, "Ben", CHANNELS[3])
        assert late.jump_url not in card_text(only_card(world))
        await restart(world, model)
        assert late.jump_url in card_text(only_card(world)), "what the card did not tell, it tells after the start"
        await pastes(world, "Cid", CHANNELS[4])
        assert "5 posts by 3 members in 5 places" in card_text(only_card(world)).replace("*", "")


async def test_a_raid_is_one_growing_card(model: Model) -> None:
    insults = [f"You are a {word} and a {noun}, shut up." for word, noun in zip(ADJECTIVES, NOUNS, strict=True)]
    async with harbour(model) as world:
        noise = NoiseSettings(author_minutes=0, raid_flags=3)
        world.bot = FlagpostBot(world.bot.settings.model_copy(update={"noise": noise}), world.bot.store, model)
        await world.env.restart_bot(world.bot)
        for number, insult in enumerate(insults):
            await world.members[f"Member {number}"].send(world.channels["general"], insult)
        flags = world.bot.store.flags()
        assert len(flags) > 5
        assert len(world.cards()) == 3
        text = card_text(world.cards()[2])
        assert "Many flags in a short time" in text
        for flag in flags[2:]:
            assert str(flag.post.link) in text

        robin, _ = world.moderators
        opened = await robin.click(world.cards()[2], label="More")
        listed = await robin.click(opened.response, label="List all on this card")
        assert f"of {-(-(len(flags) - 2) // 5)} · {len(flags) - 2} in all" in listed.response.embeds[0].footer.text
        opened = await robin.click(world.cards()[2], label="More")
        await robin.select(opened.response, [str(flags[4].id)], custom_id=f"flagpost:take_out:{flags[2].id}")
        assert len(world.cards()) == 4
        assert str(flags[4].post.link) not in card_text(world.cards()[2])
        await robin.click(world.cards()[2], label="Confirm")
        await robin.click(world.cards()[3], label="Not a problem")
        states = [flag.state for flag in world.bot.store.flags()]
        assert [*states[2:5], states[5]] == [FlagState.CONFIRMED] * 2 + [FlagState.DISMISSED, FlagState.CONFIRMED]


async def test_an_article_in_another_layout_is_a_card_with_what_was_changed(model: Model) -> None:
    async with harbour(model) as world:
        [first] = await pastes(world, "Ann", "general")
        await world.members["Ben"].send(world.channels["market"], IN_ANOTHER_LAYOUT)
        [flag] = world.bot.store.flags()
        assert flag.labels == (Label.COPY_PASTE,)
        text = card_text(only_card(world))
        assert first.jump_url in text
        assert re.search(r"~~April,?~~ \*\*May,?\*\*", text), "the diff"


async def test_ten_people_quoting_a_post_are_no_card(model: Model) -> None:
    async with harbour(model) as world:
        [first] = await pastes(world, "Ann", "general")
        for number in range(10):
            answer = f"> {ARTICLE}\nI signed it, that makes {number} of us in our street."
            if number % 2:
                await world.members[f"Member {number}"].send(world.channels["general"], answer)
            else:
                await world.members[f"Member {number}"].send(world.channels["general"], answer, reply_to=first)
        assert world.cards() == []
        assert world.bot.store.flags() == []
