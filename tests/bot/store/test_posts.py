"""Posts come back as they went in, in the order in which they stood."""

import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.store.store import Store
from classifier.assessment import Assessment
from classifier.post import Post, PostKey, Quotation

Write = Callable[..., Post]
ALWAYS = datetime(2000, 1, 1, tzinfo=UTC)


def test_a_post_comes_back_whole(store: Store) -> None:
    post = Post(
        source="discord",
        id="81",
        text="ünï ‮ 𝔘 \n\t words",
        quotations=(Quotation(text="said", author="7", post_id="80"), Quotation(text="unsigned")),
        author="9",
        author_name="Nine",
        thread="t",
        place="p",
        place_name="Place",
        created_at=datetime(2026, 5, 4, 14, 30, 0, 123456, tzinfo=UTC),
        link="https://forum.example/81",
        reply_to="80",
        provenance="discord",
    )
    bare = Post(source="feed", id="1", text="")
    assert store.save_posts([post, bare]) == [True, True]
    assert list(store.recent_posts(ALWAYS)) == [post, bare]


def test_characters_no_database_takes_are_replaced_one_for_one(store: Store, judged: Assessment) -> None:
    """Half a surrogate pair reaches us from JSON, and offsets into the words have to stay true."""
    post = Post(source="forum", id="1", text="a\x00b\ud83dc", author_name="\udc00")
    assert store.save_post(post)
    assert not store.save_post(post)
    (kept,) = store.unassessed_posts(5)
    assert (kept.text, kept.author_name) == ("a\ufffdb\ufffdc", "\ufffd")
    store.save_assessment(post, judged, (), datetime.now(UTC))
    store.save_assessment(kept, judged, (), datetime.now(UTC))
    assert store.unassessed_posts(5) == []


def test_words_may_change_and_change_back(store: Store, write: Write) -> None:
    first, second = write("1", "A"), write("1", "B")
    assert [store.save_post(post) for post in (first, first, second, second, first, second)] == [
        *(True, False, True, False, True, True)
    ]
    assert list(store.recent_posts(ALWAYS)) == [second]
    batch = [write("2", "A"), write("2", "A"), write("2", "B"), first, write("2", "A"), write("3", "A"), first]
    assert store.save_posts(batch) == [True, False, True, True, True, True, False]
    assert list(store.recent_posts(ALWAYS)) == [first, write("2", "A"), write("3", "A")]


def test_posts_before(store: Store, write: Write) -> None:
    late, early, tied, deleted = write("late", minute=9), write("early", minute=1), write("tied"), write("gone")
    elsewhere = write("elsewhere", thread="t2"), write("abroad", source="other")
    edited = write("edited", "as first written")
    store.save_posts([late, edited, tied, deleted, *elsewhere, early])
    edited = write("edited", "as it stands")
    store.save_post(edited)
    store.mark_deleted(deleted.key, late.created_at or ALWAYS)

    assert store.posts_before(late, 5) == [edited, tied, early]
    assert store.posts_before(late, 2) == [tied, early]
    assert store.posts_before(tied, 5) == [edited], "the edit does not put it after what came later"
    assert store.posts_before(edited, 5) == []
    assert store.posts_before(write("unsaved", minute=1), 5) == [edited, tied, early]


def test_a_post_without_thread_stands_in_its_place(store: Store, write: Write) -> None:
    here = [write(str(n), thread=None, created_at=None) for n in range(3)]
    store.save_posts([write("0", "first version", thread=None, created_at=None), *here[1:]])
    store.save_posts([write("there", thread=None, place="p2", created_at=None), here[0]])
    assert store.posts_before(here[2], 5) == here[:2]
    assert store.posts_before(write("nowhere", thread=None, place=None), 5) == []


def test_recent_posts_of_more_than_a_page(store: Store, write: Write) -> None:
    """Most share one moment, so the pages break inside it."""
    recent = [write(str(n), minute=n // 900) for n in range(1300)]
    old = write("old", minute=-1)
    store.save_posts([old, *recent])
    store.save_post(write("3", "edited"))
    store.mark_deleted(PostKey("forum", "4"), recent[0].created_at or ALWAYS)
    expected = [write("3", "edited") if post.id == "3" else post for post in recent if post.id != "4"]
    assert list(store.recent_posts(recent[0].created_at or ALWAYS)) == expected


def test_unassessed_posts_are_those_a_crash_left_behind(store: Store, write: Write, judged: Assessment) -> None:
    saved = [write(str(n)) for n in range(4)]
    store.save_posts(saved)
    store.save_assessment(saved[0], judged, (), datetime.now(UTC))
    store.mark_deleted(saved[1].key, datetime.now(UTC))
    store.save_post(write("0", "edited since"))
    assert store.unassessed_posts(10) == [*saved[2:], write("0", "edited since")]
    assert store.unassessed_posts(1) == [saved[2]]


@settings(deadline=None)  # each example makes a database, which takes as long as the disk does
@given(st.lists(st.tuples(st.sampled_from("12"), st.sampled_from("ABC")), max_size=12), st.integers(1, 12))
def test_any_edits_in_any_batches(edits: list[tuple[str, str]], size: int) -> None:
    with tempfile.TemporaryDirectory() as folder, Store.open(f"sqlite:///{folder}/store.sqlite3") as store:
        posts = [Post(source="forum", id=id, text=text) for id, text in edits]
        answers = [new for start in range(0, len(posts), size) for new in store.save_posts(posts[start : start + size])]
        stands: dict[str, str] = {}
        for (id, text), answer in zip(edits, answers, strict=True):
            assert answer == (stands.get(id) != text)
            stands[id] = text
        newest = {post.id: post.text for post in store.recent_posts(datetime.now(UTC) - timedelta(days=1))}
        assert newest == stands
        assert list(newest) == list(stands), "posts stand in the order of arrival"
