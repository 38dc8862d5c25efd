"""How an evaluation is printed: for every label a table whose last column says what a figure means, and a sentence."""

from collections.abc import Mapping
from dataclasses import dataclass

import click
from rich.console import Console
from rich.table import Table

from bot.counts import count
from classifier.evaluation import LabelEvaluation
from classifier.figures import ENOUGH_POSTS, Estimate, Figures
from classifier.labels import Label


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What `flagpost evaluate` found. `held_out`: by the training, on its own posts; `posts` are then all of those."""

    model: str
    against: str | None
    held_out: bool
    posts: int
    warnings: list[str]
    labels: dict[Label, LabelEvaluation]


def print_report(report: Report) -> None:
    """Print one section a label to standard output, and before them what tempers the figures."""
    if report.held_out:
        click.echo(f"{report.model}: what its training found on posts it held out ({report.posts:,} in all).")
        click.echo("These are not your forum's posts; judge some of those with --data FILE.")
    else:
        click.echo(f"{report.model}, judged on {count(report.posts, 'labelled post')}:")
    for warning in report.warnings:
        click.echo(f"Beware: {warning}.")
    for label, found in report.labels.items():
        where = (
            "posts that share text with an earlier one" if report.held_out and label is Label.COPY_PASTE else "posts"
        )
        _print_label(label, found, where)
        if found.gain is not None and found.overall.roc_auc is not None:
            click.echo(_comparison(found.overall.roc_auc, found.gain, report.against or ""))


def _print_label(label: Label, found: LabelEvaluation, where: str) -> None:
    overall = found.overall
    click.echo(
        f"\n{label.display}: {count(overall.positives, 'post')} with the label, {overall.negatives:,} clean; flagged "
        f"from {overall.threshold:g} on; taken to be true of {100 * found.base_rate:.3g} in 100 {where}"
    )
    if overall.recall is None and overall.false_alarms_per_1000 is None:
        click.echo(f"Too few posts: a figure takes at least {ENOUGH_POSTS} of each kind that it is about.")
        return
    console = Console()
    console.print(_figures_table(overall, found.base_rate))
    if overall.reliability:
        console.print("\nwhat it says and what is true", _reliability_table(overall), sep="\n")
    if found.slices:
        console.print("\nkinds of posts", _slices_table(found.slices), sep="\n")
    click.echo(f"\n{_sentence(overall, found.base_rate, where)}")


def _figures_table(found: Figures, base_rate: float) -> Table:
    rows = (
        ("AUC", found.roc_auc, ".3f", "outranks a clean post; 0.5 is chance"),
        ("average precision", found.average_precision, ".3f", f"1 is perfect, {base_rate:.2g} is chance"),
        ("caught", found.recall, ".0%", "of the posts with the label"),
        ("right", found.precision, ".0%", "of the posts flagged"),
        ("false alarms", found.false_alarms_per_1000, ".1f", "per 1,000 clean posts"),
        ("calibration error", found.calibration_error, ".3f", "how far off its probabilities are"),
    )
    table = _table("figure", "value", "95% interval")
    table.add_column("meaning", style="dim")
    for name, figure, form, meaning in rows:
        table.add_row(name, format(figure.value, form) if figure else "-", _interval(figure, form), meaning)
    return table


def _reliability_table(found: Figures) -> Table:
    table = _table("probability", "mean", "true", "95% interval", "posts")
    for part in found.reliability:
        table.add_row(
            f"{part.low:.1f} to {part.high:.1f}",
            f"{part.stated:.0%}",
            f"{part.true.value:.0%}",
            _interval(part.true, ".0%"),
            f"{part.posts:,}",
        )
    return table


def _slices_table(slices: Mapping[str, Figures]) -> Table:
    table = _table("kind", "with", "clean", "AUC", "caught", "alarms")
    for name, found in slices.items():
        cells = [
            _cell(found.roc_auc, ".2f"),
            _cell(found.recall, ".0%"),
            _cell(found.false_alarms_per_1000, ".0f"),
        ]
        if not any(cells):
            cells[0] = "too few posts"
        table.add_row(name, f"{found.positives:,}", f"{found.negatives:,}", *cells)
    return table


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False)
    for at, column in enumerate(columns):
        table.add_column(column, justify="right" if at else "left")
    return table


def _interval(figure: Estimate | None, form: str) -> str:
    """`0.88–0.92`, and nothing where there is none; one sign for per cent is enough."""
    if figure is None or figure.interval is None:
        return ""
    low, high = (format(bound, form) for bound in figure.interval)
    return f"{low.removesuffix('%')}–{high}"


def _cell(figure: Estimate | None, form: str) -> str:
    if figure is None:
        return ""
    interval = f" ({_interval(figure, form).removesuffix('%')})" if figure.interval else ""
    return format(figure.value, form) + interval


def _sentence(found: Figures, base_rate: float, where: str) -> str:
    """What the figures mean for a moderator's day."""
    parts = []
    if found.recall is not None:
        parts.append(f"of 100 posts with the label it flags about {_count(found.recall.times(100))}")
    if found.false_alarms_per_1000 is not None:
        parts.append(f"of 1,000 clean posts it flags about {_count(found.false_alarms_per_1000)} by mistake")
    if found.precision is not None:
        rate = f"{100 * base_rate:.3g} in 100 {where}"
        parts.append(f"so where {rate} deserve it, about {_count(found.precision.times(100))} of 100 flags are right")
    sentence = "; ".join(parts) + "."
    return sentence[0].upper() + sentence[1:]


def _count(figure: Estimate) -> str:
    """`20 (17 to 23)`, in whole posts."""
    if figure.interval is None:
        return f"{figure.value:.0f}"
    low, high = figure.interval
    return f"{figure.value:.0f} ({low:.0f} to {high:.0f})"


def _comparison(auc: Estimate, gain: Estimate, against: str) -> str:
    """Which of two models is better, as far as the interval tells."""
    figures = f"AUC {auc.value:.3f} against {auc.value - gain.value:.3f} by {against}: {gain.value:+.3f}"
    if gain.interval is None:
        return f"{figures}; too few threads and authors to say whether that is chance."
    low, high = gain.interval
    told = "better" if low > 0 else "worse" if high < 0 else "may be chance"
    return f"{figures} ({low:+.3f} to {high:+.3f}): {told}."
