"""Arrays in one file: written all or not at all, checked and mapped into memory when opened."""

import json
import mmap
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from classifier.errors import FlagpostError
from classifier.whole_file import whole_file

_MAGIC = b"flagpost arrays 1\n"
_ALIGNMENT = 64
_AT_ONCE = 1 << 20

Arrays = Mapping[str, NDArray[Any]]


class SnapshotError(FlagpostError):
    """The file is of no use, and is to be made afresh."""


def write_snapshot(path: Path, arrays: Arrays) -> None:
    """Write named arrays of one dimension, in place of what the file held.

    Whoever is killed meanwhile leaves the old file as it was. Raises OSError.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    contents = [[name, _described(array.dtype), len(array)] for name, array in arrays.items()]
    # What members wrote cannot be read out of it, but that they wrote it can.
    with whole_file(path, private=True) as fresh, fresh.open("wb") as file:
        checked = _Checked(file)
        file.write(_MAGIC)
        checked.write(json.dumps(contents).encode() + b"\n")
        for array in arrays.values():
            checked.write(bytes(-file.tell() % _ALIGNMENT))
            checked.write(np.ascontiguousarray(array).view(np.uint8).data)
        file.write(b"%08x" % checked.sum)


def _described(dtype: np.dtype[Any]) -> Any:
    return dtype.descr if dtype.names else dtype.str


class _Checked:
    """Writes, and keeps the checksum of what it wrote."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.sum = 0

    def write(self, data: bytes | memoryview) -> None:
        self.sum = zlib.crc32(data, self.sum)
        self.file.write(data)


def read_snapshot(path: Path) -> dict[str, NDArray[Any]]:
    """The arrays that were written, read-only, mapped into memory.

    Reads the file once through to see that it is whole. Raises OSError, FileNotFoundError among them, and
    SnapshotError when the file is not what was written.
    """
    with path.open("rb") as file:
        _check(path, file)
        file.seek(len(_MAGIC))
        contents = json.loads(file.readline())
        start = file.tell()
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    arrays = {}
    for name, kind, length in contents:
        start += -start % _ALIGNMENT
        dtype = np.dtype(kind if isinstance(kind, str) else [tuple(field) for field in kind])
        arrays[name] = np.frombuffer(mapped, dtype=dtype, count=length, offset=start)
        start += length * dtype.itemsize
    return arrays


def _check(path: Path, file: IO[bytes]) -> None:
    # Read, not mapped: pages that were only checked shall not count as this process's memory.
    total = 0
    left = path.stat().st_size - len(_MAGIC) - 8
    if file.read(len(_MAGIC)) == _MAGIC:
        while left > 0 and (part := file.read(min(left, _AT_ONCE))):
            total = zlib.crc32(part, total)
            left -= len(part)
        if left == 0 and file.read(8) == b"%08x" % total:
            return
    raise SnapshotError(f"{path} is damaged, and is made afresh from the stored posts")
