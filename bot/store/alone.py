"""One bot at a time: a second one on the same store would answer every moderator twice."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from bot.store.copies_file import copies_file
from bot.store.errors import StoreError
from bot.store.share import ALL, Share


@contextmanager
def alone(url: str, share: Share = ALL) -> Iterator[None]:
    """Be the only process of this machine that has this share of the store at `url`. StoreError when there is another.

    The lock is SQLite's on an empty file beside the copy index: every system takes it from a process that is killed.
    Where there can be no such file, nothing is locked.
    """
    path = copies_file(url, share).with_suffix(".lock")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        lock = sqlite3.connect(path, timeout=0, isolation_level=None)
    except (OSError, sqlite3.Error):
        yield
        return
    with closing(lock):
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
                raise StoreError("another flagpost is at work on this store: end that one first") from error
        yield
