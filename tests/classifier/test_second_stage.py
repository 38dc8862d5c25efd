import hashlib
import pickle
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import logit

from classifier.copies import CopyIndex
from classifier.dataset import LabelledPost
from classifier.errors import ModelError
from classifier.groups import groups_of
from classifier.hostility import HostilityModel
from classifier.labels import DEFAULT_BASE_RATES, TEXT_LABELS, Label
from classifier.manifest import Manifest
from classifier.model import Model
from classifier.post import Post
from classifier.registry import Registry
from classifier.second_stage import LIKELY, PROBE, UNLIKELY, SecondStage, unsure
from classifier.training import train


class WordVectors:
    """A small encoder: every word has a direction, a text is the mean of its words.

    `seen` are the texts embedded.
    """

    def __init__(self, source: str = "word-vectors", salt: str = "") -> None:
        self.source = source
        self.salt = salt
        self.seen: list[str] = []

    def load(self) -> None:
        pass

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.seen += texts
        sums = np.array([np.sum([self._direction(word) for word in ["", *text.split()]], axis=0) for text in texts])
        return (sums / np.linalg.norm(sums, axis=1, keepdims=True)).astype(np.float32)

    def _direction(self, word: str) -> NDArray[np.float64]:
        digest = hashlib.sha256((self.salt + word.strip(".,!?")).encode()).digest()
        return np.frombuffer(digest, dtype=np.uint8) - 127.5


def coin(seed: int = 0) -> tuple[list[str], list[set[Label]], NDArray[np.float64]]:
    """Posts whose label is in one word, and a first stage that knows nothing of it."""
    random = np.random.default_rng(seed)
    texts, labels = [], []
    for number in range(300):
        kind = number % 3
        word = ("pudding", "needling", "scorning")[kind]
        texts.append(" ".join([*random.choice(["the", "crane", "on", "quay", "was", "old"], 3), word]))
        labels.append([set(), {Label.TROLLING}, {Label.PERSONAL_ATTACK}][kind])
    return texts, labels, random.normal(size=(300, 2))


def test_what_the_words_missed_the_encoder_tells_apart() -> None:
    texts, labels, first = coin()

    stage = SecondStage(WordVectors(), C=1.0).fit(texts, labels, first)

    attack = stage.out_of_fold_log_odds_[:, TEXT_LABELS.index(Label.PERSONAL_ATTACK)]
    assert attack[2::3].min() > attack[0::3].max()
    fresh = stage.log_odds(["was on scorning", "was on pudding"], np.zeros((2, 2)))
    assert fresh[0, TEXT_LABELS.index(Label.PERSONAL_ATTACK)] > 0 > fresh[1].max()


def test_what_the_first_stage_knows_is_kept() -> None:
    texts, labels, _ = coin()
    texts = ["the old crane"] * len(texts)
    first = np.array([[4.0 if label in of_post else -4.0 for label in TEXT_LABELS] for of_post in labels])

    stage = SecondStage(WordVectors()).fit(texts, labels, first)

    found = stage.log_odds(["the old crane"] * 2, np.array([[4.0, -4.0], [-4.0, -4.0]]))
    assert found[0, 0] > 0 > found[1, 0]


