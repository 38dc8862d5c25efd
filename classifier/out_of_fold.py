"""What a model made of each post it was trained on, by a part of it that had not seen the post."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classifier.dataset import LabelledPost
from classifier.labels import TEXT_LABELS
from classifier.text import letters_of


@dataclass(frozen=True, slots=True, eq=False)
class OutOfFold:
    """Posts by their fingerprints, rising, shape (n,), and `log_odds` at even prior odds, shape (n, n_text_labels).

    With it, a model can be judged fairly on the very posts that it was trained on; the posts themselves are not in it.
    """

    fingerprints: NDArray[np.uint64]
    log_odds: NDArray[np.float64]

    @classmethod
    def of(cls, posts: Sequence[LabelledPost], log_odds: NDArray[np.float64]) -> "OutOfFold":
        """From the posts of a training and what was made of them, in the same order."""
        fingerprints, first = np.unique(_fingerprints(posts), return_index=True)
        return cls(fingerprints, log_odds[first])

    @classmethod
    def empty(cls) -> "OutOfFold":
        """That of a model that remembers no posts."""
        return cls(np.empty(0, dtype=np.uint64), np.empty((0, len(TEXT_LABELS))))

    def recall(self, posts: Sequence[LabelledPost]) -> NDArray[np.float64]:
        """The log odds of posts that the training saw, known by their letters and digits; NaN for the others."""
        wanted = _fingerprints(posts)
        found = np.full((len(posts), len(TEXT_LABELS)), np.nan)
        known = np.isin(wanted, self.fingerprints)
        found[known] = self.log_odds[np.searchsorted(self.fingerprints, wanted[known])]
        return found


def _fingerprints(posts: Sequence[LabelledPost]) -> NDArray[np.uint64]:
    digests = [hashlib.blake2b((letters_of(post.text) or post.text).encode(), digest_size=8).digest() for post in posts]
    return np.frombuffer(b"".join(digests), dtype=np.uint64)
