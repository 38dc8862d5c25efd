"""The model card names what the figures were made of."""

from pathlib import Path

from classifier.base import raters
from classifier.base.building.questions import LESSONS, PIECES, RATED
from classifier.corpora import CATALOGUE

CARD = (Path(__file__).parents[3] / "classifier/base/CARD.md").read_text(encoding="utf-8")


def test_every_corpus_stands_in_the_card_with_licence_and_hash() -> None:
    for name in PIECES:
        corpus = CATALOGUE[name]
        (row,) = [line for line in CARD.splitlines() if line.startswith(f"| {name} |")]
        assert corpus.licence in row
        assert corpus.prepared_sha256 in row
        assert f"{corpus.rows:,}" in row


def test_lessons_are_about_corpora_that_are_read() -> None:
    assert {lesson.corpus for lesson in LESSONS} <= set(PIECES)


def test_the_raters_that_come_with_flagpost_are_those_of_the_recipe() -> None:
    questions = {question for lesson in LESSONS for question in lesson.questions}
    assert raters().names == RATED
    assert set(RATED) <= questions
