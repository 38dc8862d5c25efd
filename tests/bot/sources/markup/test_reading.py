"""Quoted spans are cut out, and every own word can be found again in the input."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources.markup import cut_spans
from classifier.post import Quotation

TEXT = "alice: you are wrong\nNo, I am not. bob: yes he is. Stop it."


def span(words: str) -> tuple[int, int]:
    start = TEXT.index(words)
    return start, start + len(words)


def test_what_is_quoted_is_taken_out_and_the_rest_stays_apart() -> None:
    cut = cut_spans(TEXT, [span("alice: you are wrong"), span("bob: yes he is.")])

    assert cut.own == "No, I am not.\nStop it."
    assert cut.quotations == (Quotation(text="alice: you are wrong"), Quotation(text="bob: yes he is."))


def test_a_cut_inside_a_word_leaves_two_words() -> None:
    assert cut_spans("idiquotedot", [(3, 9)]).own == "idi\not"


def test_a_span_over_a_cut_is_found_on_both_sides() -> None:
    cut = cut_spans(TEXT, [span("bob: yes he is.")])
    start = cut.own.index("not.")

    pieces = cut.origin(start, cut.own.index("Stop") + len("Stop"))

    assert [TEXT[left:right] for left, right in pieces] == ["not.", "Stop"]


@pytest.mark.parametrize(
    ("spans", "quoted"),
    [
        ([(6, 8), (0, 2)], ["ab", "ef"]),
        ([(0, 4), (2, 6)], ["ab cd"]),
        ([(0, 6), (2, 4)], ["ab cd"]),
        ([(0, 3), (3, 6)], ["ab", "cd"]),
        ([(3, 3)], []),
        ([(2, 3)], []),
    ],
    ids=["unsorted", "overlapping", "nested", "touching", "empty", "a space"],
)
def test_spans_in_disorder(spans: list[tuple[int, int]], quoted: list[str]) -> None:
    cut = cut_spans("ab cd ef", spans)

    assert [quotation.text for quotation in cut.quotations] == quoted
    assert sorted((cut.own + " " + " ".join(quoted)).split()) == ["ab", "cd", "ef"]


@pytest.mark.parametrize(
    ("bad", "complaint"),
    [
        ((-1, 2), "span 2 starts before the text"),
        ((0, 9), "span 2 ends beyond the text, which has 8 characters"),
        ((5, 3), "span 2 ends before it starts"),
        ((0, True), "span 2: start and end must be whole numbers"),
        ((0.0, 2), "span 2: start and end must be whole numbers"),
        (("0", 2), "span 2: start and end must be whole numbers"),
        ((None, 2), "span 2: start and end must be whole numbers"),
    ],
)
def test_an_impossible_span_is_named(bad: tuple[int, int], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        cut_spans("ab cd ef", [(0, 2), bad])


@st.composite
def texts_with_spans(draw: st.DrawFn) -> tuple[str, list[tuple[int, int]]]:
    text = draw(st.text(max_size=60))
    edge = st.integers(0, len(text))
    pairs = draw(st.lists(st.tuples(edge, edge), max_size=5))
    return text, [(min(pair), max(pair)) for pair in pairs]


@given(texts_with_spans())
def test_every_own_character_is_found_in_the_input_and_no_quoted_one_is(
    case: tuple[str, list[tuple[int, int]]],
) -> None:
    text, spans = case
    cut = cut_spans(text, spans)
    quoted = {place for start, end in spans for place in range(start, end)}

    found = [(index, place) for index in range(len(cut.own)) for place, _ in cut.origin(index, index + 1)]

    assert all(cut.own[index] == text[place] for index, place in found)
    assert quoted.isdisjoint(place for _, place in found)
    kept = {place for _, place in found}
    assert all(text[place].isspace() for place in set(range(len(text))) - quoted - kept)
    assert [place for _, place in found] == [p for start, end in cut.origin(0, len(cut.own)) for p in range(start, end)]
