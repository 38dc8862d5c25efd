"""Posts, a desk and a pipeline over a real store, for the tests of what judges."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.judge import Judge
from bot.pipeline import Pipeline
from bot.store.records import CardRef, Flag
from bot.store.store import Store
from classifier.copies import CopyIndex
from classifier.model import Model
from classifier.post import Post
from classifier.thresholds import Thresholds

INSULT = "You are a stupid pathetic moron and everybody here hates you, shut up you idiot."
INSULTS = (
    INSULT,
    "You are a liar, a coward and a pathetic clown, get lost.",
    "Shut up you dumb ugly loser, nobody asked for your idiotic opinion.",
    "What a worthless piece of trash you are, you disgusting little rat.",
)
CIVIL = "Thanks, that fixed it. I had the cable in the wrong port the whole time."
ARTICLE = (
    "The ferry company said on Monday that the last boat of the day will leave an hour earlier from April, because "
    "two of its crews are moving to the night freight. Commuters who work late at the yard will have to take the bus."
)
NOON = datetime.now(UTC)


def post(number: int, text: str, author: str | None = None) -> Post:
    at = NOON + timedelta(seconds=number)
    return Post(source="discord", id=str(number), text=text, author=author, place="5", created_at=at)


@dataclass
class Desk:
    """Notes which flags it was given, and their cards."""

    store: Store
    flags: list[Flag] = field(default_factory=list)
    open: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.open.set()

    async def show(self, flag: Flag) -> None:
        await self.open.wait()
        self.flags.append(flag)
        self.store.save_card(flag.id, CardRef(1, flag.id))

    def shown(self) -> list[str]:
        """The ids of the posts whose flags were shown, in that order."""
        return [flag.post.id for flag in self.flags]


def pipeline(store: Store, model: Model, desk: Desk, index: CopyIndex | None = None) -> Pipeline:
    return Pipeline(Judge(store, model, CopyIndex(archive=store) if index is None else index, Thresholds()), desk.show)
