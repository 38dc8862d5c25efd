"""The file that `flagpost label` writes: one labelled post a line, each on the disk before the next is asked."""

import json
import os
from pathlib import Path
from types import TracebackType
from typing import Self

from classifier.corpora import fields_of
from classifier.dataset import LabelledPost, read_labelled_posts
from classifier.errors import DataError


class LabelledFile:
    """Labelled posts that are appended to a file of JSON lines; `earlier` are those that stood in it already.

    Half a last line, which a crash may leave, is dropped. Raises DataError, and leaves the file as it is, when anything
    else in it is no labelled post.
    """

    def __init__(self, path: Path) -> None:
        if path.name.endswith((".gz", ".csv")):
            raise DataError(f"{path}: answers are written as JSON lines; name a file such as labelled.jsonl")
        self._file = path.open("a+b")
        try:
            self._mend()
            self.earlier = read_labelled_posts(path)
        except BaseException:
            self._file.close()
            raise
        self._ends: list[int] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def append(self, post: LabelledPost) -> None:
        """Write a line; on return it has reached the disk."""
        self._ends.append(self._file.seek(0, os.SEEK_END))
        self._file.write(json.dumps(fields_of(post), ensure_ascii=False).encode() + b"\n")
        self._sync()

    def take_back(self) -> None:
        """Remove the last line that was appended here; there has to be one."""
        self._file.truncate(self._ends.pop())
        self._sync()

    def _mend(self) -> None:
        self._file.seek(0)
        last = b""
        for line in self._file:
            last = line
        # A line of ours begins with a brace. What begins otherwise is some other file, and not ours to cut.
        if last.endswith(b"\n") or not last.startswith(b"{"):
            return
        try:
            json.loads(last)
        except ValueError:
            self._file.truncate(self._file.tell() - len(last))
        else:
            self._file.write(b"\n")
        self._sync()

    def _sync(self) -> None:
        self._file.flush()
        os.fsync(self._file.fileno())
