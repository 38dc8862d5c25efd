"""`flagpost report`: one HTML page about the model and what its thresholds mean in this forum."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.options import (
    config_option,
    existing_store,
    model_in_use,
    models_option,
    open_registry,
    quiet_option,
    settings_if_any,
    wishes_of,
)
from bot.cli.progress import progress_display
from classifier.errors import DataError
from classifier.whole_file import whole_file

if TYPE_CHECKING:
    from bot.cli.report_page.page import LabelReport, Mistake
    from bot.store.judged import JudgedPost
    from bot.store.verdicts import Verdict
    from bot.workload import InForce
    from classifier.figures import Figures
    from classifier.labels import Label
    from classifier.model import Model

WEEKS = 12
"""How far back drift is shown."""

MOST_POSTS = 50_000
"""Judged posts looked at for it, at most."""

MISTAKES = 5
"""Posts shown for each label."""

ENOUGH_TEXTS = 100
"""With fewer posts that staff judged, kinds of them would be too small to compare."""


@click.command()
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("flagpost-report.html"),
    show_default=True,
    help="The page to write.",
)
@config_option
@models_option
@quiet_option
def report(out: Path, config: Path | None, models: Path | None, quiet: bool) -> None:
    """Write one HTML page about the model: curves with a slider for the threshold, mistakes, drift, its card.

    The page holds everything it shows, loads nothing from the network, and can be sent to colleagues; it quotes posts,
    so mind to whom. Needs matplotlib: pip install 'flagpost[report]'.
    """
    settings = settings_if_any(config)
    try:
        from bot.cli.report_page.page import page
    except ImportError as error:
        raise DataError("the report draws with matplotlib; install it: pip install 'flagpost[report]'") from error
    from bot.workload import thresholds_in_force
    from classifier.targets import EVERYWHERE

    registry, now = open_registry(models, settings), datetime.now(UTC)
    with progress_display(quiet=quiet) as progress, existing_store(settings) as store:
        model = model_in_use(registry, settings, progress)
        found = thresholds_in_force(wishes_of(settings), model, store, now)
        judged = store.judged_since(now - timedelta(weeks=WEEKS), MOST_POSTS) if store is not None else []
        verdicts = store.verdicts() if store is not None else []
        of_model = [verdict for verdict in verdicts if verdict.model == model.version]
        kinds = _slices(model, of_model)
        labels = [
            _of_label(one, model, [post for post in judged if post.model == model.version], of_model, kinds)
            for one in found
            if one.scope == EVERYWHERE
        ]
        text = page(labels, registry.manifest(model.version), f"{now:%Y-%m-%d %H:%M} UTC")
    with whole_file(out) as fresh:
        fresh.write_text(text, encoding="utf-8")
    click.echo(f"{out}: written; open it in a browser.")


def _of_label(
    found: "InForce",
    model: "Model",
    judged: "Sequence[JudgedPost]",
    verdicts: "Sequence[Verdict]",
    kinds: "Mapping[Label, Mapping[str, Figures]]",
) -> "LabelReport":
    import numpy as np

    from bot.cli.report_page.page import LabelReport
    from classifier.figures import figures

    held_out, rate = model.held_out[found.label], model.base_rates[found.label]
    return LabelReport(
        found=found,
        held_out=figures(
            held_out.truth,
            held_out.probabilities(rate),
            np.arange(len(held_out.truth)),
            base_rate=rate,
            threshold=found.threshold,
            seed=0,
            resamples=200,
        ),
        mistakes=_mistakes(found.label, model, verdicts),
        weeks=_weeks(found, judged, verdicts),
        slices=kinds.get(found.label, {}),
    )


def _mistakes(label: "Label", model: "Model", verdicts: "Sequence[Verdict]") -> "list[Mistake]":
    """The posts about which model and staff differ most."""
    from bot.cli.report_page.page import Mistake
    from classifier.labels import TEXT_LABELS

    def error(verdict: "Verdict") -> float:
        return abs((label in verdict.labels) - verdict.probabilities[label])

    worst = sorted((one for one in verdicts if one.post.text and error(one) > 0.5), key=error, reverse=True)[:MISTAKES]
    of_words = [label] if label in TEXT_LABELS else []
    return [
        Mistake(
            verdict.post.text,
            model.hostility.explain(verdict.post.text, of_words).get(label, ()),
            verdict.probabilities[label],
            label in verdict.labels,
        )
        for verdict in worst
    ]


def _weeks(
    found: "InForce", judged: "Sequence[JudgedPost]", verdicts: "Sequence[Verdict]"
) -> dict[str, tuple[float, float | None]]:
    """For each week in which posts came, which share reached the threshold, and which share of decided flags was right.

    All weeks are held against the threshold in force today, so that a change of it is no drift.
    """
    from bot.statistics.summary import monday

    label = found.label
    passed, right = defaultdict(list), defaultdict(list)
    for post in judged:
        passed[monday(post.at)].append(post.probabilities[label] >= found.threshold)
    for verdict in verdicts:
        if label in verdict.flagged and verdict.probabilities[label] >= found.threshold:
            right[monday(verdict.at)].append(label in verdict.labels)
    return {
        f"{week:%Y-%m-%d}": (
            sum(passed[week]) / len(passed[week]),
            sum(right[week]) / len(right[week]) if right[week] else None,
        )
        for week in sorted(passed)
    }


def _slices(model: "Model", verdicts: "Sequence[Verdict]") -> "dict[Label, Mapping[str, Figures]]":
    from classifier.evaluation import evaluate
    from classifier.thresholds import Thresholds

    posts = [post for verdict in verdicts if (post := verdict.as_labelled()) is not None]
    if len(posts) < ENOUGH_TEXTS:
        return {}
    return {label: found.slices for label, found in evaluate(model, posts, Thresholds(), resamples=100).items()}
