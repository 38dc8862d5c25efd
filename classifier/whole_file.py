"""Files that are there whole or not at all: written beside their place, then renamed (POSIX rename is atomic)."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def whole_file(path: Path, *, private: bool = False) -> Iterator[Path]:
    """A path to write to, whose file takes the place of `path` when the block ends, and is removed when it fails.

    It has reached the disk by then. One that a kill left behind is overwritten by the next. A `private` file can be
    read by this user alone. Raises OSError, about `path`.
    """
    fresh = path.with_name(f".{path.name}.part")
    fresh.unlink(missing_ok=True)
    try:
        with named(path, fresh):
            if private:
                fresh.touch(mode=0o600)
            yield fresh
            with fresh.open("r+b") as file:
                os.fsync(file.fileno())
            fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


@contextmanager
def named(path: Path, fresh: Path) -> Iterator[None]:
    """An OSError about `fresh` names `path` instead, which people know; so does a full disk, of which the system tells
    no name.
    """
    try:
        yield
    except OSError as error:
        if error.filename in (None, str(fresh)):
            error.filename = str(path)
        raise
