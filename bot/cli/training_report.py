"""What `flagpost train` prints: what was learned from, whether the new model is better, and what became of it."""

from collections import Counter
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Table

from bot.cli.deciders import Unusual
from bot.cli.training_posts import DISCORD, NOT_PERMITTED, TrainingPosts
from bot.counts import count
from classifier.comparison import Comparison, Gain
from classifier.labels import Label

if TYPE_CHECKING:
    from classifier.manifest import Manifest
    from classifier.thresholds import Thresholds

PARTS = {"written": "shipped", "own": "yours", "copies": "made up"}
PARTS_IN_WORDS = {"written": "the posts that come with flagpost", "own": "your own posts", "copies": "made-up copies"}


def print_sources(posts: TrainingPosts, permission: str | None) -> None:
    """Say what is learned from, and what is left out and why."""
    parts = [f"{len(posts.written):,} that come with flagpost"]
    if posts.from_files:
        parts.append(f"{len(posts.from_files):,} from files")
    if posts.decided:
        origins = Counter(verdict.origin.value for verdict in posts.verdicts if verdict.as_labelled() is not None)
        detail = (("model", "on its flags"), ("person", "on flags of people"), ("audit", "in audits"))
        counted = ", ".join(f"{origins[name]:,} {what}" for name, what in detail if origins[name])
        parts.append(f"{len(posts.decided):,} that your staff decided ({counted})")
    click.echo(f"Learning from {count(len(posts.all), 'post')}: {', '.join(parts)}.")
    if posts.copies:
        click.echo(f"And from what your staff made of {count(len(posts.copies), 'post')} that repeated an earlier one.")
    for reason, number in posts.left_out.items():
        click.echo(f"Left out: {count(number, 'post')} {reason}.")
    if posts.copies_left_out:
        click.echo(f"Left out: what they made of {count(posts.copies_left_out, 'repeat')} {NOT_PERMITTED}.")
    if permission is not None and any(post.provenance == DISCORD for post in posts.all):
        click.echo(f"Posts from Discord are among them; the config says: {permission}")


def print_unusual(people: list[Unusual]) -> None:
    """Name those whose decisions look unlike everybody else's, on stderr, which a timer's mail holds."""
    for person in people:
        name = "".join(filter(str.isprintable, person.name))
        click.echo(
            f"Beware: {name} found something in {person.confirmed:,} of {person.decisions:,} flags; the usual share is "
            f"{person.usual:.0%}. Look at these decisions before you trust a model that learned from them.",
            err=True,
        )


def print_figures(manifest: "Manifest", thresholds: "Thresholds") -> None:
    """Print how the model did on posts it had not seen, and how the model that was in use did on them."""
    _print_held_out(manifest, thresholds)
    if manifest.comparison is not None:
        _print_comparison(manifest.comparison)


def _print_held_out(manifest: "Manifest", thresholds: "Thresholds") -> None:
    """At the nearest thresholds measured."""
    click.echo(f"\nTrained in {manifest.train_seconds:.0f} s. On posts held out:")
    table = Table("label", "posts", "AUC", "threshold", "caught", "right", "false alarms", box=None, pad_edge=False)
    for label in Label:
        found = manifest.metrics[label]
        point = found.nearest(thresholds.default[label])
        table.add_row(
            label.display,
            f"{found.positives:,}",
            f"{found.roc_auc:.3f}",
            f"{point.threshold:g}",
            f"{point.recall:.0%}",
            "-" if point.precision is None else f"{point.precision:.0%}",
            f"{point.false_alarms_per_1000:.1f}",
        )
    Console().print(table)
    click.echo("caught: of those with the label; right: of those flagged; false alarms: per 1,000 clean posts")
    if (second := manifest.second_reading) is not None:
        without = ", ".join(f"{label.display} {found.roc_auc:.3f}" for label, found in second.metrics_without.items())
        click.echo(f"{second.encoder} read {second.share:.0%} of the clean posts; AUC without it: {without}")


def _print_comparison(comparison: Comparison) -> None:
    """AUC before and after, on the same posts, none of which either model had seen."""
    click.echo(f"\nBeside {comparison.against}, the model in use, on the same posts, seen by neither (AUC):")
    table = Table("label", "posts", "with", "clean", "before", "after", "change", box=None, pad_edge=False)
    table.add_column("95% interval", no_wrap=True)
    for gain in comparison.gains:
        interval = gain.change.interval
        table.add_row(
            gain.label.display,
            PARTS[gain.part],
            f"{gain.positives:,}",
            f"{gain.negatives:,}",
            f"{gain.before:.3f}",
            f"{gain.after:.3f}",
            f"{gain.change.value:+.3f}",
            "" if interval is None else f"{interval[0]:+.3f} to {interval[1]:+.3f}",
        )
    Console().print(table)


def told(gain: Gain) -> str:
    """`Trolling on your own posts: 0.812 → 0.774`."""
    return f"{gain.label.display} on {PARTS_IN_WORDS[gain.part]}: {gain.before:.3f} → {gain.after:.3f}"


def outcome(comparison: Comparison | None, tolerance: float) -> str:
    """In a sentence, whether the new model is better than the one in use."""
    if comparison is None:
        return "There was no model to compare it with."
    if losses := comparison.losses(tolerance):
        return f"It is worse than the model in use: {'; '.join(map(told, losses))}."
    if contradictions := comparison.contradictions():
        where = "; ".join(f"{gain.label.display} on {PARTS_IN_WORDS[gain.part]}" for gain in contradictions)
        return (
            f"The labels say the opposite of what the model in use says ({where}). Look at them, and at who gave them, "
            "before you put a model into use that learned them."
        )
    better = [gain for gain in comparison.gains if gain.is_certain]
    own = [gain for gain in better if gain.part == "own"]
    if own:
        return f"It is better on what you care about ({'; '.join(map(told, own))}), and worse on nothing."
    if better:
        return f"It is better ({'; '.join(map(told, better))}), and worse on nothing."
    return "It is neither better nor worse than the model in use, as far as these posts can tell."
