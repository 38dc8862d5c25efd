import re
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from classifier.dataset import written_posts
from classifier.explanation import heaviest_spans
from classifier.hostility import HostilityModel
from classifier.labels import TEXT_LABELS, Label
from classifier.sentences import LONG, SHORT
from classifier.text import fold


@pytest.fixture(scope="module")
def judge() -> HostilityModel:
    posts = written_posts()[::2]
    return HostilityModel(folds=2).fit([post.text for post in posts], [post.labels for post in posts])


@pytest.fixture(scope="module")
def unseen() -> list[str]:
    return [post.text for post in written_posts()[1::2]]


def spans_of(text: str, weights: dict[str, float], limit: int = 6) -> list[tuple[str, float]]:
    """What is marked when a text scores the sum of the weights of the stretches that stand in it."""

    def score(texts: Sequence[str]) -> NDArray[np.float64]:
        return np.array([sum(weight for stretch, weight in weights.items() if stretch in one) for one in texts])

    spans = heaviest_spans(fold(text), score, limit)
    return [(text[span.start : span.end], round(span.weight, 6)) for span in spans]


def test_the_heaviest_words_come_first_and_those_that_speak_against_do_not() -> None:
    found = spans_of("Nice try, MORON! Read the rules.", {"moron": 2.0, "nice": 0.5, "rules": -1.0, "read": 3.0})
    assert found == [("Read", 3.0), ("MORON", 2.0), ("Nice", 0.5)]


def test_a_misspelt_word_is_marked_as_it_was_written() -> None:
    assert spans_of("so, you MORRON! No", {"moron": 2.0}) == [("MORRON", 2.0)]


def test_every_word_of_a_phrase_counts_if_the_phrase_needs_it() -> None:
    assert spans_of("a bcd; ef", {"a bcd": 5.0}) == [("a bcd", 10.0)]


def test_neighbours_are_joined_unless_punctuation_parts_them() -> None:
    assert spans_of("you clown. go away", {"you": 1.0, "clown": 2.0, "go": 1.5}) == [("you clown", 3.0), ("go", 1.5)]


def test_faint_words_are_left_out_and_the_limit_counts_words() -> None:
    assert spans_of("red and blue", {"red": 10.0, "blue": 0.5}) == [("red", 10.0)]
    assert spans_of("red and blue or tan", {"red": 3.0, "blue": 2.0, "tan": 1.0}, 2) == [("red", 3.0), ("blue", 2.0)]


def test_spans_are_what_was_written_not_what_was_read() -> None:
    text = "\U0001f600 you s t u p i d \ud83d m\u043er\u200bon!!"
    assert spans_of(text, {"stupid": 1.0, "moron": 2.0}) == [("m\u043er\u200bon", 2.0), ("s t u p i d", 1.0)]


def test_in_a_long_post_the_words_of_the_most_hostile_place_are_found() -> None:
    text = " ".join([f"plain{number}" for number in range(300)] + ["you", "clown"] + ["fine"] * 300)
    assert spans_of(text, {"clown": 2.0}) == [("clown", 2.0)]


def test_a_text_without_words_has_no_spans() -> None:
    assert spans_of("", {"x": 1.0}) == []
    assert spans_of("\u200b", {"x": 1.0}) == []


@given(
    st.lists(st.text(st.characters(exclude_categories=()), max_size=30) | st.just("you id1ot, s t u p i d"), max_size=3)
)
def test_spans_of_any_text_lie_apart_within_it(judge: HostilityModel, texts: list[str]) -> None:
    text = " ".join(texts)
    (spans,) = judge.explain(text, [Label.TROLLING], limit=4).values()
    assert len(spans) <= 4
    weights = [span.weight for span in spans]
    assert weights == sorted(weights, reverse=True)
    assert all(weight > 0 for weight in weights)
    ends = 0
    for span in sorted(spans, key=lambda span: span.start):
        assert ends <= span.start < span.end <= len(text)
        ends = span.end


@pytest.mark.parametrize("label", TEXT_LABELS)
def test_no_other_word_lowers_the_score_more_than_the_heaviest(
    judge: HostilityModel, unseen: Sequence[str], label: Label
) -> None:
    texts = [text for text in unseen if 8 <= len(text.split()) <= 90 and fold(text).text == text.lower()][:60]
    checked = 0
    for text in texts:
        spans = judge.explain(text, TEXT_LABELS, limit=1)[label]
        if not spans:
            continue
        (marked,) = spans
        words = [match.span() for match in re.finditer(r"\w(?:\S*\w)?", text)]
        without = [text[:start] + text[end:] for start, end in words]
        log_odds = judge.log_odds([text, text[: marked.start] + text[marked.end :], *without])[label]
        lost, lost_at_most = log_odds[0] - log_odds[1], (log_odds[0] - log_odds[2:]).max()
        if SHORT < len(text.split()) <= LONG:  # a word less counts a little there, whichever it is
            assert lost >= 0.9 * lost_at_most
        else:
            assert lost == pytest.approx(marked.weight, abs=1e-4)
            assert lost >= lost_at_most - 1e-4
        checked += 1
    assert checked > 30
