"""Texts dressed as members dress them to get past a filter. The same text is always dressed the same way."""

import re
from collections.abc import Callable, Mapping

_LONG_WORD = re.compile(r"[A-Za-z]{4,}")
_VOWEL_INSIDE = re.compile(r"(?<=[A-Za-z])[aeiou](?=[A-Za-z])", re.IGNORECASE)
_DIGITS = str.maketrans("aeiostAEIOST", "431057431057")
_CYRILLIC = str.maketrans("aceijopsxyACEHIKMOPTXY", "асеіјорѕхуАСЕНІКМОРТХУ")
_ZERO_WIDTH_SPACE = "\u200b"

DISGUISES: Mapping[str, Callable[[str], str]] = {
    "leet": lambda word: word.translate(_DIGITS),
    "homoglyphs": lambda word: word.translate(_CYRILLIC),
    "zero_width": _ZERO_WIDTH_SPACE.join,
    "spacing": " ".join,
    "stars": lambda word: _VOWEL_INSIDE.sub("*", word, count=1),
}
"""What each disguise makes of a word."""


def dress(text: str, disguise: str) -> str:
    """The text with every word of four letters or more disguised: shorter ones nobody has a reason to hide."""
    return _LONG_WORD.sub(lambda word: DISGUISES[disguise](word[0]), text)
