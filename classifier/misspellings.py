"""Hostile words with one slip in them: mistyped (`idoit`, `morron`), or spelt by ear (`retarted`, `stoopid`).

All slips are listed before any text is read, so that to look a word up takes no search (Garbe's SymSpell, 2012, lists
deletions).
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from classifier.rude_words import INSULTS, PUT_DOWNS, SWEAR_WORDS
from classifier.vocabulary import is_word

SHORTEST_MISSPELT = 5
"""Letters of a word that is taken for a slip: shorter ones are as often names, abbreviations, other languages."""

SHORTEST_REPLACED = 6
"""Letters of a hostile word that is known with another letter in place of one: Myron is no moron, pesos no pedos."""

NO_SLIPS = """
    batard bigos botches botching buffon bustard bustards butchy cappy cetin coard creels crepe crepes cretan cretans
    dammed douce fatos fecker feckin fecking focker fockers fuckit hatful hatte hatter hatters inane liras moros morns
    nagger nogger pusses pusser secker shetty shifty shiite shiits shirty shotty shotter sills sithole sitter tanny
    towser trills trinny verin waner
"""
"""Words, names and places that are one slip from a hostile word, and too rare to be among the known words."""

SPELT_BY_EAR = {
    "azz": "ass",
    "azzhole": "asshole",
    "biatch": "bitch",
    "biatches": "bitches",
    "biotch": "bitch",
    "bytch": "bitch",
    "bytches": "bitches",
    "dumbazz": "dumbass",
    "fck": "fuck",
    "fcks": "fucks",
    "fkin": "fuckin",
    "fkn": "fuckin",
    "fuk": "fuck",
    "fukk": "fuck",
    "fuks": "fucks",
    "kunt": "cunt",
    "luser": "loser",
    "phuck": "fuck",
    "phuk": "fuck",
    "shyt": "shit",
    "stewpid": "stupid",
}
"""Spellings that many use, and that are more than a slip, or too short to be known as one."""

_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_PLACES = {key: (row, at + row / 2) for row, keys in enumerate(_KEYS) for at, key in enumerate(keys)}
_VOWELS = "aeiouy"
_ALIKE = {"ck", "kc", "cs", "sc", "sz", "zs", "dt", "td"}
_WORD = re.compile(r"\b[a-z]{3,}\b")
_LETTERS_ALONE = bytes(byte if byte in b"abcdefghijklmnopqrstuvwxyz" else ord(" ") for byte in range(256))
"""Makes spaces of all but letters: words are found in bytes in a third of the time."""


def correct_misspelt(text: str) -> Sequence[str] | None:
    """`idoit` → `idiot`, `stopid` → `stupid`; known words, names on the list, and what could be two words stay.

    A slip is two letters that changed places, one left out or written twice, or another one in its place: a key beside
    it, another vowel, a consonant of the same sound. The first letter is always right, as it is in nearly all misspelt
    words (Yannakoudakis & Fawthrop 1983).
    """
    if _in_bytes().isdisjoint(text.encode().translate(_LETTERS_ALONE).split()):
        return None
    parts = list(text)
    for match in _WORD.finditer(text):
        word = _meant().get(match[0])
        if word and not is_word(match[0]):
            parts[match.start() : match.end()] = [word, *[""] * (len(match[0]) - 1)]
    return parts


@cache
def _meant() -> Mapping[str, str]:
    """The hostile word for each slip in one that could be in no other."""
    meant: dict[str, set[str]] = defaultdict(set)
    hostile = (*SWEAR_WORDS, *INSULTS, *PUT_DOWNS)
    for word in hostile:
        for slip in _slips(word):
            meant[slip].add(word)
    others = {*hostile, *NO_SLIPS.split()}
    slips = {
        slip: words.pop()
        for slip, words in meant.items()
        if len(words) == 1 and len(slip) >= SHORTEST_MISSPELT and slip not in others
    }
    return {**slips, **SPELT_BY_EAR}


@cache
def _in_bytes() -> frozenset[bytes]:
    return frozenset(word.encode() for word in _meant())


def _slips(word: str) -> Iterator[str]:
    for at, letter in enumerate(word[1:], 1):
        before, after = word[:at], word[at + 1 :]
        yield before + letter + letter + after
        if after or letter == before[-1]:
            yield before + after
        if after:
            yield before + after[0] + letter + after[1:]
        if after and len(word) >= SHORTEST_REPLACED:
            for other in _confused(letter):
                yield before + other + after


@cache
def _confused(letter: str) -> list[str]:
    """What is written for a letter by mistake."""
    found = [other for other in _PLACES if other != letter and _is_confused(letter, other)]
    return [*found, "oo"] if letter == "u" else found


def _is_confused(letter: str, other: str) -> bool:
    (row, at), (other_row, other_at) = _PLACES[letter], _PLACES[other]
    beside = abs(row - other_row) <= 1 and abs(at - other_at) <= 1
    return beside or (letter in _VOWELS and other in _VOWELS) or letter + other in _ALIKE
