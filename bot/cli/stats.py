"""`flagpost stats`: what the moderators' work shows."""

import os
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.options import CONFIG_NAME, config_option, existing_store
from bot.counts import count
from bot.terminal import harmless
from classifier.whole_file import whole_file

if TYPE_CHECKING:
    from rich.table import Table

    from bot.statistics.shares import Share
    from bot.statistics.summary import Summary


@click.command()
@click.option("--days", type=click.IntRange(1, 3650), default=28, show_default=True, help="How far to look back.")
@click.option(
    "--csv",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the figures to a file for spreadsheets instead of printing them.",
)
@config_option
def stats(days: int, file: Path | None, config: Path | None) -> None:
    """Say how right the flags were, what was missed, and how long decisions took.

    Each share comes with the interval that holds the true one 19 times in 20. Of fewer than ten decisions, no share is
    told.
    """
    from datetime import UTC, datetime

    from bot.config import load_settings
    from bot.statistics.csv_file import to_csv
    from bot.statistics.summary import summarise

    settings = load_settings(config or CONFIG_NAME, os.environ)
    now = datetime.now(UTC)
    since = now - timedelta(days=days)
    with existing_store(settings) as store:
        cases, audits = ([], []) if store is None else (store.cases(since), store.samples.since(since))
    summary = summarise(cases, audits, since, now)
    if file is None:
        _print(summary)
    else:
        _write(file, to_csv(summary))
        click.echo(f"{file}: written; open it in a spreadsheet.")


def _write(file: Path, table: str) -> None:
    with whole_file(file) as fresh:
        fresh.write_text(table, encoding="utf-8-sig", newline="")


def _print(summary: "Summary") -> None:
    from rich.console import Console

    from bot.statistics.shares import ENOUGH

    console = Console()
    missed, reported, waiting = summary.missed, summary.reported, summary.waiting
    console.print(
        f"{summary.since:%Y-%m-%d} to {summary.until:%Y-%m-%d}: {count(summary.flags, 'flag')}", highlight=False
    )
    console.print("\nhow right the flags were, of those decided", _precision(summary), sep="\n")
    console.print("\ndecisions", _deciders(summary), sep="\n")
    lines = [
        f"\n{waiting.decided:,} decided, {waiting.open:,} waiting"
        + (f"; half were decided within {_hours(waiting.median)}" if waiting.median else "")
        + (f", nine in ten within {_hours(waiting.most)}" if waiting.most else ""),
        f"agreement of two moderators on the same words: {_share(summary.agreement)}",
        f"missed, in {count(missed.audits, 'audit')} of unflagged posts: {_share(missed.any)}",
        f"flagged by staff: {reported.flags:,}; confirmed: {_share(reported.confirmed)}",
        f"A dash: fewer than {ENOUGH} decisions, not enough yet to tell a share.",
    ]
    for line in lines:
        console.print(line, highlight=False, markup=False)


def _precision(summary: "Summary") -> "Table":
    from rich.markup import escape

    from classifier.labels import Label

    table = _table("", *(label.display for label in Label))
    rows = {
        "all": summary.precision,
        **{escape(harmless(place)): precision for place, precision in summary.places.items()},
        **{f"week of {week.start:%Y-%m-%d}": week.precision for week in summary.weeks},
    }
    for name, precision in rows.items():
        table.add_row(name, *(_share(precision[label]) for label in Label))
    return table


def _deciders(summary: "Summary") -> "Table":
    from rich.markup import escape

    table = _table("moderator", "confirmed", "not a problem")
    for decider in summary.deciders:
        table.add_row(escape(harmless(decider.name)), f"{decider.confirmed:,}", f"{decider.dismissed:,}")
    return table


def _table(first: str, *others: str) -> "Table":
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    table.add_column(first)
    for name in others:
        table.add_column(name, justify="right")
    return table


def _share(share: "Share") -> str:
    """`75% (47% to 92%; 9 of 12)`, or a dash."""
    found = share.estimate()
    if found is None or found.interval is None:
        return f"- ({share.count} of {share.of})" if share.of else "-"
    low, high = found.interval
    return f"{found.value:.0%} ({low:.0%} to {high:.0%}; {share.count} of {share.of})"


def _hours(time: timedelta) -> str:
    minutes = time.total_seconds() / 60
    return f"{minutes:.0f} min" if minutes < 120 else f"{minutes / 60:.1f} h"
