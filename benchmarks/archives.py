"""Scanning an archive: one process, two processes, and a Dask cluster of two workers on this machine.

What they write has to be the same, byte for byte. Where other work keeps the cores from two workers, the clock says
little; what the scan would take on free ones is computed from seconds of the processor: those of the command, in which
the workers wait, and half of the workers'.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from benchmarks.real_texts import missing, pieces
from benchmarks.table import print_left_out, print_row
from classifier.registry import Registry, default_model

POSTS = 200_000
WORKERS = 2
PRELOADED = "bot.scan.scan"
"""What the workers of the cluster have read in before they are asked, as docs/scaling.md has it."""

_LOOK_EVERY = 0.5
"""Seconds between two looks at what the processes of a scan have used: those that end take it with them."""


@dataclass(frozen=True)
class Taken:
    """Seconds on the clock; of the processor, by the command itself and by all its workers."""

    clock: float
    command: float
    workers: float

    @property
    def on_free_cores(self) -> float:
        """Seconds that it would have taken there, were the work shared out evenly."""
        return self.command + self.workers / WORKERS


def report() -> None:
    """Print posts a second of each way, on the clock and as computed, and seconds of the processor."""
    if reason := missing():
        print_left_out("scan", "all", reason)
        return
    with TemporaryDirectory() as folder:
        archive, models = Path(folder, "posts.jsonl"), Path(folder, "models")
        default_model(Registry(models))
        with archive.open("w", encoding="utf-8") as lines:
            for number, text in enumerate(islice(pieces(), POSTS)):
                row = {"id": number, "text": text, "author": f"a{number % 5_000}", "thread": number // 40}
                lines.write(json.dumps(row) + "\n")
        alone, found = _scanned(archive, models, "alone")
        with _cluster() as (address, workers):
            ways: list[tuple[str, Sequence[str], list[psutil.Process]]] = [("processes", ("--jobs", str(WORKERS)), [])]
            ways += [("Dask workers", ("--scheduler", address), workers)] if address else []
            for name, options, at_work in ways:
                taken, same = _scanned(archive, models, name, *options, workers=at_work)
                if same != found:
                    raise RuntimeError(f"{WORKERS} {name} found something else than one process")
                _print(f"scan {POSTS:,} posts, {WORKERS} {name}", taken, alone)
        if address is None:
            print_left_out(f"scan {POSTS:,} posts", "Dask", "it is not installed: pip install 'flagpost[cluster]'")


def _print(task: str, taken: Taken, alone: Taken) -> None:
    print_row(task, "posts/s", POSTS / taken.clock, "one process", POSTS / alone.clock)
    print_row("  on free cores, computed", "posts/s", POSTS / taken.on_free_cores, "one process", POSTS / alone.command)
    print_row("  the command", "CPU s", taken.command, "one process", alone.command, less_is_better=True)
    print_row("  its workers", "CPU s", taken.workers)


def _scanned(
    archive: Path, models: Path, name: str, *options: str, workers: Collection[psutil.Process] = ()
) -> tuple[Taken, list[bytes]]:
    """What a scan takes, and what its files hold; `workers` run before it begins and after it has ended."""
    out = archive.with_name(name)
    flagpost = Path(sys.executable).with_name("flagpost")
    command = [str(flagpost), "scan", str(archive), "--out", str(out), "--models", str(models), "--quiet", *options]
    # One thread of linear algebra in each process, so that one is one.
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    before = sum(map(_used, workers))
    start = time.perf_counter()
    with psutil.Popen(command, stdout=subprocess.DEVNULL, env=environment) as process:
        of_each: dict[psutil.Process, float] = {}
        while process.poll() is None:
            # Nobody else is asked while a cluster works: to look for children takes the time of its scheduler.
            for each in (process, *(() if workers else _children(process))):
                of_each[each] = max(of_each.get(each, 0.0), _used(each))
            time.sleep(_LOOK_EVERY)
    clock = time.perf_counter() - start
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    by_command = of_each.pop(process)
    by_workers = sum(of_each.values()) + sum(map(_used, workers)) - before
    return Taken(clock, by_command, by_workers), [
        (out / f"{each}.jsonl").read_bytes() for each in ("flagged", "copies")
    ]


def _children(process: psutil.Process) -> list[psutil.Process]:
    try:
        return list(process.children(recursive=True))
    except psutil.NoSuchProcess:
        return []


def _used(process: psutil.Process) -> float:
    """Seconds of the processor; none by a process that is gone."""
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.user + times.system)


@contextmanager
def _cluster() -> Iterator[tuple[str | None, list[psutil.Process]]]:
    """The address of a scheduler, and its workers: processes that speak over TCP. None where Dask is not installed."""
    try:
        import dask
        from dask.distributed import LocalCluster
    except ImportError:
        yield None, []
        return
    as_documented = {
        "distributed.nanny.pre-spawn-environ.MALLOC_TRIM_THRESHOLD_": None,
        "distributed.worker.profile.enabled": False,
        "distributed.admin.tick.interval": "1s",
    }
    with (
        dask.config.set(as_documented),
        LocalCluster(  # type: ignore[no-untyped-call]
            n_workers=WORKERS, threads_per_worker=1, host="127.0.0.1", dashboard_address=None, preload=[PRELOADED]
        ) as cluster,
    ):
        yield cluster.scheduler_address, [psutil.Process(worker.pid) for worker in cluster.workers.values()]
