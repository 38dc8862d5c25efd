"""The stages of a scan: read, take fingerprints, index, judge. Each leaves files behind, and none is done twice."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import Any

from bot.scan.archive import read_posts
from bot.scan.backends import Backend
from bot.scan.files import write_text
from bot.scan.fingerprints import fill, fingerprints_file, take_fingerprints
from bot.scan.judging import Terms, index_file, judge_partition, judged_file, open_index
from bot.scan.partitions import SIZE, Partitions
from classifier.errors import DataError, FlagpostError
from classifier.labels import Label
from classifier.post import Post
from classifier.progress import Progress

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
        folder.mkdir(parents=True, exist_ok=True)
        self.plan, path = _plan(files, terms), folder / "plan.json"
        if path.exists() and path.read_text(encoding="utf-8") != self.plan:
            raise ScanError(
                f"{folder} holds an unfinished scan of other files, or with another model or config: "
                "delete that folder, or name another with --out"
            )
        write_text(path, self.plan)
        terms.save(folder)

    def read(self, progress: Progress, report: Report) -> Partitions:
        """Cut the files into partitions. Raises DataError for a file that cannot be read, and OSError."""
        done = self.folder / "read.json"
        if not done.exists():
            posts = self._posts(report)
            count = 0
            while part := list(islice(posts, SIZE)):
                Partitions.write(self.folder, count // SIZE, part)
                count += len(part)
                progress("reading posts", count, 0)
            write_text(done, json.dumps({"posts": count, "bad": self.bad, "out_of_order": self.out_of_order}))
        counts = json.loads(done.read_text(encoding="utf-8"))
        self.bad, self.out_of_order = counts["bad"], counts["out_of_order"]
        return Partitions(self.folder, counts["posts"], SIZE, self.plan)

    def _posts(self, report: Report) -> Iterator[Post]:
        latest = None
        for path, (line, post) in chain.from_iterable(((path, row) for row in read_posts(path)) for path in self.files):
            if isinstance(post, DataError):
                self.bad += 1
                report(f"{path}:{line}: {post}")
                continue
            if post.created_at is not None:
                self.out_of_order += latest is not None and post.created_at < latest
                latest = max(latest or post.created_at, post.created_at)
            yield post

    def index(self, partitions: Partitions, backend: Backend, progress: Progress) -> None:
        """Bring the fingerprints of all partitions together. Raises BackendError and OSError."""
        if index_file(self.folder).exists():
            return
        left = [partition for partition in partitions if not fingerprints_file(partitions, partition).exists()]
        work = partial(take_fingerprints, partitions, self.terms.rules)
        self._each(work, left, partitions, backend, partial(progress, "taking fingerprints"))
        index = open_index(partitions, self.terms)
        fill(index, partitions, backend, progress)
        index.save()

    def judge(self, partitions: Partitions, backend: Backend, progress: Progress) -> None:
        """Judge each partition that is not judged yet. Raises BackendError and OSError."""
        left = [partition for partition in partitions if not judged_file(self.folder, partition).exists()]
        work = partial(judge_partition, partitions)
        self._each(work, left, partitions, backend, partial(progress, "judging posts"))

    @staticmethod
    def _each(
        work: Callable[[int], object],
        left: Sequence[int],
        partitions: Partitions,
        backend: Backend,
        progress: Callable[[int, int], None],
    ) -> None:
        done = len(partitions) - len(left)
        for count, _ in enumerate(backend.each(work, left), start=done + 1):
            progress(min(count * partitions.size, partitions.posts), partitions.posts)

    def flagged(self, partitions: Partitions) -> Iterator[Judged]:
        """Every flagged post, in order."""
        for partition in partitions:
            with judged_file(self.folder, partition).open(encoding="utf-8") as lines:
                for row in map(json.loads, lines):
                    labels = tuple(map(Label, row["labels"]))
                    post = partitions.post(row["number"])
                    yield Judged(row["number"], post, labels, row["probabilities"], tuple(row["copies"]))


def _plan(files: Sequence[Path], terms: Terms) -> str:
    """What the work depends on, as text."""
    stats = [(str(path.resolve()), path.stat().st_size, path.stat().st_mtime_ns) for path in files]
    rules = [terms.rules.scope, sorted(terms.rules.exempt_places), terms.rules.free_repeats]
    made_with: list[Any] = [terms.model.version, sorted(terms.model.base_rates.items()), repr(terms.thresholds), rules]
    digest = hashlib.sha256(json.dumps([made_with, str(terms.window), SIZE]).encode()).hexdigest()
    return json.dumps({"files": stats, "terms": digest}, indent=2) + "\n"
