"""The whole bot, killed again and again in a stream of posts and presses: nothing is lost and nothing comes twice.

`make test` kills it a few times on each database; `make crash` 200 times, in a stream of 2,000 posts and 300 presses.
The seed is printed: FLAGPOST_CRASH_SEED tries the same again.
"""

import asyncio
import os
import random
import signal
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.config import load_settings
from bot.store.records import Verb
from bot.store.store import Store
from bot.workload import numbers_in_force
from classifier.copies import CopyIndex
from classifier.model import Model
from classifier.post import Post
from tests.end_to_end.stand_in.discord_server import discord_server
from tests.end_to_end.stand_in.harbour import Harbour, until

KILLS = int(os.environ.get("FLAGPOST_CRASH_KILLS", "2"))
POSTS = max(20, 10 * KILLS)
PRESSES = max(3, 3 * KILLS // 2)
SEED = int(os.environ.get("FLAGPOST_CRASH_SEED", random.randrange(10**6)))

NO_WAITING = "[noise]\nauthor_minutes = 0\nraid_flags = 0\nmost_open = 0\n"
"""Every flag gets its card, and at once; only copies of one text share one."""

OPENINGS = ("You are a", "Shut up, you", "Everybody here knows you for a", "Nobody needs a", "Go away, you", "What a")
INSULTS = (
    "stupid moron",
    "pathetic idiot",
    "worthless piece of trash",
    "disgusting liar",
    "dumb loser",
    "brainless fool",
)
ENDINGS = (
    "and we all hate you.",
    "so get lost.",
    "and your mother knows it.",
    "like you always were.",
    "you ugly clown.",
)
CIVIL = ("Thanks, that fixed it. Cable {} was loose.", "Boat {} leaves at nine.", "Has anybody seen key {}?")


@dataclass
class Storm:
    """What happened in one run: the texts by message id, and which moderator pressed what on which card."""

    harbour: Harbour
    chance: random.Random
    texts: dict[int, str] = field(default_factory=dict)
    confirmed: dict[int, int] = field(default_factory=dict)

    async def post(self) -> None:
        """Post the whole stream, over about the time that the kills take."""
        for number in range(POSTS):
            text = self._insult() if number % 2 else self.chance.choice(CIVIL).format(number)
            channel = self.chance.randrange(len(self.harbour.channels))
            message = self.harbour.says(text, channel, self.chance.randrange(len(self.harbour.members)))
            self.texts[message] = text
            await asyncio.sleep(self.chance.expovariate(POSTS / (4 * KILLS)))

    def _insult(self) -> str:
        return " ".join(map(self.chance.choice, (OPENINGS, INSULTS, ENDINGS)))

    async def press(self) -> None:
        """Confirm one card after the other; a press without an answer is repeated, as a moderator would."""
        while len(self.confirmed) < PRESSES:
            open_cards = [card for card in self.harbour.cards() if card not in self.confirmed]
            if open_cards and self.harbour.discord.is_connected:
                card, moderator = self.chance.choice(open_cards), self.chance.randrange(2)
                while not await self._answered(card, moderator):
                    pass
                self.confirmed[card] = moderator
            await asyncio.sleep(0.05)

    async def _answered(self, card: int, moderator: int) -> bool:
        pressed = self.harbour.press(card, moderator, "confirm")
        try:
            await until(lambda: pressed.responded, seconds=1)
        except TimeoutError:
            return False
        return True

    async def kill(self) -> None:
        """Kill the bot and start it again: mostly while it works, sometimes while it starts."""
        for _ in range(KILLS):
            if self.chance.random() < 0.8:
                await until(lambda: self.harbour.discord.is_connected, seconds=120)
            await asyncio.sleep(self.chance.uniform(0, 1.5))
            await self.harbour.end(signal.SIGKILL)
            await self.harbour.start()


@pytest.mark.timeout(120 + 60 * KILLS)
async def test_nothing_is_lost_and_nothing_comes_twice(url: str, tmp_path: Path, models: Path, model: Model) -> None:
    print(f"FLAGPOST_CRASH_SEED={SEED}")
    async with discord_server() as discord:
        harbour = Harbour(
            discord, tmp_path, models, url, "[noise]\nauthor_minutes = 0\nraid_flags = 0\nmost_open = 0\n"
        )
        harbour.build(channels=3)
        storm = Storm(harbour, random.Random(SEED))
        await harbour.start()
        try:
            with Store.open(url) as store:  # what is said before the first start knows where it stands is not for it
                await until(lambda: store.source_state("discord"), seconds=60)
            await asyncio.gather(storm.post(), storm.press(), storm.kill())
            with Store.open(url) as store:
                expected = flagged(model, store, storm.texts, tmp_path / "config.toml")
                await until(lambda: len(store.flags()) >= len(expected) and not store.flags_without_card(1), seconds=60)
        finally:
            await harbour.end(signal.SIGTERM)
    with Store.open(url) as store:
        flags = store.flags()
        assert Counter(int(flag.post.id) for flag in flags) == Counter(expected)
        cards = harbour.cards()
        assert Counter(cards.values()) == Counter({flag.shown_as for flag in flags}), "one card each"
        assert {flag.card.message_id: flag.id for flag in flags if flag.card and flag.id == flag.shown_as} == cards
        for card, moderator in storm.confirmed.items():
            [entry] = store.audit_trail(cards[card])
            assert (entry.verb, entry.moderator.id) == (Verb.CONFIRM, str(harbour.moderators[moderator]))
    assert "Traceback" not in harbour.log()


def flagged(model: Model, store: Store, texts: dict[int, str], config: Path) -> list[int]:
    """The ids of the messages that the bot should flag."""
    settings = load_settings(config, {})
    model = model.at_base_rates(settings.population)
    thresholds = numbers_in_force(settings.thresholds, model, store, datetime.now(UTC))
    posts = [Post(source="discord", id=str(message), text=text) for message, text in texts.items()]
    pairs = zip(posts, model.assess(posts, CopyIndex(), lambda *_: False), strict=True)
    return [int(post.id) for post, found in pairs if thresholds.passed(post, found.probabilities)]
