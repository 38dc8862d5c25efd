"""The copy index of an archive, made by a shuffle: fingerprints are taken partition by partition, cut into ranges of
their values, and each range is sorted by itself.
"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.scan.backends import Backend
from bot.scan.files import replaced
from bot.scan.partitions import Partitions
from classifier.copies import CopyIndex
from classifier.copies.fingerprints import fingerprint_many
from classifier.copy_rules import CopyRules
from classifier.post import Post
from classifier.progress import Progress

RANGES = 64
"""Into how many ranges the values are cut. Small ones are commoner, so that the first holds a tenth of all."""

Postings = NDArray[np.uint64]
"""A fingerprint above and the number of a post below in each, sorted."""


def take_fingerprints(partitions: Partitions, rules: CopyRules, partition: int) -> None:
    """Leave the fingerprints of one partition in a file; posts that the rules exempt have none. Raises OSError."""
    posts = partitions.read(partition)
    prints = fingerprint_many(["" if rules.exempts(post) else post.text for post in posts])
    numbers = (partition * partitions.size + prints.texts).astype(np.uint64)
    postings = np.sort(prints.hashes.astype(np.uint64) << np.uint64(32) | numbers)
    with replaced(fingerprints_file(partitions, partition)) as fresh, fresh.open("wb") as file:
        np.savez(file, postings=postings, counts=prints.counts)


def fingerprints_file(partitions: Partitions, partition: int) -> Path:
    """Where they are left."""
    return partitions.folder / f"{partition:06}.prints.npz"


def fill(index: CopyIndex, partitions: Partitions, backend: Backend, progress: Progress) -> None:
    """Add all posts to an empty index, once the fingerprints of every partition are taken."""
    ranges = backend.shuffled(partial(_cut, partitions), partitions, _sorted)
    index.fill(_numbered(partitions, progress), np.concatenate([np.empty(0, dtype=np.uint64), *ranges]))


def _cut(partitions: Partitions, partition: int) -> list[tuple[int, Postings]]:
    """The fingerprints of a partition, range by range."""
    with np.load(fingerprints_file(partitions, partition)) as arrays:
        postings = arrays["postings"]
    borders = np.arange(1, RANGES, dtype=np.uint64) * np.uint64(2**64 // RANGES)
    return list(enumerate(np.split(postings, np.searchsorted(postings, borders))))


def _sorted(pieces: list[Postings]) -> Postings:
    return np.sort(np.concatenate(pieces))


def _numbered(partitions: Partitions, progress: Progress) -> Iterator[tuple[list[Post], NDArray[np.int64]]]:
    for partition in partitions:
        with np.load(fingerprints_file(partitions, partition)) as arrays:
            yield partitions.numbered(partition), arrays["counts"]
        progress("indexing copies", min((partition + 1) * partitions.size, partitions.posts), partitions.posts)
