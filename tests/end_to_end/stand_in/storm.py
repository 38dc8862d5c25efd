"""A stream of posts and presses on the stand-in, and what has to have come of it in the end."""

import asyncio
import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot.config import load_settings
from bot.review.controls import Deed
from bot.review.texts import answers
from bot.store.records import Verb
from bot.store.store import Store
from bot.workload import numbers_in_force
from classifier.copies import CopyIndex
from classifier.model import Model
from classifier.post import Post
from tests.end_to_end.stand_in.harbour import TOKEN, Harbour, until

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

    async def post(self, count: int, seconds: float) -> None:
        """Post so many messages, over about that time."""
        for number in range(count):
            text = self._insult() if number % 2 else self.chance.choice(CIVIL).format(number)
            channel = self.chance.randrange(len(self.harbour.channels))
            message = self.harbour.says(text, channel, self.chance.randrange(len(self.harbour.members)))
            self.texts[message] = text
            await asyncio.sleep(self.chance.expovariate(count / seconds))

    def _insult(self) -> str:
        return " ".join(map(self.chance.choice, (OPENINGS, INSULTS, ENDINGS)))

    async def press(self, count: int) -> None:
        """Confirm so many cards, one after the other; a press that seems to do nothing is repeated."""
        while len(self.confirmed) < count:
            open_cards = [card for card in self.harbour.cards() if card not in self.confirmed]
            if open_cards and self.harbour.discord.is_connected:
                card, moderator = self.chance.choice(open_cards), self.chance.randrange(2)
                while not await self._is_recorded(card, moderator):
                    pass
                self.confirmed[card] = moderator
            await asyncio.sleep(0.05)

    async def _is_recorded(self, card: int, moderator: int) -> bool:
        """Press once; whether the moderator can see that it was accepted: on the card, or told in words."""
        pressed = self.harbour.press(card, moderator, "confirm")
        try:
            await until(lambda: self._is_decided(card) or answers.CARD_NOT_UPDATED in self.harbour.told(pressed), 1)
        except TimeoutError:
            return False
        return True

    def _is_decided(self, card: int) -> bool:
        return Deed.UNDO in self.harbour.deeds(card)

    async def is_over(self, model: Model, store: Store) -> None:
        """Wait until every post that is to be flagged is, and every flag has its card."""
        expected = self._to_be_flagged(model, store)

        def is_over() -> bool:
            return not store.flags_without_card(1) and len(store.flags()) >= len(expected)

        await until(is_over, seconds=300, every=1)  # to look takes a while, and the bot needs answers meanwhile

    def check(self, model: Model, store: Store) -> None:
        """Nothing was lost and nothing came twice: flags, cards, decisions."""
        flags, cards = store.flags(), self.harbour.cards()
        assert Counter(int(flag.post.id) for flag in flags) == Counter(self._to_be_flagged(model, store))
        assert Counter(cards.values()) == Counter({flag.shown_as for flag in flags}), "one card each"
        assert {flag.card.message_id: flag.id for flag in flags if flag.card and flag.id == flag.shown_as} == cards
        for card, moderator in self.confirmed.items():
            [entry] = store.audit_trail(cards[card])
            assert (entry.verb, entry.moderator.id) == (Verb.CONFIRM, str(self.harbour.moderators[moderator]))
        log = self.harbour.log()
        assert "Traceback" not in log
        assert TOKEN not in log
        assert not any(text in log for text in self.texts.values())

    def is_on_the_cards(self) -> bool:
        """Whether every card that was confirmed says so."""
        return all(map(self._is_decided, self.confirmed))

    def _to_be_flagged(self, model: Model, store: Store) -> list[int]:
        """The ids of the messages that the bot should flag."""
        settings = load_settings(self.harbour.folder / "config.toml", {})
        model = model.at_base_rates(settings.population)
        thresholds = numbers_in_force(settings.thresholds, model, store, datetime.now(UTC))
        posts = [Post(source="discord", id=str(message), text=text) for message, text in self.texts.items()]
        pairs = zip(posts, model.assess(posts, CopyIndex(), lambda *_: False), strict=True)
        return [int(post.id) for post, found in pairs if thresholds.passed(post, found.probabilities)]
