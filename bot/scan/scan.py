"""The stages of a scan: read, index, judge. Each leaves files behind, and none is done twice."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import accumulate, count, islice, takewhile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.backends import Backend
from bot.scan.archive import read_rows
from bot.scan.files import write_text
from bot.scan.fingerprints import fill, times_of
from bot.scan.judging import Terms, index_file, judge_partition, judged_file, open_index
from bot.scan.partitions import Partitions
from bot.scan.reading import leave_rows, read_file, read_partition, rows_file, what_was_read
from classifier.copies.records import NO_TIME
from classifier.errors import FlagpostError
from classifier.labels import Label
from classifier.ownership import why_foreign
from classifier.post import Post
from classifier.progress import Progress

SIZE = 2_500
"""Rows of a partition: about half a second of work, which is what a kill costs."""

Report = Callable[[str], None]
"""Tells the user of a line that is not a post."""


class ScanError(FlagpostError):
    """The scan cannot go on."""


@dataclass(frozen=True)
class Judged:
    """One flagged post: its number, what it is flagged for, and the numbers of the earlier posts it copies."""

    number: int
    post: Post
    labels: tuple[Label, ...]
    probabilities: Mapping[str, float]
    copies: tuple[int, ...]


class Scan:
    """A scan whose work lies in a folder until it is finished. What was done before a kill is not done again.

    The result is the same whoever does the work, and how often it was stopped.
    """

    def __init__(self, files: Sequence[Path], folder: Path, terms: Terms) -> None:
        """Raises ScanError when the folder holds the work of another scan, and OSError."""
        self.files = files
        self.folder = folder
        self.terms = terms
        self.bad = 0
        self.out_of_order = 0
        """Posts that stand after a later one: copies of what stands behind its copy are not found."""
        folder.mkdir(mode=0o755, parents=True, exist_ok=True)
        if reason := why_foreign(folder, folder.stat()):
            raise ScanError(f"{folder} {reason}, and what stands in it is run as code: name another with --out")
        self.plan, path = _plan(files, terms), folder / "plan.json"
        if path.exists() and path.read_text(encoding="utf-8") != self.plan:
            raise ScanError(
                f"{folder} holds an unfinished scan of other files, or with another model or config: "
                "delete that folder, or name another with --out"
            )
        write_text(path, self.plan)
        terms.save(folder)

    def read(self, backend: Backend, progress: Progress, report: Report) -> Partitions:
        """Cut the files into partitions. Raises DataError for a file that cannot be read, BackendError and OSError."""
        posts = 0
        for read in backend.each(partial(read_partition, self.folder, self.terms.rules), self._cut()):
            rows_file(self.folder, read.partition).unlink()
            for complaint in read.complaints:
                report(complaint)
            posts += read.posts
            progress("reading posts", posts, 0)
        of_each = [what_was_read(self.folder, partition) for partition in takewhile(self._is_read, count())]
        self.bad = sum(len(read.complaints) for read in of_each)
        self.out_of_order = _out_of_order(times_of(self.folder, read.partition) for read in of_each)
        starts = accumulate((read.posts for read in of_each), initial=0)
        return Partitions(self.folder, tuple(starts), self.plan)

    def _cut(self) -> Iterator[int]:
        """The partitions that are not read yet, each once its rows are left to be read."""
        rows = ((path, *row) for path in self.files for row in read_rows(path))
        for partition in count():
            part = list(islice(rows, SIZE))
            if not part:
                return
            if not self._is_read(partition):
                leave_rows(self.folder, partition, part)
                yield partition

    def _is_read(self, partition: int) -> bool:
        return read_file(self.folder, partition).exists()

    def index(self, partitions: Partitions, backend: Backend, progress: Progress) -> None:
        """Bring the fingerprints of all partitions together. Raises BackendError and OSError."""
        if not index_file(self.folder).exists():
            index = open_index(partitions, self.terms)
            fill(index, partitions, backend, progress)
            index.save()

    def judge(self, partitions: Partitions, backend: Backend, progress: Progress) -> None:
        """Judge each partition that is not judged yet. Raises BackendError and OSError."""
        left = [partition for partition in partitions if not judged_file(self.folder, partition).exists()]
        judged = backend.each(partial(judge_partition, partitions), left)
        for done, _ in enumerate(judged, start=len(partitions) - len(left) + 1):
            progress("judging posts", partitions.starts[done], partitions.posts)

    def flagged(self, partitions: Partitions) -> Iterator[Judged]:
        """Every flagged post, in order."""
        for partition in partitions:
            with judged_file(self.folder, partition).open(encoding="utf-8") as lines:
                for row in map(json.loads, lines):
                    labels = tuple(map(Label, row["labels"]))
                    post = partitions.post(row["number"])
                    yield Judged(row["number"], post, labels, row["probabilities"], tuple(row["copies"]))


def _out_of_order(times: Iterable[NDArray[np.int64]]) -> int:
    """How many posts stand after one that was written later."""
    found, latest = 0, NO_TIME
    for of_partition in times:
        reached = np.maximum.accumulate(np.append(latest, of_partition))
        found += int(np.sum((of_partition != NO_TIME) & (of_partition < reached[:-1])))
        latest = int(reached[-1])
    return found


def _plan(files: Sequence[Path], terms: Terms) -> str:
    """What the work depends on, as text."""
    stats = [(str(path.resolve()), path.stat().st_size, path.stat().st_mtime_ns) for path in files]
    rules = [terms.rules.scope, sorted(terms.rules.exempt_places), terms.rules.free_repeats]
    made_with: list[Any] = [terms.model.version, sorted(terms.model.base_rates.items()), repr(terms.thresholds), rules]
    digest = hashlib.sha256(json.dumps([made_with, str(terms.window), SIZE]).encode()).hexdigest()
    return json.dumps({"files": stats, "terms": digest}, indent=2) + "\n"
