"""Cards: flags are kept until one shows them, and those that moved until the old one is gone."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.store.records import CardRef, Flag, Moderator
from bot.store.share import Share
from bot.store.store import Store

LIFETIME = timedelta(minutes=10)


def test_the_outbox(store: Store, raised: Callable[..., Flag]) -> None:
    flags = [raised(str(n)) for n in range(3)]
    assert store.flags_without_card(2) == flags[:2]
    store.save_card(flags[0].id, CardRef(2**63 - 1, 1))
    store.save_card(flags[0].id, CardRef(7, 2**63 - 1))
    assert store.flags_without_card(9) == flags[1:]
    shown = replace(flags[0], card=CardRef(7, 2**63 - 1))
    assert store.flag(shown.id) == shown
    assert store.flags() == [shown, *flags[1:]]
    with pytest.raises(KeyError):
        store.save_card(999, CardRef(1, 1))


def test_cards_outside_the_review_channels_are_recalled_while_there_is_something_to_decide(
    store: Store, raised: Callable[..., Flag], noon: datetime
) -> None:
    here, outside, decided = (raised(id) for id in "123")
    store.save_card(here.id, CardRef(1, 11))
    store.save_card(outside.id, CardRef(2, 12))
    store.save_card(decided.id, CardRef(2, 13))
    store.dismiss(decided.id, Moderator("7", "Ada"), noon, LIFETIME)
    store.recall_cards([1, 3], Share(number=1, count=2))
    assert store.flags_without_card(9) == [], "these are another process's"
    store.recall_cards([1, 3])
    assert [flag.id for flag in store.flags_without_card(9)] == [outside.id]
    assert store.moved_cards() == [CardRef(2, 12)]
