"""The copy index with a million posts: size, start-up, and how long a look-up takes.

The posts are made up: each word follows the one before it as often as it does in real comments.
"""

import multiprocessing
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.copy_finders import Numbered
from benchmarks.real_texts import texts_of
from classifier.copies import CopyIndex
from classifier.post import Post

SITES = ("train/civil_toxic_spans", "train/cad_reddit")
POSTS = 1_000_000
CHARACTERS = 110
LOOK_UPS = 5_000
COPIED = 50
"""One look-up in so many is of a copy."""

BATCH = 64
AT_ONCE = 5_000


def report() -> None:
    """Print what it costs to build, keep, open and ask an index of POSTS posts; each in a new process."""
    print(f"\n{POSTS:,} made-up posts of {CHARACTERS} characters")
    with (
        tempfile.TemporaryDirectory() as folder,
        ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), max_tasks_per_child=1) as processes,
    ):
        path = Path(folder) / "copies.index"
        rows = {**processes.submit(_built, path).result(), **processes.submit(_used, path).result()}
    for name, figure in rows.items():
        print(f"{name:<52}{figure:>26}")


def _built(path: Path) -> dict[str, str]:
    posts = Numbered()
    index = CopyIndex.open(path, window=None, archive=posts)
    taken = 0.0
    for texts in made_up(POSTS):
        batch = posts.taken_in(texts)
        start = time.process_time()
        index.add_many(batch)
        taken += time.process_time() - start
    start = time.perf_counter()
    index.save()
    saving = time.perf_counter() - start
    return {
        "added a CPU second, the file kept up to date": f"{POSTS / taken:,.0f}",
        "written": f"{saving:.1f} s",
        "bytes of the file a post": f"{path.stat().st_size / POSTS:.0f}",
    }


def _used(path: Path) -> dict[str, str]:
    posts = Numbered()
    for texts in made_up(POSTS):
        posts.taken_in(texts)
    CopyIndex(window=None).find_and_add([Post(source="bench", id="first", text=f"wh0 kn0ws *it* {posts.texts[0]}")])
    before = resident()
    start = time.perf_counter()
    index = CopyIndex.open(path, window=None, archive=posts)
    opening = time.perf_counter() - start
    seekers = _seekers(posts.texts)
    times = _timed([partial(index.find, seeker) for seeker in seekers])
    nothing = _timed([partial(_spend, taken) for _, taken in times])
    kept = (resident() - before) / POSTS
    start_cpu = time.process_time()
    for at in range(0, len(seekers), BATCH):
        index.find_and_add(seekers[at : at + BATCH])
    taken = time.process_time() - start_cpu
    return {
        "opened": f"{opening:.2f} s",
        "a look-up in ms: median, 99 %, 99.9 %, worst": "",
        "  of the processor": _quantiles(times[:, 1]),
        "  on the clock": _quantiles(times[:, 0]),
        "  on the clock, when as long is spent on nothing": _quantiles(nothing[:, 0]),
        "found and added a CPU second, 64 at a time": f"{len(seekers) / taken:,.0f}",
        "bytes of memory a post after the look-ups": f"{kept:.0f}",
    }


def _timed(works: Sequence[Callable[[], object]]) -> NDArray[np.float64]:
    """For each, seconds of wall-clock time, which other programs lengthen, and of processor time: shape (n, 2)."""
    times = []
    for work in works:
        start, start_cpu = time.perf_counter(), time.process_time()
        work()
        times.append((time.perf_counter() - start, time.process_time() - start_cpu))
    return np.array(times)


def _spend(seconds: float) -> None:
    """So much time of the processor: how much longer it takes on the clock is the doing of other programs."""
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


def _quantiles(seconds: NDArray[np.float64]) -> str:
    return ", ".join(f"{figure * 1000:.2f}" for figure in np.quantile(seconds, (0.5, 0.99, 0.999, 1)))


def _seekers(texts: list[str]) -> list[Post]:
    """New posts of the same kind, and copies with something before them."""
    fresh = [text for part in made_up(LOOK_UPS, seed=1) for text in part]
    return [
        Post(source="seeker", id=str(at), text=text if at % COPIED else f"{text[:30]} {texts[at * 97]}")
        for at, text in enumerate(fresh)
    ]


def made_up(count: int, seed: int = 0) -> Iterator[list[str]]:
    """`count` texts of CHARACTERS characters, AT_ONCE at a time; the same seed gives the same."""
    rng = np.random.default_rng(seed)
    words = np.array(" ".join(text for site in SITES for text in texts_of(site)).split())
    vocabulary, numbers, counts = np.unique(words, return_inverse=True, return_counts=True)
    by_word = np.argsort(numbers, kind="stable")
    first = np.cumsum(counts) - counts
    spelled = vocabulary.tolist()
    for start in range(0, count, AT_ONCE):
        size = min(AT_ONCE, count - start)
        at = rng.integers(len(words), size=size)
        chain = []
        for _ in range(CHARACTERS // 4):
            word = numbers[at]
            chain.append(word)
            at = (by_word[first[word] + (rng.random(size) * counts[word]).astype(np.int64)] + 1) % len(words)
        yield [" ".join(map(spelled.__getitem__, row))[:CHARACTERS] for row in np.stack(chain, axis=1).tolist()]


def resident() -> int:
    """Bytes of memory this process holds, mapped files it has touched included."""
    with Path("/proc/self/statm").open() as file:
        return int(file.read().split()[1]) * 4096
