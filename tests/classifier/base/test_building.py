"""The steps of building that need no transformer."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from classifier import base
from classifier.base import Raters
from classifier.base.building.pieces import MAX_WORDS, cut
from classifier.base.building.raters import inverse_document_frequencies, learn_raters
from classifier.base.building.voices import differences, even_out
from classifier.batch import read_batch
from classifier.dataset import LabelledPost, written_posts
from classifier.features import TextFeatures
from classifier.ngrams import COLUMNS, count_ngrams
from classifier.text import folded_text


def test_pieces_are_whole_sentences_where_they_fit_and_lose_no_word() -> None:
    text = "One short sentence. " * 30 + "long " * 120 + "\nThe end"
    pieces = list(cut(text))
    assert " ".join(pieces).split() == text.split()
    assert all(len(piece.split()) <= MAX_WORDS for piece in pieces)
    assert pieces[0].endswith("sentence.")
    assert list(cut(" \n ")) == []


def test_raters_learn_what_the_answers_say() -> None:
    hostile = [f"you are a fool number {number}" for number in range(40)]
    friendly = [f"thanks for map number {number}" for number in range(40)]
    texts = hostile + friendly
    features = TextFeatures(inverse_document_frequencies(texts)).transform(texts)
    answers = np.array([[3.0, -1.0]] * 40 + [[-3.0, 1.0]] * 40, dtype=np.float32)
    raters = learn_raters(features, ["hostile", "friendly"], answers, jobs=1)
    scores = raters.scores(features)
    assert raters.names == ("hostile", "friendly")
    assert (scores[:40, 0] > 0.5).all()
    assert (scores[40:, 0] < -0.5).all()
    np.testing.assert_allclose(scores[:, 0], -scores[:, 1], atol=1e-4)


def test_rare_ngrams_weigh_more_and_unseen_ones_most() -> None:
    frequencies = inverse_document_frequencies(["map", "map", "map key"])
    map_column, key_column = (count_ngrams(read_batch([word])).indices[0] for word in ("map", "key"))
    assert frequencies.shape == (COLUMNS,)
    assert frequencies[map_column] == 1.0
    np.testing.assert_allclose(frequencies[key_column], np.log(4 / 2) + 1)
    assert frequencies.max() == np.float32(np.log(4) + 1)
    assert base.text_features().idf.min() >= 1.0


def test_voices_of_one_remark_are_compared_with_each_other_only() -> None:
    posts = [_post("a", "You are wrong.", "1"), _post("b", "You wrong.", "1"), _post("c", "Fine by me.", None)]
    features = base.text_features()
    standard, other = features.transform([folded_text(post.text) for post in posts[:2]])
    found = differences(posts, features)
    np.testing.assert_allclose(found.toarray(), np.vstack([half := (standard - other).toarray() / 2, -half]), atol=1e-6)


def test_evened_out_raters_part_voices_less_and_say_the_same_of_all_else() -> None:
    raters = Raters(("one",), np.array([[2.0], [1.0], [5.0]], dtype=np.float32), np.zeros(1, dtype=np.float32))
    apart = csr_matrix([[1.0, 1.0, 0.0]])
    evened = even_out(raters, apart, firmness=1.0)
    assert (apart @ evened.weights)[0, 0] == pytest.approx(1.0)  # 3 before
    np.testing.assert_allclose(evened.weights[:, 0], [1.0, 0.0, 5.0], atol=1e-6)
    assert np.abs(apart @ even_out(raters, apart, firmness=1e6).weights).max() < 1e-4


def test_the_raters_that_come_with_flagpost_are_evened_out() -> None:
    raters = base.raters()
    apart = differences(written_posts(), base.text_features())
    again = even_out(raters, apart)
    before, after = (float(np.abs(apart @ of.weights).mean()) for of in (raters, again))
    assert before < 0.12  # 0.19 in raters as they are learnt
    assert after > before / 2


def _post(id: str, text: str, thread: str | None) -> LabelledPost:
    return LabelledPost(id=id, text=text, labels=frozenset(), provenance="written", thread=thread)
