"""Characters as a reader sees them: one plain, lower-case spelling for every way Unicode has to write a letter."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from classifier.rude_words import is_rude

_MARKS = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
"""Accents and the marks that are heaped on letters; vowel signs of other scripts are letters there and stay."""

_INVISIBLE = (
    "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
"""Default-ignorable characters (Unicode, DerivedCoreProperties) and controls that are not white space."""

_SKIN_TONES = "\U0001f3fb-\U0001f3ff"
"""What an emoji says does not depend on them, and nor should a judgement."""

_FLAG_LETTERS = "\U0001f1e6-\U0001f1ff"

_SPELLINGS = {
    "'": "‘’‛ʹʼʽˈ´′",
    '"': "“”„‟«»″",
    "-": "‐‑‒–—―−",
    ".": "·•∙⋅",
    "/": "⁄∕",
    "*": "∗⁎✱✲",
    "!": "¡ǃ",
    " ": "\x0b\x0c\x1c\x1d\x1e\x1f\x85\u2800",
    "\ufffd": "".join(map(chr, range(0xD800, 0xE000))),  # half a pair: no encoder takes it
    "a": "ɑᴀ",
    "ae": "æÆ",
    "b": "ʙƀ",
    "c": "ᴄ",
    "d": "ᴅđĐðÐ",
    "e": "ᴇəǝƏƎ",
    "f": "ꜰƒ",
    "g": "ɢɡ",
    "h": "ʜħĦ",
    "i": "ɪıɩ",
    "j": "ᴊȷ",
    "k": "ᴋ",
    "l": "ʟłŁ",
    "m": "ᴍ",
    "n": "ɴ",
    "o": "ᴏøØ",
    "oe": "œŒ",
    "p": "ᴘ",
    "r": "ʀ",
    "s": "ꜱ",
    "t": "ᴛŧŦ",
    "th": "þÞ",
    "u": "ᴜʊ",
    "v": "ᴠ",
    "w": "ᴡɯ",
    "y": "ʏ",
    "z": "ᴢƶ",
}
"""What compatibility normalisation leaves as it is, though readers take it for the key."""

_LOOK_ALIKES = {
    "a": "АаΑαᎪꓮ",
    "b": "ВвЬьΒβᏴꓐ",
    "c": "СсϲϹⲤⲥᏟꓚ",
    "d": "ԀԁᎠꓓ",
    "e": "ЕеЁёЄєҽΕεᎬꓰ",
    "f": "Ϝϝꓝ",
    "g": "ԌԍցᏀꓖ",
    "h": "НнҺһЋћΗհᎻꓧ",
    "i": "ІіЇїӀӏΙιᎥ",
    "j": "ЈјϳᎫꓙ",
    "k": "КкҚқΚκᏦꓗ",
    "l": "Ꮮꓡ",
    "m": "МмΜᎷꓟ",
    "n": "ИиПпΝηոռꓠ",
    "o": "ОоΟοσՕօꓳ",
    "p": "РрΡρᏢꓑ",
    "q": "ԚԛգզႭ",
    "r": "ГгЯяᎡꓣ",
    "s": "ЅѕՏᏚꓢ",
    "t": "ТтΤτᎢꓔ",
    "u": "υՍսꓴ",
    "v": "ѴѵνᏙꓦ",
    "w": "ШшԜԝѠѡᎳꓪ",
    "x": "ХхΧχꓫ",
    "y": "УуЎўҮүΥγᎩꓬ",
    "z": "ΖζᏃꓜ",
}
"""Letters of other scripts that pass for Latin ones (after Unicode's confusables.txt, and what is seen in forums).

Small omega and mu are not among them: kΩ and μm are units.
"""

_SPELLING = {other: key for key, others in _SPELLINGS.items() for other in others}
for _first in (0x1F150, 0x1F170):  # white letters on black discs and squares
    _SPELLING.update({chr(_first + _at): chr(ord("a") + _at) for _at in range(26)})
_LATIN = {ord(other): key for key, others in _LOOK_ALIKES.items() for other in others}

_ORDINARY = re.compile(r"[\t\n\r -~]*+")
_DROPPED = re.compile(f"[{_MARKS}{_INVISIBLE}{_SKIN_TONES}]")
_MARKED = re.compile(f"([^{_MARKS}\\x00-\\x7f])([{_MARKS}]{{1,3}})")
_LONE_FLAG_LETTER = re.compile(f"(?<![{_FLAG_LETTERS}])[{_FLAG_LETTERS}](?![{_FLAG_LETTERS}])")
_WORD = re.compile(r"[\w@$!*]+")


def plain_characters(text: str) -> Sequence[str]:
    """For every character of `text` what it is read as: nothing, one or several plain characters.

    Compatibility forms, case and Latin accents are folded, invisible characters and heaped marks go. Only letters that
    look like Latin ones keep their case, which `latin_words` needs.
    """
    if _ORDINARY.fullmatch(text):
        return text.lower()
    plain = [_plain(character) for character in text]
    for match in _MARKED.finditer(text):
        plain[match.start()] = _plain(unicodedata.normalize("NFC", match[0])[0])
    for match in _LONE_FLAG_LETTER.finditer(text):
        plain[match.start()] = chr(ord(match[0]) - 0x1F1E6 + ord("a"))
    return plain


def latin_words(text: str) -> str | None:
    """Plain characters in lower case, look-alikes read as Latin in words that are Latin otherwise; the same length.

    Words in another script keep their letters, unless a rude word comes out. None when all is ASCII.
    """
    return None if text.isascii() else _WORD.sub(_as_latin, text)


def _as_latin(match: re.Match[str]) -> str:
    word = match[0]
    lower = word.casefold()
    if any(character.isascii() and character.isalpha() for character in word):
        read = word.translate(_LATIN)
        return read if read.isascii() else lower
    read = lower.translate(_LATIN)
    return read if is_rude(read) else lower


@lru_cache(maxsize=8192)
def _plain(character: str) -> str:
    if ord(character) in _LATIN:
        return character
    before, after = "", _SPELLING.get(character, character)
    while before != after:
        before = after
        after = "".join(map(_spelling, unicodedata.normalize("NFKC", before).casefold()))
    return after


def _spelling(character: str) -> str:
    if _DROPPED.match(character):
        return ""
    base = unicodedata.normalize("NFD", character)[0]
    return _SPELLING.get(character) or (base if base.isascii() and base.isalpha() else character)
