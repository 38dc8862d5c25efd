import numpy as np
import pytest

from classifier import base
from classifier.batch import read_batch
from classifier.embedding import StaticEmbedding

PIECES = ["map", "##s", "lost", "!", "re", "you", "'"]
TABLE = np.arange(14, dtype=np.int8).reshape(7, 2)
SCALES = np.array([0.5, 2.0], dtype=np.float32)


@pytest.fixture
def embedding() -> StaticEmbedding:
    return StaticEmbedding(PIECES, TABLE, SCALES)


@pytest.mark.parametrize(
    ("token", "pieces"),
    [
        ("map", ["map"]),
        ("maps", ["map", "##s"]),
        ("mapss", ["map", "##s", "##s"]),
        ("you're", ["you", "'", "re"]),
        ("!!", ["!", "!"]),
        ("mapx", []),
        ("zebra", []),
    ],
)
def test_words_are_spelt_with_the_longest_pieces(embedding: StaticEmbedding, token: str, pieces: list[str]) -> None:
    assert [PIECES[row] for row in embedding.rows(token)] == pieces


def test_a_text_is_the_sum_of_its_pieces(embedding: StaticEmbedding) -> None:
    sums = embedding.sums(read_batch(["lost maps", "", "zebra", "map"]))
    expected = [TABLE[[2, 0, 1]].sum(axis=0), [0, 0], [0, 0], TABLE[0]]
    np.testing.assert_array_equal(sums, np.array(expected) * SCALES)
    assert embedding.sums(read_batch([])).shape == (0, 2)


def test_the_table_that_comes_with_flagpost_knows_what_is_alike() -> None:
    embedding = base.text_features().embedding
    assert embedding is not None
    vectors = embedding.sums(read_batch(["idiot", "moron", "harbour"]))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    assert vectors[0] @ vectors[1] > 2 * abs(vectors[0] @ vectors[2])
