"""Only what a corpus is sure of becomes a labelled post, and only in the author's own words."""

import json
from pathlib import Path

import pytest

from classifier.corpora import (
    CATALOGUE,
    Corpus,
    CorpusRow,
    Labelling,
    copy_of,
    fields_of,
    labelled_posts,
    read_corpus,
)
from classifier.dataset import LabelledPost, read_labelled_posts
from classifier.errors import DataError
from classifier.labels import Label

COPIES = Path(__file__).parents[3] / "../shared/data/train"

MEADOW = Corpus(
    name="meadow",
    title="Notes on a meadow's gate",
    licence="CC0",
    cite="Nobody",
    home="https://meadow.example",
    rows=1,
    prepared_sha256="",
    obstacle="it is on paper",
    quoted_lines=True,
    labelling=Labelling(
        attack="rude", unclear=("joking",), clean={"rude": 0, "cross": 0}, reason="The gate hears it all."
    ),
)


def post(text: str = "Shut the gate.", **labels: float) -> LabelledPost | None:
    row = CorpusRow(id="7", text=text, labels={"rude": 0, "cross": 0, "joking": 0} | labels, thread="gate")
    return next(labelled_posts(MEADOW, [row]), None)


def test_attack_clean_and_left_out() -> None:
    clean, attack = post(), post(rude=1, cross=1)
    assert clean and clean.labels == frozenset()
    assert attack and attack.labels == {Label.PERSONAL_ATTACK}
    assert (attack.id, attack.thread, attack.provenance) == ("meadow:7", "meadow:gate", "corpus:meadow")
    assert post(cross=1) is None
    assert post(rude=1, joking=1) is None
    assert post(joking=1) is None


def test_quoted_lines_are_not_the_authors() -> None:
    answer = post("> You left it open, you goose\n&gt; again\n\nI was not even there.")
    assert answer and answer.text == "I was not even there."
    assert post("> only this") is None


def test_rows_of_another_corpus_are_refused() -> None:
    row = CorpusRow(id="7", text="Shut the gate.", labels={"toxic": 0})
    with pytest.raises(DataError, match=r"no label 'cross'.*copy of meadow"):
        list(labelled_posts(MEADOW, [row]))


@pytest.mark.parametrize(
    ("name", "attacks"),
    [
        ("cmv_adhominem_threads", 1_221),
        ("cga_wiki_valid", 420),
        ("convabuse", 341),
        ("github_incivility", 174),
        ("wikitactics", 65),
        ("davidson_tweets", 0),
    ],
)
def test_real_copies_make_posts_that_can_be_read_again(name: str, attacks: int, tmp_path: Path) -> None:
    path = copy_of(name, COPIES)
    if not path.exists():
        pytest.skip("the prepared copies of the corpora are not here")
    posts = list(labelled_posts(CATALOGUE[name], read_corpus(name, path)))
    assert sum(Label.PERSONAL_ATTACK in post.labels for post in posts) == attacks
    written = tmp_path / "posts.jsonl"
    written.write_text("".join(json.dumps(fields_of(post)) + "\n" for post in posts))
    assert read_labelled_posts(written) == posts
