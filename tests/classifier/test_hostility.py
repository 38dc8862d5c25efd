import warnings
from collections.abc import Sequence

import joblib
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.metrics import roc_auc_score

from classifier import base
from classifier.bait import SURE
from classifier.calibration import fit_sigmoid
from classifier.dataset import LabelledPost, written_posts
from classifier.errors import DataError
from classifier.hostility import HostilityModel
from classifier.labels import TEXT_LABELS, Label
from classifier.metrics import measure
from classifier.sentences import length
from classifier.text import folded_text


@pytest.fixture(scope="module")
def posts() -> list[LabelledPost]:
    return written_posts()[::2]


@pytest.fixture(scope="module")
def judge(posts: Sequence[LabelledPost]) -> HostilityModel:
    return HostilityModel(folds=3).fit([post.text for post in posts], [post.labels for post in posts])


@pytest.mark.parametrize("label", TEXT_LABELS)
def test_posts_held_out_are_told_apart_and_the_odds_mean_what_they_say(
    judge: HostilityModel, posts: Sequence[LabelledPost], label: Label
) -> None:
    truth = np.array([label in post.labels for post in posts])
    held_out = judge.out_of_fold_log_odds_[:, TEXT_LABELS.index(label)]
    told = truth | np.array([not post.labels for post in posts])
    figures = measure(truth[told], held_out[told], base_rate=0.5)
    assert figures.roc_auc > 0.65
    assert figures.calibration_error < 0.08


def test_unseen_insults_rank_above_unseen_courtesies(judge: HostilityModel) -> None:
    insults = [
        "You are a pathetic liar and everyone knows it",
        "Shut up you clown, nobody asked you",
        "what a moron you are",
    ]
    courtesies = [
        "Thanks, that fixed it for me",
        "I think the second edition has better maps",
        "Congratulations on the new job!",
    ]
    odds = judge.log_odds([*insults, *courtesies])[Label.PERSONAL_ATTACK]
    assert odds[:3].min() > odds[3:].max()
    assert odds[:3].min() > 0 > odds[3:].max()


def test_one_insult_in_a_long_post_is_not_drowned_by_the_rest(judge: HostilityModel) -> None:
    advice = (
        "The rattle comes from the heat shield under the exhaust. Two clamps from any parts shop will hold it. Jack "
        "the car up on the flat and let the pipe cool for an hour. Tighten the clamps by hand first. It took me twenty "
        "minutes and a cup of tea, and it has been quiet since."
    )
    insult = "You are a pathetic idiot."
    alone, among, harmless = judge.log_odds([insult, f"{insult} {advice}", advice])[Label.PERSONAL_ATTACK]
    assert harmless + 2 < among < alone
    (spans,) = judge.explain(f"{insult} {advice}", [Label.PERSONAL_ATTACK]).values()
    assert spans[0].end <= len(insult)


@pytest.mark.parametrize(
    "disguised",
    [
        "y\u200bou are a ѕtupіd idіоt",
        "You are a s t u p i d id1ot",
        "YOU ARE A ST*PID IDI0T",
        "you are a stuuuuupid i.d.i.o.t",
    ],
)
def test_a_disguise_does_not_change_the_odds(judge: HostilityModel, disguised: str) -> None:
    odds = judge.log_odds(["you are a stupid idiot", disguised])
    for label in TEXT_LABELS:
        assert odds[label][1] == pytest.approx(odds[label][0])


def test_a_post_is_judged_alike_alone_and_among_others(judge: HostilityModel, posts: Sequence[LabelledPost]) -> None:
    texts = [post.text for post in posts[:20]] + ["", "\ud800", "\u200b"]
    together = judge.log_odds(texts)
    for label in TEXT_LABELS:
        alone = [judge.log_odds([text])[label][0] for text in texts]
        np.testing.assert_allclose(together[label], alone, rtol=1e-4, atol=1e-5)


def test_no_posts_have_no_odds(judge: HostilityModel) -> None:
    assert {label: len(odds) for label, odds in judge.log_odds([]).items()} == dict.fromkeys(TEXT_LABELS, 0)
    assert judge.explain("", TEXT_LABELS) == dict.fromkeys(TEXT_LABELS, ())


def test_the_same_posts_make_the_same_judge_and_it_can_be_stored(
    judge: HostilityModel, posts: Sequence[LabelledPost], tmp_path_factory: pytest.TempPathFactory
) -> None:
    again = clone(judge).fit([post.text for post in posts], [post.labels for post in posts])
    file = tmp_path_factory.mktemp("judge") / "judge.joblib"
    joblib.dump(again, file)
    stored = joblib.load(file)
    np.testing.assert_array_equal(again.out_of_fold_log_odds_, judge.out_of_fold_log_odds_)
    np.testing.assert_array_equal(
        stored.log_odds(["you clown"])[Label.TROLLING], judge.log_odds(["you clown"])[Label.TROLLING]
    )


