"""Kinds of posts on which a judge of words tends to err, each told by a rough sign that will do for counting."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from classifier.dataset import LabelledPost
from classifier.rude_words import SWEAR_WORDS, squeezed
from classifier.text import fold

SHORT, LONG = 12, 60
"""Words: up to the first a post is short, from beyond the second long."""

_PERSON = (
    r"(?:people|person|folks?|m[ae]n|wom[ae]n|guys?|kids?|boys?|girls?|students?|families|family|communit(?:y|ies))"
)

IDENTITY = re.compile(
    rf"""\b(?:
    muslims? | islam | jews? | jewish | christians? | catholics? | hindus? | sikhs? | buddhists? | atheists?
    | gays? | lesbians? | bisexuals? | trans | transgender | queer | lgbtq? | women | woman | feminists?
    | immigrants? | migrants? | refugees? | foreigners? | africans? | asians? | arabs? | latin[oa]s? | mexicans?
    | indians? | pakistanis? | nigerians? | chinese | japanese | turks? | turkish | roma | gypsies | irish | russians?
    | disabled | autistic | deaf | wheelchair | elderly | pensioners?
    | (?:black|white|brown|straight|blind|old|young) \s {_PERSON}
    )\b""",
    re.VERBOSE,
)
SECOND_PERSON = frozenset({"you", "your", "youre", "yours", "yourself", "yourselves", "u", "ur", "ya", "yall", "yer"})
REPORTING = re.compile(
    r"\b(?:call(?:ed|s|ing)?|told|tell(?:s|ing)|accus(?:ed|es|ing)) (?:me|him|her|us|them|my|our|his|their|every\w+)\b"
    r"|\b(?:he|she|they|someone|somebody|guy|man|woman|boss|teacher|mod|neighbour|neighbor)"
    r" (?:said|says|wrote|writes|replied|yelled|shouted|screamed|messaged|posted)\b"
    r'|\b(?:said|says|wrote|writes|replied|yelled|shouted|called|told)\b[^"“\n]{0,30}["“]'
)


class Dialect(NamedTuple):
    """How a dialect is told: by what a written post's note says, else by words that are hardly used outside it.

    `markers` is None where no words would tell.
    """

    note: re.Pattern[str]
    markers: re.Pattern[str] | None


def _dialect(note: str, markers: str = "") -> Dialect:
    words = "|".join(word.replace("_", " ") for word in markers.split())
    return Dialect(re.compile(note, re.IGNORECASE), re.compile(rf"\b(?:{words})\b") if words else None)


DIALECTS = {
    "African American English": _dialect(
        r"African American|\bAAV?E\b",
        "finna tryna imma deadass talmbout aint_nobody ain't_nobody ain’t_nobody gon_be stay_trippin be_trippin "
        "no_cap on_god whole_time_he whole_time_she y'all_be y’all_be they_be he_be she_be",
    ),
    "Australian, NZ English": _dialect(
        r"\bAustralian|\bAussie|\bNew Zealand",
        "arvo servo bogan drongo yeah_nah nah_yeah sweet_as chockers ute dunny strewth fair_dinkum brekkie",
    ),
    "South Asian English": _dialect(
        r"\bIndian\b|\bPakistani English|\bSri Lankan",
        "yaar bhai arre accha lakhs? crores? jugaad timepass prepone kindly_do do_the_needful desi na_yaar chutiya "
        "bakwas pagal bewakoof",
    ),
    "Nigerian English": _dialect(
        r"\bNigerian\b|\bPidgin\b",
        "abeg wahala oga una wetin sabi omo sef jare wey dey no_be na_so na_him ehn oyibo naija shey",
    ),
    "South-East Asian English": _dialect(
        r"\bSingapor|\bSinglish|\bMalaysian|\bFilipino",
        "lah leh lor walao wah_lau kena alamak bojio shiok can_or_not paiseh kiasu sian",
    ),
    "learners' English": _dialect(r"\blearner|\bESL\b|\bnon-native"),
}


def slices_of(posts: Sequence[LabelledPost]) -> dict[str, NDArray[np.bool_]]:
    """For each kind, by its name, which of the posts are of it; a post may be of several."""
    read = [_Read.of(post) for post in posts]
    return {name: np.array([belongs(post) for post in read], dtype=np.bool_) for name, belongs in _SLICES.items()}


class _Read(NamedTuple):
    """A post as the signs look at it."""

    note: str
    typed: str
    """In lower case, otherwise as typed."""
    folded: str
    words: int

    @classmethod
    def of(cls, post: LabelledPost) -> "_Read":
        return cls(post.note or "", post.text.casefold(), fold(post.text).text, len(post.text.split()))


def _is_dialect(post: _Read, dialect: Dialect) -> bool:
    return bool(dialect.note.search(post.note) or (dialect.markers and dialect.markers.search(post.typed)))


def _swears_at_nobody(post: _Read) -> bool:
    words = set(re.findall(r"[a-z]+", post.folded))
    return not words.isdisjoint(_SWEAR_WORDS) and words.isdisjoint(SECOND_PERSON)


def _is_read_otherwise(post: _Read) -> bool:
    """Whether folding reads other words than those typed; drawn-out letters (`sooo`) and accents hide nothing."""
    return _bare_words(post.typed) != _bare_words(post.folded)


def _bare_words(text: str) -> list[str]:
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    return [squeezed(word) for word in re.findall(r"[^\W_]+", plain)]


_SWEAR_WORDS = frozenset(SWEAR_WORDS)
_SLICES: Mapping[str, Callable[[_Read], bool]] = {
    f"short (up to {SHORT} words)": lambda post: post.words <= SHORT,
    f"medium ({SHORT + 1}–{LONG} words)": lambda post: SHORT < post.words <= LONG,
    f"long (over {LONG} words)": lambda post: post.words > LONG,
    "identity words": lambda post: IDENTITY.search(post.folded) is not None,
    "any dialect below": lambda post: any(_is_dialect(post, dialect) for dialect in DIALECTS.values()),
    **{name: partial(_is_dialect, dialect=dialect) for name, dialect in DIALECTS.items()},
    "swearing at nobody": _swears_at_nobody,
    "reported speech": lambda post: REPORTING.search(post.typed) is not None,
    "disguised or misspelt": _is_read_otherwise,
}
