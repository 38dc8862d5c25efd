import pytest

from classifier.text import fold
from classifier.tokens import tokenize


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Don't say you’re 'sorry'", ["don't", "say", "you're", "sorry"]),
        ("u r wrong, youre lost, ur map", ["you", "r", "wrong", "you're", "lost", "your", "map"]),
        ("a qx*zv z***", ["a", "qx*zv", "z***"]),
        ("well :) ;-( <3 xD :/", ["well", ":)", ";-(", "<3", "xd", ":/"]),
        ("nice :face_palm: 😀👍🏽", ["nice", ":face_palm:", "😀", "👍"]),
        ("what?! really!!!!", ["what", "?!", "really", "!!"]),
        ("@Somebody see https://example.org/x?y=1 or www.example.org", ["@", "see", "http", "or", "http"]),
    ],
)
def test_tokens(text: str, expected: list[str]) -> None:
    assert tokenize(fold(text).text) == expected


@pytest.mark.parametrize("unit", [":a", ":", "a'", "a*", "@", "@a", "!?", "www.", "😀", "=-", "a", "http://"])
def test_a_million_characters_do_not_run_away(unit: str) -> None:
    tokenize(unit * (1_000_000 // len(unit)))
