"""A sound store is found sound, and each kind of fault is named."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from bot.store.database import Database
from bot.store.errors import StoreError
from bot.store.folding import Folding
from bot.store.inspection import inspect
from bot.store.records import Flag, Moderator, Verb
from bot.store.store import Store
from bot.store.tables import VERSION_TABLE
from classifier.assessment import Assessment
from classifier.labels import Label
from classifier.post import Post

NOBODY = timedelta(0)


def faults(url: str) -> list[str]:
    with closing(Database.as_it_is(url)) as database:
        return inspect(database)


def change(url: str, *statements: str) -> None:
    """Change the tables behind the store's back."""
    engine = create_engine(url)
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SET session_replication_role = replica"))  # foreign keys look away
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


@pytest.fixture
def flags(
    store: Store, raised: Callable[..., Flag], write: Callable[..., Post], judged: Assessment, ann: Moderator
) -> list[Flag]:
    """Decided, undone, folded ones: everything that is as it should be."""
    first, second = raised("1"), raised("2")
    now = first.created_at
    store.claim(first.id, ann, now, NOBODY)
    store.confirm(first.id, ann, [Label.TROLLING], now, NOBODY)
    store.remark(first.id, Verb.NOTE, ann, "a note", now)
    store.undo(first.id, ann, now)
    store.snooze(first.id, ann, now, now, NOBODY)
    store.lapse(now + timedelta(days=1), NOBODY)
    store.dismiss(second.id, ann, now, NOBODY)
    posts = [write(id, f"by one {id}", author="7") for id in ("3", "4")]
    store.save_posts(posts)
    folding = Folding(same_author=timedelta(hours=1))
    folded = store.save_assessments([(post, judged, [Label.TROLLING]) for post in posts], now, folding)
    store.confirm(folded[0].id, ann, [Label.TROLLING], now, NOBODY)  # type: ignore[union-attr]
    assert folded[1] is not None
    assert folded[1].lead == folded[0].id  # type: ignore[union-attr]
    return [first, second, *(flag for flag in folded if flag is not None)]


@pytest.mark.usefixtures("flags")
def test_a_sound_store(url: str) -> None:
    assert faults(url) == []


FAULTS = {
    "UPDATE audit SET verb = 'shrug' WHERE flag_id = 2": "cannot have come about: 2",
    "DELETE FROM audit WHERE flag_id = 1 AND step = 2": "cannot have come about: 1, 2",
    "UPDATE audit SET verb = 'undo' WHERE flag_id = 3": "cannot have come about: 1, 2, 3",
    "UPDATE audit SET flag_id = 4 WHERE flag_id = 3": "with a trail beside that of the card they joined: 4",
    "UPDATE posts SET newest = false WHERE post_id = '2'": "without exactly one newest revision: 2",
    "UPDATE flags SET assessment_row = 1 WHERE id = 2": "raised on the assessment of another post: 2",
    "UPDATE posts SET text_purged_at = saved_at": "whose text was erased and is there: 1, 2, 3, 4",
    "UPDATE burst_members SET lead_id = flag_id": "on the card of a flag that has none of its own: 4",
    "DELETE FROM posts WHERE post_id = '1'": "assessments.post_row names rows of posts that are missing: 1",
    "DELETE FROM flags WHERE id = 2": "audit.flag_id names rows of flags that are missing: 2",
}


@pytest.mark.usefixtures("flags")
def test_what_is_wrong_is_told(url: str) -> None:
    told: list[str] = []
    for statement, fault in FAULTS.items():
        assert not any(fault in line for line in told)
        change(url, statement)
        told = faults(url)
        assert any(line.endswith(fault) for line in told), told


@pytest.mark.usefixtures("store")
def test_tables_of_another_version(url: str) -> None:
    change(url, f"UPDATE {VERSION_TABLE} SET version_num = '0003'")
    assert faults(url) == ["its tables are at 0003, not at 0010: run flagpost store migrate"]
    change(url, f"UPDATE {VERSION_TABLE} SET version_num = '9999'")
    assert faults(url) == ["its tables (9999) were made by a newer flagpost: upgrade flagpost"]


def test_a_file_that_is_damaged(tmp_path: Path, write: Callable[..., Post]) -> None:
    path = tmp_path / "store.sqlite3"
    with Store.open(f"sqlite:///{path}") as store:
        store.save_posts([write(str(n), "words " * 300) for n in range(200)])
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_master SET sql = replace(sql, 'link TEXT', 'link TEXT NOT NULL')")
    assert faults(f"sqlite:///{path}")[0] == "the file is damaged: NULL value in posts.link"
    content = path.read_bytes()
    path.write_bytes(content[:40_000] + b"\xff" * (len(content) - 40_000))
    with pytest.raises(StoreError, match="is damaged: put back a copy of it"):
        faults(f"sqlite:///{path}")
