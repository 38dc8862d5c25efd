"""Sentences: a long post is judged by each of them as well, so that one insult is not drowned by the rest of the post.

The odds of a long post are a mean of the odds of its sentences and of the whole. A mean of odds is ruled by the
largest, so a single hostile sentence is heard among many harmless ones; it is less than the largest, so one suspicious
sentence in fifty is not enough.
"""

import re
from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from classifier.ragged import numbered

SHORT = 40
"""Words up to which a post is judged as a whole alone. A longer sentence is cut whenever it has as many."""

LONG = 50
"""Words from which on the sentences count in full. In between they count the more the longer the post, so that a word
more or less makes no leap.
"""

OF_SENTENCES = 0.5
"""What the sentences of a long post weigh together in the mean; each weighs by its words. The whole weighs the rest:
some trolling is in no one sentence.
"""

Score = Callable[[Sequence[str]], NDArray[np.float64]]
"""The log odds of texts, shape (n_texts, n_labels), each as a whole."""

_END = re.compile(r"[.!?][\"')\]*]*\s|\n")


def length(text: str) -> float:
    """How far the sentences of a text count: 0 up to SHORT words, 1 from LONG words on."""
    if len(text) <= 2 * SHORT:  # too few characters for more words
        return 0.0
    words = len(text.split(maxsplit=LONG))
    return min(max(words - SHORT, 0) / (LONG - SHORT), 1.0)


def log_odds_with_sentences(texts: Sequence[str], lengths: Sequence[float], score: Score) -> NDArray[np.float64]:
    """The log odds of folded texts, shape (n_texts, n_labels), of those with a `length` by their sentences as well."""
    if not any(lengths):
        return score(texts)
    parts = [_parts(text) if at else [text] for text, at in zip(texts, lengths, strict=True)]
    places, counts, distinct = numbered(parts)
    scored = score(distinct)[places]
    starts = np.cumsum(counts) - counts
    found: NDArray[np.float64] = scored[starts]
    for row in np.flatnonzero(counts > 1).tolist():
        together = _mean_of_odds(parts[row], scored[starts[row] : starts[row] + counts[row]])
        found[row] += lengths[row] * (together - found[row])
    return found


def sentences(text: str) -> list[str]:
    """The sentences of a text in order, by marks and line breaks; without marks, as many words as a short post has."""
    ends = [match.end() for match in _END.finditer(text)]
    found = []
    for start, end in pairwise([0, *ends, len(text)]):
        words = text[start:end].split()
        found += [" ".join(words[at : at + SHORT]) for at in range(0, len(words), SHORT)]
    return found


def _parts(text: str) -> list[str]:
    """The whole and, where there are several, its sentences."""
    found = sentences(text)
    return [text, *found] if len(found) > 1 else [text]


def _mean_of_odds(parts: Sequence[str], log_odds: NDArray[np.float64]) -> NDArray[np.float64]:
    """The log odds of a text from those of the whole, which is the first part, and of each sentence."""
    words = np.array([len(part.split()) for part in parts])
    weights = OF_SENTENCES * words / words[0]
    weights[0] = 1 - OF_SENTENCES
    together: NDArray[np.float64] = np.logaddexp.reduce(log_odds + np.log(weights)[:, np.newaxis])
    return together
