"""The embedding table: every piece of an encoder's vocabulary, encoded by itself (model2vec)."""

import numpy as np
from model2vec.distill import distill
from numpy.typing import NDArray

DIMENSIONS = 256

Table = tuple[list[str], NDArray[np.int8], NDArray[np.float32]]


def distil_table(source: str) -> Table:
    """The pieces, their rows as int8, and for each dimension the step that one unit of int8 stands for."""
    static = distill(model_name=source, pca_dims=DIMENSIONS)
    vectors = np.nan_to_num(np.asarray(static.embedding, dtype=np.float32), posinf=0, neginf=0)
    vocabulary = static.tokenizer.get_vocab()
    pieces = sorted(vocabulary, key=vocabulary.__getitem__)
    steps = np.abs(vectors).max(axis=0) / 127
    return pieces, np.round(vectors / steps).astype(np.int8), steps.astype(np.float32)
