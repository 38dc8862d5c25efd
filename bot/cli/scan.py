"""`flagpost scan`: judge whole archives, find the copies in them, and sum it up."""

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.options import (
    config_option,
    models_directory,
    models_option,
    quiet_option,
    settings_if_any,
    thresholds_in_use,
)
from bot.cli.progress import progress_display
from classifier.progress import Progress

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.scan.results import Summary
    from bot.scan.scan import Terms

MOST_COMPLAINTS = 20
"""Lines that are not posts and are told one by one."""


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--out",
    default=Path("scan"),
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder for the results.  [default: scan]",
)
@config_option
@models_option
@quiet_option
def scan(files: tuple[Path, ...], out: Path, config: Path | None, models: Path | None, quiet: bool) -> None:
    """Judge archives of posts and find the copies in them.

    FILES hold one JSON object a line, or CSV whose first line names the columns (.csv); either may be gzipped (.gz).
    Fields: `id` and `text` (or `html`), and where known `author`, `thread`, `place`, `created_at` and `link`. Files are
    taken as one archive in the order given, the oldest posts first. Copies that stand before their
    originals are missed; how many posts are out of order is said at the end.

    Two files of JSON lines come out: flagged.jsonl, the posts over a threshold, and copies.jsonl, the posts that copy
    one another, the most copied text first. A scan that was stopped goes on where it was when the same command is
    given again. Meanwhile it needs as much room on disk as the archive takes unpacked.
    """
    settings = settings_if_any(config)

    from bot.scan.results import write_results
    from bot.scan.scan import Scan

    complaints = 0

    def report(line: str) -> None:
        nonlocal complaints
        complaints += 1
        if complaints <= MOST_COMPLAINTS:
            click.echo(f"flagpost: {line}", err=True)

    with progress_display(quiet=quiet) as progress:
        work = Scan(files, out / "unfinished", _terms(settings, models_directory(models, settings), progress))
        partitions = work.read(progress, report)
        work.index(partitions, progress)
        work.judge(partitions, progress)
    summary = write_results(out, partitions, work.flagged(partitions), work.bad)
    shutil.rmtree(work.folder)
    click.echo("\n".join(told(summary, out)))
    if work.out_of_order:
        stands = "post stands" if work.out_of_order == 1 else "posts stand"
        click.echo(
            f"{work.out_of_order:,} {stands} after a later one, so that copies may be missed: sort the archive by "
            "`created_at`, the oldest first, and scan it again."
        )
    if summary.bad:
        sys.exit(1)


def _terms(settings: "Settings | None", directory: Path, progress: Progress) -> "Terms":
    from datetime import timedelta

    from bot.scan.scan import Terms
    from classifier.copy_rules import DEFAULT_RULES
    from classifier.registry import Registry, default_model

    model, window, rules = default_model(Registry(directory), progress), None, DEFAULT_RULES
    if settings is not None:
        model = model.at_base_rates(settings.population)
        window, rules = timedelta(days=settings.copies.window_days), settings.copies.rules
    return Terms(model, thresholds_in_use(settings, model), window, rules)


def told(summary: "Summary", out: Path) -> list[str]:
    """The summary, line by line."""
    from bot.scan.results import CLUSTERS, FLAGGED
    from classifier.labels import Label

    share = summary.flagged / summary.posts if summary.posts else 0.0
    lines = [f"{summary.posts:,} posts read, {summary.flagged:,} worth a look ({share:.1%}): see {out / FLAGGED}"]
    lines += [f"  {label.display}: {summary.labels[label]:,}" for label in Label]
    if summary.clusters:
        lines.append(
            f"{summary.clusters:,} {'text was' if summary.clusters == 1 else 'texts were'} posted more than once, "
            f"the most copied {summary.largest:,} times: see {out / CLUSTERS}"
        )
    if summary.authors:
        most = ", ".join(f"{author} ({count:,})" for author, count in summary.authors)
        lines.append(f"Most flags: {most}")
    if summary.bad:
        lines.append(
            f"{summary.bad:,} {'line was no post' if summary.bad == 1 else 'lines were no posts'}: passed over"
        )
    lines.append("A flag is a question to a person, not a verdict.")
    return lines
