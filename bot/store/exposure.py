"""Who else on this machine may read what members wrote."""

import stat
from pathlib import Path

from sqlalchemy import make_url

from bot.store.copies_file import copies_file

_SIDE_FILES = ("", "-wal", "-shm")
"""SQLite's database, its write-ahead log and the index of that."""


def readable_by_others(url: str) -> list[Path]:
    """The files of the store at `url` that every user of this machine may read; empty where there is no such notion.

    Those of a PostgreSQL server are the server's to guard; the copy index beside the store is looked at in any case.
    """
    address = make_url(url)
    database = address.database or ""
    files = [copies_file(url)]
    if address.get_backend_name() == "sqlite" and not database.startswith("file:"):
        files += [Path(database + suffix) for suffix in _SIDE_FILES]
    return [file for file in files if file.exists() and _is_open(file.absolute())]


def _is_open(file: Path) -> bool:
    reached = all(folder.stat().st_mode & stat.S_IXOTH for folder in file.parents)
    return reached and bool(file.stat().st_mode & stat.S_IROTH)
