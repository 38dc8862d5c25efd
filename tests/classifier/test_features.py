import joblib
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer

from classifier import base
from classifier.batch import read_batch
from classifier.embedding import StaticEmbedding
from classifier.features import (
    AT_ONCE,
    CHARACTERS_AT_ONCE,
    CHARACTERS_PULL,
    EMBEDDING_PULL,
    WORDS_PULL,
    TextFeatures,
)
from classifier.ngrams import COLUMNS
from classifier.text import folded_text

TEXTS = [
    "You're an id1ot and everybody here knows it :)",
    "You are an idiot, and your map is wrong!!",
    "The map is fine, thanks. Don't change it 😀",
    "Thanks, everybody here likes the map :thumbsup:",
    "",
]


def folded(texts: list[str]) -> list[str]:
    return [folded_text(text) for text in texts]


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return Pipeline([("fold", FunctionTransformer(folded)), ("features", base.text_features())])


def test_disguised_and_plain_texts_have_the_same_features(pipeline: Pipeline) -> None:
    plain, disguised = pipeline.transform(["You are an idiot", "YOU аre an i\u200bd1ot"])
    assert plain.nnz
    assert (plain != disguised).nnz == 0


def test_it_is_a_transformer_like_any_other(pipeline: Pipeline, tmp_path_factory: pytest.TempPathFactory) -> None:
    whole = Pipeline([*pipeline.steps, ("regression", LogisticRegression())])
    search = GridSearchCV(whole, {"regression__C": [0.1, 1.0]}, cv=2).fit(TEXTS[:4], [1, 1, 0, 0])
    assert clone(search.best_estimator_).fit(TEXTS[:4], [1, 1, 0, 0]).predict(["an idiot"]) == [1]
    file = tmp_path_factory.mktemp("features") / "pipeline.joblib"
    joblib.dump(pipeline, file)
    assert (joblib.load(file).transform(TEXTS) != pipeline.transform(TEXTS)).nnz == 0


def test_each_part_of_a_long_post_has_about_unit_length_and_of_a_short_one_less(pipeline: Pipeline) -> None:
    long = " ".join(f"word{number} of the map" for number in range(400))
    for text, low, high in ((long, 0.95, 1.0), ("map", 0.3, 0.95)):
        row = pipeline.transform([text]).toarray()[0]
        for part in (row[: COLUMNS // 2], row[COLUMNS // 2 : COLUMNS], row[COLUMNS:]):
            assert low < np.linalg.norm(part) < high
    assert pipeline.transform([""]).nnz == 0


def test_parts_are_tf_idf_and_the_embedding_scaled_softly() -> None:
    idf = np.full(COLUMNS, 2.0, dtype=np.float32)
    embedding = base.text_features().embedding
    assert embedding is not None
    (row,) = TextFeatures(idf, embedding).transform(["map map"]).toarray()
    # "map" twice and the pair once; " map" and its like each twice
    twice, once = 2 * (1 + np.log(2)), 2.0
    words = row[: COLUMNS // 2]
    length = np.hypot(np.hypot(twice, once), WORDS_PULL)
    np.testing.assert_allclose(sorted(words[words > 0]), [once / length, twice / length], rtol=1e-5)
    stretches = row[COLUMNS // 2 : COLUMNS]
    filled = stretches[stretches > 0]
    length = np.hypot(np.sqrt(len(filled)) * twice, CHARACTERS_PULL)
    np.testing.assert_allclose(filled, twice / length, rtol=1e-5)
    (vector,) = embedding.sums(read_batch(["map map"]))
    expected = vector / np.hypot(np.linalg.norm(vector), EMBEDDING_PULL)
    np.testing.assert_allclose(row[COLUMNS:], expected, rtol=1e-5)
    assert TextFeatures(idf).transform(["map map"]).shape == (1, COLUMNS)


@pytest.mark.parametrize("embedding", [base.text_features().embedding, None])
def test_scores_are_those_of_the_matrix_whatever_the_number_of_texts(embedding: StaticEmbedding | None) -> None:
    features = TextFeatures(base.text_features().idf, embedding)
    texts = [f"{text.lower()} {number}" for number in range(AT_ONCE // len(TEXTS) + 1) for text in TEXTS]
    texts += ["map " * (CHARACTERS_AT_ONCE // 10) + text.lower() for text in TEXTS]
    weights = np.random.default_rng(0).normal(size=(sum(features.widths), 2)).astype(np.float32)
    expected = np.vstack([(features.transform([text]) @ weights) for text in texts])
    np.testing.assert_allclose(features.scores(texts, weights), expected, atol=1e-5)
    assert features.scores([], weights).shape == (0, 2)
