"""A store that cannot be used, said in one line that holds no password and no post."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError

from classifier.errors import FlagpostError


class StoreError(FlagpostError):
    """A store that cannot be opened, read or written."""


_SQLITE_ADVICE = {
    sqlite3.SQLITE_BUSY: "is in use by another program: stop that program, or try again when it is done",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened: check that the path names a file in a folder you may write to",
    sqlite3.SQLITE_CORRUPT: "is damaged: put back a copy of it, or move it away to start a new one",
    sqlite3.SQLITE_FULL: "cannot grow: the disk is full",
    sqlite3.SQLITE_IOERR: "cannot be read or written: check the disk it is on",
    sqlite3.SQLITE_NOTADB: "is not a database: name another file, or move this one away",
    sqlite3.SQLITE_READONLY: "cannot be written: allow writing to the file and to its folder",
}


@contextmanager
def explained(place: str) -> Iterator[None]:
    """Turn a database's errors into StoreError; `place` says which store, without a password.

    Broken constraints and unfit values pass through as they are: they are mistakes of the code, not of its user.
    """
    try:
        yield
    except (IntegrityError, DataError):
        raise
    except (DBAPIError, sqlite3.Error) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        # The low byte is the primary code; SQLite puts the finer distinctions above it.
        code = (getattr(cause, "sqlite_errorcode", None) or 0) & 0xFF
        advice = _SQLITE_ADVICE.get(code) or f"cannot be used: {_first_line(cause)}"
        raise StoreError(f"the store {place} {advice}") from error


def _first_line(cause: BaseException | None) -> str:
    return next(iter(str(cause).splitlines()), type(cause).__name__)
