"""A new model and the one in use, on the same posts, seen by neither."""

from dataclasses import replace

import numpy as np
import pytest

from classifier.comparison import Comparison, Gain, compare_texts, log_odds_unseen
from classifier.dataset import LabelledPost
from classifier.figures import Estimate
from classifier.groups import folds_of
from classifier.labels import TEXT_LABELS, Label
from classifier.manifest import Manifest
from classifier.model import Model
from classifier.out_of_fold import OutOfFold
from classifier.training import train

CLEAN: frozenset[Label] = frozenset()
TROLL, ATTACK = frozenset({Label.TROLLING}), frozenset({Label.PERSONAL_ATTACK})


def test_posts_known_from_training_are_told_from_new_ones(
    sixty_posts: list[LabelledPost], small_training: tuple[Model, Manifest]
) -> None:
    model, _ = small_training
    known = [replace(sixty_posts[0], id="elsewhere", text=sixty_posts[0].text.upper() + " !!"), sixty_posts[1]]
    new = LabelledPost(id="new", text="Nobody asked for your opinion, you clown.", labels=CLEAN, provenance="forum")

    found = log_odds_unseen(model, [*known, new])

    of_words = model.text_log_odds([post.text for post in [*known, new]])
    judged = np.column_stack([of_words[label] for label in TEXT_LABELS])
    assert np.allclose(found[2], judged[2])
    assert found[:2].tolist() == model.out_of_fold.recall(known).tolist()
    assert not np.allclose(found[:2], judged[:2]), "by a part of the model that had not seen them"
    assert np.isnan(OutOfFold.empty().recall(known)).all()


def posts_with(scores: list[float], label: Label | None, provenance: str) -> list[LabelledPost]:
    labels = frozenset({label} if label is not None else ())
    return [
        LabelledPost(id=f"{provenance}{label}{at}", text=f"{score}", labels=labels, provenance=provenance)
        for at, score in enumerate(scores)
    ]


def test_gains_and_losses_are_told_apart_by_where_the_posts_come_from() -> None:
    """The new model ranks the forum's posts rightly, which the old one tossed a coin about, and unlearns the rest."""
    rng = np.random.default_rng(0)
    posts, before, after = [], [], []
    for provenance, sides in (("written", (before, after)), ("forum", (after, before))):
        for label in (Label.TROLLING, None):
            mine = posts_with(rng.random(40).tolist(), label, provenance)
            posts += mine
            sides[0].extend([[4.0 if label else -4.0] * 2] * 40)
            sides[1].extend([[score, score] for score in rng.normal(size=40)])
    groups = [post.id for post in posts]

    gains = {gain.part: gain for gain in compare_texts(posts, np.array(before), np.array(after), groups, seed=0)}

    assert {gain.label for gain in gains.values()} == {Label.TROLLING}, "of attacks there are too few to tell"
    assert (gains["own"].before, gains["own"].after) == (pytest.approx(0.5, abs=0.15), 1.0)
    assert gains["own"].is_certain
    assert not gains["own"].contradicts, "by chance alone"
    assert gains["written"].change.value < -0.3
    assert Comparison(against="m", gains=tuple(gains.values())).losses(0.01) == [gains["written"]]


def test_labels_that_the_model_in_use_contradicts_are_named() -> None:
    posts = [post for label in (Label.TROLLING, None) for post in posts_with([0.5] * 40, label, "forum")]
    scores = np.random.default_rng(0).normal(size=(80, 1)) + np.repeat([[-1.0], [1.0]], 40, axis=0)
    odds = np.hstack([scores, scores])

    found = Comparison(against="m", gains=tuple(compare_texts(posts, odds, -odds, [post.id for post in posts], seed=0)))

    assert [gain.label for gain in found.contradictions()] == [Label.TROLLING]
    assert found.losses(0.01) == [], "to the new model they are all right"


@pytest.mark.parametrize(
    ("change", "interval", "lost"),
    [
        (-0.02, (-0.03, -0.01), True),
        (-0.02, (-0.05, 0.01), False),  # may be chance
        (-0.005, (-0.006, -0.004), False),  # not felt
        (-0.02, None, True),
    ],
)
def test_a_loss_is_more_than_tolerance_and_more_than_chance(
    change: float, interval: tuple[float, float] | None, lost: bool
) -> None:
    gain = Gain(
        label=Label.TROLLING,
        part="own",
        positives=50,
        negatives=50,
        before=0.8,
        after=0.8 + change,
        change=Estimate(change, interval),
    )
    assert gain.is_loss(0.01) is lost


def test_one_model_beside_itself_gains_nothing(
    sixty_posts: list[LabelledPost], small_training: tuple[Model, Manifest]
) -> None:
    model, _ = small_training
    _, manifest = train(sixty_posts, against=model)
    assert manifest.comparison is not None
    assert manifest.comparison.against == model.version
    assert {gain.label for gain in manifest.comparison.gains} >= set(TEXT_LABELS), "few posts make few pairs"
    for gain in manifest.comparison.gains:
        if gain.label in TEXT_LABELS:
            assert (gain.change.value, gain.after) == (0, manifest.metrics[gain.label].roc_auc)
    assert Manifest.from_json(manifest.to_json()) == manifest


def test_a_post_counts_as_much_as_it_weighs(sixty_posts: list[LabelledPost]) -> None:
    doubted = next(at for at, post in enumerate(sixty_posts) if post.labels == {Label.TROLLING})
    text = [sixty_posts[doubted].text]
    light, heavy = (
        train([*sixty_posts[:doubted], replace(sixty_posts[doubted], weight=weight), *sixty_posts[doubted + 1 :]])[0]
        for weight in (0.01, 10.0)
    )
    assert light.version != heavy.version
    assert heavy.text_log_odds(text)[Label.TROLLING] > light.text_log_odds(text)[Label.TROLLING] + 0.2


def test_labels_nobody_looked_for_are_not_taken_for_absent(sixty_posts: list[LabelledPost]) -> None:
    """A file of insults says nothing of trolling: neither its insults nor the rest of it teach what that is."""
    insults = [
        replace(
            post, id=f"x{post.id}", text=f"{post.text} Hm.", provenance="forum", about=frozenset(post.labels) - TROLL
        )
        for post in sixty_posts
        if post.labels != TROLL
    ]
    alone, beside = train(sixty_posts), train([*sixty_posts, *insults])
    assert beside[1].metrics[Label.TROLLING].negatives == alone[1].metrics[Label.TROLLING].negatives
    assert beside[1].metrics[Label.PERSONAL_ATTACK].positives == 2 * alone[1].metrics[Label.PERSONAL_ATTACK].positives
    assert beside[0].hostility.weights_.shape == alone[0].hostility.weights_.shape


def test_the_same_words_are_never_in_two_folds() -> None:
    words = "This very long remark was posted twice."
    one, two, three, four = (
        LabelledPost(id=str(at), text=text, labels=labels, provenance="forum", thread=f"t{at}")
        for at, (text, labels) in enumerate(
            [(words, CLEAN), (words.upper(), frozenset({Label.TROLLING})), ("thanks", CLEAN), ("Thanks!", CLEAN)]
        )
    )
    groups = folds_of([one, two, three, four])
    assert groups[0] == groups[1]
    assert len(set(groups)) == 3, "everybody says thanks"
