"""What sources remember: each its own, and over a restart."""

from bot.store.store import Store


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
