from collections.abc import Sequence
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.dataset import written_posts
from classifier.explanation import heaviest_spans
from classifier.hostility import HostilityModel
from classifier.labels import TEXT_LABELS, Label
from classifier.text import fold


@pytest.fixture(scope="module")
def judge() -> HostilityModel:
    posts = written_posts()[::2]
    return HostilityModel(folds=2).fit([post.text for post in posts], [post.labels for post in posts])


@pytest.fixture(scope="module")
def unseen() -> list[str]:
    return [post.text for post in written_posts()[1::2]]


def spans_of(text: str, weights: dict[str, float], limit: int = 6) -> list[tuple[str, float]]:
    """What is marked when each of the given stretches of the folded text weighs so much, once for each occurrence."""
    folded = fold(text)
    places, contributions = [], []
    for stretch, weight in weights.items():
        start = folded.text.index(stretch)
        places.append((0, start, start + len(stretch)))
        contributions.append(weight)
    spans = heaviest_spans(folded, np.array(places), np.array(contributions), limit)
    return [(text[span.start : span.end], round(span.weight, 6)) for span in spans]


def test_the_heaviest_words_come_first_and_those_that_speak_against_do_not() -> None:
    found = spans_of("Nice try, MORON! Read the rules.", {"moron": 2.0, "nice": 0.5, "rules": -1.0, "read": 3.0})
    assert found == [("Read", 3.0), ("MORON", 2.0), ("Nice", 0.5)]


def test_shares_of_a_word_add_up_and_a_pair_is_divided_by_length() -> None:
    assert spans_of("an old goat; gone", {"goa": 1.0, "oat": 0.5, "gone": -0.5}) == [("goat", 1.5)]
    assert spans_of("a bcd; ef", {"a bcd": 5.0}) == [("a bcd", 4.0)]


def test_neighbours_are_joined_unless_punctuation_parts_them() -> None:
    assert spans_of("you clown. go away", {"you": 1.0, "clown": 2.0, "go": 1.5}) == [("you clown", 3.0), ("go", 1.5)]


def test_faint_words_are_left_out_and_the_limit_counts_words() -> None:
    assert spans_of("red and blue", {"red": 10.0, "blue": 0.5}) == [("red", 10.0)]
    assert spans_of("red and blue or tan", {"red": 3.0, "blue": 2.0, "tan": 1.0}, 2) == [("red", 3.0), ("blue", 2.0)]


def test_spans_are_what_was_written_not_what_was_read() -> None:
    text = "\U0001f600 you s t u p i d \ud83d m\u043er\u200bon!!"
    assert spans_of(text, {"stupid": 1.0, "moron": 2.0}) == [("m\u043er\u200bon", 2.0), ("s t u p i d", 1.0)]


def test_a_single_word_carries_the_whole_score(judge: HostilityModel) -> None:
    column = TEXT_LABELS.index(Label.PERSONAL_ATTACK)
    (spans,) = judge.explain(["Pathetic!"], Label.PERSONAL_ATTACK)
    log_odds = judge.log_odds(["Pathetic!"])[Label.PERSONAL_ATTACK][0]
    assert [(span.start, span.end) for span in spans] == [(0, 8)]
    assert spans[0].weight == pytest.approx(log_odds - judge.intercepts_[column])


@given(
    st.lists(st.text(st.characters(exclude_categories=()), max_size=30) | st.just("you id1ot, s t u p i d"), max_size=3)
)
def test_spans_of_any_text_lie_apart_within_it(judge: HostilityModel, texts: list[str]) -> None:
    text = " ".join(texts)
    (spans,) = judge.explain([text], Label.TROLLING, limit=4)
    assert len(spans) <= 4
    weights = [span.weight for span in spans]
    assert weights == sorted(weights, reverse=True)
    assert all(weight > 0 for weight in weights)
    ends = 0
    for span in sorted(spans, key=lambda span: span.start):
        assert ends <= span.start < span.end <= len(text)
        ends = span.end


@pytest.mark.parametrize("label", TEXT_LABELS)
def test_without_the_heaviest_span_the_score_falls_more_than_without_other_words(
    judge: HostilityModel, unseen: Sequence[str], label: Label
) -> None:
    texts = [text for text in unseen if 8 <= len(text.split()) <= 60][:200]
    random = Random(0)
    top, others = [], []
    for text, spans in zip(texts, judge.explain(texts, label), strict=True):
        if not spans:
            continue
        start, end = spans[0].start, spans[0].end
        length = len(text[start:end].split())
        words = text.split()
        at = random.randrange(len(words) - length + 1)
        top.append((text, text[:start] + text[end:]))
        others.append((text, " ".join(words[:at] + words[at + length :])))
    assert len(top) > 150

    def fall(pairs: Sequence[tuple[str, str]]) -> float:
        before, after = (judge.log_odds([pair[side] for pair in pairs])[label] for side in (0, 1))
        return float(np.mean(before - after))

    assert fall(top) > 0.2
    assert fall(top) > 3 * fall(others)
