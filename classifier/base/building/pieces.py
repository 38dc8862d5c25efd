"""Pieces of posts: what the encoder can read whole, cut at the ends of sentences."""

import re
from collections.abc import Iterator
from random import Random

from classifier.base.building.questions import PIECES
from classifier.corpora import CorpusRow

MAX_WORDS = 48
"""About what the encoder reads of a text."""

MAX_CHARACTERS = 4_000
"""Taken from one post, so that no long one speaks for its corpus."""

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")


def cut(text: str) -> Iterator[str]:
    """The text in pieces of at most MAX_WORDS words, whole sentences together where they fit."""
    piece: list[str] = []
    for sentence in _SENTENCE_END.split(text[:MAX_CHARACTERS]):
        words = sentence.split()
        if piece and len(piece) + len(words) > MAX_WORDS:
            yield " ".join(piece)
            piece = []
        while len(words) > MAX_WORDS:
            yield " ".join(words[:MAX_WORDS])
            words = words[MAX_WORDS:]
        piece += words
    if piece:
        yield " ".join(piece)


def pieces_of(corpora: dict[str, list[CorpusRow]], seed: int) -> list[str]:
    """Pieces of all corpora, as many of each as PIECES allows, shuffled."""
    random = Random(seed)
    chosen: list[str] = []
    for name, most in PIECES.items():
        pieces = [piece for row in corpora[name] for piece in cut(row.text)]
        chosen += random.sample(pieces, min(most, len(pieces)))
    random.shuffle(chosen)
    return chosen
