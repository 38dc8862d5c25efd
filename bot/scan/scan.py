"""The stages of a scan: read, index, judge. Each leaves files behind, and none is done twice."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from bot.backends import Backend
from bot.scan.fingerprints import fill
from bot.scan.judging import Terms, index_file, judge_partition, judged_file, open_index
from bot.scan.partitions import Partitions
from bot.scan.plan import leave_plan
from bot.scan.reading import Reading, Report
from classifier.labels import Label
from classifier.post import Post
from classifier.progress import Progress


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

    def __init__(self, reading: Reading, terms: Terms) -> None:
        """Raises ScanError when its folder holds the work of another scan, and OSError."""
        self.reading = reading
        self.folder = reading.folder
        self.terms = terms
        self.plan = {**reading.plan, "terms": _digest(terms)}
        leave_plan(self.folder, self.plan)
        terms.save(self.folder)

    def read(self, progress: Progress, report: Report) -> Partitions:
        """Finish the reading. Raises as that does."""
        return Partitions(self.folder, self.reading.finish(progress, report), json.dumps(self.plan))

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


def _digest(terms: Terms) -> str:
    """What judging depends on, as text, but for what reading does, too."""
    made_with: list[Any] = [terms.model.version, sorted(terms.model.base_rates.items()), repr(terms.thresholds)]
    return hashlib.sha256(json.dumps([made_with, str(terms.window)]).encode()).hexdigest()
