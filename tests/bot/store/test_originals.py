"""What the copy index is told about posts, those that are gone among them."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.store import originals
from bot.store.database import Database
from bot.store.store import Store
from classifier.copies import CopyIndex
from classifier.post import Original, Post, PostKey

Write = Callable[..., Post]
ARTICLE = (
    "Nobody who has ever changed trains at that station in January would call the new timetable an improvement. "
    "Twelve minutes on an open platform, then a bus."
)


@pytest.fixture
def database(store: Store, url: str) -> Iterator[Database]:  # noqa: ARG001
    database = Database.open(url)
    yield database
    database.close()


class Originals:
    """The archive of a copy index."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def originals(self, keys: Collection[PostKey]) -> Mapping[PostKey, Original]:
        with self.database.reading() as connection:
            return originals.find(connection, keys)


def all_since(database: Database, since: datetime) -> list[Post]:
    found: list[Post] = []
    after: int | None = 0
    while after is not None:
        with database.reading() as connection:
            page, after = originals.saved_since(connection, since, after, size=2)
        found += page
    return found


def test_each_post_as_it_stands(store: Store, database: Database, write: Write) -> None:
    first, edited, other, odd = write("1", "first"), write("1", "edited"), write("2", "other"), write("3\x00", "odd")
    store.save_posts([first, edited, other, odd])
    found = Originals(database).originals([first.key, odd.key, PostKey("forum", "never saved")])
    assert found == {first.key: Original(edited), odd.key: Original(replace(odd, id="3\ufffd"))}
    assert Originals(database).originals([]) == {}


def test_words_that_are_gone_are_not_told(store: Store, database: Database, write: Write) -> None:
    purged, deleted = write("1", "purged", link="https://forum.test/1"), write("2", "deleted", author="7")
    store.save_post(purged)
    store.purge_texts(datetime.now(UTC))
    store.take_in([deleted.key], datetime.now(UTC))
    store.save_post(deleted)
    store.take_in([deleted.key], datetime.now(UTC))
    assert Originals(database).originals([purged.key, deleted.key]) == {
        purged.key: Original(replace(purged, text="")),
        deleted.key: Original(replace(deleted, text=""), is_gone=True),
    }


def test_what_was_saved_since_comes_in_the_order_of_arrival(store: Store, database: Database, write: Write) -> None:
    old, purged = write("0", "old"), write("1", "purged")
    store.save_posts([old, purged])
    store.purge_texts(datetime.now(UTC))
    since = datetime.now(UTC)
    late, deleted = write("2", "late", minute=9), write("3", "deleted", minute=1)
    store.save_posts([late, deleted, write("4", "first words"), write("4", "words"), replace(old, text="edited")])
    store.take_in([deleted.key], datetime.now(UTC))
    assert all_since(database, since) == [late, deleted, write("4", "words"), replace(old, text="edited")]
    assert all_since(database, since + timedelta(hours=1)) == []


def test_what_was_removed_and_is_pasted_again_is_a_copy(store: Store, database: Database, write: Write) -> None:
    index = CopyIndex(archive=Originals(database))
    spam, again = write("1", ARTICLE, link="https://forum.test/1"), write("2", ARTICLE.upper(), minute=5)
    store.save_posts([spam, again])
    index.add(spam)
    (standing,) = index.find(again)
    assert standing.copy.text == ARTICLE
    store.take_in([spam.key], datetime.now(UTC))
    (match,) = index.find(again)
    assert (match.copy.key, match.copy.link, match.copy.created_at) == (spam.key, spam.link, spam.created_at)
    assert match.copy.text is None
    assert match.features.containment > 0.9
