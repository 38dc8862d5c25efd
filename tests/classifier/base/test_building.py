"""The steps of building that need no transformer."""

import numpy as np

from classifier import base
from classifier.base.building.pieces import MAX_WORDS, cut
from classifier.base.building.raters import inverse_document_frequencies, learn_raters
from classifier.features import TextFeatures
from classifier.ngrams import COLUMNS, count_ngrams


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
    map_column, key_column = (count_ngrams([word]).indices[0] for word in ("map", "key"))
    assert frequencies.shape == (COLUMNS,)
    assert frequencies[map_column] == 1.0
    np.testing.assert_allclose(frequencies[key_column], np.log(4 / 2) + 1)
    assert frequencies.max() == np.float32(np.log(4) + 1)
    assert base.text_features().idf.min() >= 1.0
