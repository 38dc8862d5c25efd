"""Flags are found again, cases tell their story, and what is to be remembered is."""

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.store.reach import Reach
from bot.store.records import Flag, FlagState, Moderator, Verb
from bot.store.search import Author, Wanted
from bot.store.store import Store
from classifier.assessment import Assessment
from classifier.labels import Label
from classifier.post import Post, PostKey

HERE = Reach(forums=frozenset({"forum"}))
LIFETIME = timedelta(minutes=10)
Write = Callable[..., Post]


def test_flags_are_found_by_all_that_is_asked(
    store: Store, write: Write, judged: Assessment, ann: Moderator, noon: datetime
) -> None:
    def raised(post: Post, *labels: Label) -> Flag:
        store.save_post(post)
        flag = store.save_assessment(post, judged, labels, noon)
        assert flag is not None
        return flag

    red = raised(write("1", "a RED boat", author="7", author_name="Ash"), Label.TROLLING)
    blue = raised(write("2", "a blue boat", author="8", author_name="Birch"), Label.TROLLING, Label.COPY_PASTE)
    raised(write("3", "a red boat", source="elsewhere"), Label.TROLLING)
    store.dismiss(blue.id, ann, noon, LIFETIME)

    def found(**wanted: object) -> list[int]:
        return [flag.id for flag in store.search.flags(Wanted(**wanted), HERE, 0, 9).flags]  # type: ignore[arg-type]

    assert found() == [blue.id, red.id]
    assert found(text="red") == found(author="as") == found(states=(FlagState.OPEN,)) == [red.id]
    assert found(label=Label.COPY_PASTE) == found(source="forum", author_id="8") == [blue.id]
    assert found(text="%") == found(since=noon + LIFETIME) == []
    page = store.search.flags(Wanted(), HERE, 1, 1, oldest_first=True)
    assert ([flag.id for flag in page.flags], page.total) == ([blue.id], 2)
    tally = store.search.tally(Wanted(), HERE)
    assert {state: count for state, count in tally.items() if count} == {FlagState.OPEN: 1, FlagState.DISMISSED: 1}
    assert store.search.authors("b", HERE, 9) == [Author("forum", "8", "Birch")]
    assert store.search.posts_of("forum", "7", HERE) == (1, "Ash")
    assert set(store.search.last_seen(HERE)) == {"forum"}


def test_the_newest_words_and_what_was_made_of_them(
    store: Store, write: Write, judged: Assessment, noon: datetime
) -> None:
    assert store.search.judged(PostKey("forum", "1")) is None
    post, edited = write("1"), write("1", "other words")
    store.save_post(post)
    store.save_assessment(post, judged, (), noon)
    assert store.search.judged(post.key) == (post, judged)
    store.save_post(edited)
    assert store.search.judged(post.key) == (edited, None)


def test_a_case_tells_every_step_and_what_stands(
    store: Store, raised: Callable[..., Flag], ann: Moderator, bob: Moderator, noon: datetime
) -> None:
    flag = raised()
    store.dismiss(flag.id, ann, noon, LIFETIME)
    store.undo(flag.id, ann, noon)
    store.confirm(flag.id, bob, [Label.TROLLING], noon, LIFETIME)
    store.remark(flag.id, Verb.NOTE, ann, "seen this before", noon)
    (case,) = store.cases(noon, HERE)
    assert [decision.verb for decision in case.decisions] == [Verb.DISMISS, Verb.CONFIRM]
    assert case.decision is not None
    assert case.decision.moderator == bob
    assert case.revision == flag.post.revision
    assert store.cases(noon + LIFETIME) == store.cases(noon, Reach()) == []


def test_what_is_to_be_remembered_outlives_a_restart(url: str) -> None:
    with Store.open(url) as store:
        assert store.memories.recall("paused") is None
        store.memories.remember("paused", {"1": "Ann"})
        store.memories.remember("paused", {"1": "Bob"})
    with Store.open(url) as store:
        assert store.memories.recall("paused") == {"1": "Bob"}
        store.memories.forget("paused")
        assert store.memories.recall("paused") is None
