"""Disguised words laid open: drawn out, spaced out, written with digits and signs, or with letters blanked out.

Each function takes folded characters and returns what every character becomes, or None when nothing is disguised.
All of them take linear time.
"""

import re
from collections.abc import Sequence
from itertools import groupby

from classifier.rude_words import BLANKS, LETTERS_READ, is_rude, read_disguised, read_stretched
from classifier.vocabulary import fill_blanks, is_common, is_word, read_word, split_words

_THRICE = re.compile(r"([a-z!?])\1\1")
_STRETCHED = re.compile(r"(?<![a-z])(?!(?:www|[vx]*iii)(?![a-z]))[a-z]*?([a-z])\1\1[a-z]*+|([!?])\2\2+")

_SIGN = r"[a-z0-9@$!*#]"
_SPACED = re.compile(rf"(?<![^\W_])(?<!'){_SIGN}(\s{{1,3}}|[.\-_*])(?!\1){_SIGN}(?:\1(?!\1){_SIGN})+(?![^\W_])")
_TWO_ALONE = re.compile(rf"[\s.\-_*]{_SIGN}(?:\s{{1,3}}|[.\-_*]){_SIGN}(?![^\W_])")
"""What the end of a spaced word looks like: twice as quick to look for."""

_SPEAKABLE = re.compile(r"(?=[a-z]{6,18}\Z)(?!.*[aeiouy]{3}|.*[^aeiouy]{3}).*")
"""Unknown words that can hardly be a list of letters."""

_RUN = r"[^\s\"'`()\[\]{}<>,;\x80-\U0010ffff]"
_ENDS = ".!?:-"
_INNER = r"0-9#$%&*+/=@\\^_|~"
_BESIDE_LETTER = re.compile(rf"[{_INNER}{_ENDS}](?:[a-z]|(?<=[a-z][{_INNER}])|(?<=[{_ENDS}])[{_INNER}])")
"""What stands in every run of letters and signs: five times as quick to look for."""

_MIXED = re.compile(
    rf"(?<!{_RUN})(?<![a-z]')(?:[a-z]++(?![{_ENDS}]*+(?!{_RUN})){_RUN}|(?:(?![a-z]){_RUN})++[a-z]){_RUN}*+"
)
_EDGES = ".!?-_&%^+|:/=~\\"
_SEPARATORS = re.compile(r"(-++|\.{2,}+)")
_SEPARATORS_IN_LEET = re.compile(r"([-_./!?]++)")
_TANGLED = re.compile(r"[a-z][0-9]++[a-z]|[0-9][a-z]++[0-9]")
_FIRST_READ = str.maketrans({sign: letters[0] for sign, letters in LETTERS_READ.items()})
_READABLE = re.compile(rf"[{re.escape(''.join(LETTERS_READ) + BLANKS)}-]")
_ADDRESS = re.compile(r"://|[a-z0-9]@[a-z0-9]++\.")
_NUMBERED = re.compile(r"[0-9]++[a-z]++|[a-z]++[0-9]|[a-z]++3d")
_WITH_DIGITS = re.compile(r"(?<![a-z])[a-z]++[0-9][a-z0-9]*+|(?<![0-9])[0-9]++[a-z][a-z0-9]*+")
_SIGN_INSIDE = re.compile(rf"[a-z][{re.escape(''.join(LETTERS_READ))}]++[a-z]|[0-9][a-z]++[0-9]")
_SPATIAL = re.compile(r"[a-z]++3d")
_CONSONANT = "[b-df-hj-np-tv-z]"
_ZERO = re.compile(r"(?<=[a-z])00?(?=[a-z])")
_ONE_OR_THREE = re.compile(rf"(?<={_CONSONANT})(?:1|33?)(?={_CONSONANT})")

SHORTEST_SPACED = 4
"""Letters that must stand alone in a row to be one word: three are as often an abbreviation or a list."""

LONGEST_SPACED = 500
"""Letters that are read when they stand alone in a row: more are made to take time, not to be read."""

SHORTEST_KNOWN = 3
"""Letters of the words that have to be most of what stands alone in a row."""

LONGEST_LEAD = 3
"""How many words of one letter (`u r a i d i o t`) are looked past for the beginning of a spaced word."""

SHORTEST_SIGNED = 4
"""Characters of a word that is read in any text."""

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
    """`s t u p i d`, `s.t.u.p.i.d`, `y o u s t u p i d` → words; `u.s.a.` and lists of digits or letters stay."""
    if not _TWO_ALONE.search(text):
        return None
    parts: list[str] | None = None
    for match in _SPACED.finditer(text):
        gap = len(match[1])
        joined = _joined(match[0][:: gap + 1])
        if joined is None:
            continue
        parts = parts or list(text)
        at = match.start()
        for word in joined:
            for _ in word[1:]:
                parts[at + 1 : at + 1 + gap] = [""] * gap
                at += gap + 1
            at += gap + 1
    return parts


