"""What sources remember: each its own, and over a restart."""

from datetime import datetime
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, make_url, text

from bot.store.store import Store
from classifier.post import Post


def test_each_source_has_its_own_state_over_a_restart(url: str) -> None:
    state = {"seen": {"47": "0a1b"}, "validators": {"etag": 'W/"ünü"'}, "at": None}
    with Store.open(url) as store:
        assert store.source_state("meadow") is None
        store.save_source_state("meadow", {"seen": {}})
        store.save_source_state("meadow", state)
        store.save_source_state("garden", {})
    with Store.open(url) as store:
        assert store.source_state("meadow") == state
        assert store.source_state("garden") == {}


def test_a_store_with_the_first_tables_only_is_brought_up_to_date(url: str, noon: datetime) -> None:
    post = Post(source="forum", id="1", text="words")
    if (file := make_url(url).database) and url.startswith("sqlite"):
        Path(file).parent.mkdir()
    engine = create_engine(url)
    first_tables = Config()
    first_tables.set_main_option("script_location", "bot.store:migrations")
    with engine.begin() as connection:
        first_tables.attributes["connection"] = connection
        command.upgrade(first_tables, "0001")
        columns = "source, post_id, revision, newest, ordered_at, text, quotations, provenance, saved_at"
        values = ":source, :id, :revision, true, :now, :text, '[]', 'forum', :now"
        row = {"source": post.source, "id": post.id, "revision": post.revision, "text": post.text, "now": noon}
        connection.execute(text(f"INSERT INTO posts ({columns}) VALUES ({values})"), row)
    engine.dispose()
    with Store.open(url) as store:
        store.save_source_state("meadow", {"seen": {}})
        assert store.source_state("meadow") == {"seen": {}}
        assert not store.save_post(post), "what was there stays"
