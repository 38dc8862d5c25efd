"""Whatever a member writes, reading it takes linear time: in quadratic time these texts would take hours."""

from collections.abc import Callable

import pytest

from classifier.copies.diff import word_diff
from classifier.copies.features import prose_length, says_whose
from classifier.copies.signatures import above_signature
from classifier.disguises import join_spaced, read_signs, shorten_stretched
from classifier.misspellings import correct_misspelt
from classifier.text import folded_text
from classifier.tokens import tokenize

LENGTH = 1_000_000

REPEATED = (
    "a",
    "1",
    "a1!",
    "a-",
    "a.",
    "!",
    "*",
    "v",
    ":a",
    "a'*",
    "a@a",
    "<",
    " ",
    "\n",
    "\N{COMBINING ACUTE ACCENT}",
    "é1",
)
"""With these every expression that reads posts begins to match, again and again, and fails at the last character."""

READERS: tuple[Callable[[str], object], ...] = (
    folded_text.__wrapped__,
    shorten_stretched,
    join_spaced,
    read_signs,
    correct_misspelt,
    tokenize,
    says_whose,
    lambda text: prose_length([text]),
    lambda text: above_signature(text, "x" + text),
    lambda text: word_diff(text[:LENGTH], text[1:]),
)


@pytest.mark.parametrize("repeated", REPEATED)
@pytest.mark.parametrize("end", ["", "!b", "1!a"])
def test_long_texts_are_read_in_linear_time(repeated: str, end: str) -> None:
    text = repeated * (LENGTH // len(repeated)) + end
    for read in READERS:
        read(text)
