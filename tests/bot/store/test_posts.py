"""Posts come back as they went in, in the order in which they stood."""

import random
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.store.records import Seen
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
    store.take_in([deleted.key], late.created_at or ALWAYS)

    assert store.posts_before(late, 5) == [edited, tied, early]
    assert store.posts_before(late, 2) == [tied, early]
    assert store.posts_before(tied, 5) == [edited], "the edit does not put it after what came later"
    assert store.posts_before(edited, 5) == []
    assert store.posts_before(write("unsaved", minute=1), 5) == [edited, tied, early]


def test_names_that_no_index_could_hold_are_cut(store: Store, write: Write) -> None:
    """A feed's titles and authors are as long as its forum likes; digits at random, for what repeats is packed."""
    long = random.Random(7).randbytes(5_000).hex()
    first, second = (write(id, thread=long, place=long, author=long, minute=at) for at, id in enumerate("12"))
    store.save_posts([first, second])
    [found] = store.posts_before(second, 5)
    assert (found.id, found.author) == ("1", long[:500])


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
    store.take_in([PostKey("forum", "4")], recent[0].created_at or ALWAYS)
    expected = [write("3", "edited") if post.id == "3" else post for post in recent if post.id != "4"]
    assert list(store.recent_posts(recent[0].created_at or ALWAYS)) == expected


def test_unassessed_posts_are_those_a_crash_left_behind(store: Store, write: Write, judged: Assessment) -> None:
    saved = [write(str(n)) for n in range(4)]
    store.save_posts(saved)
    store.save_assessment(saved[0], judged, (), datetime.now(UTC))
    store.take_in([saved[1].key], datetime.now(UTC))
    store.save_post(write("0", "edited since"))
    assert store.unassessed_posts(10) == [*saved[2:], write("0", "edited since")]
    assert store.unassessed_posts(1) == [saved[2]]


def test_a_post_is_back_when_its_source_shows_it_after_its_deletion(store: Store, write: Write, noon: datetime) -> None:
    first, second = write("1", "A"), write("1", "B")
    before, after, later = (noon + timedelta(minutes=minutes) for minutes in (-1, 1, 2))
    assert store.take_in([Seen(first), Seen(second), first.key], noon) == [True, True, True]
    assert store.take_in([Seen(second, before), Seen(second, noon)], after) == [False, False], "as it was read before"
    assert list(store.recent_posts(ALWAYS)) == []
    assert store.inquiries("forum") == []
    assert store.take_in([Seen(second, after), Seen(second, after)], after) == [True, False]
    assert list(store.recent_posts(ALWAYS)) == [second]
    assert store.take_in([first.key, Seen(first, later)], after) == [True, True]
    assert list(store.recent_posts(ALWAYS)) == [first], "back with other words"
    assert store.take_in([first.key, Seen(write("2"))], later) == [True, True]
    assert list(store.recent_posts(ALWAYS)) == [write("2")], "deleted once more"


def test_what_may_be_old_news_of_a_deleted_post_is_a_question_to_its_source(
    store: Store, write: Write, noon: datetime
) -> None:
    posts = [write(id) for id in "123"]
    store.take_in([*map(Seen, posts), posts[0].key, posts[1].key], noon)
    assert store.take_in([Seen(posts[0]), Seen(write("1", "edited")), Seen(posts[2])], noon) == [False, True, False]
    assert [post.id for post in store.recent_posts(ALWAYS)] == ["3"]
    assert store.inquiries("forum") == ["1"]


def test_inquiries_stand_until_their_source_was_asked(url: str) -> None:
    with Store.open(url) as store:
        store.inquire([PostKey("meadow", "1"), PostKey("meadow", "2"), PostKey("garden", "1")])
    with Store.open(url) as store:
        asked_at = datetime.now(UTC)
        store.inquire([PostKey("meadow", "1")])
        assert store.inquiries("meadow") == ["2", "1"]
        store.settle("meadow", asked_at)
        assert store.inquiries("meadow") == ["1"], "changed again while its source was being asked"
        store.settle("meadow", datetime.now(UTC))
        assert (store.inquiries("meadow"), store.inquiries("garden")) == ([], ["1"])


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
