"""A real model judged on labelled posts."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from classifier.copies import CopyIndex
from classifier.dataset import LabelledPost, written_posts
from classifier.evaluation import evaluate, overlap
from classifier.figures import Figures
from classifier.labels import Label
from classifier.manifest import Manifest
from classifier.model import Model
from classifier.post import Post
from classifier.thresholds import Thresholds

LENIENT = Thresholds({Label.TROLLING: 0.05, Label.PERSONAL_ATTACK: 0.05, Label.COPY_PASTE: 0.5})
ATTACK = frozenset({Label.PERSONAL_ATTACK})


@pytest.fixture(scope="module")
def unseen(sixty_posts: list[LabelledPost]) -> list[LabelledPost]:
    """Posts that the small model was not trained on."""
    seen = {post.id for post in sixty_posts}
    return [post for post in written_posts() if post.id not in seen][::8]


def labelled(text: str, number: int, labels: frozenset[Label], minute: int | None = None) -> LabelledPost:
    at = None if minute is None else datetime(2026, 5, 1, 12, minute, tzinfo=UTC)
    return LabelledPost(id=str(number), text=text, labels=labels, provenance="forum", created_at=at)


def test_figures_are_those_of_the_models_own_probabilities(
    small_training: tuple[Model, Manifest], unseen: Sequence[LabelledPost]
) -> None:
    model, _ = small_training
    found = evaluate(model, unseen, LENIENT, resamples=50)[Label.PERSONAL_ATTACK]
    attacks = [post for post in unseen if Label.PERSONAL_ATTACK in post.labels]
    clean = [post for post in unseen if not post.labels]
    assert (found.overall.positives, found.overall.negatives) == (len(attacks), len(clean))
    assert found.base_rate == model.base_rates[Label.PERSONAL_ATTACK]

    def flagged(posts: Sequence[LabelledPost]) -> float:
        told = [Post(source="test", id=post.id, text=post.text) for post in posts]
        answers = model.assess(told, CopyIndex(), explain=lambda *_: False)
        return float(np.mean([answer.probabilities[Label.PERSONAL_ATTACK] >= 0.05 for answer in answers]))

    assert found.overall.recall is not None and found.overall.recall.value == pytest.approx(flagged(attacks))
    assert found.overall.false_alarms_per_1000 is not None
    assert found.overall.false_alarms_per_1000.value == pytest.approx(1000 * flagged(clean))


def rounded(figures: Figures) -> str:
    """Without intervals: in other company a post's log odds may differ in the last digits, and the order of groups too,
    by which they are drawn.
    """
    values = re.sub(r"interval=\(.*?\)", "", repr(figures))
    return re.sub(r"\d+\.\d+(e-\d+)?", lambda match: f"{float(match[0]):.6f}", values)


def test_a_slice_is_of_its_posts_only(small_training: tuple[Model, Manifest], unseen: Sequence[LabelledPost]) -> None:
    model, _ = small_training
    found = evaluate(model, unseen, LENIENT, resamples=50)[Label.TROLLING]
    short = [post for post in unseen if len(post.text.split()) <= 12]
    alone = evaluate(model, short, LENIENT, resamples=50)[Label.TROLLING]
    assert rounded(found.slices["short (up to 12 words)"]) == rounded(alone.overall)
    assert sum(found.slices[name].positives for name in found.slices if "words)" in name) == found.overall.positives


def test_the_same_posts_give_the_same_figures_and_a_model_is_no_better_than_itself(
    small_training: tuple[Model, Manifest], unseen: Sequence[LabelledPost]
) -> None:
    model, _ = small_training
    found = evaluate(model, unseen, LENIENT, against=model, resamples=50)
    assert found == evaluate(model, unseen, LENIENT, against=model, resamples=50)
    gain = found[Label.PERSONAL_ATTACK].gain
    assert gain is not None
    assert (gain.value, gain.interval) == (0.0, (0.0, 0.0))


def test_copies_are_looked_for_among_the_posts_by_time(
    small_training: tuple[Model, Manifest], unseen: Sequence[LabelledPost]
) -> None:
    model, _ = small_training
    texts = [post.text for post in unseen if len(post.text) >= 200][:12]
    copies = [labelled(text, number, frozenset({Label.COPY_PASTE}), 30) for number, text in enumerate(texts)]
    first = [labelled(text, 100 + number, frozenset(), 10) for number, text in enumerate(texts)]
    found = evaluate(model, copies + first, LENIENT, resamples=50)[Label.COPY_PASTE].overall
    assert found.recall is not None and found.recall.value == 1
    assert found.false_alarms_per_1000 is not None and found.false_alarms_per_1000.value == 0
    within = evaluate(model, copies + first, LENIENT, window=timedelta(minutes=5), resamples=50)
    recall = within[Label.COPY_PASTE].overall.recall
    assert recall is not None and recall.value == 0


def test_known_posts_are_counted(small_training: tuple[Model, Manifest], sixty_posts: list[LabelledPost]) -> None:
    _, manifest = small_training
    new = labelled("Nobody has written this sentence about harbour ferries before.", 1, ATTACK)
    shouted = replace(sixty_posts[0], id="x", text=f"{sixty_posts[0].text.upper()}!!", thread="t", provenance="forum")
    assert overlap([new], manifest).known == 0
    assert overlap([new, shouted, *sixty_posts[:3]], manifest).known == 4
    assert overlap(sixty_posts, manifest).known == 60


def test_posts_that_may_be_known_are_named_by_their_provenance(small_training: tuple[Model, Manifest]) -> None:
    _, manifest = small_training
    counts = replace(manifest.counts, provenances={"written": 60, "forum": 400, "discord": 7})
    found = overlap([labelled("Something new.", 1, ATTACK)], replace(manifest, counts=counts))
    assert (found.known, found.possible) == (0, {"forum": 400})


def test_no_posts_are_refused(small_training: tuple[Model, Manifest]) -> None:
    with pytest.raises(ValueError, match="no posts"):
        evaluate(small_training[0], [], LENIENT)
