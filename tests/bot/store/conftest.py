"""A store on a real database, of each kind."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.store.records import Flag, Moderator
from bot.store.store import Store
from classifier.assessment import Assessment
from classifier.labels import Label
from classifier.post import Post

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with Store.open(url) as store:
        yield store


@pytest.fixture
def noon() -> datetime:
    return NOON


@pytest.fixture
def write() -> Callable[..., Post]:
    """`write(id, text, minute=0, **fields)`: a post in one thread, created `minute` minutes after noon."""

    def write(id: str, text: str = "words", minute: float = 0, **fields: Any) -> Post:
        at = NOON + timedelta(minutes=minute)
        return replace(Post(source="forum", id=id, text=text, thread="t1", place="p1", created_at=at), **fields)

    return write


@pytest.fixture
def judged() -> Assessment:
    """An assessment that explains nothing."""
    return Assessment(probabilities=dict.fromkeys(Label, 0.25), model="m1", spans={})


@pytest.fixture
def raised(store: Store, judged: Assessment, write: Callable[..., Post]) -> Callable[..., Flag]:
    """`raised(id, text)`: an open flag for trolling."""

    def raised(id: str = "1", text: str = "words") -> Flag:
        post = write(id, text)
        store.save_post(post)
        flag = store.save_assessment(post, judged, [Label.TROLLING], NOON)
        assert flag is not None
        return flag

    return raised


@pytest.fixture
def ann() -> Moderator:
    return Moderator("100", "Ann")


@pytest.fixture
def bob() -> Moderator:
    return Moderator("200", "Bob")
