"""Files that may be gzipped: their name says so."""

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import IO

from classifier.errors import DataError


@contextmanager
def unpacked(
    path: Path | Traversable, remedy: str = "pack it again with gzip, or unpack it yourself"
) -> Iterator[IO[bytes]]:
    """What a file holds, unpacked if its name ends in .gz.

    Raises OSError when it cannot be read and, whenever the block comes to where a gzipped file is damaged, a DataError
    that names the `remedy`.
    """
    try:
        with path.open("rb") as file:
            yield gzip.GzipFile(fileobj=file) if path.name.endswith(".gz") else file  # type: ignore[misc]
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise DataError(f"{path}: not a whole gzip file ({error}); {remedy}") from error
