"""From a message to its card on a simulated Discord, at a steady stream of messages, and how long the bot's event loop
is held up meanwhile.

The peer is the least that a bot can do: it knows the texts that it is to report, and sends each with an embed.
"""

import asyncio
import json
import re
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import discord
import numpy as np
import simcord

from benchmarks.table import print_row
from bot.app import FlagpostBot
from bot.demo.script import Line
from bot.demo.world import open_world
from bot.latency import shorten_pauses
from classifier.dataset import written_posts
from classifier.labels import Label
from classifier.model import MAX_CHARACTERS, Model
from classifier.post import Post

A_SECOND = 50
SECONDS = 20
ONE_IN = 5
"""Of so many messages one gets a card."""

AUTHORS = 50
LONG_POSTS = 20
NAP = 0.001
AFTERWARDS = 1.0
"""Seconds in which the last messages and cards are on their way."""

PEER = "bare discord.py bot"

_ID = re.compile(r"\d{15,}")

Deliver = Callable[[int, str], object]
"""Brings the message with a number and a text to the bot; returns the id by which its card will name it."""


@dataclass
class Times:
    """Seconds from each message to its card; the longest that the event loop was held up, and that its own work took of
    the processor at a stretch, which other programs do not lengthen; and the processor's clock at each message.
    """

    cards: list[float] = field(default_factory=list)
    held_up: float = 0.0
    own_work: float = 0.0
    processor: list[float] = field(default_factory=list)


def report(model: Model) -> None:
    """Print the median and the 99th percentile, what holds up the event loop, and what a card takes."""
    texts, hostile = _stream(model)
    ours = asyncio.run(_of_flagpost(model, texts))
    peer = asyncio.run(_of_peer(texts, hostile))
    if len(ours.cards) < 0.9 * len(hostile):
        raise RuntimeError(f"{len(ours.cards)} cards for {len(hostile)} hostile messages")
    for name, share in (("median", 50), ("99%", 99)):
        mine, theirs = (float(np.percentile(each.cards, share)) * 1000 for each in (ours, peer))
        task = f"message to card, {A_SECOND}/s, 1 in {ONE_IN} a card, {name}"
        print_row(task, "ms", mine, PEER, theirs, less_is_better=True)
    held_up = ours.held_up * 1000, PEER, peer.held_up * 1000
    print_row("event loop held up meanwhile, at most", "ms", *held_up, less_is_better=True)
    own_work = ours.own_work * 1000, PEER, peer.own_work * 1000
    print_row("its own work at a stretch, of the processor", "ms", *own_work, less_is_better=True)
    print_row("a card, of the processor, median", "ms", _of_a_card(ours) * 1000)
    long = asyncio.run(_of_flagpost(model, _long_texts(hostile), of_forum=True))
    print_row(f"the same, {len(long.cards)} cards of {MAX_CHARACTERS:,} characters", "ms", long.held_up * 1000)


