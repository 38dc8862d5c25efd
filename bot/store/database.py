"""A database opened for the store: found by its URL, brought up to date, one writer at a time."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, create_engine, delete, event, false

from bot.store.address import address_of, place_of
from bot.store.errors import StoreError, explained
from bot.store.tables import VERSION_TABLE, cards

BUSY_SECONDS = 10.0
"""How long a writer waits for another before it gives up."""

_PATIENCE_WITH_A_SERVER = {
    "connect_timeout": 10,
    "tcp_user_timeout": 60_000,  # milliseconds
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
}
"""How long a PostgreSQL server may be silent, as libpq takes it (seconds): without these the system waits for hours for
one whose machine was switched off. What the store's URL says counts for more."""

_WRITER_LOCK = 0x666C6167
"""The PostgreSQL advisory lock that writers hold ("flag" in ASCII): any number, as long as it stays the same."""

_migrating = threading.Lock()
"""Alembic keeps the migration it is running in module globals: one at a time in a process."""


class Schema(NamedTuple):
    """The migration that made the tables, "" without any; the last one known; whether a newer flagpost made them."""

    there: str
    newest: str
    is_newer: bool


class Database:
    """An engine and the two ways to use it. Threads may share it."""

    def __init__(self, engine: Engine, place: str) -> None:
        self._engine = engine
        self._writer = engine.execution_options(writing=True)
        self._lazy_writer = engine.execution_options(writing=True, lazily=True)
        self._place = place
        # SQLite lets a waiting writer sleep and look again: a flood of posts would starve a moderator's press.
        # So the threads of this process queue here instead.
        self._turn = threading.Lock()

    @classmethod
    def open(cls, url: str) -> "Database":
        """Open the database, which is created where it is a file, and bring its tables up to date.

        StoreError says what is in the way.
        """
        address = address_of(url)
        if address.get_backend_name() == "sqlite":
            _create_file(place_of(address))
        database = cls.as_it_is(url)
        try:
            database.migrate()
        except BaseException:
            database.close()
            raise
        return database

    @classmethod
    def as_it_is(cls, url: str) -> "Database":
        """The database with the tables that it has; nothing is read or written yet. StoreError for no such URL."""
        address = address_of(url)
        return cls(_engine(address), place_of(address))

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only looks. StoreError when the database fails."""
        with explained(self._place), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def writing(self, *, lazily: bool = False) -> Iterator[Connection]:
        """A transaction that changes something: no other writer runs beside it. StoreError when the database fails.

        It has reached the disk at the end; one done `lazily` does so with the next that is not, at the latest.
        """
        writer = self._lazy_writer if lazily else self._writer
        with self._turn, explained(self._place), writer.begin() as connection:
            yield connection

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def empty_log(self) -> None:
        """Take what was erased out of SQLite's write-ahead log, too, as far as no other program reads there."""
        if self._engine.dialect.name == "sqlite":
            with explained(self._place), closing(self._engine.raw_connection()) as connection:
                connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def schema(self) -> Schema:
        """Which tables there are, and which this flagpost works with. StoreError when the database fails."""
        with self.reading() as connection:
            return _schema(connection, ScriptDirectory.from_config(_migrations()))

    def migrate(self) -> Schema:
        """Bring the tables up to date; returns what they were. StoreError, also for the tables of a newer flagpost."""
        config = _migrations()
        with _migrating, self.writing() as connection:
            schema = _schema(connection, ScriptDirectory.from_config(config))
            if schema.is_newer:
                raise StoreError(
                    f"the store {self._place} was written by a newer flagpost: upgrade flagpost to open it"
                )
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            # Changes nothing; but a store that may not be written says so here, and not at the first post.
            connection.execute(delete(cards).where(false()))
            return schema


def _migrations() -> Config:
    config = Config()
    config.set_main_option("script_location", "bot.store:migrations")
    return config


def _schema(connection: Connection, scripts: ScriptDirectory) -> Schema:
    there = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE}).get_current_heads()
    known = {script.revision for script in scripts.walk_revisions()}
    return Schema(there=", ".join(there), newest=scripts.get_current_head() or "", is_newer=not known.issuperset(there))


def _create_file(place: str) -> None:
    if place.startswith("file:"):
        return  # an SQLite URI says itself whether the file may be created
    path = Path(place)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Members' words and moderators' decisions: for this user's eyes. SQLite's side files take the same mode.
        if not path.exists():
            path.touch(mode=0o600)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        advice = f"name a file in a folder you may write to ({reason})"
        raise StoreError(f"the store {place} cannot be created: {advice}") from error


def _engine(address: URL) -> Engine:
    # A failed statement's values would put post text into logs.
    if address.get_backend_name() == "sqlite":
        engine = create_engine(address, hide_parameters=True, connect_args={"timeout": BUSY_SECONDS})
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    try:
        silence = {name: value for name, value in _PATIENCE_WITH_A_SERVER.items() if name not in address.query}
        engine = create_engine(address, hide_parameters=True, pool_pre_ping=True, connect_args=silence)
    except ImportError as error:
        raise StoreError("a PostgreSQL store needs a driver: pip install flagpost[postgres]") from error
    event.listen(engine, "begin", _begin_postgres)
    return engine


def _set_up_sqlite(connection: sqlite3.Connection, _: object) -> None:
    connection.isolation_level = None  # transactions begin in _begin_sqlite, not where the driver guesses
    _use_write_ahead_log(connection)
    connection.execute("PRAGMA foreign_keys=ON")
    # A decision that a moderator saw accepted survives a power cut, and so do flags.
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA secure_delete=ON")  # a purged text does not linger in the file's free pages


def _use_write_ahead_log(connection: sqlite3.Connection) -> None:
    """Let readers work beside the writer. SQLite itself does not wait when two programs switch a new file at once."""
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.01)


def _begin_sqlite(connection: Connection) -> None:
    # A reader that turns writer midway fails when another wrote in between; so writers say at once what they are.
    options = connection.get_execution_options()
    if options.get("writing"):
        # Both write to one log, and a full flush takes all of it to the disk.
        connection.exec_driver_sql(f"PRAGMA synchronous={'NORMAL' if options.get('lazily') else 'FULL'}")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.exec_driver_sql("BEGIN")


def _begin_postgres(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get("writing"):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITER_LOCK})")
        if options.get("lazily"):
            connection.exec_driver_sql("SET LOCAL synchronous_commit TO off")