def _joined(signs: str) -> list[str] | None:
    """The words that single characters spell; None when they spell none, or are too many."""
    if len(signs) > LONGEST_SPACED:
        return None
    for lead in range(LONGEST_LEAD + 1):
        word = signs[lead:].rstrip("!")
        if is_rude(word) or read_disguised(word) or read_stretched(word):
            return [*signs[:lead], word, *signs[lead + len(word) :]]
    if len(signs) < SHORTEST_SPACED or not signs.isalpha():
        return None
    words = split_words(signs)
    known = [word for word in words if (len(word) >= SHORTEST_KNOWN and is_word(word)) or _SPEAKABLE.fullmatch(word)]
    sure = max(map(len, known), default=0) >= SHORTEST_SPACED and 2 * sum(map(len, known)) > len(signs)
    return words if sure else None


def read_signs(text: str) -> Sequence[str] | None:
    """`id1ot`, `sh!t`, `f**k`, `y0ur`, `m*ny` → plain letters; `x1`, `3.5`, `i7-9700k`, `C++`, `l10n`, addresses stay.

    A rude word is read through any disguise of the same length, other words where letters enough are left. Where digits
    are letters throughout a text, those with few letters are read too, and even unknown ones. Elsewhere only a 0
    between letters, and a 1 or 3 between consonants, are letters in unknown words; blanks stay blanks (`*`) in them, so
    that the letters around them still tell.
    """
    if not _BESIDE_LETTER.search(text):
        return None
    runs = list(_MIXED.finditer(text))
    throughout = _is_leet(
        [word for run in runs if not _ADDRESS.search(run[0]) for word in _WITH_DIGITS.findall(run[0])]
    )
    pieces: list[str] = []
    done = 0
    for match in runs:
        read = _read(match[0], throughout)
        if read != match[0]:
            pieces += text[done : match.start()], read
            done = match.end()
    return "".join((*pieces, text[done:])) if pieces else None


def _is_leet(words: Sequence[str]) -> bool:
    """Whether digits are letters throughout: most words with digits are known words, and one surely so.

    Amounts (`100k`) and numbered things (`item5`) say nothing, as they could be words by chance.
    """
    telling = [word for word in words if not _NUMBERED.fullmatch(word)]
    known = [word for word in telling if read_disguised(word) or read_word(word)]
    if len(known) < 2 or 3 * len(known) < 2 * len(telling):
        return False
    return any(_is_sure(word) or read_disguised(word) for word in known)


def _read(run: str, throughout: bool) -> str:
    core = run.strip(_EDGES)
    for edges in (_EDGES, _EDGES + "*#"):
        inner = run.strip(edges)
        word = read_disguised(inner)
        if word:
            return run.replace(inner, word, 1)
    if not _READABLE.search(core) or _ADDRESS.search(core):
        return run
    parts = (_SEPARATORS_IN_LEET if throughout else _SEPARATORS).split(core)
    return run.replace(core, "".join(_read_word(part, throughout) for part in parts), 1)


def _read_word(word: str, throughout: bool) -> str:
    known = read_disguised(word) or fill_blanks(word)
    if known is None and not throughout and _SPATIAL.fullmatch(word):
        return word
    if known is None and (throughout or _is_sure(word)):
        known = read_word(word)
    if known or not word.isalnum():
        return known or word
    if throughout and _TANGLED.search(word):
        read = word.translate(_FIRST_READ)
    else:
        read = _ZERO.sub(_as_vowel, word) if len(word) >= SHORTEST_ZERO else word
        if len(word) >= SHORTEST_ONE_OR_THREE:
            read = _ONE_OR_THREE.sub(_as_vowel, read)
        if 2 * sum(map(str.isdigit, word)) > len(word):
            return word
    return read if read.isalpha() else word


def _is_sure(word: str) -> bool:
    """Whether a word that can be read is no code: `l0ts`, `57up1d`, `7h47` and no `l10n`, `many4`, or `4k`.

    It takes a sign between letters, or letters between digits, and some length: few codes spell a word by chance.
    """
    if len(word) < SHORTEST_SIGNED or not _SIGN_INSIDE.search(word):
        return False
    return len(word) > SHORTEST_SIGNED or sum(map(str.isalpha, word)) > 2 or is_common(read_word(word) or "")


def _as_vowel(match: re.Match[str]) -> str:
    return match[0].translate(_FIRST_READ)
