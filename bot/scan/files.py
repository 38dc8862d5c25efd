"""Files of a scan: all of it or nothing, whenever a kill comes, and whoever else does the same work."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from classifier.whole_file import named


@contextmanager
def replaced(path: Path) -> Iterator[Path]:
    """Yields where to write what is to stand at `path`, which it does once the block is left in peace.

    Raises OSError, about `path`.
    """
    fresh = path.with_name(f"{path.name}.{uuid4().hex}.new")
    try:
        with named(path, fresh):
            yield fresh
            fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write `text` in UTF-8 in place of what the file held. Raises OSError."""
    with replaced(path) as fresh:
        fresh.write_text(text, encoding="utf-8")
