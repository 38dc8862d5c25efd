"""The catalogue holds what it promises, and the page about it says the same."""

import hashlib
import re
from pathlib import Path

import pytest

from classifier.corpora import CATALOGUE, Corpus, copy_of, corpus_named, read_corpus
from classifier.errors import DataError

ROOT = Path(__file__).parents[3]
COPIES = ROOT / "../shared/data/train"

every_corpus = pytest.mark.parametrize("corpus", CATALOGUE.values(), ids=lambda corpus: corpus.name)


@every_corpus
def test_an_entry_is_complete(corpus: Corpus) -> None:
    assert all((corpus.title, corpus.licence, corpus.cite, corpus.labelling.reason))
    assert bool(corpus.originals) == (corpus.read is not None) == (not corpus.obstacle)
    assert len({original.name for original in corpus.originals}) == len(corpus.originals)
    for original in corpus.originals:
        pinned = re.search(r"/[0-9a-f]{40}[/.]", original.url)
        assert original.url.startswith("https://")
        assert pinned or "zenodo.org/record/" in original.url, "what is at this address may change"


@every_corpus
def test_the_page_of_corpora_says_the_same(corpus: Corpus) -> None:
    page = (ROOT / "docs" / "corpora.md").read_text()
    (line,) = [line for line in page.splitlines() if line.startswith(f"| [{corpus.name}]({corpus.home}) |")]
    for said in (f"{corpus.rows:,}", corpus.licence, corpus.cite, corpus.labelling.reason, corpus.obstacle):
        assert said in line
    for label in corpus.labelling.needs:
        assert f"`{label}`" in line


@every_corpus
def test_the_prepared_copy_is_the_one_in_the_catalogue(corpus: Corpus) -> None:
    path = copy_of(corpus.name, COPIES)
    if not path.exists():
        pytest.skip("the prepared copies of the corpora are not here")
    assert hashlib.sha256(path.read_bytes()).hexdigest() == corpus.prepared_sha256
    assert len(read_corpus(corpus.name, path)) == corpus.rows


def test_a_name_that_is_not_there_is_answered_with_the_nearest() -> None:
    assert corpus_named("convabuse").name == "convabuse"
    with pytest.raises(DataError, match="did you mean davidson_tweets"):
        corpus_named("davidson_tweet")
    with pytest.raises(DataError, match="flagpost data list"):
        corpus_named("zzz")
