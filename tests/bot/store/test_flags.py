"""Flags: raised once, shown with what became of their post."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from bot.store.records import Flag, FlagState, Moderator
from bot.store.store import Store
from classifier.assessment import Assessment, Copy, Span
from classifier.labels import Label
from classifier.post import Post, PostKey

Write = Callable[..., Post]
LIFETIME = timedelta(minutes=10)


def test_an_assessment_comes_back_whole(store: Store, write: Write, noon: datetime) -> None:
    assessment = Assessment(
        probabilities={Label.TROLLING: 0.1 + 0.2, Label.PERSONAL_ATTACK: 1e-9, Label.COPY_PASTE: 1.0},
        model="2026-05-04.1",
        spans={Label.TROLLING: (Span(0, 3, 1.25), Span(4, 5, 0.5))},
        copies=(
            Copy(
                key=PostKey("forum", "0"),
                containment=2 / 3,
                spans=(Span(0, 5, 1.0),),
                author="7",
                author_name="Seven",
                created_at=noon - timedelta(days=1, microseconds=1),
                link="https://forum.example/0",
                text="the earlier words",
            ),
            Copy(key=PostKey("other", "0"), containment=0.5),
        ),
    )
    post = write("1")
    store.save_post(post)
    flag = store.save_assessment(post, assessment, [Label.COPY_PASTE, Label.TROLLING], noon)
    assert flag == Flag(
        id=flag.id if flag else 0,
        post=post,
        assessment=assessment,
        labels=(Label.COPY_PASTE, Label.TROLLING),
        state=FlagState.OPEN,
        created_at=noon,
    )
    assert store.flag(flag.id) == flag
    assert store.flag(flag.id + 1) is None


def test_a_post_is_flagged_once(store: Store, write: Write, judged: Assessment, noon: datetime) -> None:
    clean, bad = write("clean"), write("bad")
    store.save_posts([clean, bad])
    assert store.save_assessment(clean, judged, (), noon) is None
    flag = store.save_assessment(bad, judged, [Label.TROLLING], noon)
    again = replace(judged, probabilities=dict.fromkeys(Label, 0.9))
    assert store.save_assessment(bad, again, [Label.TROLLING, Label.COPY_PASTE], noon) == flag, "the first stays"
    assert store.save_assessment(bad, replace(again, model="m2"), (), noon) == flag, "flagged by another model"
    assert store.save_assessment(clean, judged, (), noon) is None
    assert store.flags_without_card(5) == [flag]


def test_a_post_never_saved_cannot_be_judged(store: Store, write: Write, judged: Assessment, noon: datetime) -> None:
    with pytest.raises(KeyError):
        store.save_assessments([(write("1"), judged, [Label.TROLLING])], noon)


def test_the_flag_of_an_edited_post(
    store: Store, write: Write, judged: Assessment, ann: Moderator, noon: datetime
) -> None:
    first, edited = write("1", "A"), write("1", "B")
    milder = replace(judged, probabilities=dict.fromkeys(Label, 0.01))
    store.save_post(first)
    raised = store.save_assessment(first, judged, [Label.TROLLING], noon)
    assert raised is not None
    flag = store.claim(raised.id, ann, noon, LIFETIME).flag

    store.save_post(edited)
    assert store.flag(flag.id) == replace(flag, latest=edited)
    refreshed = replace(flag, latest=edited, latest_assessment=milder)
    assert store.save_assessment(edited, milder, (), noon) == refreshed
    assert store.save_assessment(edited, milder, [Label.COPY_PASTE], noon) == refreshed, "no second flag beside it"

    store.save_post(first)
    assert store.save_assessment(first, judged, [Label.TROLLING], noon) == flag, "the words flagged stand again"


def test_a_decision_holds_for_the_words_decided(
    store: Store, write: Write, judged: Assessment, raised: Callable[..., Flag], ann: Moderator, noon: datetime
) -> None:
    flag, edited = raised("1", "A"), write("1", "B")
    dismissed = store.dismiss(flag.id, ann, noon, LIFETIME).flag
    assert store.save_assessment(flag.post, judged, [Label.TROLLING], noon) == dismissed
    store.save_post(edited)
    second = store.save_assessment(edited, judged, [Label.TROLLING], noon)
    assert second is not None
    assert (second.post, second.state, second.latest) == (edited, FlagState.OPEN, None)
    assert second.id != flag.id
    store.undo(flag.id, ann, noon)
    newest = store.save_assessment(flag.post, judged, [Label.TROLLING], noon)
    assert newest == second, "of two open flags the later one is shown afresh"


def test_a_deleted_post(store: Store, write: Write, raised: Callable[..., Flag], noon: datetime) -> None:
    flag = raised("1", "A")
    raised("2")
    gone = replace(flag, deleted_at=noon)
    assert store.take_in([flag.post.key], noon) == [True]
    assert store.flags_of(flag.post.key) == [gone]
    assert store.take_in([flag.post.key, PostKey("forum", "unknown")], noon + LIFETIME) == [True, True]
    assert store.flags_of(flag.post.key) == [gone], "the first time noted stays"
    assert store.flags_of(PostKey("forum", "unknown")) == []
    late = write("1", "an edit read after the deletion")
    assert store.save_post(late)
    assert store.flag(flag.id) == replace(gone, latest=late)


def test_a_batch_does_what_its_parts_would(store: Store, write: Write, judged: Assessment, noon: datetime) -> None:
    """More posts than one statement takes, one of them edited, one judged twice."""
    posts = [write(str(n)) for n in range(1100)]
    edited = write("7", "edited")
    posts.insert(8, edited)
    store.save_posts(posts)
    batch = [(post, judged, [Label.TROLLING] if post.id in ("7", "1000") else []) for post in posts]
    flags = store.save_assessments([*batch, batch[7]], noon)
    raised = [flag for flag in flags if flag]
    assert [(flag.post.id, flag.post.text) for flag in raised] == [(id, "words") for id in ("7", "7", "1000", "7")]
    assert len({flag.id for flag in raised}) == 2
    assert raised[0].latest == edited
    assert store.save_assessments(batch, noon) == flags[:-1]
    assert store.unassessed_posts(5) == []


def test_times_are_utc_and_aware(store: Store, write: Write, judged: Assessment) -> None:
    summer = timezone(timedelta(hours=2))
    post = write("1", created_at=datetime(2026, 7, 1, 0, 30, tzinfo=summer))
    store.save_post(post)
    flag = store.save_assessment(post, judged, [Label.TROLLING], datetime(2026, 7, 1, 1, 0, tzinfo=summer))
    assert flag is not None
    assert flag.created_at.utcoffset() == timedelta(0)
    assert flag.created_at == datetime(2026, 6, 30, 23, 0, tzinfo=UTC)
    assert flag.post.created_at == datetime(2026, 6, 30, 22, 30, tzinfo=UTC)
    with pytest.raises(Exception, match="aware"):
        store.save_post(write("2", created_at=datetime(2026, 7, 1)))
