from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import CountVectorizer

from classifier.batch import read_batch
from classifier.ngrams import COLUMNS, LONGEST_STRETCH, count_ngrams
from classifier.tokens import tokenize

WORDS = CountVectorizer(tokenizer=tokenize, token_pattern=None, lowercase=False, ngram_range=(1, 2)).build_analyzer()
STRETCHES = CountVectorizer(analyzer="char_wb", lowercase=False, ngram_range=(2, LONGEST_STRETCH)).build_analyzer()


def as_scikit_learn_counts(text: str) -> tuple[Counter[str], Counter[str]]:
    """scikit-learn counts a word that is too short for a length once, whole; it is a stretch of another length here."""
    whole = {f" {word} " for word in text.split() if len(word) + 2 < LONGEST_STRETCH}
    stretches = Counter(STRETCHES(text))
    for word in whole:
        stretches[word] = sum(f" {part} " == word for part in text.split())
    return Counter(WORDS(text)), stretches


@given(st.text(st.sampled_from("you are an idiot's map!?:)*@😀\n\u2003"), max_size=80))
def test_counts_are_those_of_scikit_learn(text: str) -> None:
    row = count_ngrams(read_batch([text]))
    words, stretches = as_scikit_learn_counts(text)
    of_words = row.data[row.indices < COLUMNS // 2]
    of_stretches = row.data[row.indices >= COLUMNS // 2]
    # some 200 n-grams in 262,144 columns: two of them seldom meet
    assert sorted(of_words) == sorted(words.values()) or len(of_words) < len(words)
    assert of_words.sum() == sum(words.values())
    assert of_stretches.sum() == sum(stretches.values())
    assert len(of_stretches) >= len(stretches) - 1


def test_a_text_has_the_same_row_alone_and_among_others() -> None:
    texts = ["you are lost", "", "the map is fine\nthanks", "x"]
    together = count_ngrams(read_batch(texts))
    for number, text in enumerate(texts):
        assert (together[number] != count_ngrams(read_batch([text]))).nnz == 0


def test_no_texts_and_empty_texts_have_no_ngrams() -> None:
    assert count_ngrams(read_batch([])).shape == (0, COLUMNS)
    assert count_ngrams(read_batch(["", " \n "])).nnz == 0


def test_different_ngrams_seldom_share_a_column() -> None:
    words = [f"w{number}" for number in range(2_000)]
    columns = np.concatenate([count_ngrams(read_batch([word])).indices for word in words])
    of_words = columns[columns < COLUMNS // 2]
    assert len(np.unique(of_words)) > 0.98 * len(words)
