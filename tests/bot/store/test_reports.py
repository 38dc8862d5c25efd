"""A person's flag: a post that the model passed over, with what it had said and why it stayed silent."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.store.records import FlagState, Moderator, Outcome, Report, Silence
from bot.store.store import Store
from classifier.assessment import Assessment
from classifier.labels import Label
from classifier.post import Post

LIFETIME = timedelta(minutes=10)
BELOW = dict.fromkeys(Label, Silence.BELOW_THRESHOLD)


@pytest.fixture
def report(ann: Moderator) -> Report:
    return Report(ann, {**BELOW, Label.COPY_PASTE: Silence.LABEL_OFF}, {Label.TROLLING: 0.4})


def test_a_reported_post_is_a_flag_with_all_that_is_known_of_it(
    store: Store, write: Callable[..., Post], judged: Assessment, report: Report, noon: datetime
) -> None:
    post = write("1")
    store.save_post(post)
    store.save_assessment(post, judged, [], noon)
    later = replace(judged, model="m2")
    store.save_assessment(post, later, [], noon)
    outcome = store.reports.report(post, [Label.TROLLING], report, noon)
    assert outcome.accepted
    flag = store.flag(outcome.flag.id)
    assert flag is not None
    assert (flag.report, flag.labels, flag.state) == (report, (Label.TROLLING,), FlagState.OPEN)
    assert flag.assessment == later, "what the model says by now"
    assert store.flags_without_card(9) == [flag], "it gets a card like any other"


def test_a_post_is_before_the_moderators_once(
    store: Store, raised: Callable[..., object], write: Callable[..., Post], report: Report, ann: Moderator,
    judged: Assessment, noon: datetime,
) -> None:  # fmt: skip
    raised("1", "words")
    post = write("1", "words")
    flagged = store.flags()[0]
    assert flagged.report is None
    assert store.reports.report(post, [Label.TROLLING], report, noon) == Outcome(False, flagged)
    dismissed = store.dismiss(flagged.id, ann, noon, LIFETIME).flag
    assert store.reports.report(post, [Label.TROLLING], report, noon) == Outcome(False, dismissed), (
        "decided as it reads"
    )
    edited = write("1", "other words")
    store.save_post(edited)
    with pytest.raises(KeyError):
        store.reports.report(edited, [Label.TROLLING], report, noon)
    store.save_assessment(edited, judged, [], noon)
    assert store.reports.report(edited, [Label.TROLLING], report, noon).accepted


def test_a_report_names_a_label(store: Store, write: Callable[..., Post], report: Report, noon: datetime) -> None:
    with pytest.raises(ValueError, match="at least one label"):
        store.reports.report(write("1"), [], report, noon)
