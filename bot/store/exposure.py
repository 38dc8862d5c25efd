"""Who else on this machine may read what members wrote."""

import stat
from pathlib import Path

from bot.store.address import database_file
from bot.store.copies_file import copies_file

_SIDE_FILES = ("", "-wal", "-shm")
"""SQLite's database, its write-ahead log and the index of that."""


def readable_by_others(url: str) -> list[Path]:
    """The files of the store at `url` that every user of this machine may read; empty where there is no such notion.

    Those of a PostgreSQL server are the server's to guard; the copy index beside the store is looked at in any case.
    """
    files = [copies_file(url)]
    if (database := database_file(url)) is not None:
        files += [database.with_name(database.name + suffix) for suffix in _SIDE_FILES]
    return [file for file in files if file.exists() and _is_open(file.absolute())]


def _is_open(file: Path) -> bool:
    reached = all(folder.stat().st_mode & stat.S_IXOTH for folder in file.parents)
    return reached and bool(file.stat().st_mode & stat.S_IROTH)
