"""The copy index of an archive, made by a shuffle: fingerprints are taken partition by partition, cut into ranges of
their values, and each range is sorted by itself.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.backends import Backend
from bot.scan.files import replaced
from bot.scan.partitions import Partitions
from classifier.copies import CopyIndex
from classifier.copies.fingerprints import fingerprint_many
from classifier.copies.records import Written, written
from classifier.copy_rules import CopyRules
from classifier.post import Post, PostKey
from classifier.progress import Progress

RANGES = 64
"""Into how many ranges the values are cut. Small ones are commoner, so that the first holds a tenth of all."""

Postings = NDArray[np.uint64]
"""A fingerprint above and the number of a post below in each, sorted."""


def take_fingerprints(folder: Path, partition: int, posts: Sequence[Post], rules: CopyRules) -> None:
    """Leave in a file what the index is to know of one partition; posts that the rules exempt have no fingerprints.

    Raises OSError.
    """
    prints = fingerprint_many(["" if rules.exempts(post) else post.text for post in posts])
    postings = prints.hashes.astype(np.uint64) << np.uint64(32) | prints.texts.astype(np.uint64)
    arrays = written(posts)._asdict() | {"postings": np.sort(postings), "counts": prints.counts}
    with replaced(_file(folder, partition)) as fresh, fresh.open("wb") as file:
        np.savez(file, **arrays)


def times_of(folder: Path, partition: int) -> NDArray[np.int64]:
    """When the posts of a partition were written, in microseconds since 1970, NO_TIME where nobody knows."""
    with np.load(_file(folder, partition)) as arrays:
        times: NDArray[np.int64] = arrays["created"]
        return times


def fill(index: CopyIndex, partitions: Partitions, backend: Backend, progress: Progress) -> None:
    """Add all posts to an empty index, once the fingerprints of every partition are taken."""
    ranges = backend.shuffled(partial(_cut, partitions), partitions, _sorted)
    index.fill(_numbered(partitions, progress), ranges)


def _cut(partitions: Partitions, partition: int) -> list[tuple[int, Postings]]:
    """The fingerprints of a partition, range by range, with the numbers that its posts have in the whole."""
    with np.load(_file(partitions.folder, partition)) as arrays:
        postings = arrays["postings"] + np.uint64(partitions.starts[partition])
    borders = np.arange(1, RANGES, dtype=np.uint64) * np.uint64(2**64 // RANGES)
    return list(enumerate(np.split(postings, np.searchsorted(postings, borders))))


def _sorted(pieces: list[Postings]) -> Postings:
    return np.sort(np.concatenate(pieces))


def _numbered(partitions: Partitions, progress: Progress) -> Iterator[tuple[list[PostKey], Written, NDArray[np.int64]]]:
    for partition in partitions:
        with np.load(_file(partitions.folder, partition)) as arrays:
            of_posts = Written(*(arrays[name] for name in Written._fields))
            yield partitions.keys(partition), of_posts, arrays["counts"]
        progress("indexing copies", partitions.starts[partition + 1], partitions.posts)


def _file(folder: Path, partition: int) -> Path:
    return folder / f"{partition:06}.prints.npz"
