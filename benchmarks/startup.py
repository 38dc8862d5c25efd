"""Start-up: what the default model adds to the libraries that the bot needs anyway, and how soon the command answers.

Figures are medians over whole processes, started in turns, so nothing is warm but the disk. Needs Linux's /proc: what
the system says of an ended process includes the memory of the one that started it.
"""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from classifier.registry import Registry, default_model

STARTS = 7

BARE = "import sklearn.linear_model, discord, sqlalchemy"

READY = """
import sys
from pathlib import Path
from classifier.copies import CopyIndex
from classifier.post import Post
from classifier.registry import Registry, default_model
model = default_model(Registry(Path(sys.argv[1])))
post = Post(source="bench", id="1", text="You have it the wrong way, it opens to the left.")
model.assess([post], CopyIndex(), explain=lambda *_: True)
"""

HIGHEST_MEMORY = """
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""
"""Kilobytes that were resident at most."""


def report() -> None:
    """Print what bare imports take and what they take with the model on top, and how long `flagpost --help` takes."""
    bare, ready, helped = measured()
    print(f"medians of {STARTS} starts; bare imports are scikit-learn, discord.py and SQLAlchemy")
    print(f"{'':<34}{'seconds':>10}{'of processor':>14}{'MB':>6}")
    _print_row("bare imports", bare)
    _print_row("the same, and one post judged", ready)
    _print_row("the model adds", [with_model - without for with_model, without in zip(ready, bare, strict=True)])
    _print_row("flagpost --help", helped[:2])


def measured() -> tuple[list[float], list[float], list[float]]:
    """Seconds, seconds of the processor and megabytes: of bare imports, with one post judged, and of `--help`."""
    with TemporaryDirectory() as folder:
        default_model(Registry(Path(folder)))
        bare, ready, helped = [], [], []
        for _ in range(STARTS):
            bare.append(_start([sys.executable, "-c", BARE + HIGHEST_MEMORY]))
            ready.append(_start([sys.executable, "-c", BARE + READY + HIGHEST_MEMORY, folder]))
            helped.append(_start([str(Path(sys.executable).with_name("flagpost")), "--help"]))
    return _medians(bare), _medians(ready), _medians(helped)


def _start(command: Sequence[str]) -> tuple[float, float, float]:
    """Seconds of wall-clock and of processor time that a process took, and the megabytes it printed as kilobytes."""
    used, began = _processor_seconds(), time.perf_counter()
    printed = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    seconds = time.perf_counter() - began
    return seconds, _processor_seconds() - used, int(printed) / 1024 if printed.strip().isdigit() else 0.0


def _processor_seconds() -> float:
    """Of all processes started from here that have ended."""
    times = os.times()
    return times.children_user + times.children_system


def _medians(starts: Sequence[Sequence[float]]) -> list[float]:
    return [statistics.median(column) for column in zip(*starts, strict=True)]


def _print_row(name: str, row: Sequence[float]) -> None:
    print(f"{name:<34}{row[0]:>10.2f}{row[1]:>14.2f}" + "".join(f"{megabytes:>6.0f}" for megabytes in row[2:]))
