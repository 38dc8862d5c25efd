"""The stages of a scan: read, index, judge. Each leaves files behind, and none is done twice."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain, islice
from pathlib import Path
from typing import Any

from bot.scan.archive import read_posts
from bot.scan.partitions import SIZE, Partitions
from classifier.assessment import Assessment
from classifier.copies import CopyIndex, Match
from classifier.copy_rules import CopyRules
from classifier.errors import DataError, FlagpostError
from classifier.labels import Label
from classifier.model import Model
from classifier.post import Post
from classifier.progress import Progress
from classifier.thresholds import Thresholds

BATCH = 256
"""Posts judged together."""

Report = Callable[[str], None]
"""Tells the user of a line that is not a post."""


class ScanError(FlagpostError):
    """The scan cannot go on."""


@dataclass(frozen=True)
class Terms:
    """What a scan is made with: the same files and terms give the same result."""

    model: Model
    thresholds: Thresholds
    window: timedelta | None
    rules: CopyRules


@dataclass(frozen=True)
class Judged:
    """One flagged post: its number, what it is flagged for, and the numbers of the earlier posts it copies."""

    number: int
    post: Post
    labels: tuple[Label, ...]
    probabilities: Mapping[str, float]
    copies: tuple[int, ...]


class Scan:
    """A scan whose work lies in a folder until it is finished. What was done before a kill is not done again."""

    def __init__(self, files: Sequence[Path], folder: Path, terms: Terms) -> None:
        """Raises ScanError when the folder holds the work of another scan, and OSError."""
        self.files = files
        self.folder = folder
        self.terms = terms
        self.bad = 0
        self.out_of_order = 0
        """Posts that stand after a later one: copies of what stands behind its copy are not found."""
        folder.mkdir(parents=True, exist_ok=True)
        plan, path = _plan(files, terms), folder / "plan.json"
        if path.exists() and path.read_text(encoding="utf-8") != plan:
            raise ScanError(
                f"{folder} holds an unfinished scan of other files, or with another model or config: "
                "delete that folder, or name another with --out"
            )
        _write(path, plan)

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
            _write(done, json.dumps({"posts": count, "bad": self.bad, "out_of_order": self.out_of_order}))
        counts = json.loads(done.read_text(encoding="utf-8"))
        self.bad, self.out_of_order = counts["bad"], counts["out_of_order"]
        return Partitions(self.folder, counts["posts"])

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

    def index(self, partitions: Partitions, progress: Progress) -> None:
        """Bring the fingerprints of all partitions together, in the order of their posts. Raises OSError."""
        path = self.folder / "copies.index"
        if path.exists():
            return
        index = CopyIndex.open(path, self.terms.window, partitions, self.terms.rules)
        for partition in partitions:
            index.add_many(partitions.numbered(partition))
            progress("taking fingerprints", min((partition + 1) * SIZE, partitions.posts), partitions.posts)
        index.save()

    def judge(self, partitions: Partitions, progress: Progress) -> None:
        """Judge each partition that is not judged yet. Raises OSError."""
        index = CopyIndex.open(self.folder / "copies.index", self.terms.window, partitions, self.terms.rules)
        for partition in partitions:
            path = self._judged(partition)
            if not path.exists():
                _write(path, "".join(map(_line, judge_partition(partitions, partition, index, self.terms))))
            progress("judging posts", min((partition + 1) * SIZE, partitions.posts), partitions.posts)

    def flagged(self, partitions: Partitions) -> Iterator[Judged]:
        """Every flagged post, in order."""
        for partition in partitions:
            with self._judged(partition).open(encoding="utf-8") as lines:
                for row in map(json.loads, lines):
                    labels = tuple(map(Label, row["labels"]))
                    post = partitions.post(row["number"])
                    yield Judged(row["number"], post, labels, row["probabilities"], tuple(row["copies"]))

    def _judged(self, partition: int) -> Path:
        return self.folder / f"{partition:06}.judged.jsonl"


def judge_partition(
    partitions: Partitions, partition: int, index: CopyIndex, terms: Terms
) -> Iterator[tuple[Post, Assessment, tuple[Label, ...]]]:
    """The flagged posts of one partition. Needs nothing but this partition, the index and the texts it points to."""
    numbered, posts = partitions.numbered(partition), partitions.read(partition)
    for start in range(0, len(posts), BATCH):
        those = numbered[start : start + BATCH]
        found = [
            _of_others(post, matches, partitions)
            for post, matches in zip(posts[start : start + BATCH], index.find_added(those), strict=True)
        ]
        for post, assessment in zip(those, terms.model.judge(those, found, explain=lambda *_: False), strict=True):
            if labels := terms.thresholds.passed(post, assessment.probabilities):
                yield post, assessment, labels


def _of_others(post: Post, matches: Sequence[Match], partitions: Partitions) -> list[Match]:
    """Without those that are earlier versions of the same post: its id comes more than once in the archive."""
    return [match for match in matches if partitions.post(int(match.copy.key.id)).id != post.id]


def _line(judged: tuple[Post, Assessment, tuple[Label, ...]]) -> str:
    post, assessment, labels = judged
    copies = assessment.copies if Label.COPY_PASTE in labels else ()
    row = {
        "number": int(post.id),
        "labels": [label.value for label in labels],
        "probabilities": {label.value: round(chance, 4) for label, chance in assessment.probabilities.items()},
        "copies": [int(copy.key.id) for copy in copies],
    }
    return json.dumps(row) + "\n"


def _plan(files: Sequence[Path], terms: Terms) -> str:
    """What the work depends on, as text."""
    stats = [(str(path.resolve()), path.stat().st_size, path.stat().st_mtime_ns) for path in files]
    rules = [terms.rules.scope, sorted(terms.rules.exempt_places), terms.rules.free_repeats]
    made_with: list[Any] = [terms.model.version, sorted(terms.model.base_rates.items()), repr(terms.thresholds), rules]
    digest = hashlib.sha256(json.dumps([made_with, str(terms.window), SIZE]).encode()).hexdigest()
    return json.dumps({"files": stats, "terms": digest}, indent=2) + "\n"


def _write(path: Path, text: str) -> None:
    """All of it or nothing, whenever a kill comes."""
    fresh = path.with_name(path.name + ".new")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)
