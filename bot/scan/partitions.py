"""The posts of an archive on disk, cut into partitions, each post known by its number in the whole."""

import json
from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime
from functools import lru_cache
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.scan.files import replaced
from bot.sources.post_lines import SOURCE
from classifier.post import Original, Post, PostKey, Quotation

_FIELDS = tuple(each.name for each in fields(Post))


@dataclass(frozen=True)
class Partitions:
    """Partitions in a folder; the archive of a copy index whose posts bear their numbers as ids.

    `starts` says which number the first post of each has, and at its end how many posts there are; `scan` tells apart
    those that had one folder after another.
    """

    folder: Path
    starts: tuple[int, ...] = field(compare=False)
    scan: str

    @property
    def posts(self) -> int:
        """How many there are in all."""
        return self.starts[-1]

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __iter__(self) -> Iterator[int]:
        return iter(range(len(self)))

    @staticmethod
    def write(folder: Path, partition: int, posts: Sequence[Post]) -> None:
        """Write one partition. Raises OSError."""
        lines = [_line(post) for post in posts]
        with replaced(_path(folder, partition)) as fresh:
            fresh.write_bytes(b"".join(lines))
        with replaced(_offsets_path(folder, partition)) as fresh, fresh.open("wb") as file:
            np.save(file, np.cumsum([0, *map(len, lines)]))

    def numbered(self, partition: int) -> tuple[list[Post], list[str]]:
        """The posts of a partition, in order, as the copy index knows them; and what their ids were."""
        with _path(self.folder, partition).open("rb") as lines:
            rows = [json.loads(line) for line in lines]
        ids = [row["id"] for row in rows]
        return [_post(row | {"id": key.id}) for row, key in zip(rows, self.keys(partition), strict=True)], ids

    def keys(self, partition: int) -> list[PostKey]:
        """By which the copy index knows the posts of a partition."""
        return [PostKey(SOURCE, str(number)) for number in range(*self.starts[partition : partition + 2])]

    def post(self, number: int) -> Post:
        """One post by its number."""
        partition = bisect_right(self.starts, number) - 1
        row = number - self.starts[partition]
        start, end = _offsets(self, partition)[row : row + 2].tolist()
        return _post(json.loads(_lines(self, partition)[start:end]))

    def originals(self, keys: Collection[PostKey]) -> Mapping[PostKey, Original]:
        """The posts with these numbers."""
        return {key: Original(replace(self.post(int(key.id)), id=key.id)) for key in keys}


@lru_cache(maxsize=1_000)
def _offsets(partitions: Partitions, partition: int) -> NDArray[np.int64]:
    offsets: NDArray[np.int64] = np.load(_offsets_path(partitions.folder, partition))
    return offsets


@lru_cache(maxsize=200)
def _lines(partitions: Partitions, partition: int) -> mmap:
    # Mapped, and only so many: each takes one of the files that a process may have open, often 1,024.
    with _path(partitions.folder, partition).open("rb") as file:
        return mmap(file.fileno(), 0, access=ACCESS_READ)


def _path(folder: Path, partition: int) -> Path:
    return folder / f"{partition:06}.posts.jsonl"


def _offsets_path(folder: Path, partition: int) -> Path:
    return folder / f"{partition:06}.offsets.npy"


def _line(post: Post) -> bytes:
    row = {name: value for name in _FIELDS if (value := getattr(post, name))} | {"text": post.text}
    return json.dumps(row, default=_plain).encode() + b"\n"


def _plain(value: datetime | Quotation) -> Any:
    return value.isoformat() if isinstance(value, datetime) else asdict(value)


def _post(row: dict[str, Any]) -> Post:
    if "quotations" in row:
        row["quotations"] = tuple(Quotation(**quotation) for quotation in row["quotations"])
    if "created_at" in row:
        row["created_at"] = datetime.fromisoformat(row["created_at"])
    return Post(**row)