def test_no_group_is_on_both_sides_and_folds_are_calibrated_apart() -> None:
    """Texts that say which group they are of, and nothing else: whoever has seen the group knows the label."""
    groups = [str(number // 10) for number in range(300)]
    labels = [[set(), {Label.TROLLING}, {Label.PERSONAL_ATTACK}][int(group) % 3] for group in groups]
    texts = [f"group{group}" for group in groups]
    nothing = np.zeros((300, 2))

    def gap(stage: SecondStage) -> float:
        attack = stage.out_of_fold_log_odds_[:, TEXT_LABELS.index(Label.PERSONAL_ATTACK)]
        is_attack = np.array([Label.PERSONAL_ATTACK in of_post for of_post in labels])
        return float(attack[is_attack].mean() - attack[~is_attack].mean())

    assert gap(SecondStage(WordVectors()).fit(texts, labels, nothing)) > 1
    assert gap(SecondStage(WordVectors()).fit(texts, labels, nothing, groups)) < 0.2


def test_posts_are_unsure_between_the_bounds_at_the_forums_rates() -> None:
    rates = {Label.TROLLING: 0.1, Label.PERSONAL_ATTACK: 0.01}
    settled = [-9.0, -9.0]
    chances = {UNLIKELY - 0.01: False, UNLIKELY + 0.01: True, LIKELY - 0.01: True, LIKELY + 0.01: False}
    for column, label in enumerate(TEXT_LABELS):
        for chance, is_unsure in chances.items():
            of_post = list(settled)
            of_post[column] = float(logit(chance) - logit(rates[label]))
            assert unsure(np.array([of_post]), rates).tolist() == [is_unsure]


def test_the_first_stages_word_stands_where_it_is_sure() -> None:
    texts, labels, first = coin()
    encoder = WordVectors()
    stage = SecondStage(encoder).fit(texts, labels, first)
    encoder.seen.clear()
    odds = np.array([[-9.0, -9.0], [2.0, 1.0], [-9.0, 9.0]])

    found = stage.reconsider(
        ["One", "The scorning", "Three"],
        {label: odds[:, column] for column, label in enumerate(TEXT_LABELS)},
        DEFAULT_BASE_RATES,
    )

    assert encoder.seen == ["the scorning"]
    both = np.column_stack([found[label] for label in TEXT_LABELS])
    assert both[[0, 2]].tolist() == odds[[0, 2]].tolist()
    assert both[1].tolist() == stage.log_odds(["The scorning"], odds[[1]])[0].tolist()
    encoder.seen.clear()
    stage.reconsider(["One"], {label: np.array([-9.0]) for label in TEXT_LABELS}, DEFAULT_BASE_RATES)
    stage.reconsider([], {label: np.array([]) for label in TEXT_LABELS}, DEFAULT_BASE_RATES)
    assert encoder.seen == []


def test_another_encoder_under_the_same_name_is_refused() -> None:
    texts, labels, first = coin()
    stage = SecondStage(WordVectors()).fit(texts, labels, first)

    stage.load()
    stage.encoder = WordVectors(salt="retrained")

    with pytest.raises(ModelError, match="encoder word-vectors: is not the one that the model was trained with"):
        stage.load()


@pytest.fixture(scope="module")
def two_stages(sixty_posts: list[LabelledPost]) -> tuple[Model, Manifest]:
    return train(sixty_posts, encoder=WordVectors())


def test_the_manifest_sets_both_stages_side_by_side(
    sixty_posts: list[LabelledPost],
    small_training: tuple[Model, Manifest],
    two_stages: tuple[Model, Manifest],
) -> None:
    _, plain = small_training
    model, manifest = two_stages
    posts = sorted(sixty_posts, key=lambda post: post.id)
    first = HostilityModel().fit([post.text for post in posts], [post.labels for post in posts], groups_of(posts))

    second = manifest.second_reading

    assert plain.second_reading is None
    assert second is not None
    assert second.encoder == "word-vectors"
    read = unsure(first.out_of_fold_log_odds_, DEFAULT_BASE_RATES)[[not post.labels for post in posts]]
    assert second.share == pytest.approx(read.mean())
    assert second.metrics_without == {label: plain.metrics[label] for label in TEXT_LABELS}
    assert any(manifest.metrics[label] != plain.metrics[label] for label in TEXT_LABELS)
    assert model.version == manifest.version != plain.version
    assert manifest.kind == "trained"
    assert Manifest.from_json(manifest.to_json()) == manifest


def test_a_model_with_an_encoder_is_never_a_default_build(
    sixty_posts: list[LabelledPost], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("classifier.dataset.written_posts", lambda: list(sixty_posts))

    assert train(sixty_posts, encoder=WordVectors())[1].kind == "trained"


def test_the_model_judges_with_both_and_explains_by_the_words(two_stages: tuple[Model, Manifest]) -> None:
    model, _ = two_stages
    texts = ["You absolute clown.", "Nobody asked you, sweetheart.", "The gasket goes on before the cover does.", ""]
    posts = [Post(source="test", id=text, text=text) for text in texts]
    assert model.second_stage is not None
    alone = replace(model, second_stage=None)

    # at even rates none of these is settled by sixty posts' worth of words
    even = dict.fromkeys(TEXT_LABELS, 0.5)
    both, first = (
        judge.at_base_rates(even).assess(posts, CopyIndex(), explain=lambda *_: True) for judge in (model, alone)
    )

    first_log_odds = np.column_stack([model.hostility.log_odds(texts)[label] for label in TEXT_LABELS])
    expected = model.second_stage.log_odds(texts, first_log_odds)
    for column, label in enumerate(TEXT_LABELS):
        found = logit([assessment.probabilities[label] for assessment in both])
        assert found.tolist() == pytest.approx(expected[:, column].tolist())
    assert [found.probabilities for found in both] != [found.probabilities for found in first]
    assert [found.spans for found in both] == [found.spans for found in first]


def test_a_saved_model_comes_back_with_its_second_stage(
    two_stages: tuple[Model, Manifest], tmp_path_factory: pytest.TempPathFactory
) -> None:
    model, manifest = two_stages
    registry = Registry(tmp_path_factory.mktemp("models"))
    registry.save(model, manifest)

    loaded = registry.load(manifest.version)

    assert loaded.second_stage is not None and model.second_stage is not None
    first = np.zeros((1, 2))
    assert loaded.second_stage.log_odds([PROBE], first).tolist() == model.second_stage.log_odds([PROBE], first).tolist()
    loaded.second_stage.encoder = WordVectors(salt="retrained")
    other = replace(loaded, version="2026-01-01-01234567")
    registry.save(other, replace(manifest, version=other.version))
    with pytest.raises(ModelError, match="is not the one"):
        registry.load(other.version)


def test_without_an_encoder_nothing_of_it_is_imported_or_kept(small_training: tuple[Model, Manifest]) -> None:
    model, _ = small_training
    assert model.second_stage is None
    script = (
        "import pickle, sys; model = pickle.load(sys.stdin.buffer); from classifier.copies import CopyIndex\n"
        "from classifier.post import Post; import bot.cli.main\n"
        "model.assess([Post(source='test', id='1', text='You clown.')], CopyIndex(), lambda *_: True)\n"
        "print([name for name in ('torch', 'transformers', 'sentence_transformers') if name in sys.modules])"
    )

    done = subprocess.run([sys.executable, "-c", script], input=pickle.dumps(model), capture_output=True, check=True)

    assert done.stdout.decode().strip() == "[]"
