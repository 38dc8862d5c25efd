"""Voices: a rater should say the same of a remark in whatever English it is made.

The corpora hold little friendly talk in some Englishes, and raters learn their grammar along with the hostility. The
written posts hold remarks in several voices; what a rater makes of the difference between these is taken out of it.
"""

from collections import defaultdict
from dataclasses import replace

import numpy as np
from scipy.sparse import csr_matrix, vstack

from classifier.base import Raters
from classifier.dataset import LabelledPost
from classifier.features import TextFeatures
from classifier.text import folded_text

FIRMNESS = 0.5
"""How firmly, against leaving the raters as they are: tried on the remarks of the functional cases."""


def differences(posts: list[LabelledPost], features: TextFeatures) -> csr_matrix:
    """How each post of a thread differs from the mean of its thread, shape (n_posts, n_columns).

    The posts of a thread are one remark in several voices; posts without a thread are passed over.
    """
    remarks: dict[str, list[str]] = defaultdict(list)
    for post in posts:
        if post.thread:
            remarks[post.thread].append(folded_text(post.text))
    apart = []
    for voices in remarks.values():
        minus_mean = np.eye(len(voices)) - 1 / len(voices)
        apart.append(csr_matrix(minus_mean) @ features.transform(voices))
    return vstack(apart, format="csr")


def even_out(raters: Raters, differences: csr_matrix, firmness: float = FIRMNESS) -> Raters:
    """The raters w nearest to those given, v, by |w - v|² + firmness * |differences @ w|².

    Counterfactual logit pairing (Garg et al. 2019), which linear raters allow in closed form.
    """
    overlaps = (differences @ differences.T).toarray()
    steps = np.linalg.solve(np.eye(len(overlaps)) / firmness + overlaps, differences @ raters.weights)
    return replace(raters, weights=(raters.weights - differences.T @ steps).astype(np.float32))
