"""What staff stand by, and what it teaches."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.store.reach import Reach
from bot.store.records import Flag, Moderator, Report
from bot.store.store import Store
from bot.store.verdicts import CORRECTED, Origin
from classifier.assessment import Assessment, Copy
from classifier.copies import PairFeatures
from classifier.labels import Label
from classifier.post import Post, PostKey

Raised = Callable[..., Flag]
LIFETIME = timedelta(minutes=10)
ATTACK = frozenset({Label.PERSONAL_ATTACK})


def test_what_stands_and_nothing_else(
    store: Store, raised: Raised, judged: Assessment, ann: Moderator, bob: Moderator, noon: datetime
) -> None:
    confirmed, dismissed, undone, corrected = (raised(str(number), f"words {number}") for number in range(4))
    raised("open", "nobody looked")
    store.claim(raised("claimed", "somebody looks").id, ann, noon, LIFETIME)
    store.confirm(confirmed.id, ann, [Label.TROLLING], noon, LIFETIME)
    store.dismiss(dismissed.id, bob, noon + LIFETIME, LIFETIME)
    store.confirm(undone.id, ann, [Label.TROLLING], noon, LIFETIME)
    store.undo(undone.id, ann, noon)
    store.confirm(corrected.id, bob, [Label.TROLLING], noon, LIFETIME)
    store.correct(corrected.id, bob, [Label.PERSONAL_ATTACK], noon + 2 * LIFETIME)

    first, second, third = store.verdicts()
    assert (first.post, first.labels, first.by) == (confirmed.post, {Label.TROLLING}, ann)
    assert (first.flagged, first.probabilities, first.model) == ((Label.TROLLING,), judged.probabilities, judged.model)
    assert (first.at, first.origin, first.corrected) == (noon, Origin.MODEL, False)
    assert (second.post, second.labels, second.by) == (dismissed.post, frozenset(), bob)
    assert (third.post, third.labels, third.corrected) == (corrected.post, ATTACK, True)
    assert [verdict.post.id for verdict in store.verdicts(since=noon + LIFETIME)] == ["1", "3"]


def test_each_revision_has_its_own_verdict_also_when_its_text_is_gone(
    store: Store, raised: Raised, ann: Moderator, noon: datetime
) -> None:
    store.dismiss(raised("1", "mild words").id, ann, noon, LIFETIME)
    store.confirm(raised("1", "harsh words").id, ann, [Label.TROLLING], noon, LIFETIME)
    assert [(verdict.post.text, len(verdict.labels)) for verdict in store.verdicts()] == [
        ("mild words", 0),
        ("harsh words", 1),
    ]
    store.purge_texts(datetime.now(UTC))
    assert [len(verdict.labels) for verdict in store.verdicts()] == [0, 1]
    assert [verdict.as_labelled() for verdict in store.verdicts()] == [None, None]


def test_what_people_flag_and_what_audits_find_count_as_well(
    store: Store, judged: Assessment, write: Callable[..., Post], ann: Moderator, bob: Moderator, noon: datetime
) -> None:
    pointed_out, drawn = write("1", "overlooked"), write("2", "drawn", minute=1)
    for post in (pointed_out, drawn):
        store.save_post(post)
        store.save_assessment(post, judged, [], noon)
    outcome = store.reports.report(pointed_out, [Label.TROLLING], Report(bob, {}, {}), noon)
    store.confirm(outcome.flag.id, ann, [Label.TROLLING], noon + LIFETIME, LIFETIME)
    sample = store.samples.draw(ann, 1, 5, noon, noon + LIFETIME, Reach(forums=frozenset({"forum"})), noon)
    assert sample is not None
    numbers = {}
    while (next_post := store.samples.next_post(sample.id)) is not None:
        numbers[next_post.post.id] = next_post.number
        store.samples.judge(sample.id, next_post.number, [], noon + 2 * LIFETIME)
    assert set(numbers) == {"1", "2"}, "a post that a person flagged was passed over by the model all the same"

    again, audited = sorted(store.verdicts(), key=lambda verdict: verdict.post.id)
    assert (again.origin, again.labels, again.flagged) == (Origin.AUDIT, frozenset(), ()), "the newest word counts"
    assert (audited.post, audited.origin, audited.by) == (drawn, Origin.AUDIT, ann)
    assert audited.probabilities == judged.probabilities

    outcome = store.reports.report(drawn, [Label.TROLLING], Report(bob, {}, {}), noon)
    store.confirm(outcome.flag.id, ann, [Label.TROLLING], noon + 3 * LIFETIME, LIFETIME)
    newest = store.verdicts()[-1]
    assert (newest.origin, newest.labels, newest.flagged) == (Origin.PERSON, {Label.TROLLING}, (Label.TROLLING,))


def test_what_a_verdict_teaches(
    store: Store, judged: Assessment, write: Callable[..., Post], ann: Moderator, noon: datetime
) -> None:
    for source in ("meadow", "harbour"):
        post = write("7", f"words in {source}", source=source, author="3")
        store.save_post(post)
        flag = store.save_assessment(post, judged, [Label.TROLLING], noon)
        assert flag is not None
        store.confirm(flag.id, ann, [Label.TROLLING], noon, LIFETIME)
    store.correct(flag.id, ann, [Label.PERSONAL_ATTACK], noon)
    taught = [verdict.as_labelled() for verdict in store.verdicts()]
    meadow, harbour = (post for post in taught if post is not None)
    assert (meadow.text, meadow.labels, meadow.provenance) == ("words in meadow", {Label.TROLLING}, "forum")
    assert (meadow.weight, harbour.weight) == (1, CORRECTED)
    assert meadow.about == {Label.TROLLING}, "who presses Confirm was not asked about attacks"
    assert harbour.about == set(Label)
    for field in ("id", "thread", "author"):
        assert getattr(meadow, field) != getattr(harbour, field), "two forums number their things alike"


def test_what_is_said_of_a_copy_is_known_when_the_texts_are_gone(
    store: Store, judged: Assessment, write: Callable[..., Post], ann: Moderator, noon: datetime
) -> None:
    def raised(id: str, labels: list[Label], copied: bool = True) -> int:
        post = write(id, f"words {id}")
        features = dict.fromkeys(PairFeatures._fields, float(id))
        copies = (Copy(key=PostKey("forum", f"of {id}"), containment=1.0, text="words", features=features),)
        store.save_post(post)
        flag = store.save_assessment(post, replace(judged, copies=copies if copied else ()), labels, noon)
        assert flag is not None
        return flag.id

    copy, both = [Label.COPY_PASTE], [Label.TROLLING, Label.COPY_PASTE]
    store.confirm(raised("1", copy), ann, copy, noon, LIFETIME)
    store.dismiss(raised("2", copy), ann, noon, LIFETIME)
    corrected = raised("3", both)
    store.confirm(corrected, ann, both, noon, LIFETIME)
    store.correct(corrected, ann, [Label.TROLLING], noon)
    store.confirm(raised("4", [Label.TROLLING]), ann, [Label.TROLLING], noon, LIFETIME)
    store.dismiss(raised("5", copy, copied=False), ann, noon, LIFETIME)
    undone = raised("6", copy)
    store.confirm(undone, ann, copy, noon, LIFETIME)
    store.undo(undone, ann, noon)
    store.purge_texts(datetime.now(UTC))

    verdicts = sorted(store.verdicts(), key=lambda verdict: verdict.post.id)
    assert [verdict.copies[0].text for verdict in verdicts if verdict.copies] == [None] * 4
    pairs = [verdict.as_decided_pair() for verdict in verdicts]
    known = [None if pair is None else (pair.features["shared"], pair.is_copy, pair.weight) for pair in pairs]
    assert known == [(1.0, True, 1.0), (2.0, False, 1.0), (3.0, False, CORRECTED), None, None]
