"""Scanning an archive: one process, two processes, and a Dask cluster of two workers on this machine.

What they write has to be the same, byte for byte.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.real_texts import missing, pieces
from benchmarks.table import print_left_out, print_row
from classifier.registry import Registry, default_model

POSTS = 200_000
WORKERS = 2


def report() -> None:
    """Print posts a second on the clock of each way."""
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
        ways: list[tuple[str, Sequence[str]]] = [("processes", ("--jobs", str(WORKERS)))]
        with _cluster() as address:
            for name, options in (*ways, *([("Dask workers", ("--scheduler", address))] if address else [])):
                speed, same = _scanned(archive, models, name, *options)
                if same != found:
                    raise RuntimeError(f"{WORKERS} {name} found something else than one process")
                print_row(f"scan {POSTS:,} posts, {WORKERS} {name}", "posts/s", speed, "one process", alone)
        if address is None:
            print_left_out(f"scan {POSTS:,} posts", "Dask", "it is not installed: pip install 'flagpost[cluster]'")


def _scanned(archive: Path, models: Path, name: str, *options: str) -> tuple[float, list[bytes]]:
    """Posts a second, and what the files hold."""
    out = archive.with_name(name)
    flagpost = Path(sys.executable).with_name("flagpost")
    command = [flagpost, "scan", archive, "--out", out, "--models", models, "--quiet", *options]
    # One thread of linear algebra in each process, so that one is one.
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)
    speed = POSTS / (time.perf_counter() - start)
    return speed, [(out / f"{each}.jsonl").read_bytes() for each in ("flagged", "copies")]


@contextmanager
def _cluster() -> Iterator[str | None]:
    """The address of a scheduler whose workers are processes that speak over TCP; None where Dask is not installed."""
    try:
        from dask.distributed import LocalCluster
    except ImportError:
        yield None
        return
    with LocalCluster(n_workers=WORKERS, threads_per_worker=1, host="127.0.0.1", dashboard_address=None) as cluster:
        yield cluster.scheduler_address
