"""The posts of an archive on disk, cut into partitions, each post known by its number in the whole."""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifier.post import Original, Post, PostKey, Quotation

SIZE = 5_000
"""Posts of a partition: a second or two of judging, which is what a kill costs."""


class Partitions:
    """Partitions in a folder; the archive of a copy index whose posts bear their numbers as ids."""

    def __init__(self, folder: Path, posts: int) -> None:
        """`posts` is how many there are in all."""
        self.folder = folder
        self.posts = posts
        self._offsets = lru_cache(maxsize=None)(self._read_offsets)

    def __len__(self) -> int:
        return -(-self.posts // SIZE)

    @staticmethod
    def write(folder: Path, partition: int, posts: list[Post]) -> None:
        """Write one partition. Raises OSError."""
        lines = [json.dumps(asdict(post), default=datetime.isoformat).encode() + b"\n" for post in posts]
        _path(folder, partition).write_bytes(b"".join(lines))
        np.save(_path(folder, partition).with_suffix(".npy"), np.cumsum([0, *map(len, lines)]))

    def read(self, partition: int) -> list[Post]:
        """The posts of a partition, in order."""
        with _path(self.folder, partition).open("rb") as lines:
            return [_post(line) for line in lines]

    def numbered(self, partition: int) -> list[Post]:
        """The same posts as the copy index knows them."""
        first = partition * SIZE
        return [replace(post, id=str(first + row)) for row, post in enumerate(self.read(partition))]

    def post(self, number: int) -> Post:
        """One post by its number."""
        partition, row = divmod(number, SIZE)
        start, end = self._offsets(partition)[row : row + 2].tolist()
        with _path(self.folder, partition).open("rb") as file:
            file.seek(start)
            return _post(file.read(end - start))

    def originals(self, keys: Collection[PostKey]) -> Mapping[PostKey, Original]:
        """The posts with these numbers."""
        return {key: Original(replace(self.post(int(key.id)), id=key.id)) for key in keys}

    def __iter__(self) -> Iterator[int]:
        return iter(range(len(self)))

    def _read_offsets(self, partition: int) -> NDArray[np.int64]:
        offsets: NDArray[np.int64] = np.load(_path(self.folder, partition).with_suffix(".npy"))
        return offsets


def _path(folder: Path, partition: int) -> Path:
    return folder / f"{partition:06}.posts.jsonl"


def _post(line: bytes) -> Post:
    row: dict[str, Any] = json.loads(line)
    row["quotations"] = tuple(Quotation(**quotation) for quotation in row["quotations"])
    row["created_at"] = row["created_at"] and datetime.fromisoformat(row["created_at"])
    return Post(**row)
