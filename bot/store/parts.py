"""Batches cut to the size that one statement takes."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

AT_ONCE = 500
"""Rows named in one statement: databases cap a statement's parameters."""

T = TypeVar("T")


def parts(batch: Sequence[T]) -> Iterator[Sequence[T]]:
    """The batch, at most AT_ONCE of it at a time."""
    for start in range(0, len(batch), AT_ONCE):
        yield batch[start : start + AT_ONCE]
