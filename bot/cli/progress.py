"""Progress of long work, on standard error and only where somebody watches."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from classifier.progress import Progress, silent


@contextmanager
def progress_display(*, quiet: bool) -> Iterator[Progress]:
    """Show a bar per stage; nothing when `quiet` or when standard error is not a terminal."""
    if quiet or not sys.stderr.isatty():
        yield silent
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks = {}

        def show(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total or None)
            bars.update(tasks[stage], completed=done, total=total or None)

        yield show
