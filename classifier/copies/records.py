"""Records: what the copy index knows of each post besides its fingerprints, by the number it gave the post."""

import zlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from classifier.copies.postings import Postings
from classifier.post import Post, PostKey

RECORD = np.dtype(
    [
        ("created", "<i8"),
        ("turn", "<i8"),
        ("key_end", "<i8"),
        ("source", "<u4"),
        ("place", "<u4"),
        ("prints", "<u2"),
        ("known", "?"),
    ]
)
"""`created` is in microseconds since 1970; `turn` counts posts in the order of their first revisions; `key_end` is
where the key ends among the keys; `source` and `place` are hashes of where it was posted; `prints` counts distinct
fingerprints; a post that is forgotten is not `known`."""

NO_TIME = np.iinfo(np.int64).min
"""Stands for the time of a post that has none."""

MANY = 2**32 - 1
"""Above every number of a post."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SAME_HASH = 64
"""Keys that are looked at when their hashes are the same; by chance two or three are, in a million."""


def microseconds(at: datetime | None) -> int:
    """Since 1970; NO_TIME for None."""
    return NO_TIME if at is None else (at - EPOCH) // timedelta(microseconds=1)


def source_hashes(posts: Sequence[Post]) -> NDArray[np.uint32]:
    """For each post a hash of its source."""
    return np.array([_hash(post.source) for post in posts], dtype=np.uint32)


def place_hashes(posts: Sequence[Post]) -> NDArray[np.uint32]:
    """For each post a hash of its source and its place there."""
    return np.array([_hash(f"{post.source}\0{post.place or ''}") for post in posts], dtype=np.uint32)


class Written(NamedTuple):
    """When and where each of some posts was written: `created`, `source` and `place` as in RECORD, shape (n,)."""

    created: NDArray[np.int64]
    source: NDArray[np.uint32]
    place: NDArray[np.uint32]


def written(posts: Sequence[Post]) -> Written:
    """That of `posts`."""
    created = np.array([microseconds(post.created_at) for post in posts], dtype=np.int64)
    return Written(created, source_hashes(posts), place_hashes(posts))


class Records:
    """Numbered posts. A revised post gets a new number and keeps its turn; its old number is no longer known."""

    def __init__(self) -> None:
        self._rows: NDArray[Any] = np.empty(0, dtype=RECORD)
        self._size = 0
        self._keys = bytearray()
        self._by_hash = Postings()
        self._next_turn = 0
        self.known_posts = 0

    def __len__(self) -> int:
        return self._size

    @property
    def rows(self) -> NDArray[Any]:
        """The records in the order of their numbers, each a RECORD; valid until posts are added."""
        return self._rows[: self._size]

    def add(
        self, posts: Sequence[PostKey], written: Written, prints: NDArray[np.int64], earlier: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Number posts of different keys; `prints` says how many fingerprints each has. Returns the numbers.

        `earlier` is what `numbers` gives for them.
        """
        keys = [_encoded(post) for post in posts]
        revised = earlier >= 0
        first = self._size
        self._reserve(len(posts))
        numbers = np.arange(first, self._size)
        rows = self.rows[first:]
        rows["created"], rows["source"], rows["place"] = written
        rows["turn"] = np.arange(self._next_turn, self._next_turn + len(posts))
        rows["turn"][revised] = self.rows["turn"][earlier[revised]]
        rows["key_end"] = len(self._keys) + np.cumsum([len(key) for key in keys])
        rows["prints"] = prints
        rows["known"] = True
        self.rows["known"][earlier[revised]] = False
        self.known_posts += len(posts) - int(revised.sum())
        self._next_turn += len(posts)
        self._keys += b"".join(keys)
        self._by_hash.add(_hashes(keys), numbers)
        return numbers

    def _reserve(self, more: int) -> None:
        self._size += more
        if self._size > len(self._rows):
            longer = np.empty(self._size + self._size // 4 + 64, dtype=RECORD)
            longer[: self._size - more] = self._rows[: self._size - more]
            self._rows = longer

    def numbers(self, keys: Sequence[PostKey]) -> NDArray[np.int64]:
        """The number of each post, shape (n,); -1 for one that is not known."""
        encoded = [_encoded(key) for key in keys]
        numbers = np.full(len(keys), -1)
        places, found = self._by_hash.find(_hashes(encoded), np.full(len(keys), MANY), _SAME_HASH)
        known = self.rows["known"][found]
        for place, number in zip(places[known].tolist(), found[known].tolist(), strict=True):
            if self._key(number) == encoded[place]:
                numbers[place] = number
        return numbers

    def key(self, number: int) -> PostKey:
        """Which post has that number."""
        source, _, id = self._key(number).decode("utf-8", "surrogatepass").partition("\0")
        return PostKey(source, id)

    def _key(self, number: int) -> bytes:
        start = self._rows["key_end"][number - 1] if number else 0
        return bytes(self._keys[start : self._rows["key_end"][number]])

    def forget(self, numbers: NDArray[np.int64]) -> None:
        """Know these posts, each known until now, no longer. Their numbers stay theirs until `compact`."""
        self.rows["known"][numbers] = False
        self.known_posts -= len(numbers)

    def compact(self) -> NDArray[np.int64]:
        """Give up the numbers of posts that are not known. Returns the new number of each old one, -1 for those."""
        known = self.rows["known"].copy()
        renumbered = np.where(known, np.cumsum(known) - 1, -1)
        sizes = np.diff(self.rows["key_end"], prepend=0)
        letters = np.frombuffer(self._keys, dtype=np.uint8)[np.repeat(known, sizes)]
        self._by_hash = Postings(self._by_hash.merged(renumbered))
        self._keys = bytearray(letters)
        self._rows = self.rows[known]
        self._rows["key_end"] = np.cumsum(sizes[known])
        self._size = len(self._rows)
        return renumbered

    def arrays(self) -> dict[str, NDArray[Any]]:
        """All of it, to be stored."""
        return {
            "records": self.rows,
            "keys": np.frombuffer(self._keys, dtype=np.uint8),
            "key_hashes": self._by_hash.merged(),
        }

    @classmethod
    def of_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """What `arrays` gave; the hashes are not copied."""
        records = cls()
        records._rows = arrays["records"].copy()
        records._size = len(records._rows)
        records._keys = bytearray(arrays["keys"])
        records._by_hash = Postings(arrays["key_hashes"])
        records._next_turn = int(records._rows["turn"].max(initial=-1)) + 1
        records.known_posts = int(records._rows["known"].sum())
        return records


def _encoded(key: PostKey) -> bytes:
    return f"{key.source}\0{key.id}".encode("utf-8", "surrogatepass")


@lru_cache(maxsize=1024)
def _hash(name: str) -> int:
    return zlib.crc32(name.encode("utf-8", "surrogatepass"))


def _hashes(keys: Sequence[bytes]) -> NDArray[np.uint32]:
    return np.fromiter(map(zlib.crc32, keys), dtype=np.uint32, count=len(keys))
