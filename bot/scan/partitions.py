"""The posts of an archive on disk, cut into partitions, each post known by its number in the whole."""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifier.post import Original, Post, PostKey, Quotation

SIZE = 5_000
"""Posts of a partition: a second or two of judging, which is what a kill costs."""

_FIELDS = tuple(field.name for field in fields(Post))


@dataclass(frozen=True)
class Partitions:
    """Partitions of `size` posts in a folder; the archive of a copy index whose posts bear their numbers as ids.

    `posts` is how many there are in all; `scan` tells apart those that had one folder after another.
    """

    folder: Path
    posts: int
    size: int
    scan: str

    def __len__(self) -> int:
        return -(-self.posts // self.size)

    @staticmethod
    def write(folder: Path, partition: int, posts: list[Post]) -> None:
        """Write one partition. Raises OSError."""
        lines = [_line(post) for post in posts]
        _path(folder, partition).write_bytes(b"".join(lines))
        np.save(_path(folder, partition).with_suffix(".npy"), np.cumsum([0, *map(len, lines)]))

    def read(self, partition: int) -> list[Post]:
        """The posts of a partition, in order."""
        with _path(self.folder, partition).open("rb") as lines:
            return [_post(line) for line in lines]

    def numbered(self, partition: int) -> list[Post]:
        """The same posts as the copy index knows them."""
        first = partition * self.size
        return [replace(post, id=str(first + row)) for row, post in enumerate(self.read(partition))]

    def post(self, number: int) -> Post:
        """One post by its number."""
        partition, row = divmod(number, self.size)
        start, end = _offsets(self, partition)[row : row + 2].tolist()
        with _path(self.folder, partition).open("rb") as file:
            file.seek(start)
            return _post(file.read(end - start))

    def originals(self, keys: Collection[PostKey]) -> Mapping[PostKey, Original]:
        """The posts with these numbers."""
        return {key: Original(replace(self.post(int(key.id)), id=key.id)) for key in keys}

    def __iter__(self) -> Iterator[int]:
        return iter(range(len(self)))


@lru_cache(maxsize=1_000)
def _offsets(partitions: Partitions, partition: int) -> NDArray[np.int64]:
    offsets: NDArray[np.int64] = np.load(_path(partitions.folder, partition).with_suffix(".npy"))
    return offsets


def _path(folder: Path, partition: int) -> Path:
    return folder / f"{partition:06}.posts.jsonl"


def _line(post: Post) -> bytes:
    row = {name: value for name in _FIELDS if (value := getattr(post, name))} | {"text": post.text}
    return json.dumps(row, default=_plain).encode() + b"\n"


def _plain(value: datetime | Quotation) -> Any:
    return value.isoformat() if isinstance(value, datetime) else asdict(value)


def _post(line: bytes) -> Post:
    row: dict[str, Any] = json.loads(line)
    if "quotations" in row:
        row["quotations"] = tuple(Quotation(**quotation) for quotation in row["quotations"])
    if "created_at" in row:
        row["created_at"] = datetime.fromisoformat(row["created_at"])
    return Post(**row)
