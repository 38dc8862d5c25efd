"""Audits: every post that no model flagged has the same chance to be drawn, and no other is."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.store.reach import Reach
from bot.store.records import Moderator, Report, Sample, Silence
from bot.store.store import Store
from classifier.assessment import Assessment
from classifier.labels import Label
from classifier.post import Post

HERE = Reach(guilds=frozenset({1}), forums=frozenset({"forum"}))
Write = Callable[..., Post]
Draw = Callable[..., Sample | None]


@pytest.fixture
def judge(store: Store, judged: Assessment, noon: datetime) -> Callable[..., None]:
    def judge(*posts: Post, labels: tuple[Label, ...] = ()) -> None:
        store.save_posts(posts)
        store.save_assessments([(post, judged, labels) for post in posts], noon)

    return judge


@pytest.fixture
def draw(store: Store, ann: Moderator, noon: datetime) -> Draw:
    def draw(size: int = 50, reach: Reach = HERE) -> Sample | None:
        day = timedelta(days=1)
        return store.samples.draw(ann, 1, size, noon - day, noon + day, reach, noon)

    return draw


def texts(store: Store, sample: Sample | None) -> list[str]:
    """What is still to be judged of a sample, in order; judges it."""
    assert sample is not None
    found = []
    while (drawn := store.samples.next_post(sample.id)) is not None:
        found.append(drawn.post.text)
        assert store.samples.judge(sample.id, drawn.number, [], sample.drawn_at)
    return found


def test_what_no_model_flagged_is_drawn_and_nothing_else(
    store: Store, write: Write, judge: Callable[..., None], draw: Draw, ann: Moderator, noon: datetime
) -> None:
    silence = dict.fromkeys(Label, Silence.BELOW_THRESHOLD)
    judge(write("1", "clean"), write("2", "gone"), write("3", "first"), write("4", "reported"))
    judge(write("5", "flagged"), write("6", "flagged, then edited"), labels=(Label.TROLLING,))
    judge(write("3", "edited"), write("6", "now clean"))
    judge(write("7", "old", minute=-2000), write("8", "elsewhere", source="other"))
    here = "https://discord.com/channels/1/5/100"
    judge(write("9", "here", source="discord", link=here))
    judge(write("10", "another server", source="discord", link=here.replace("/1/", "/11/")))
    store.save_post(write("11", "not judged yet"))
    store.take_in([write("2").key], noon)
    store.reports.report(write("4", "reported"), [Label.TROLLING], Report(ann, silence, {}), noon)
    sample = draw()
    assert sample is not None
    assert (sample.population, sample.size, sample.left) == (5, 5, 5)
    assert sorted(texts(store, sample)) == ["clean", "edited", "gone", "here", "reported"]


def test_every_post_has_the_same_chance(store: Store, write: Write, judge: Callable[..., None], draw: Draw) -> None:
    judge(*(write(str(number), f"post {number}") for number in range(10)))
    drawn = Counter(text for _ in range(100) for text in texts(store, draw(4)))
    assert len(drawn) == 10
    # 40 of 100 are expected, 4.9 the standard deviation: one of ten outside of 5 of them is a chance of 1 in 170,000
    assert all(15 < count < 65 for count in drawn.values())


def test_a_verdict_counts_once_and_makes_up_the_result(
    store: Store, write: Write, judge: Callable[..., None], draw: Draw, ann: Moderator, bob: Moderator, noon: datetime
) -> None:
    judge(*(write(str(number)) for number in range(8)))
    sample = draw(6)
    assert sample is not None
    assert store.samples.unfinished(ann, 1) == sample
    assert store.samples.unfinished(bob, 1) is store.samples.unfinished(ann, 2) is None
    verdicts = ([], [Label.TROLLING], [Label.TROLLING, Label.PERSONAL_ATTACK], None)
    for number, labels in enumerate(verdicts, start=1):
        assert store.samples.judge(sample.id, number, labels, noon)
        assert not store.samples.judge(sample.id, number, [Label.COPY_PASTE], noon)
    assert not store.samples.judge(sample.id, 99, [], noon)
    missed = {Label.TROLLING: 2, Label.PERSONAL_ATTACK: 1, Label.COPY_PASTE: 0}
    stands = replace(sample, judged=3, passed_over=1, left=2, missed=missed, missed_any=2)
    assert store.samples.find(sample.id) == stands
    assert store.samples.since(noon) == [stands]
    assert store.samples.since(noon + timedelta(seconds=1)) == []


def test_posts_whose_text_is_erased_meanwhile_are_passed_over(
    store: Store, write: Write, judge: Callable[..., None], draw: Draw, ann: Moderator, noon: datetime
) -> None:
    judge(write("1"), write("2"))
    sample = draw()
    assert sample is not None
    store.samples.judge(sample.id, 1, [], noon)
    store.purge_texts(noon + timedelta(days=9999))
    assert store.samples.next_post(sample.id) is None
    assert store.samples.find(sample.id) == replace(sample, judged=1, passed_over=1, left=0)
    assert store.samples.unfinished(ann, 1) is None
    assert draw() is None, "nothing is left to draw from"
