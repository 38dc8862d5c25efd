"""Opening a store: always the newest tables, or one line that says what is in the way."""

import logging
import os
import socket
import sqlite3
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.exc import IntegrityError

from bot.store import database
from bot.store.errors import StoreError
from bot.store.store import Store
from bot.store.tables import VERSION_TABLE, cards, metadata
from classifier.post import Post

ROOT = Path(__file__).parents[3]


def problem(url: str) -> str:
    """The one line that opening this URL ends in."""
    with pytest.raises(StoreError) as caught:
        Store.open(url)
    assert "s3cret" not in "".join(traceback.format_exception(caught.value))
    (line,) = str(caught.value).splitlines()
    return line


def test_the_migrations_make_the_tables_the_code_reads(url: str, store: Store) -> None:
    engine = create_engine(url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        assert compare_metadata(context, metadata) == []
    engine.dispose()
    with Store.open(url) as again:
        assert again.save_post(Post(source="forum", id="1", text="words"))
        assert not store.save_post(Post(source="forum", id="1", text="words"))


def test_opening_leaves_logging_alone(url: str) -> None:
    mine = logging.getLogger("somebody.elses")
    before = (logging.root.level, list(logging.root.handlers), mine.disabled)
    Store.open(url).close()
    assert (logging.root.level, logging.root.handlers, mine.disabled) == before


def test_programs_that_start_together_share_a_new_store(url: str) -> None:
    code = "import sys; from bot.store.store import Store; sys.stdin.read(1); Store.open(sys.argv[1]).close()"
    programs = [
        Popen([sys.executable, "-c", code, url], stdin=PIPE, stderr=PIPE, text=True, cwd=ROOT) for _ in range(3)
    ]
    for program in programs:
        assert program.stdin is not None
        program.stdin.write("!")
        program.stdin.flush()
    for program in programs:
        assert program.communicate(timeout=60)[1] == ""
        assert program.returncode == 0


def test_a_migration_that_fails_leaves_nothing(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def upgrade_and_fail(*arguments: object) -> None:
        upgrade(*arguments)
        raise KeyboardInterrupt

    upgrade: Callable[..., None] = command.upgrade
    monkeypatch.setattr(command, "upgrade", upgrade_and_fail)
    with pytest.raises(KeyboardInterrupt):
        Store.open(url)
    engine = create_engine(url)
    assert inspect(engine).get_table_names() == []
    engine.dispose()
    monkeypatch.undo()
    Store.open(url).close()


def test_a_store_of_a_newer_flagpost(url: str) -> None:
    with Store.open(url) as store, store._database.writing() as connection:
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))
    assert "was written by a newer flagpost: upgrade flagpost" in problem(url)


