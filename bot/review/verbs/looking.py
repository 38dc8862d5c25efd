"""Look closer: what the model saw, and what was done so far."""

import asyncio

import discord

from bot.review import texts
from bot.review.marking import ROOM_FOR_NAME, inert, passage, plain
from bot.review.press import Press, Result
from bot.review.reply import Reply
from bot.store.records import AuditEntry
from bot.store.store import Store
from classifier.labels import TEXT_LABELS, Label

ROOM_FOR_TEXT = 3_000
ROOM_FOR_WORD = 60
ROOM_FOR_NOTE = 120
ROOM_FOR_MODEL = 60
MOST_WORDS = 8
"""Words listed for a label: those behind them weigh next to nothing."""
LEAST_WEIGHT = 0.05
"""What would be shown as nothing is left out."""
MOST_STEPS = 12
"""Steps shown of a history; the first ones are left out."""


async def seen(press: Press, store: Store) -> Result:  # noqa: ARG001
    """The words that were judged, the chance of each label, and what each marked word weighed."""
    found, post = press.flag.assessment, press.flag.post
    spans = [span for label in TEXT_LABELS for span in found.spans.get(label, ())]
    embed = discord.Embed(
        title=texts.menu.WHAT_THE_MODEL_SAW,
        description=f">>> {passage(post.text, ROOM_FOR_TEXT, spans) or texts.words.NO_WORDS}",
    )
    for label in Label:
        weighed = sorted(found.spans.get(label, ()), key=lambda span: -span.weight)[:MOST_WORDS]
        weighs = texts.menu.weight if label in TEXT_LABELS else texts.menu.part
        words = [
            (inert(post.text[span.start : span.end], ROOM_FOR_WORD), weighs(span.weight))
            for span in weighed
            if span.weight >= LEAST_WEIGHT
        ]
        embed.add_field(
            name=texts.words.with_chance(label, found.probabilities.get(label, 0.0)),
            value=texts.menu.weights((word, weight) for word, weight in words if word) or texts.menu.NOTHING_STANDS_OUT,
            inline=False,
        )
    embed.set_footer(text=texts.card.footer(press.flag.id, plain(found.model, ROOM_FOR_MODEL)))
    return Reply(embed=embed)


async def history(press: Press, store: Store) -> Result:
    """Every step of the audit trail, newest last."""
    steps = await asyncio.to_thread(store.audit_trail, press.flag.id)
    lines = [texts.menu.raised(press.flag.created_at), *map(_step, steps)]
    left_out = [texts.menu.steps_left_out(len(lines) - MOST_STEPS)] if len(lines) > MOST_STEPS else []
    shown = [*left_out, *lines[-MOST_STEPS:]]
    return Reply(embed=discord.Embed(title=texts.menu.history_title(press.flag.id), description="\n".join(shown)))


def _step(entry: AuditEntry) -> str:
    return texts.menu.step(entry, inert(entry.moderator.name, ROOM_FOR_NAME), inert(entry.note, ROOM_FOR_NOTE))
