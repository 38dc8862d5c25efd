"""What people do to a text when they post it again: the edits a copy must be recognised through."""

import re
from collections.abc import Callable, Mapping, Sequence
from random import Random

Edit = Callable[[str, Random, Sequence[str]], str]
"""The text, a source of chance, and other people's texts to borrow words from -> the text as posted again."""

_LOOK_ALIKES = str.maketrans("aceopxyijsACEHIKMOPTX", "асеорхуіјѕАСЕНІКМОРТХ")
_ZERO_WIDTH = ("\u200b", "\u200c", "\u2060")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s|\n")


def sentences(text: str) -> list[str]:
    """The sentences and lines of a text, stripped, none empty."""
    return [part.strip() for part in _SENTENCE_END.split(text) if part.strip()]


def borrowed(count: int, rng: Random, others: Sequence[str]) -> str:
    """The first `count` words, if there are so many, of other people's texts in any order."""
    words: list[str] = []
    for text in rng.sample(others, k=min(count, len(others))):
        words += text.split()
        if len(words) >= count:
            break
    return " ".join(words[:count])


def exact(text: str, _rng: Random, _others: Sequence[str]) -> str:
    """As it was."""
    return text


def case_and_spacing(text: str, rng: Random, _others: Sequence[str]) -> str:
    """Shouted, lower-cased or at random; spaces doubled here and there."""
    recase = rng.choice([str.upper, str.lower, str.swapcase, str.title])
    return "".join(word + " " * rng.choice([1, 1, 1, 2, 3]) for word in recase(text).split())


def punctuation(text: str, rng: Random, _others: Sequence[str]) -> str:
    """Punctuation dropped or multiplied."""
    if rng.random() < 0.5:
        return re.sub(r"[^\w\s]", "", text)
    return re.sub(r"[.,!?]", lambda mark: mark.group() * rng.choice([1, 2, 3]) + rng.choice(["", " ", " -"]), text)


def homoglyphs(text: str, rng: Random, _others: Sequence[str]) -> str:
    """Three letters in ten that have a Cyrillic twin replaced by it."""
    return "".join(letter.translate(_LOOK_ALIKES) if rng.random() < 0.3 else letter for letter in text)


def zero_width(text: str, rng: Random, _others: Sequence[str]) -> str:
    """Invisible characters after one letter in five."""
    return "".join(letter + rng.choice(_ZERO_WIDTH) if rng.random() < 0.2 else letter for letter in text)


def typos(text: str, rng: Random, _others: Sequence[str]) -> str:
    """Three letters in a hundred dropped, doubled, swapped with the next or mistyped."""
    letters = list(text)
    for place, letter in enumerate(letters):
        if letter.isalpha() and rng.random() < 0.03:
            after = letters[place + 1] if place + 1 < len(letters) else ""
            slips = ["", letter * 2, rng.choice("abcdefghijklmnopqrstuvwxyz")]
            letters[place] = rng.choice(slips) if rng.random() < 0.75 else after
            if letters[place] == after and after:
                letters[place + 1] = letter
    return "".join(letters)


def words_replaced(text: str, rng: Random, others: Sequence[str]) -> str:
    """One word in ten replaced by somebody else's."""
    pool = rng.choice(others).split() or ["something"]
    return " ".join(rng.choice(pool) if rng.random() < 0.1 else word for word in text.split())


def appended(text: str, rng: Random, others: Sequence[str]) -> str:
    """Fifteen words put after it."""
    return f"{text} {borrowed(15, rng, others)}"


def prepended(text: str, rng: Random, others: Sequence[str]) -> str:
    """Fifteen words put before it."""
    return f"{borrowed(15, rng, others)} {text}"


def partial(text: str, _rng: Random, _others: Sequence[str]) -> str:
    """The first six tenths only."""
    return text[: round(len(text) * 0.6)]


def buried(text: str, rng: Random, others: Sequence[str]) -> str:
    """Put between two other posts."""
    return f"{rng.choice(others)}\n{text}\n{rng.choice(others)}"


def reordered(text: str, rng: Random, _others: Sequence[str]) -> str:
    """Sentences and paragraphs in another order."""
    parts = sentences(text)
    rng.shuffle(parts)
    return " ".join(parts)


def layout(text: str, rng: Random, _others: Sequence[str]) -> str:
    """The same words as a list, in a block or with marks of emphasis."""
    bullet = rng.choice(["- ", "* ", "\n", "• ", "1. "])
    marked = [f"**{word}**" if rng.random() < 0.1 else word for word in text.split(" ")]
    return "\n".join(bullet + line for line in sentences(" ".join(marked)))


EDITS: Mapping[str, Edit] = {
    edit.__name__: edit
    for edit in (
        exact,
        case_and_spacing,
        punctuation,
        homoglyphs,
        zero_width,
        typos,
        words_replaced,
        appended,
        prepended,
        partial,
        buried,
        reordered,
        layout,
    )
}
"""Every edit by its name."""
