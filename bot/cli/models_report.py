"""What `flagpost models` prints."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click
import numpy as np
from rich.console import Console
from rich.table import Table
from rich.text import Text
from scipy.special import expit, logit

from bot.cli.training_report import print_figures
from bot.counts import count
from classifier.dataset import LabelledPost
from classifier.labels import TEXT_LABELS, Label
from classifier.manifest import Manifest
from classifier.metrics import LabelMetrics

if TYPE_CHECKING:
    from classifier.model import Model
    from classifier.registry import Registry
    from classifier.thresholds import Thresholds

SHOWN = 160
"""Characters of a post that are shown."""

LONGEST_WORD = max(len(word) for label in Label for word in label.display.split())
"""Columns that a label's heading needs at least."""


def print_versions(registry: "Registry") -> None:
    """One line a version, the newest first."""
    in_use = registry.current()
    manifests = sorted(map(registry.manifest, registry.versions()), key=lambda manifest: manifest.created_at)
    if not manifests:
        click.echo(f"{registry.directory} holds no models yet; flagpost train makes one")
        return
    table = Table(box=None, pad_edge=False, collapse_padding=True)
    for column in ("", "version", "made", "posts"):
        table.add_column(column, no_wrap=True)
    for label in Label:
        table.add_column(label.display, min_width=LONGEST_WORD)
    for manifest in reversed(manifests):
        table.add_row(
            "in use" if manifest.version == in_use else "",
            manifest.version,
            f"{manifest.created_at:%Y-%m-%d}",
            f"{manifest.counts.posts:,}",
            *(f"{manifest.metrics[label].roc_auc:.3f}" for label in Label),
        )
    Console().print(table)
    click.echo("Under each label: AUC on the posts held out of its training; 0.5 is chance, 1 is perfect.")


def print_manifest(manifest: Manifest, thresholds: "Thresholds") -> None:
    """The story of one version."""
    provenances = ", ".join(f"{number:,} {name}" for name, number in manifest.counts.provenances.items())
    labels = ", ".join(f"{manifest.counts.labels[label]:,} {label.display}" for label in Label)
    libraries = manifest.libraries
    click.echo(f"{manifest.version}, made {manifest.created_at:%Y-%m-%d %H:%M} UTC with seed {manifest.seed}")
    click.echo(f"learned from {count(manifest.counts.posts, 'post')}: {provenances}; with labels: {labels}")
    click.echo(
        f"data {manifest.data_sha256[:12]}, base scorer {manifest.base_sha256[:12]}, recipe {manifest.recipe}; "
        f"flagpost {libraries.flagpost}, Python {libraries.python}, scikit-learn {libraries.scikit_learn}"
    )
    print_figures(manifest, thresholds)


def print_side_by_side(one: Manifest, other: Manifest) -> None:
    """The figures of both, each on the posts held out of its own training."""
    click.echo("Each on the posts held out of its own training:")
    table = Table("label", "figure", one.version, other.version, box=None, pad_edge=False)
    for label in Label:
        for name, figure in _figures(one.metrics[label]).items():
            table.add_row(label.display, name, figure, _figures(other.metrics[label])[name])
    Console().print(table)


def print_disagreements(one: "Model", other: "Model", posts: Sequence[LabelledPost], number: int) -> None:
    """The posts of whose text labels the two think most differently, in log odds."""
    texts = [post.text for post in posts]
    by_one, by_other = (
        np.column_stack([model.text_log_odds(texts)[label] + logit(model.base_rates[label]) for label in TEXT_LABELS])
        for model in (one, other)
    )
    apart = np.abs(by_one - by_other)
    most = np.argsort(-apart.max(axis=1), kind="stable")[:number]
    click.echo(f"\nOf {count(len(posts), 'post')}, those on which the two disagree most:")
    table = Table("label", one.version, other.version, "people say", "post", box=None, pad_edge=False)
    for row in most.tolist():
        column = int(apart[row].argmax())
        table.add_row(
            TEXT_LABELS[column].display,
            f"{expit(by_one[row, column]):.0%}",
            f"{expit(by_other[row, column]):.0%}",
            ", ".join(label.display for label in sorted(posts[row].labels)) or "nothing",
            Text(_line(posts[row].text)),
        )
    Console().print(table)


def _figures(metrics: LabelMetrics) -> dict[str, str]:
    return {
        "AUC": f"{metrics.roc_auc:.3f}",
        "average precision": f"{metrics.average_precision:.3f}",
        "calibration error": f"{metrics.calibration_error:.3f}",
    }


def _line(text: str) -> str:
    """A post in one line, without what would move a terminal's cursor."""
    line = "".join(character if character.isprintable() else " " for character in " ".join(text.split()))
    return line if len(line) <= SHOWN else f"{line[: SHOWN - 1]}…"
