"""How a workload is told: a table of thresholds with what each brings, and the sentences that temper it."""

import click
from rich.console import Console
from rich.table import Table

from bot.workload import ENOUGH_POSTS, ENOUGH_VERDICTS, PER_POSTS, InForce, shortfall, where
from classifier.figures import Estimate
from classifier.workload import Workload

COLUMNS = ("threshold", "flags", "right", "missed", "right, of flags", "caught, of all")

WIDE = 110
"""Columns from which on a figure and its interval have room in one line."""


def print_in_force(found: InForce, model: str) -> None:
    """Print one section to standard output: the threshold in force, what it rests on, and all the others."""
    click.echo()
    print_summary(found, model)
    table = Table(box=None, pad_edge=False)
    for name in ("", *COLUMNS):
        table.add_column(name, justify="right")
    console = Console()
    for workload in found.outlook.workloads:
        here = workload.threshold == found.threshold
        cells = row(workload)
        if console.width < WIDE:
            cells = tuple(cell.replace(" (", "\n(") for cell in cells)
        table.add_row("->" if here else "", *cells, style="bold" if here else "")
    console.print(table)


def print_summary(found: InForce, model: str) -> None:
    """Print what the threshold in force brings, and what that rests on."""
    click.echo(headline(found))
    if not found.met:
        click.echo(f"BEWARE: {shortfall(found)}.")
    for sentence in grounds(found, model):
        click.echo(sentence)


def headline(found: InForce) -> str:
    """`Trolling in forum meadow: flags from 0.7 on (precision >= 0.9)`, and what is to be expected of it."""
    wish = "" if found.wish == found.threshold else f" ({found.wish})"
    here = found.workload
    return (
        f"{found.label.display}{where(found.scope)}: flags from {found.threshold:g} on{wish}. To be expected "
        f"{period(found)}: {with_interval(here.flags)} flags, {with_interval(here.right)} of them right; "
        f"{with_interval(here.missed)} missed."
    )


def grounds(found: InForce, model: str) -> tuple[str, ...]:
    """What the figures rest on, in sentences; `model` is the version in use."""
    evidence, theirs = found.evidence, "flagpost's own posts" if model.startswith("default-") else "training's posts"
    verdicts = f"{evidence.verdicts:,} {'decision or audit' if evidence.verdicts == 1 else 'decisions and audits'}"
    if evidence.is_thin:
        lacking = verdicts if evidence.verdicts < ENOUGH_VERDICTS else f"posts judged by {model}"
        needed = ENOUGH_VERDICTS if evidence.verdicts < ENOUGH_VERDICTS else ENOUGH_POSTS
        first = f"Too few decisions yet: this rests on {theirs} ({lacking}; {needed} are needed)."
    else:
        first = f"This rests on {verdicts} of this forum."
    if evidence.verdicts_anew:
        are = "is" if evidence.verdicts_anew == 1 else "are"
        first += f" {evidence.verdicts_anew:,} of them {are} on posts of an earlier model, which {model} judged anew."
    counted = (
        f"How many reach a threshold was counted in {evidence.posts:,} posts of this forum"
        if evidence.posts
        else f"How many reach a threshold was counted in {theirs}, which may be unlike yours"
    )
    if evidence.posts_anew:
        counted += f", which {model} judged anew"
    if evidence.elsewhere:
        counted += ", of all places"
    a_day = f"; posts that come in a day: {amount(evidence.posts_a_day)}" if evidence.posts_a_day is not None else ""
    rate = found.outlook.base_rate.times(100)
    return first, f"{counted}{a_day}. Of 100 posts, {with_interval(rate)} deserve the label."


def row(workload: Workload) -> tuple[str, ...]:
    """The cells of one threshold, in the order of COLUMNS."""
    return (
        f"{workload.threshold:g}",
        *(with_interval(figure) for figure in (workload.flags, workload.right, workload.missed)),
        *(with_interval(figure, share=True) for figure in (workload.precision, workload.recall)),
    )


def period(found: InForce) -> str:
    """What the counts are about."""
    return "a day" if found.evidence.posts_a_day is not None else f"of {PER_POSTS:,} posts"


def with_interval(figure: Estimate, *, share: bool = False) -> str:
    """`12 (8–17)` or, for a share, `71% (60–80%)`."""

    def told(value: float) -> str:
        return f"{value:.0%}" if share else amount(value)

    if figure.interval is None:
        return told(figure.value)
    low, high = map(told, figure.interval)
    return f"{told(figure.value)} ({low.removesuffix('%')}–{high})"


def amount(value: float) -> str:
    """Two digits, and all those in front of the point."""
    if value >= 10:
        return f"{value:,.0f}"
    return f"{value:.2g}" if value >= 0.01 or value == 0 else "<0.01"
