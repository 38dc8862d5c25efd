"""Reading one partition, wherever that is done: rows that were cut off an archive become posts and fingerprints."""

import json
import pickle
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from bot.scan.archive import Row, read_row
from bot.scan.files import replaced, write_text
from bot.scan.fingerprints import take_fingerprints
from bot.scan.partitions import Partitions
from classifier.copy_rules import CopyRules
from classifier.errors import DataError


class Read(NamedTuple):
    """What came of reading a partition: `complaints` are about the rows that are no posts."""

    partition: int
    posts: int
    complaints: Sequence[str]


def leave_rows(folder: Path, partition: int, rows: Sequence[tuple[Path, int, Row]]) -> None:
    """Leave rows, with their files and lines, for `read_partition`. Raises OSError."""
    with replaced(rows_file(folder, partition)) as fresh, fresh.open("wb") as file:
        pickle.dump(rows, file, pickle.HIGHEST_PROTOCOL)


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
    write_text(read_file(folder, partition), json.dumps(read))
    return read


def what_was_read(folder: Path, partition: int) -> Read:
    """What `read_partition` gave. Raises OSError."""
    return Read(*json.loads(read_file(folder, partition).read_text(encoding="utf-8")))


def rows_file(folder: Path, partition: int) -> Path:
    """Where the rows of a partition are left."""
    return folder / f"{partition:06}.rows"


def read_file(folder: Path, partition: int) -> Path:
    """Stands there once the partition is read."""
    return folder / f"{partition:06}.read.json"
