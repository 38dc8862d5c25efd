"""Reading an archive: its files are cut into partitions of rows, and of the rows of each come posts and fingerprints,
wherever that is done.
"""

import json
import pickle
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import accumulate, count, islice, takewhile
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bot.backends import Backend
from bot.scan import plan
from bot.scan.archive import Row, read_row, read_rows
from bot.scan.files import replaced, write_text
from bot.scan.fingerprints import take_fingerprints, times_of
from bot.scan.partitions import Partitions
from classifier.copies.records import NO_TIME
from classifier.copy_rules import CopyRules
from classifier.errors import DataError
from classifier.progress import Progress

Report = Callable[[str], None]
"""Tells the user of a line that is not a post."""


class Read(NamedTuple):
    """What came of reading a partition: `complaints` are about the rows that are no posts."""

    partition: int
    posts: int
    complaints: Sequence[str]


class Reading:
    """The files of a scan on their way into partitions, in its folder. What was read is not read again after a kill.

    A cluster reads the first partitions from the beginning on, others once they are to `finish`.
    """

    def __init__(self, files: Sequence[Path], folder: Path, rules: CopyRules, backend: Backend) -> None:
        """Raises ScanError when the folder holds the work of another scan, BackendError and OSError."""
        self.files = files
        self.folder = folder
        self.plan = plan.reading_plan(files, rules)
        if not plan.is_planned(folder, self.plan):
            # A command that never knew what it would judge with left them, and of what files nobody knows.
            for left in folder.glob(_read_name("*")):
                left.unlink()
        self.bad = 0
        self.out_of_order = 0
        """Posts that stand after a later one: copies of what stands behind its copy are not found."""
        backend.share(folder)
        self._under_way = backend.each(partial(read_partition, folder, rules), self._cut())

    def finish(self, progress: Progress, report: Report) -> tuple[int, ...]:
        """Have all of it read. Returns the `starts` of Partitions.

        Raises DataError for a file that cannot be read, BackendError and OSError.
        """
        posts = 0
        for read in self._under_way:
            rows_file(self.folder, read.partition).unlink()
            for complaint in read.complaints:
                report(complaint)
            posts += read.posts
            progress("reading posts", posts, 0)
        of_each = [_what_was_read(self.folder, partition) for partition in takewhile(self._is_read, count())]
        self.bad = sum(len(read.complaints) for read in of_each)
        self.out_of_order = _out_of_order(times_of(self.folder, read.partition) for read in of_each)
        return tuple(accumulate((read.posts for read in of_each), initial=0))

    def _cut(self) -> Iterator[int]:
        """The partitions that are not read yet, each once its rows are left to be read."""
        rows = ((path, *row) for path in self.files for row in read_rows(path))
        for partition in count():
            part = list(islice(rows, plan.SIZE))
            if not part:
                return
            if not self._is_read(partition):
                _leave_rows(self.folder, partition, part)
                yield partition

    def _is_read(self, partition: int) -> bool:
        return _read_file(self.folder, partition).exists()


def read_partition(folder: Path, rules: CopyRules, partition: int) -> Read:
    """Make a partition of the rows that were left. Raises OSError."""
    with rows_file(folder, partition).open("rb") as file:
        rows: Sequence[tuple[Path, int, Row]] = pickle.load(file)
    posts, complaints = [], []
    for path, line, row in rows:
        try:
            post = read_row(row)
        except DataError as error:
            complaints.append(f"{path}:{line}: {error}")
        else:
            if post is not None:
                posts.append(post)
    Partitions.write(folder, partition, posts)
    take_fingerprints(folder, partition, posts, rules)
    read = Read(partition, len(posts), complaints)
    write_text(_read_file(folder, partition), json.dumps(read))
    return read


def rows_file(folder: Path, partition: int) -> Path:
    """Where the rows of a partition are left."""
    return folder / f"{partition:06}.rows"


def _leave_rows(folder: Path, partition: int, rows: Sequence[tuple[Path, int, Row]]) -> None:
    with replaced(rows_file(folder, partition)) as fresh, fresh.open("wb") as file:
        pickle.dump(rows, file, pickle.HIGHEST_PROTOCOL)


def _what_was_read(folder: Path, partition: int) -> Read:
    return Read(*json.loads(_read_file(folder, partition).read_text(encoding="utf-8")))


def _read_file(folder: Path, partition: int) -> Path:
    """Stands there once the partition is read."""
    return folder / _read_name(f"{partition:06}")


def _read_name(partition: str) -> str:
    return f"{partition}.read.json"


def _out_of_order(times: Iterable[NDArray[np.int64]]) -> int:
    """How many posts stand after one that was written later."""
    found, latest = 0, NO_TIME
    for of_partition in times:
        reached = np.maximum.accumulate(np.append(latest, of_partition))
        found += int(np.sum((of_partition != NO_TIME) & (of_partition < reached[:-1])))
        latest = int(reached[-1])
    return found
