"""`flagpost evaluate`: how good a model is, on its own held-out posts or on posts that people labelled."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.options import (
    at_base_rates,
    config_option,
    files_option,
    model_in_use,
    models_option,
    open_registry,
    quiet_option,
    settings_if_any,
    thresholds_in_use,
    window_of,
)
from bot.cli.progress import progress_display
from bot.counts import count
from classifier.errors import DataError
from classifier.progress import Progress

if TYPE_CHECKING:
    from bot.cli.evaluation_report import Report
    from bot.config import Settings
    from classifier.dataset import LabelledPost
    from classifier.manifest import Manifest
    from classifier.model import Model
    from classifier.registry import Registry
    from classifier.thresholds import Thresholds


@click.command()
@files_option(
    help="Labelled posts: JSON lines or CSV, may be gzipped (.gz) and given several times.",
)
@click.option("--model", "version", metavar="VERSION", help="The model to judge.  [default: the one in use]")
@click.option("--against", metavar="VERSION", help="Another model to compare it with on the posts of --data.")
@click.option("--json", "as_json", is_flag=True, help="Print all figures as one JSON object.")
@config_option
@models_option
@quiet_option
def evaluate(
    files: tuple[Path, ...],
    version: str | None,
    against: str | None,
    as_json: bool,
    config: Path | None,
    models: Path | None,
    quiet: bool,
) -> None:
    """Say how good a model is: what it catches, how often it is right, how often it cries wolf.

    With --data it judges posts that people labelled. Without, it shows what training found on the posts it held out,
    which are not your forum's.

    All shares are those of a forum where a label is as common as the config's [population] says, whatever the file
    holds, at the config's [thresholds].
    """
    if against is not None and not files:
        raise click.UsageError("--against compares on labelled posts; name them with --data FILE")
    settings = settings_if_any(config)

    from bot.cli.evaluation_report import print_report

    posts = _read(files)
    registry = open_registry(models, settings)
    with progress_display(quiet=quiet) as progress:
        if version is not None:
            model = at_base_rates(registry.load(version), settings)
        else:
            model = model_in_use(registry, settings, progress)
        thresholds = thresholds_in_use(settings, model)
        if files:
            report = _on_files(posts, registry, model, against, settings, thresholds, progress)
        else:
            report = _held_out(registry.manifest(model.version), thresholds)
    if as_json:
        click.echo(json.dumps(asdict(report)))
    else:
        print_report(report)


def _read(files: tuple[Path, ...]) -> "list[LabelledPost]":
    from classifier.dataset import read_labelled_posts

    posts = []
    for file in files:
        of_file = read_labelled_posts(file)
        if not of_file:
            raise DataError(f"{file}: holds no posts; write one labelled post a line")
        posts += of_file
    return posts


def _on_files(
    posts: "list[LabelledPost]",
    registry: "Registry",
    model: "Model",
    against: str | None,
    settings: "Settings | None",
    thresholds: "Thresholds",
    progress: Progress,
) -> "Report":
    from bot.cli.evaluation_report import Report
    from classifier.evaluation import evaluate as judge

    other = registry.load(against) if against is not None else None
    warnings = [
        warning
        for named in dict.fromkeys((model.version, against or model.version))
        for warning in _seen_in_training(posts, registry.manifest(named))
    ]
    return Report(
        model=model.version,
        against=against,
        held_out=False,
        posts=len(posts),
        warnings=warnings,
        labels=judge(model, posts, thresholds, against=other, window=window_of(settings), progress=progress),
    )


def _held_out(manifest: "Manifest", thresholds: "Thresholds") -> "Report":
    from bot.cli.evaluation_report import Report
    from classifier.evaluation import LabelEvaluation
    from classifier.figures import held_out_figures

    return Report(
        model=manifest.version,
        against=None,
        held_out=True,
        posts=manifest.counts.posts,
        warnings=[],
        labels={
            label: LabelEvaluation(
                base_rate=metrics.base_rate, overall=held_out_figures(metrics, thresholds.default[label]), slices={}
            )
            for label, metrics in manifest.metrics.items()
        },
    )


def _seen_in_training(posts: "list[LabelledPost]", manifest: "Manifest") -> list[str]:
    from classifier.evaluation import overlap

    found = overlap(posts, manifest)
    warnings = []
    if found.known:
        warnings.append(
            f"{manifest.version} was trained on {found.known:,} of the {count(len(posts), 'post')} here: "
            "it will do worse on posts it has never seen"
        )
    for provenance, number in found.possible.items():
        warnings.append(
            f"{manifest.version} was trained on {count(number, 'post')} of provenance {provenance}, and some of these "
            "may be among them: if so, it will do worse on posts it has never seen"
        )
    return warnings
