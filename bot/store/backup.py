"""A copy of the database, made while it is in use."""

import shlex
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import URL

from bot.store.address import address_of
from bot.store.errors import StoreError, explained
from classifier.whole_file import whole_file

PAGES_AT_ONCE = 1_000
"""Between these, writers get their turn; what they change is copied as well."""


def back_up(url: str, target: Path) -> None:
    """Copy the SQLite store at `url` into a new file, whole or not at all, for this user's eyes.

    StoreError when the store cannot be read, when it is on a PostgreSQL server, and when there is a file already:
    that may be the only good copy, or the store itself. OSError when the file cannot be written.
    """
    address = address_of(url)
    if address.get_backend_name() != "sqlite":
        raise StoreError(
            f"a store on a PostgreSQL server is backed up by PostgreSQL's own program: {pg_dump(url, target)}"
        )
    if target.exists():
        raise StoreError(f"{target} is there already: name a new file")
    store = str(address.database)
    with whole_file(target, private=True) as fresh, explained(store):
        _copy(store, fresh)


def _copy(store: str, target: Path) -> None:
    source = store if store.startswith("file:") else f"{Path(store).absolute().as_uri()}?mode=ro"
    with (
        closing(sqlite3.connect(source, uri=True)) as original,
        closing(sqlite3.connect(target)) as copy,
    ):
        original.backup(copy, pages=PAGES_AT_ONCE)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, with nothing beside it that could be left behind
        if (found := copy.execute("PRAGMA integrity_check(1)").fetchone()[0]) != "ok":
            raise StoreError(f"the store {store} is damaged, and so would be its copy: {found}")


def pg_dump(url: str, target: Path) -> str:
    """The command that backs up the PostgreSQL store at `url`. It asks for the password, which is not in it."""
    address = address_of(url)
    bare = URL.create(
        "postgresql",
        username=address.username,
        host=address.host,
        port=address.port,
        database=address.database,
        query={name: value for name, value in address.query.items() if name != "password"},
    ).render_as_string()
    return shlex.join(["pg_dump", "--format=custom", f"--file={target}", f"--dbname={bare}"])
