"""Texts dressed as members dress them to get past a filter, or misspelt; the same text always the same way."""

import re
import zlib
from collections.abc import Callable, Mapping

_LONG_WORD = re.compile(r"[A-Za-z]{4,}")
_LONGER_WORD = re.compile(r"[A-Za-z]{5,}")
_VOWEL_INSIDE = re.compile(r"(?<=[A-Za-z])[aeiou](?=[A-Za-z])", re.IGNORECASE)
_DIGITS = str.maketrans("aeiostAEIOST", "431057431057")
_CYRILLIC = str.maketrans("aceijopsxyACEHIKMOPTXY", "асеіјорѕхуАСЕНІКМОРТХУ")
_KEYS = "qwertyuiopasdfghjklzxcvbnm"
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


def misspell(text: str) -> str:
    """The text with one slip inside every word of five letters or more; the first letter and the last stay.

    Which slip a word has depends on its place as well, so that no common word stands for all of its posts.
    """
    return _LONGER_WORD.sub(_misspelt, text)


def _misspelt(match: re.Match[str]) -> str:
    word = match[0]
    number = zlib.crc32(f"{match.start()} {word}".encode())
    at = 1 + number % (len(word) - 2)
    before, letter, after = word[:at], word[at], word[at + 1 :]
    beside = _KEYS[(_KEYS.index(letter.lower()) + 1) % len(_KEYS)]
    slips = (after[0] + letter + after[1:], after, letter + letter + after, beside + after)
    return before + slips[(number >> 16) % len(slips)]
