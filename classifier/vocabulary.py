"""English words, the commonest first: what a disguised word can turn out to be.

They are the whole words among the pieces of the static embedding, which stand in the order of how common they are, with
words of forums and rude words. They are read when the first suspicious word turns up, without the rest of the base
scorer.
"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import resources

import numpy as np

from classifier.rude_words import BLANKS, INSULTS, LETTERS_READ, SWEAR_WORDS

LONGEST_WORD = 18

SHORTEST_STEM = 3
"""Letters of a word that an ending may follow."""

ENDINGS = ("s", "d", "r", "es", "ed", "er", "rs", "ly", "ers", "ing", "est", "ness", "less")
"""What may follow a word: `d`, `r` and `rs` where it ends in e, which `ing` takes away."""

TALKED_OF = """
    will give post read come stuff joke than bunch none follow rule cost hold likes thinks cops throw silly scared math
    threat stick calls rise draw drunk grow tries skill pointing slap flawed write boss tiny gross ruin mock bullet
    vile flaws morals lame cope rude beats bully lacks click polls dads track posts rules skills works truck smell
"""
"""Words that are commoner in posts than the words they might be taken for, and rarer in books."""

FORUM_WORDS = """
    dont cant wont didnt doesnt isnt arent wasnt werent aint wouldnt couldnt shouldnt havent hasnt hadnt
    youre youll youve theyre thats whats theres heres shes whos yall gonna wanna gotta kinda dunno dude bro bruh
    lol lmao rofl omg wtf haha hahaha btw imo imho meh congrats mod mods admin admins bot bots spam rant meme memes
    tweet reddit username delete vegan nerd cringe bigot bigotry hypocrite hypocrisy hypocritical sexist oppressed
    whine whiny crybaby snowflake sheeple redneck commie libtard simp dope weirdo delusional gullible insecure clueless
    dishonest disingenuous disrespect disrespectful hateful embarrass brainwash blatant strawman fallacy slur overrated
