"""`flagpost scan`: judge whole archives, find the copies in them, and sum it up."""

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.options import (
    config_option,
    jobs_option,
    model_in_use,
    models_option,
    open_registry,
    quiet_option,
    scheduler_option,
    settings_if_any,
    thresholds_in_use,
    window_of,
)
from bot.cli.progress import progress_display
from bot.counts import count
from classifier.errors import DataError
from classifier.progress import Progress

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.scan.judging import Terms
    from bot.scan.results import Summary
    from classifier.copy_rules import CopyRules

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
@click.option(
    "--format",
    default="jsonl",
    show_default=True,
    type=click.Choice(["jsonl", "csv", "parquet"]),
    help="What the results are written as.",
)
@jobs_option
@scheduler_option
@config_option
@models_option
@quiet_option
def scan(
    files: tuple[Path, ...],
    out: Path,
    format: str,
    jobs: int,
    scheduler: str | None,
    config: Path | None,
    models: Path | None,
    quiet: bool,
) -> None:
    """Judge archives of posts and find the copies in them.

    FILES hold one JSON object a line, or CSV whose first line names the columns (.csv), either of them gzipped or not
    (.gz), or they are Parquet (.parquet). Fields: `id` and `text` (or `html`), and where known `author`, `thread`,
    `place`, `created_at` and `link`. Files are taken as one archive in the order given, the oldest posts first. Copies
    that stand before their originals are missed; how many posts are out of order is said at the end.

    Two files come out: flagged, the posts over a threshold, and copies, the posts that copy one another, the most
    copied text first. A scan that was stopped goes on where it was when the same command is given again. Meanwhile it
    needs twice the room on disk that the archive takes unpacked. The results are the same with any number of --jobs and
    on a cluster, whose workers have to see the folder of --out under the same name.
    """
    settings = settings_if_any(config)

    from bot.backends import open_backend

    complaints = 0

    def report(line: str) -> None:
        nonlocal complaints
        complaints += 1
        if complaints <= MOST_COMPLAINTS:
            click.echo(f"flagpost: {line}", err=True)

    folder = (out / "unfinished").resolve()
    with (
        _cleared_if_unreadable(folder),
        open_backend(jobs, scheduler, "bot.scan.scan") as backend,
        progress_display(quiet=quiet) as progress,
    ):
        from bot.scan.reading import Reading

        reading = Reading(files, folder, _rules(settings), backend)

        from bot.scan.scan import Scan  # with all that judges, a second or two: workers read meanwhile

        work = Scan(reading, _terms(settings, models, progress))
        partitions = work.read(progress, report)
        work.index(partitions, backend, progress)
        work.judge(partitions, backend, progress)

    from bot.scan.results import write_results
    from bot.scan.rows import Format

    summary = write_results(out, partitions, work.flagged(partitions), reading.bad, Format(format))
    shutil.rmtree(folder)
    click.echo("\n".join(told(summary, out, format)))
    if reading.out_of_order:
        stands = "post stands" if reading.out_of_order == 1 else "posts stand"
        click.echo(
            f"{reading.out_of_order:,} {stands} after a later one, so that copies may be missed: sort the archive by "
            "`created_at`, the oldest first, and scan it again."
        )
    if summary.bad:
        sys.exit(1)


@contextmanager
def _cleared_if_unreadable(folder: Path) -> Iterator[None]:
    try:
        yield
    except DataError:
        # Once the file is mended it is another one, and what was read of it and the others is of no use.
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _terms(settings: "Settings | None", models: Path | None, progress: Progress) -> "Terms":
    from bot.scan.judging import Terms

    model = model_in_use(open_registry(models, settings), settings, progress)
    return Terms(model, thresholds_in_use(settings, model), window_of(settings), _rules(settings))


def _rules(settings: "Settings | None") -> "CopyRules":
    from classifier.copy_rules import DEFAULT_RULES

    return settings.copies.rules if settings is not None else DEFAULT_RULES


def told(summary: "Summary", out: Path, format: str) -> list[str]:
    """The summary, line by line."""
    from bot.scan.results import CLUSTERS, FLAGGED
    from classifier.labels import Label

    share = summary.flagged / summary.posts if summary.posts else 0.0
    lines = [
        f"{count(summary.posts, 'post')} read, {summary.flagged:,} worth a look ({share:.1%}): "
        f"see {out / FLAGGED}.{format}"
    ]
    lines += [f"  {label.display}: {summary.labels[label]:,}" for label in Label]
    if summary.clusters:
        lines.append(
            f"{summary.clusters:,} {'text was' if summary.clusters == 1 else 'texts were'} posted more than once, "
            f"the most copied {summary.largest:,} times: see {out / CLUSTERS}.{format}"
        )
    if summary.authors:
        most = ", ".join(f"{author} ({flags:,})" for author, flags in summary.authors)
        lines.append(f"Most flags: {most}")
    if summary.bad:
        lines.append(
            f"{summary.bad:,} {'line was no post' if summary.bad == 1 else 'lines were no posts'}: passed over"
        )
    lines.append("A flag is a question to a person, not a verdict.")
    return lines
