"""The table of speed, memory and latency: judging, copies, markup, start-up, cards, archives and training, each beside
a peer in the same run.
"""

import multiprocessing
import os
import platform
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from benchmarks import (
    archives,
    cards,
    copies,
    copy_finders,
    judging,
    markup,
    processes,
    real_texts,
    startup,
    training_size,
)
from benchmarks.models import default_model
from benchmarks.rounds import ROUNDS, medians
from benchmarks.table import print_head, print_left_out, print_row
from classifier.dataset import written_posts

PLATFORMS = ("discourse", "xenforo", "phpbb", "nodebb-markdown")
LIBRARIES = ("numpy", "scipy", "scikit-learn", "discord.py", "SQLAlchemy")


def report() -> None:
    """Print the machine, and all sections."""
    print_machine()
    print_head()
    for section in SECTIONS.values():
        section()
    print(f"load of the machine at the end: {os.getloadavg()[0]:.1f}")


def print_machine() -> None:
    """What the figures were measured on."""
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in LIBRARIES)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    print(f"{datetime.now(UTC):%Y-%m-%d}; {_processor()}, {os.cpu_count()} cores, {memory:.0f} GB; {platform.system()}")
    print(f"Python {platform.python_version()}, {versions}; load {os.getloadavg()[0]:.1f}")
    print(f"Medians of {ROUNDS} rounds; posts/s are of a second of one processor, but of archives on the clock.")


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines() if Path("/proc/cpuinfo").exists() else []
    names = [line.partition(": ")[2] for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def print_copies() -> None:
    """Finding and adding, each finder in a process of its own."""
    if reason := real_texts.missing(copies.SITE):
        print_left_out("find copies", "all", reason)
        return
    names = list(copy_finders.installed())
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), max_tasks_per_child=1) as processes:
        figures = dict(zip(names, processes.map(copies.speed_and_size, names), strict=True))
    speed, size = figures["flagpost"]
    for peer in names[1:]:
        print_row(f"find and add, {copies.TIMED:,} posts", "posts/s", speed, peer, figures[peer][0])
        print_row("the same, memory a post", "bytes", size, peer, figures[peer][1], less_is_better=True)


def print_markup() -> None:
    """Reading posts with a quotation in a quotation."""
    texts = [post.text for post in written_posts()]
    for platform_name in PLATFORMS:
        ours, theirs, count = markup.readings(platform_name, texts)
        mine, peer = medians(ours, theirs)
        print_row(f"read markup of {platform_name}", "posts/s", count / mine, "cutting out quotations", count / peer)


def print_startup() -> None:
    """What the bot needs beyond the libraries that it needs anyway."""
    bare, ready, helped = startup.measured()
    peer = "bare imports"
    print_row("ready to judge, with all imports", "s", ready[0], peer, bare[0], less_is_better=True)
    print_row("memory then", "MB", ready[2], peer, bare[2], less_is_better=True)
    print_row("flagpost --help", "s", helped[0])


SECTIONS: Mapping[str, Callable[[], None]] = {
    "judging": lambda: judging.report(default_model()),
    "finding": print_copies,
    "reading": print_markup,
    "starting": print_startup,
    "cards": lambda: cards.report(default_model()),
    "processes": lambda: processes.report(default_model()),
    "archives": archives.report,
    "training": lambda: training_size.report(default_model()),
}
"""By the names under which they are measured alone."""
