import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.copies import DiffKind, DiffPart, word_diff
from classifier.copies.diff import MAX_WORDS

SAME, ADDED, REMOVED = DiffKind.SAME, DiffKind.ADDED, DiffKind.REMOVED


def test_replaced_words_stand_between_what_stayed() -> None:
    assert word_diff("the red house by the river", "the old house by the river") == (
        DiffPart(SAME, "the "),
        DiffPart(REMOVED, "red "),
        DiffPart(ADDED, "old "),
        DiffPart(SAME, "house by the river"),
    )


def test_words_are_the_same_whatever_their_case_punctuation_or_letters() -> None:
    later = "THE оld hоuse...  by the\nriver!"
    assert word_diff("the old house by the river", later) == (DiffPart(SAME, later),)


def test_bullets_and_dashes_are_no_change() -> None:
    later = "soup is best * on the second - day -"
    assert word_diff("soup is best on the second day", later) == (DiffPart(SAME, later),)


def test_the_words_around_a_buried_copy_are_added() -> None:
    parts = word_diff("soup is best on the second day", "you know, soup is best on the second day or so they say")
    assert [part.kind for part in parts] == [ADDED, SAME, ADDED]
    assert parts[1].text == "soup is best on the second day "


def test_long_stretches_keep_only_the_words_next_to_a_change() -> None:
    stays = "one two three four five six seven eight nine"
    parts = word_diff(f"{stays} old {stays}", f"{stays} new {stays} more", context_words=2)
    assert [part.text for part in parts] == ["… eight nine ", "old ", "new ", "one two … eight nine ", "more"]
    assert word_diff(stays, stays, context_words=2) == (DiffPart(SAME, "one two … eight nine"),)
    assert word_diff(f"a {stays}", f"b {stays}", context_words=3)[-1] == DiffPart(SAME, "one two three … ")


def test_nothing_to_compare() -> None:
    assert word_diff("", "  ") == ()
    assert word_diff("", "new words") == (DiffPart(ADDED, "new words"),)


def test_in_long_posts_the_shared_stretch_is_compared() -> None:
    filler = [" ".join(f"{name}{number}" for number in range(5 * MAX_WORDS)) for name in ("old", "new")]
    shared = " ".join(f"shared{number}" for number in range(40))
    parts = word_diff(f"{filler[0]} {shared} end", f"{filler[1]} {shared} {filler[1]}")
    assert [part.text.strip() for part in parts if part.kind is SAME] == [shared]
    assert "".join(part.text for part in parts if part.kind is not REMOVED) == f"{filler[1]} {shared} {filler[1]}"


@pytest.mark.parametrize("repeated", ["spam ", "spam eggs ", "a b c d e f g h "])
def test_repetitive_posts_do_not_run_away(repeated: str) -> None:
    assert word_diff(repeated * 40_000, "spam " * 9 + repeated[::-1] * 40_000, context_words=5)


texts = st.lists(st.sampled_from(["red", "Red!", "blue", "…", "\n", "и", "\u200b"]) | st.text(max_size=5)).map(" ".join)


@given(texts, texts)
def test_the_parts_make_up_both_texts(earlier: str, later: str) -> None:
    parts = word_diff(earlier, later)
    assert all(part.text for part in parts)
    assert all(before.kind != after.kind for before, after in pairwise(parts))
    assert "".join(part.text for part in parts if part.kind is not REMOVED) == later.lstrip()
    stays = sum(written_words(part.text) for part in parts if part.kind is SAME)
    removed = sum(written_words(part.text) for part in parts if part.kind is REMOVED)
    assert stays + removed == written_words(earlier)


def written_words(text: str) -> int:
    return sum(bool(re.search(r"\w", word)) for word in text.split())
