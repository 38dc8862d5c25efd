"""The raters: one linear model a question, which says of the words what the encoder says of the text."""

from collections.abc import Sequence

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import Ridge

from classifier.base import Raters
from classifier.batch import read_batch
from classifier.ngrams import COLUMNS, count_ngrams

ALPHA = 3.0
"""Strength of the regressions' regularisation, tried on the development sets."""

AT_ONCE = 2_000


def learn_raters(features: csr_matrix, questions: Sequence[str], answers: NDArray[np.float32], jobs: int = 2) -> Raters:
    """Ridge regressions of the standardised answers, shape (n_texts, n_questions), on the features of the texts."""
    standardised = (answers - answers.mean(0)) / answers.std(0)
    ridges = Parallel(jobs, prefer="threads")(
        delayed(Ridge(alpha=ALPHA, solver="sparse_cg", max_iter=60, tol=1e-3).fit)(features, column)
        for column in standardised.T
    )
    return Raters(
        names=tuple(questions),
        weights=np.column_stack([ridge.coef_ for ridge in ridges]).astype(np.float32),
        intercepts=np.array([ridge.intercept_ for ridge in ridges], dtype=np.float32),
    )


def inverse_document_frequencies(folded: Sequence[str]) -> NDArray[np.float32]:
    """ln((1 + n) / (1 + n_with)) + 1 for each column of n-grams, as scikit-learn's TfidfTransformer smooths it."""
    seen_in = np.zeros(COLUMNS, dtype=np.int64)
    for start in range(0, len(folded), AT_ONCE):
        seen_in += np.bincount(count_ngrams(read_batch(folded[start : start + AT_ONCE])).indices, minlength=COLUMNS)
    frequencies: NDArray[np.float32] = (np.log((1 + len(folded)) / (1 + seen_in)) + 1).astype(np.float32)
    return frequencies
