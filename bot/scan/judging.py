"""Judging one partition, wherever that is done: all it needs is found in the folder of the scan."""

import gc
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from threading import Lock

import joblib

from bot.scan.files import replaced, write_text
from bot.scan.partitions import Partitions
from classifier.assessment import Assessment
from classifier.copies import CopyIndex, Match
from classifier.copy_rules import CopyRules
from classifier.labels import Label
from classifier.model import Model
from classifier.post import Post
from classifier.thresholds import Thresholds

BATCH = 256
"""Posts judged together."""

_ALONE = Lock()
"""An index is not safe for the threads that a worker may have."""


@dataclass(frozen=True)
class Terms:
    """What a scan is made with: the same files and terms give the same result."""

    model: Model
    thresholds: Thresholds
    window: timedelta | None
    rules: CopyRules

    def save(self, folder: Path) -> None:
        """Leave them in the folder of a scan, for those who work on it. Raises OSError."""
        with replaced(folder / "terms.joblib") as fresh:
            joblib.dump(self, fresh)


def open_index(partitions: Partitions, terms: Terms) -> CopyIndex:
    """The copy index of a scan, empty before it is filled and saved. Raises OSError."""
    return CopyIndex.open(index_file(partitions.folder), terms.window, partitions, terms.rules)


def index_file(folder: Path) -> Path:
    """Where the copy index of a scan stands."""
    return folder / "copies.index"


def judged_file(folder: Path, partition: int) -> Path:
    """Where the flagged posts of a partition are left."""
    return folder / f"{partition:06}.judged.jsonl"


def judge_partition(partitions: Partitions, partition: int) -> None:
    """Leave the flagged posts of one partition in a file. Raises OSError."""
    with _ALONE:
        lines = "".join(map(_line, _flagged(partitions, partition, *_at_hand(partitions))))
        write_text(judged_file(partitions.folder, partition), lines)


@lru_cache(maxsize=1)
def _at_hand(partitions: Partitions) -> tuple[CopyIndex, Terms]:
    terms: Terms = joblib.load(partitions.folder / "terms.joblib")
    index = open_index(partitions, terms)
    # What there is by now stays: to search it for garbage between the batches takes a tenth of the time.
    gc.freeze()
    return index, terms


def _flagged(
    partitions: Partitions, partition: int, index: CopyIndex, terms: Terms
) -> Iterator[tuple[Post, Assessment, tuple[Label, ...]]]:
    posts, ids = partitions.numbered(partition)
    for start in range(0, len(posts), BATCH):
        those = posts[start : start + BATCH]
        found = [
            _of_others(id, matches, partitions)
            for id, matches in zip(ids[start : start + BATCH], index.find_added(those), strict=True)
        ]
        for post, assessment in zip(those, terms.model.judge(those, found, explain=lambda *_: False), strict=True):
            if labels := terms.thresholds.passed(post, assessment.probabilities):
                yield post, assessment, labels


def _of_others(id: str, matches: Sequence[Match], partitions: Partitions) -> list[Match]:
    """Without those that are earlier versions of the same post: its id comes more than once in the archive."""
    return [match for match in matches if partitions.post(int(match.copy.key.id)).id != id]


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
