"""`flagpost shadow`: what the labels that are only logged would have brought."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.options import CONFIG_NAME, config_option, existing_store
from bot.counts import count, last_days

if TYPE_CHECKING:
    from bot.store.shadow import ShadowFlag
    from classifier.labels import Label

EXCERPT = 100
"""Characters shown of a post."""


@click.command()
@config_option
@click.option("--days", type=click.IntRange(1, 365), default=7, show_default=True, help="How far to look back.")
@click.option("--posts", type=click.IntRange(0), default=10, show_default=True, help="Posts shown of each label.")
def shadow(config: Path | None, days: int, posts: int) -> None:
    """See what the labels in the mode "log" would have brought.

    For each label and source: how many posts reached the threshold without being shown, how many a day, and the most
    likely of them with the chance, the place, the author and the link. When you like what you see, set the label to
    "review" in [modes].
    """
    from datetime import UTC, datetime, timedelta

    from bot.config import load_settings

    now = datetime.now(UTC)
    with existing_store(load_settings(config or CONFIG_NAME, os.environ)) as store:
        found = store.shadow.since(now - timedelta(days=days)) if store is not None else []
    for line in _report(found, days, posts):
        click.echo(line)


def _report(found: Sequence[ShadowFlag], days: int, posts: int) -> Iterator[str]:
    if not found:
        yield f'In the {last_days(days)} no post reached the threshold of a label in the mode "log".'
        return
    yield f"What was logged in the {last_days(days)} and not shown:"
    for (source, label), group in groupby(sorted(found, key=_kind), _kind):
        flags = sorted(group, key=lambda flag: flag.probability, reverse=True)
        yield ""
        yield f"{label.display} · {source}: {count(len(flags), 'flag')}, {len(flags) / days:.1f} a day"
        for flag in flags[:posts]:
            yield from _lines(flag)
        if len(flags) > posts:
            yield f"  … and {count(len(flags) - posts, 'less likely one')}"


def _kind(flag: ShadowFlag) -> tuple[str, Label]:
    return flag.post.source, flag.label


def _lines(flag: ShadowFlag) -> Iterator[str]:
    from bot.review.marking import plain

    post = flag.post
    about = (post.place_name or post.place or "", post.author_name or post.author or "", post.link or "")
    facts = [f"{flag.probability:.0%}", f"{flag.at:%Y-%m-%d %H:%M} UTC", *(plain(fact, EXCERPT) for fact in about)]
    yield "  " + " · ".join(filter(None, facts))
    if post.text:
        yield f"      {plain(post.text, EXCERPT)}"