def test_the_file_is_for_its_owner(tmp_path: Path) -> None:
    with Store.open(f"sqlite:///{tmp_path}/store.sqlite3") as store:
        store.save_post(Post(source="forum", id="1", text="words"))
        assert {file.stat().st_mode & 0o777 for file in tmp_path.iterdir()} == {0o600}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A store that holds posts."""
    path = tmp_path / "store.sqlite3"
    with Store.open(f"sqlite:///{path}") as store:
        store.save_posts([Post(source="forum", id=str(n), text="words " * 100) for n in range(100)])
    return path


@pytest.fixture
def read_only(file: Path) -> Iterator[str]:
    """Its URL; mode bits do not stop root, who gets it by a URI that says read only."""
    if os.geteuid():
        file.chmod(0o400)
        yield f"sqlite:///{file}"
        file.chmod(0o600)
    else:
        yield f"sqlite:///file:{file}?mode=ro&uri=true"


def test_a_read_only_file(read_only: str) -> None:
    assert "cannot be written: allow writing to the file and to its folder" in problem(read_only)


def test_a_locked_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.05)
    holder = sqlite3.connect(file)
    holder.execute("BEGIN IMMEDIATE")
    assert problem(f"sqlite:///{file}").startswith(f"the store {file} is in use by another program")
    holder.close()


def test_a_damaged_file(file: Path) -> None:
    content = file.read_bytes()
    file.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))
    assert problem(f"sqlite:///{file}").startswith(f"the store {file} is damaged")
    file.write_bytes(b"something else altogether, and long enough to be read" * 99)
    assert problem(f"sqlite:///{file}").startswith(f"the store {file} is not a database")


def test_a_file_of_another_program(file: Path) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute(f"DROP TABLE {VERSION_TABLE}")
    connection.close()
    assert problem(f"sqlite:///{file}") == f"the store {file} cannot be used: table posts already exists"


def test_a_store_that_fails_while_it_is_used(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.05)
    post = Post(source="forum", id="new", text="never-to-be-logged"[::-1])
    with Store.open(f"sqlite:///{file}") as store, closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="is in use by another program"):
            store.save_post(post)
        other.execute("ROLLBACK")
        other.execute("ALTER TABLE posts RENAME COLUMN text TO gone")
        with pytest.raises(StoreError, match="no column named text") as caught:
            store.save_post(post)
        assert post.text not in "".join(traceback.format_exception(caught.value))
        other.execute("ALTER TABLE posts RENAME COLUMN gone TO text")
        assert store.save_post(post)


@pytest.mark.parametrize(("lazily", "flushes"), [(False, 2), (True, 1)])
def test_what_was_written_is_on_the_disk_or_follows_with_the_next(file: Path, lazily: bool, flushes: int) -> None:
    """A power cut cannot be tested here; what SQLite is told about it can."""
    with Store.open(f"sqlite:///{file}") as store:
        store.save_source_state("a forum", {})
        with store._database.writing(lazily=lazily) as connection:
            told = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous")]
    assert told == ["wal", flushes]


def test_a_row_that_refers_to_nothing_is_refused(file: Path) -> None:
    with (
        Store.open(f"sqlite:///{file}") as store,
        store._database.reading() as connection,
        pytest.raises(IntegrityError),
    ):
        connection.execute(cards.insert().values(flag_id=999, channel_id=1, message_id=1))


def test_paths_that_hold_no_file(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert problem(f"sqlite:///{tmp_path}").startswith(f"the store {tmp_path} cannot be opened")
    inside = f"{tmp_path}/file/store.sqlite3"
    assert problem(f"sqlite:///{inside}").startswith(f"the store {inside} cannot be created: name a file in a folder")


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("", "cannot be read"),
        ("data/store.sqlite3", "cannot be read"),
        ("postgresql://me:s3cret@host:s3cret/name", "cannot be read"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("mysql://me:s3cret@host/name", "cannot be kept in mysql"),
    ],
)
def test_urls_that_name_no_store(url: str, told: str) -> None:
    line = problem(url)
    assert told in line
    assert "write sqlite:///PATH or postgresql://USER:PASSWORD@HOST/NAME" in line


def test_postgres_without_its_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    for url in ("postgresql://me:s3cret@host/name", "postgres://host/name?user=me&password=s3cret"):
        assert problem(url) == "a PostgreSQL store needs a driver: pip install flagpost[postgres]"


def test_a_postgres_that_does_not_answer() -> None:
    pytest.importorskip("psycopg")
    line = problem("postgresql://me:s3cret@127.0.0.1:1/name?connect_timeout=5")
    assert line.startswith("the store postgresql://127.0.0.1:1/name cannot be used: ")


@pytest.mark.parametrize("url", ["postgres"], indirect=True)
@pytest.mark.parametrize(("more", "milliseconds"), [("", 60_000), ("?tcp_user_timeout=5000", 5_000)])
def test_a_server_that_falls_silent_is_given_up_in_time(url: str, more: str, milliseconds: int) -> None:
    """A machine that is switched off says nothing; what the system is told about that can be tested."""
    with Store.open(url + more) as store, store._database.reading() as connection:
        driver: Any = connection.connection.driver_connection
        with socket.socket(fileno=os.dup(driver.fileno())) as line:
            if line.family == socket.AF_UNIX:
                pytest.skip("FLAGPOST_TEST_POSTGRES is reached without TCP")
            assert line.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == milliseconds
            assert line.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == 30
