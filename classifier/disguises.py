"""Disguised words laid open: drawn out, spaced out, written with digits and signs, or with letters blanked out.

Each function takes folded characters and returns what every character becomes, or None when nothing is disguised.
All of them take linear time.
"""

import re
from collections.abc import Sequence
from itertools import groupby

from classifier.rude_words import is_rude, read_disguised, read_stretched

_THRICE = re.compile(r"([a-z!?])\1\1")
_STRETCHED = re.compile(r"(?<![a-z])(?!(?:www|[vx]*iii)(?![a-z]))[a-z]*?([a-z])\1\1[a-z]*+|([!?])\2\2+")

_SIGN = r"[a-z0-9@$!*#]"
_SPACED = re.compile(rf"(?<![^\W_])(?<!'){_SIGN}(\s{{1,3}}|[.\-_*])(?!\1){_SIGN}(?:\1(?!\1){_SIGN})+(?![^\W_])")

_RUN = r"[^\s\"'`()\[\]{}<>,;\x80-\U0010ffff]"
_ENDS = ".!?:-"
_MIXED = re.compile(
    rf"(?<!{_RUN})(?<![a-z]')(?:[a-z]++(?![{_ENDS}]*+(?!{_RUN})){_RUN}|(?:(?![a-z]){_RUN})++[a-z]){_RUN}*+"
)
_EDGES = ".!?-_&%^+|:/=~\\"
_CONSONANT = "[b-df-hj-np-tv-z]"
_ZERO = re.compile(r"(?<=[a-z])00?(?=[a-z])")
_ONE_OR_THREE = re.compile(rf"(?<={_CONSONANT})(?:1|33?)(?={_CONSONANT})")

SHORTEST_SPACED = 4
"""Letters that must stand alone in a row to be one word: three are as often an abbreviation or a list."""

LONGEST_LEAD = 3
"""How many words of one letter (`u r a i d i o t`) are looked past for the beginning of a spaced word."""

SHORTEST_ZERO = 4
SHORTEST_ONE_OR_THREE = 5
"""Characters of a word whose digits are read as letters: shorter ones (`l0l`, `C3PO`) are as often names and codes."""


def shorten_stretched(text: str) -> Sequence[str] | None:
    """`stuuuupid` → `stupid`, `sooooo` → `soo`, `!!!!` → `!!`.

    No English word has a letter three times in a row, so two are kept, except where the word is a known one.
    Digits, Roman numerals and `www` are never shortened.
    """
    if not _THRICE.search(text):  # three times as quick as looking for the whole word
        return None
    parts = list(text)
    for match in _STRETCHED.finditer(text):
        word = match[0]
        known = read_stretched(word)
        kept = [len(list(run)) for _, run in groupby(known)] if known else None
        at = match.start()
        for number, (_, letters) in enumerate(groupby(word)):
            length = len(list(letters))
            stays = min(length, kept[number] if kept else 2)
            parts[at + stays : at + length] = [""] * (length - stays)
            at += length
    return parts


def join_spaced(text: str) -> Sequence[str] | None:
    """`s t u p i d`, `s.t.u.p.i.d`, `s-t-u-p-i-d` → `stupid`; `u.s.a.` and lists of digits stay."""
    parts: list[str] | None = None
    for match in _SPACED.finditer(text):
        gap = len(match[1])
        signs = match[0][:: gap + 1]
        lead = _lead(signs)
        if lead is None:
            continue
        parts = parts or list(text)
        for at in range(match.start() + lead * (gap + 1), match.end() - 1, gap + 1):
            parts[at + 1 : at + 1 + gap] = [""] * gap
    return parts


def _lead(signs: str) -> int | None:
    """How many of the single characters stand before the word they spell; None when they spell none."""
    for lead in range(LONGEST_LEAD + 1):
        word = signs[lead:].rstrip("!")
        if is_rude(word) or read_disguised(word):
            return lead
    return 0 if len(signs) >= SHORTEST_SPACED and signs.isalpha() else None


def read_signs(text: str) -> Sequence[str] | None:
    """`id1ot`, `sh!t`, `f**k`, `y0ur` → plain letters; `x1`, `3.5`, `i7-9700k`, `C++`, `v2.0.1`, addresses stay.

    A rude word is read through any disguise of the same length. In other words only a 0 between letters, and a 1 or
    3 between consonants, are letters; blanks stay blanks (`*`), so that the letters around them still tell.
    """
    pieces: list[str] = []
    done = 0
    for match in _MIXED.finditer(text):
        read = _read(match[0])
        if read != match[0]:
            pieces += text[done : match.start()], read
            done = match.end()
    return "".join((*pieces, text[done:])) if pieces else None


def _read(run: str) -> str:
    core = run.strip(_EDGES)
    for edges in (_EDGES, _EDGES + "*#"):
        inner = run.strip(edges)
        word = read_disguised(inner)
        if word:
            return run.replace(inner, word, 1)
    return run.replace(core, "-".join(map(_read_word, core.split("-"))), 1) if core else run


def _read_word(word: str) -> str:
    known = read_disguised(word)
    if known or not word.isalnum():
        return known or word
    read = _ZERO.sub(_as_vowel, word) if len(word) >= SHORTEST_ZERO else word
    if len(word) >= SHORTEST_ONE_OR_THREE:
        read = _ONE_OR_THREE.sub(_as_vowel, read)
    return read if read.isalpha() and 2 * sum(map(str.isdigit, word)) <= len(word) else word


def _as_vowel(match: re.Match[str]) -> str:
    return match[0].translate(str.maketrans("013", "oie"))
