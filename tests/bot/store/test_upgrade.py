"""A store that the first flagpost made: what was flagged and decided there stays."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine, make_url, text

from bot.store.database import Database
from bot.store.inspection import inspect
from bot.store.records import CardRef, FlagState, Moderator
from bot.store.store import Store
from classifier.labels import Label
from classifier.post import Post

POST = Post(source="forum", id="1", text="words")


def insert(connection: Connection, table: str, row: Mapping[str, Any]) -> None:
    """A row as SQL alone writes it: today's code knows today's tables."""
    values = ", ".join(f":{column}" for column in row)
    connection.execute(text(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({values})"), row)


def make_first_tables(connection: Connection, now: datetime) -> None:
    """The tables of the first migration, with a flag that Ann confirmed, and its card."""
    migrations = Config()
    migrations.set_main_option("script_location", "bot.store:migrations")
    migrations.attributes["connection"] = connection
    command.upgrade(migrations, "0001")
    post = {"source": POST.source, "post_id": POST.id, "revision": POST.revision, "text": POST.text}
    about = {"newest": True, "quotations": "[]", "provenance": "forum", "ordered_at": now, "saved_at": now}
    insert(connection, "posts", {"id": 1, **post, **about})
    found = {"probabilities": '{"trolling": 0.5}', "spans": "{}", "copies": "[]", "copied_text": False}
    insert(connection, "assessments", {"id": 1, "post_row": 1, "model": "m1", **found, "at": now})
    labels = {"labels": '["trolling"]'}
    insert(connection, "flags", {"id": 1, "post_row": 1, "assessment_row": 1, **labels, "created_at": now})
    insert(connection, "cards", {"flag_id": 1, "channel_id": 2, "message_id": 3})
    ann = {"moderator_id": "100", "moderator_name": "Ann"}
    insert(connection, "audit", {"flag_id": 1, "step": 1, "verb": "confirm", **ann, **labels, "at": now})


def test_posts_flags_cards_and_decisions_stay(url: str, noon: datetime) -> None:
    if (file := make_url(url).database) and url.startswith("sqlite"):
        Path(file).parent.mkdir()
    engine = create_engine(url)
    with engine.begin() as connection:
        make_first_tables(connection, noon)
    engine.dispose()
    with Store.open(url) as store:
        assert not store.save_post(POST)
        [flag] = store.flags()
        assert (flag.post, flag.state, flag.labels) == (POST, FlagState.CONFIRMED, (Label.TROLLING,))
        assert flag.card == CardRef(2, 3)
        assert flag.decision is not None
        assert (flag.decision.moderator, flag.decision.at) == (Moderator("100", "Ann"), noon)
        assert len(store.verdicts()) == 1
        store.save_source_state("meadow", {"seen": {}})
    database = Database.as_it_is(url)
    assert inspect(database) == []
    database.close()