"""
"""Words that the encoder learnt from books and an encyclopedia, and hardly met there."""

COMMON = 2_500
"""How many pieces are common words; those of forums come behind them."""

COMMONEST_SHORT = {2: 600, 3: 8_500}
"""How many of the pieces are words where they have this many letters: the rarer ones are abbreviations."""

COST_OF_LETTER = math.log(16)
"""What each letter of an unknown word costs, as the negative logarithm of how often it is the next."""

COST_OF_ENDING = 3.0
"""What a word with an ending costs more than the word, as the negative logarithm of how much rarer it is."""

SHORTEST_BLANKED = 4
"""Characters of a word with vowels left out."""

SINGLE_WORDS = "aiur"
"""Letters that are words by themselves, as some write them."""

_SHAPES = str.maketrans(
    {character: letters[0] for sign, letters in LETTERS_READ.items() for character in sign + letters}
)
"""Makes one letter of all that a sign may stand for, so that a disguised word and the true one look the same."""

_ENDINGS_AND_SHAPES = tuple((ending, ending.translate(_SHAPES)) for ending in ("", *ENDINGS))

_AS_VOWELS = str.maketrans(dict.fromkeys(BLANKS, "[aeiou]"))


def read_word(disguised: str) -> str | None:
    """The commonest word, or word with an ending, that `disguised` writes with digits and signs. Takes bounded time."""
    if len(disguised) > LONGEST_WORD:
        return None
    shape = disguised.translate(_SHAPES)
    if not shape.isalpha():
        return None
    for ending, shape_of_ending in _ENDINGS_AND_SHAPES:
        if shape.endswith(shape_of_ending):
            for stem in _stems(shape, shape_of_ending):
                for word in _by_shape().get(stem, ()):
                    read = word[: len(shape) - len(ending)] + ending
                    if all(map(_may_be, disguised, read)):
                        return read
    return None


def fill_blanks(blanked: str) -> str | None:
    """The commonest word, or word with an ending, that `blanked` is when `*` and `#` are vowels left out.

    The first letter and the last must be legible, and two letters for every blank. Takes bounded time.
    """
    blanks = sum(map(blanked.count, BLANKS))
    letters = sum(map(str.isalpha, blanked))
    if not blanks or letters < 2 * blanks or not SHORTEST_BLANKED <= letters + blanks == len(blanked) <= LONGEST_WORD:
        return None
    for ending in ("", *ENDINGS):
        if blanked.endswith(ending):
            for stem in _stems(blanked, ending):
                words = _by_ends().get((len(stem), stem[0], stem[-1]), "")
                if found := re.search(f"^{stem.translate(_AS_VOWELS)}$", words, re.MULTILINE):
                    return found[0][: len(blanked) - len(ending)] + ending
    return None


def split_words(letters: str) -> list[str]:
    """The likeliest words that the letters are in a row. Takes linear time.

    Words count as independent, their frequencies follow Zipf's law, and an unknown word is the rarer the longer it is
    (Norvig, Natural Language Corpus Data, 2009).
    """
    best = [(0.0, 0)]
    for end in range(1, len(letters) + 1):
        starts = range(max(0, end - LONGEST_WORD), end)
        endings = _endings(letters[starts[0] : end])
        best.append(min([(best[start][0] + _cost(letters[start:end], endings), start) for start in starts]))
    words: list[str] = []
    end = len(letters)
    while end:
        start = best[end][1]
        words.append(letters[start:end])
        end = start
    return words[::-1]


def is_word(letters: str) -> bool:
    """Whether the letters are a word, or a word with an ending."""
    return letters in _costs() or any(stem in _costs() for end in _endings(letters) for stem in _stems(letters, end))


def is_common(word: str) -> bool:
    """Whether the word is one of the commonest."""
    return word in _common()


def _cost(letters: str, endings: Sequence[str]) -> float:
    """The negative logarithm of how often a word is this one, which may end in one of the endings."""
    costs = _costs()
    cost = costs.get(letters)
    if cost is None:
        cost = costs[""] + COST_OF_LETTER * len(letters)
        for ending in endings:
            for stem in _stems(letters, ending):
                cost = min(cost, costs.get(stem, cost) + COST_OF_ENDING)
    return cost


def _endings(letters: str) -> list[str]:
    return [ending for ending in ENDINGS if letters.endswith(ending)]


def _stems(word: str, ending: str) -> Iterator[str]:
    """The words that the ending, with which `word` ends, may have been put to."""
    stem = word[: len(word) - len(ending)]
    if not ending or (len(stem) >= SHORTEST_STEM and (ending not in {"d", "r", "rs"} or stem[-1] == "e")):
        yield stem
        if ending == "ing":
            yield stem + "e"


def _may_be(sign: str, letter: str) -> bool:
    return sign == letter or letter in LETTERS_READ.get(sign, "")


@cache
def _words() -> tuple[str, ...]:
    with resources.files("classifier").joinpath("base/embedding.npz").open("rb") as file, np.load(file) as arrays:
        pieces = str(arrays["pieces"]).split("\n")
    whole = [piece for piece in pieces if piece.isascii() and piece.isalpha()]
    words = [
        word for rank, word in enumerate(whole) if len(word) > 1 and rank < COMMONEST_SHORT.get(len(word), len(whole))
    ]
    return tuple(
        dict.fromkeys(
            (*TALKED_OF.split(), *words[:COMMON], *FORUM_WORDS.split(), *words[COMMON:], *SWEAR_WORDS, *INSULTS)
        )
    )


@cache
def _common() -> frozenset[str]:
    return frozenset(_words()[:COMMON])


@cache
def _costs() -> Mapping[str, float]:
    """What each word costs in a row of words; the empty one is any that is unknown."""
    words = (*SINGLE_WORDS, *_words(), "")
    scale = math.log(math.log(len(words)))
    return {word: math.log(rank + len(SINGLE_WORDS)) + scale for rank, word in enumerate(words)}


@cache
def _by_shape() -> Mapping[str, list[str]]:
    shapes: dict[str, list[str]] = {}
    for word in _words():
        shapes.setdefault(word.translate(_SHAPES), []).append(word)
    return shapes


@cache
def _by_ends() -> Mapping[tuple[int, str, str], str]:
    """All words of a length with the same first and last letter, one in each line."""
    words: dict[tuple[int, str, str], list[str]] = {}
    for word in _words():
        words.setdefault((len(word), word[0], word[-1]), []).append(word)
    return {ends: "\n".join(of_ends) for ends, of_ends in words.items()}
