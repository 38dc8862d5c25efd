"""One insult in a long post is heard, and no word more or less makes a leap."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from classifier.sentences import LONG, OF_SENTENCES, SHORT, length, log_odds_with_sentences, sentences

HARMLESS = "the huts open in may so bring a tent. "
"""Nine words."""


def score(texts: Sequence[str]) -> NDArray[np.float64]:
    """As a judge does: what a hostile word says is shared among all words. In the second column, nothing is hostile."""
    return np.array([[9 * text.count("moron") / max(len(text.split()), 1) - 4, -4] for text in texts])


def log_odds(text: str) -> list[float]:
    (found,) = log_odds_with_sentences([text], [length(text)], score).tolist()
    return list(found)


def test_sentences_end_at_marks_and_lines() -> None:
    text = 'one two. three?! "four five." six\n\nseven... 3.5 eight (nine!) ten'
    assert sentences(text) == ["one two.", "three?!", '"four five."', "six", "seven...", "3.5 eight (nine!)", "ten"]
    assert sentences(" \n. \n") == ["."]
    assert sentences("") == []


def test_without_marks_a_sentence_is_as_long_as_a_short_post() -> None:
    words = [f"word{number}" for number in range(2 * SHORT + 1)]
    found = sentences(" ".join(words))
    assert [len(sentence.split()) for sentence in found] == [SHORT, SHORT, 1]
    assert " ".join(found).split() == words


def test_a_short_post_is_judged_as_a_whole() -> None:
    text = "you moron. " + 4 * HARMLESS
    assert len(text.split()) < SHORT
    assert log_odds(text) == score([text])[0].tolist()


def test_one_insult_in_a_long_post_is_heard_and_the_rest_of_it_counts_too() -> None:
    insult = "you are a moron. "
    once, thrice = (insult + times * HARMLESS for times in (6, 18))
    assert score([thrice])[0, 0] < log_odds(thrice)[0] < log_odds(once)[0] < score([insult])[0, 0]
    assert log_odds(once)[1] == pytest.approx(-4)


def test_the_odds_are_the_mean_of_those_of_the_whole_and_of_each_word_s_sentence() -> None:
    text = "you are a moron. " + 6 * HARMLESS
    of_sentences = np.exp(score(sentences(text))[:, 0])
    words = [len(sentence.split()) for sentence in sentences(text)]
    mean = OF_SENTENCES * np.average(of_sentences, weights=words) + (1 - OF_SENTENCES) * np.exp(score([text])[0, 0])
    assert log_odds(text)[0] == pytest.approx(np.log(mean))


def test_no_word_more_makes_a_leap() -> None:
    start, more = "you are a moron. and that is that.", ["and so on" for _ in range(LONG)]
    growing = [" ".join([start, *more[:count]]) for count in range(LONG)]
    found = np.array([log_odds(text)[0] for text in growing])
    lengths = [length(text) for text in growing]
    assert lengths == sorted(lengths)
    assert {0.0, 1.0} < set(lengths)
    beyond = np.array([len(text.split()) for text in growing]) > SHORT - 3
    assert np.abs(np.diff(found))[beyond[1:]].max() < 1


@given(st.lists(st.text("ab .!\n", max_size=200) | st.just(8 * HARMLESS + "moron"), max_size=4))
def test_any_text_is_judged_between_its_mildest_and_its_worst_part_and_alike_among_others(texts: list[str]) -> None:
    together = log_odds_with_sentences(texts, [length(text) for text in texts], score)
    for text, found in zip(texts, together.tolist(), strict=True):
        assert found == pytest.approx(log_odds(text))
        parts = score([text, *sentences(text)])
        assert (parts.min(axis=0) - 1e-9 <= found).all()
        assert (found <= parts.max(axis=0) + 1e-9).all()
