"""What sources remember: each its own, and over a restart."""

from sqlalchemy import create_engine, text

from bot.store.store import Store
from bot.store.tables import VERSION_TABLE
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


def test_a_store_from_before_there_were_sources_is_brought_up_to_date(url: str) -> None:
    post = Post(source="discord", id="1", text="words")
    with Store.open(url) as store:
        store.save_post(post)
    engine = create_engine(url)
    with engine.begin() as connection:
        for table in ("source_states", "inquiries"):
            connection.execute(text(f"DROP TABLE {table}"))
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '0001'"))
    engine.dispose()
    with Store.open(url) as store:
        store.save_source_state("meadow", {"seen": {}})
        assert not store.save_post(post)
