"""Which posts belong together: what one of them gives away of another must not decide a figure."""

import json
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from classifier.dataset import LabelledPost
from classifier.text import letters_of

TELLING = 20
"""Letters and digits from which on words are known again: shorter ones, such as thanks, are written by everybody."""


def groups_of(posts: Sequence[LabelledPost]) -> list[str]:
    """A name for each post that it shares with those it must not be parted from when some are held out.

    These are the posts of its thread, else of its author, else those of the same letters and digits.
    """
    return [_group(post) for post in posts]


def folds_of(posts: Sequence[LabelledPost]) -> list[str]:
    """The names of `groups_of`, with one name for all groups in which the same words stand, TELLING letters or more."""
    groups = groups_of(posts)
    joined = {group: group for group in groups}

    def root(group: str) -> str:
        while joined[group] != group:
            group = joined[group]
        return group

    first: dict[str, str] = {}
    for post, group in zip(posts, groups, strict=True):
        letters = letters_of(post.text)
        if len(letters) >= TELLING:
            joined[root(group)] = root(first.setdefault(letters, group))
    return [root(group) for group in groups]


def numbers_of(names: Sequence[str]) -> NDArray[np.int64]:
    """The names, numbered from 0 in the order in which they occur, shape (n_names,)."""
    numbers: dict[str, int] = {}  # NumPy would give each of the names the room of the longest, a whole post
    return np.array([numbers.setdefault(name, len(numbers)) for name in names], dtype=np.int64)


def _group(post: LabelledPost) -> str:
    if post.thread or post.author:
        return json.dumps([post.provenance, post.thread or "", "" if post.thread else post.author])
    return letters_of(post.text) or post.id
