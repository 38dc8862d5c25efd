"""A file of posts that grows, one JSON object a line: how a forum without feed or interface can hand them over."""

import asyncio
import hashlib
from collections.abc import Sequence
from glob import escape
from os import SEEK_END
from pathlib import Path
from typing import BinaryIO, NamedTuple

from bot.counts import count
from bot.sources.errors import SourceError
from bot.sources.http import PoliteClient
from bot.sources.post_lines import parted, read_entry, read_object
from bot.sources.source import Batch, State
from classifier.errors import DataError
from classifier.post import Post, PostKey

EVERY_SECONDS = 5.0
"""Looking at a file costs next to nothing."""

AT_ONCE = 2**20
"""Bytes read at one poll, and so of the longest line: a backlog is read in several polls."""

KNOWN_BY = 256
"""Bytes before the place reached by which a file is known again, whatever it is called by then."""

MOST_WARNINGS = 5


class Place(NamedTuple):
    """How far a file was read, in bytes; `digest` is that of the last bytes before."""

    offset: int
    digest: str


class PostFile:
    """A Poller of a file of posts, in the form of `post_lines`.

    The first look is at the end of the file. A line that is still being written waits for its end. A file that is not
    the one read before, because it was rotated or emptied, is read from its beginning; before that, the rest of the old
    one, where it lies beside it under a name that goes on behind the file's (`posts.jsonl.1`).
    """

    every_seconds = EVERY_SECONDS

    def __init__(self, name: str, path: Path) -> None:
        self.name = name
        self._path = path

    async def poll(self, client: PoliteClient, state: State, inquiries: Sequence[str] = ()) -> Batch:  # noqa: ARG002
        """The posts behind the place that `state` names; those of the last AT_ONCE bytes when it names none.

        Raises SourceError when the file cannot be read.
        """
        try:
            return await asyncio.to_thread(self._read, Place(**state) if state else None)
        except OSError as error:
            raise SourceError(f"{self._path} cannot be read: {error.strerror or error}") from error

    def _read(self, place: Place | None) -> Batch:
        with self._path.open("rb") as file:
            if place is None:
                return self._batch(file, _near_the_end(file))
            if _was_read(file, place):
                return self._batch(file, place)
            for older in self._path.parent.glob(f"{escape(self._path.name)}?*"):
                with older.open("rb") as rest:
                    if _was_read(rest, place) and (batch := self._batch(rest, place)).state != place._asdict():
                        return batch
            return self._batch(file, Place(0, ""))

    def _batch(self, file: BinaryIO, place: Place) -> Batch:
        file.seek(place.offset)
        entries: list[Post | PostKey] = []
        warnings: list[str] = []
        reached = place.offset
        for line in _whole_lines(file.read(AT_ONCE)):
            try:
                if line.strip():
                    entries.append(read_entry(read_object(line), self.name))
            except DataError as error:
                warnings.append(f"{self._path}: the line at byte {reached + 1} is passed over: {error}")
            reached += len(line)
        if more := warnings[MOST_WARNINGS:]:
            warnings[MOST_WARNINGS:] = [f"{self._path}: {count(len(more), 'more line')} passed over"]
        posts, deleted = parted(entries)
        state = Place(reached, _digest(file, reached))._asdict()
        return Batch(posts=posts, deleted=deleted, state=state, warnings=tuple(warnings))


def _was_read(file: BinaryIO, place: Place) -> bool:
    """Whether this is the file that was read up to that place, whatever it is called now."""
    return _digest(file, place.offset) == place.digest or place.offset == 0


def _digest(file: BinaryIO, offset: int) -> str:
    start = max(offset - KNOWN_BY, 0)
    file.seek(start)
    return hashlib.sha256(file.read(offset - start)).hexdigest()


def _near_the_end(file: BinaryIO) -> Place:
    """Where the first line begins that stands whole in the last bytes."""
    offset = max(file.seek(0, SEEK_END) - AT_ONCE, 0)
    if offset:
        file.seek(offset - 1)
        offset += len(file.readline()) - 1
    return Place(offset, _digest(file, offset))


def _whole_lines(read: bytes) -> list[bytes]:
    """The lines without a last one that is still being written: the beginning of an object is none."""
    lines = read.split(b"\n")
    last = lines.pop()
    lines = [line + b"\n" for line in lines]
    return [*lines, last] if _is_object(last) or (len(read) == AT_ONCE and not lines) else lines


def _is_object(line: bytes) -> bool:
    try:
        read_object(line)
    except DataError:
        return False
    return True