def _of_a_card(times: Times) -> float:
    """Seconds of the processor in the two intervals after a message that gets a card, beyond those after others."""
    intervals = np.diff(times.processor)
    by_card = intervals[: len(intervals) // ONE_IN * ONE_IN].reshape(-1, ONE_IN)
    return float(np.median(by_card[:, :2].sum(axis=1)) - 2 * np.median(by_card[:, 2:]))


def _stream(model: Model) -> tuple[list[str], set[str]]:
    """Messages, and which of them are to get a card."""
    texts = list(dict.fromkeys(post.text for post in written_posts() if len(post.text) < 2_000))
    order = np.argsort(-model.text_log_odds(texts)[Label.PERSONAL_ATTACK]).tolist()
    count = A_SECOND * SECONDS
    hostile = [texts[at] for at in order[: count // ONE_IN]]
    clean = iter([texts[at] for at in order[::-1]])
    return [hostile[at // ONE_IN] if at % ONE_IN == 0 else next(clean) for at in range(count)], set(hostile)


def _long_texts(hostile: set[str]) -> list[str]:
    words = " ".join(sorted(hostile)).split()
    return [" ".join(np.random.default_rng(seed).permutation(words))[:MAX_CHARACTERS] for seed in range(LONG_POSTS)]


async def _of_flagpost(model: Model, texts: Sequence[str], *, of_forum: bool = False) -> Times:
    lines = [Line(number, "general", f"member{number}", "", None, frozenset()) for number in range(AUTHORS)]
    async with open_world(lines, model) as world:
        # Every card at once: held back they would take as long as staff take to decide the others.
        noise = world.bot.settings.noise.model_copy(update={"most_open": 1000})
        settings = world.bot.settings.model_copy(update={"noise": noise})
        world.bot = FlagpostBot(settings, world.bot.store, model)
        await world.env.restart_bot(world.bot)
        members = [member.id for member in world.members.values()]
        channel = world.channels["general"].id

        def from_discord(number: int, text: str) -> object:
            return world.env.backend.create_message(channel, members[number % AUTHORS], text).id

        def from_forum(number: int, text: str) -> object:
            id = f"{10**15 + number}"
            world.bot.pipeline.submit(Post(source="bench", id=id, text=text, link=f"https://meadow.example/{id}"))
            return id

        deliver = from_forum if of_forum else from_discord
        times = await _played(world.env, world.review.id, texts, deliver, world.bot.pipeline.drain)
        await world.bot.close()
    return times


async def _of_peer(texts: Sequence[str], hostile: set[str]) -> Times:
    client = discord.Client(intents=discord.Intents.all())
    async with simcord.run(client) as env:
        guild = env.create_guild("Harbour Lane")
        channel, review = guild.create_text_channel("general"), guild.create_text_channel("review")
        members = [guild.add_member(env.create_user(f"member{number}")).id for number in range(AUTHORS)]

        @client.event
        async def on_message(message: discord.Message) -> None:
            if message.content in hostile:
                embed = discord.Embed(title="A report", description=message.content, url=message.jump_url)
                await client.get_partial_messageable(review.id).send(embed=embed)

        def deliver(number: int, text: str) -> object:
            return env.backend.create_message(channel.id, members[number % AUTHORS], text).id

        async def wait() -> None:
            await asyncio.sleep(AFTERWARDS)

        return await _played(env, review.id, texts, deliver, wait)


async def _played(
    env: Any, review: int, texts: Sequence[str], deliver: Deliver, wait: Callable[[], Awaitable[None]]
) -> Times:
    """Bring the texts at a steady pace, and note when the first card about each is on its way."""
    times, sent = Times(), dict[str, float]()
    commit = env.backend.commit_message

    def watched(message: Any, **options: Any) -> Any:
        if message.channel_id == review:
            now = time.perf_counter()
            about = json.dumps([message.embeds, message.components], default=str)
            times.cards += [now - sent.pop(id) for id in set(_ID.findall(about)) & sent.keys()]
        return commit(message, **options)

    env.backend.commit_message = watched
    shorten_pauses()  # as `flagpost run` does
    naps = asyncio.create_task(_naps(times))
    start = time.perf_counter()
    for number, text in enumerate(texts):
        await asyncio.sleep(max(0.0, start + number / A_SECOND - time.perf_counter()))
        began = time.perf_counter()
        times.processor.append(time.process_time())
        sent[str(deliver(number, text))] = began
    await asyncio.sleep(AFTERWARDS)
    await wait()
    naps.cancel()
    env.backend.commit_message = commit
    return times


async def _naps(times: Times) -> None:
    while True:
        start, start_own = time.perf_counter(), time.thread_time()
        await asyncio.sleep(NAP)
        times.held_up = max(times.held_up, time.perf_counter() - start - NAP)
        times.own_work = max(times.own_work, time.thread_time() - start_own)