def test_posts_of_one_group_never_vouch_for_each_other() -> None:
    """In every thread a word of its own gives the label away: known only to those who have seen the thread."""
    threads = [
        "".join(letters) for letters in zip("bcdfghjklmnpqrst", "aeiouaeiouaeioua", "rstvwxzbcdfghjkl", strict=True)
    ]
    texts, labels, groups = [], [], []
    for number, thread in enumerate(threads):
        for _ in range(6):
            texts.append(f"{thread} {thread} {thread}")
            labels.append({Label.TROLLING, Label.PERSONAL_ATTACK} if number % 2 else set())
            groups.append(thread)
    truth = [bool(of_post) for of_post in labels]
    together, apart = (
        HostilityModel(C=1.0, folds=4).fit(texts, labels, grouped).out_of_fold_log_odds_[:, 0]
        for grouped in (None, groups)
    )
    assert roc_auc_score(truth, together) > 0.95
    assert roc_auc_score(truth, apart) < 0.75


def test_attacks_that_nobody_called_trolling_do_not_speak_for_good_faith(judge: HostilityModel) -> None:
    unseen = [post for post in written_posts()[1::2] if Label.TROLLING not in post.labels]
    odds = judge.log_odds([post.text for post in unseen])[Label.TROLLING]
    assert roc_auc_score([bool(post.labels) for post in unseen], odds) > 0.72


def test_bait_adds_its_surplus_to_trolling_and_to_nothing_else(judge: HostilityModel) -> None:
    short = [post for post in written_posts()[1::2] if not length(folded_text(post.text))]
    unseen = [post for post in short if Label.PERSONAL_ATTACK not in post.labels]
    texts = [post.text for post in unseen]
    features = base.text_features().transform([folded_text(text) for text in texts])
    trolling, attack, bait = (features @ judge.weights_ + judge.intercepts_).T
    odds = judge.log_odds(texts)
    np.testing.assert_allclose(odds[Label.PERSONAL_ATTACK], attack, atol=1e-4)
    np.testing.assert_allclose(odds[Label.TROLLING], trolling + np.maximum(bait - SURE, 0), atol=1e-4)
    baited = np.array([bool(post.labels) for post in unseen])
    assert (bait[baited] > SURE).mean() > 0.2
    assert (bait[~baited] > SURE).mean() < 0.03


def test_too_few_posts_are_refused_in_words() -> None:
    texts = [f"post number {number} about maps" for number in range(12)]
    attacks = [{Label.PERSONAL_ATTACK} if number < 6 else set() for number in range(12)]
    with pytest.raises(DataError, match="trolling: too few posts with it to calibrate on: 0"):
        HostilityModel().fit(texts, attacks)
    both = [{Label.TROLLING, *of_post} if of_post else set() for of_post in attacks]
    insults = [{Label.PERSONAL_ATTACK, *([Label.TROLLING] if number < 6 else [])} for number in range(12)]
    with pytest.raises(DataError, match="trolling: too few posts without it or a personal attack to calibrate on: 0"):
        HostilityModel().fit(texts, insults)
    with pytest.raises(DataError, match="trolling: too few posts with it to calibrate on: 0"):
        HostilityModel().fit([], [])
    with pytest.raises(DataError, match="fewer than 5 threads"):
        HostilityModel().fit(texts, both, ["a", "b", "c"] * 4)
    with pytest.raises(DataError, match="one thread or author"):
        HostilityModel().fit(texts, both, ["a"] * 6 + list("bcdefg"))


def test_the_sigmoid_finds_the_true_odds_however_rare_the_positives() -> None:
    random = np.random.default_rng(0)
    truth = np.arange(20_000) < 600
    scores = random.normal(np.where(truth, 1.0, -1.0))  # the log odds at even prior odds are twice the score
    sigmoid = fit_sigmoid(scores, truth, np.ones(len(truth)))
    assert sigmoid.slope == pytest.approx(2, abs=0.2)
    assert sigmoid.intercept == pytest.approx(0, abs=0.15)


def test_scores_that_part_the_classes_have_a_finite_sigmoid() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        sigmoid = fit_sigmoid(np.array([-1.0, -1.0, 1.0, 1.0]), np.array([False, False, True, True]), np.ones(4))
    assert 0 < sigmoid.slope < 10
