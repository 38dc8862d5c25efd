"""What staff said about posts of an earlier model still counts, as the model in use sees those posts; real stores."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from scipy.special import expit, logit

from bot.cli.workload_table import grounds
from bot.rejudging import MOST, verdicts_anew
from bot.store.reach import Reach
from bot.store.records import Moderator, Report
from bot.store.store import Store
from bot.workload import thresholds_in_force
from classifier.assessment import Assessment
from classifier.comparison import log_odds_unseen
from classifier.dataset import written_posts
from classifier.labels import TEXT_LABELS, Label
from classifier.model import Model
from classifier.post import Post
from classifier.targets import Wishes

ANN = Moderator("100", "Ann")
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
ATTACK = Label.PERSONAL_ATTACK
EARLIER = "default-00000000"
INSULT = "You are a pathetic idiot, shut your stupid mouth and get lost."
THANKS = "Thank you all for the lovely evening, the cake was very good."


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with Store.open(url) as store:
        yield store


def judge(store: Store, texts: Sequence[str], *, flagged: bool) -> list[Post]:
    """Posts as the earlier model judged them."""
    posts = [Post(source="meadow", id=f"{flagged}-{at}", text=text, created_at=NOON) for at, text in enumerate(texts)]
    said = dict.fromkeys(Label, 0.6 if flagged else 0.1)
    store.save_posts(posts)
    store.save_assessments(
        [
            (post, Assessment(probabilities=said, model=EARLIER, spans={}), [ATTACK] if flagged else [])
            for post in posts
        ],
        NOON,
    )
    return posts


def confirm_all(store: Store) -> None:
    for flag in store.flags():
        store.confirm(flag.id, ANN, flag.labels, NOON, timedelta(0))


def audit_all(store: Store) -> None:
    day = timedelta(days=1)
    sample = store.samples.draw(ANN, 1, 100, NOON - day, NOON + day, Reach(forums=frozenset({"meadow"})), NOON + day)
    assert sample is not None
    while (drawn := store.samples.next_post(sample.id)) is not None:
        store.samples.judge(sample.id, drawn.number, [], NOON)


def test_verdicts_tell_while_both_models_put_the_post_on_one_side(store: Store, model: Model) -> None:
    judge(store, [INSULT, THANKS], flagged=True)
    confirm_all(store)
    judge(store, [INSULT.upper(), THANKS.upper()], flagged=False)
    audit_all(store)

    found = {verdict.post.text: verdict.probabilities for verdict in verdicts_anew(model, store.verdicts())}

    unseen = expit(model.hostility.log_odds([INSULT])[ATTACK][0] + logit(model.base_rates[ATTACK]))
    assert found[INSULT][ATTACK] == pytest.approx(unseen)
    assert ATTACK not in found[THANKS]
    assert ATTACK not in found[INSULT.upper()]
    assert found[THANKS.upper()][ATTACK] < 0.05
    assert not any(Label.COPY_PASTE in probabilities for probabilities in found.values())


def test_posts_of_the_training_are_judged_by_parts_that_had_not_seen_them(store: Store, model: Model) -> None:
    learned = [post for post in written_posts() if ATTACK in post.labels]
    unseen = expit(log_odds_unseen(model, learned)[:, TEXT_LABELS.index(ATTACK)] + logit(model.base_rates[ATTACK]))
    at = next(at for at, probability in enumerate(unseen) if probability > 0.6)
    judge(store, [learned[at].text], flagged=True)
    confirm_all(store)

    [verdict] = verdicts_anew(model, store.verdicts())

    seen = expit(model.hostility.log_odds([learned[at].text])[ATTACK][0] + logit(model.base_rates[ATTACK]))
    assert verdict.probabilities[ATTACK] == pytest.approx(unseen[at])
    assert seen - verdict.probabilities[ATTACK] > 0.01


def test_reports_and_posts_without_words_tell_nothing(store: Store, model: Model) -> None:
    judge(store, [INSULT], flagged=True)
    [reported] = judge(store, [THANKS], flagged=False)
    store.reports.report(reported, [ATTACK], Report(ANN, {}, {}), NOON)
    confirm_all(store)
    assert len(store.verdicts()) == 2
    assert [verdict.post.text for verdict in verdicts_anew(model, store.verdicts())] == [INSULT]
    store.purge_texts(NOON + timedelta(days=400))

    assert verdicts_anew(model, store.verdicts()) == []
    assert verdicts_anew(model, []) == []


def test_after_a_change_of_model_the_decisions_stand_behind_the_figures(store: Store, model: Model) -> None:
    insults = [f"{INSULT} I mean you, number {number}." for number in range(40)]
    judge(store, insults, flagged=True)
    before = thresholds_in_force(Wishes(), model, store, NOON)
    confirm_all(store)

    found = {one.label: one for one in thresholds_in_force(Wishes(), model, store, NOON)}
    [undecided] = [one for one in before if one.label is ATTACK]

    assert (found[ATTACK].evidence.verdicts, found[ATTACK].evidence.verdicts_anew) == (40, 40)
    assert found[Label.TROLLING].evidence.verdicts == 0
    assert found[ATTACK].workload.precision.value > undecided.workload.precision.value
    first, _ = grounds(found[ATTACK], model.version)
    assert f"40 of them are on posts of an earlier model, which {model.version} judged anew." in first
    assert len(insults) < MOST
