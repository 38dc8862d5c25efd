from collections import Counter

import joblib
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline

from classifier.features import SoftNormalizer, occurrences, text_features, tokens
from classifier.text import fold

TEXTS = [
    "You're an id1ot and everybody here knows it :)",
    "You are an idiot, and your map is wrong!!",
    "The map is fine, thanks. Don't change it 😀",
    "Thanks, everybody here likes the map :thumbsup:",
    "a b, a b; a",
    "",
]


@pytest.fixture(scope="module")
def fitted() -> Pipeline:
    return text_features(min_df=1).fit(TEXTS)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Don't say you’re 'sorry'", ["don't", "say", "you're", "sorry"]),
        ("u r wrong, youre lost, ur map", ["you", "r", "wrong", "you're", "lost", "your", "map"]),
        ("a str*nge z***", ["a", "str*nge", "z***"]),
        ("well :) ;-( <3 xD :/", ["well", ":)", ";-(", "<3", "xd", ":/"]),
        ("nice :face_palm: 😀👍🏽", ["nice", ":face_palm:", "😀", "👍"]),
        ("what?! really!!!!", ["what", "?!", "really", "!!"]),
        ("@Somebody see https://example.org/x?y=1 or www.example.org", ["@", "see", "http", "or", "http"]),
    ],
)
def test_tokens(text: str, expected: list[str]) -> None:
    assert tokens(fold(text).text) == expected


def test_disguised_and_plain_texts_have_the_same_features(fitted: Pipeline) -> None:
    plain, disguised = fitted.transform(["You are an idiot", "YOU аre an i\u200bd1ot"])
    assert plain.nnz
    assert (plain != disguised).nnz == 0


def test_every_column_has_a_name(fitted: Pipeline) -> None:
    names = fitted.get_feature_names_out()
    assert len(names) == fitted.transform(TEXTS).shape[1]
    assert {"words__idiot", "words__an idiot", "characters__idio"} <= set(names)


def test_the_pipeline_can_be_searched_cloned_and_stored(
    fitted: Pipeline, tmp_path_factory: pytest.TempPathFactory
) -> None:
    whole = Pipeline([*text_features(min_df=1).steps, ("regression", LogisticRegression())])
    search = GridSearchCV(whole, {"features__words__tfidf__min_df": [1, 2], "regression__C": [0.1, 1.0]}, cv=2)
    search.fit(TEXTS[:4], [1, 1, 0, 0])
    assert clone(search.best_estimator_).fit(TEXTS[:4], [1, 1, 0, 0]).predict(["an idiot"]) == [1]
    file = tmp_path_factory.mktemp("features") / "pipeline.joblib"
    joblib.dump(fitted, file)
    assert (joblib.load(file).transform(TEXTS) != fitted.transform(TEXTS)).nnz == 0


def test_long_rows_get_about_unit_length_and_short_ones_less() -> None:
    rows = csr_matrix([[3.0, 4.0, 0.0], [30.0, 40.0, 0.0], [0.0, 0.0, 0.0]])
    scaled = SoftNormalizer(pull=5.0).fit_transform(rows).toarray()
    assert np.allclose(np.linalg.norm(scaled, axis=1), [0.5**0.5, 50 / (50**2 + 5**2) ** 0.5, 0])
    assert np.allclose(SoftNormalizer().fit_transform(rows).toarray()[:2], [[0.6, 0.8, 0], [0.6, 0.8, 0]])


@pytest.mark.parametrize("text", TEXTS)
def test_occurrences_are_what_the_vectorisers_count(fitted: Pipeline, text: str) -> None:
    folded = fold(text).text
    names = fitted.get_feature_names_out()
    counted = Counter(
        f"{name}__{feature}"
        for name, branch in fitted["features"].transformer_list
        for feature in branch["tfidf"].build_analyzer()(folded)
    )
    places = occurrences(fitted, folded)
    assert Counter(names[places[:, 0]]) == counted
    for column, start, end in places:
        kind, _, feature = names[column].partition("__")
        if kind == "characters":
            assert folded[start:end] == feature.strip()
        else:
            assert tokens(folded[start:end]) == feature.split(" ")


@given(st.text(st.sampled_from("you are an idiot's map!?:)*@😀\n\u2003\u3000é"), max_size=80))
def test_occurrences_cover_every_value_of_a_row(fitted: Pipeline, text: str) -> None:
    folded = fold(text).text
    row = fitted["features"].transform([folded])
    places = occurrences(fitted, folded)
    assert set(places[:, 0]) == set(row.nonzero()[1])
    assert np.all((places[:, 1] >= 0) & (places[:, 1] < places[:, 2]) & (places[:, 2] <= len(folded)))


@pytest.mark.parametrize("unit", [":a", ":", "a'", "a*", "@", "@a", "!?", "www.", "😀", "=-", "a", "http://"])
def test_a_million_characters_do_not_run_away(unit: str) -> None:
    tokens(unit * (1_000_000 // len(unit)))
