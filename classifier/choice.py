"""Choice: which unlabelled posts would teach a model most, one after the other.

Greedy, as in Brinker 2003, "Incorporating diversity in active learning with support vector machines": the next post is
one of which the model is uncertain and that lies far, by the cosine, from all that were labelled or chosen before. The
two are multiplied here rather than added, so there is no weight to set, and what repeats an earlier post comes last.
"""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import entr

from classifier.base import text_features
from classifier.batch import read_batch
from classifier.labels import TEXT_LABELS, Label
from classifier.text import folded_text


def uncertainties(probabilities: Sequence[Mapping[Label, float]]) -> NDArray[np.float64]:
    """How uncertain a model is of each post, shape (n_posts,): 0 sure, 1 a toss-up for one of the text labels.

    The entropy, in bits, of the text label that is most open; copies are not learned from the words of a post.
    """
    chances = np.array([[of_post[label] for label in TEXT_LABELS] for of_post in probabilities])
    chances = chances.reshape(-1, len(TEXT_LABELS))
    bits: NDArray[np.float64] = (entr(chances) + entr(1 - chances)).max(axis=1) / np.log(2)
    return bits


def directions(texts: Sequence[str]) -> NDArray[np.float32]:
    """Static embeddings of the texts, shape (n_texts, n_dimensions), of length 1; of length 0 without known words."""
    embedding = text_features().embedding
    assert embedding is not None
    vectors = embedding.sums(read_batch([folded_text(text) for text in texts]))
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors /= np.where(lengths > 0, lengths, 1)
    return vectors


def most_useful_first(
    uncertain: NDArray[np.float64], vectors: NDArray[np.float32], labelled: NDArray[np.float32]
) -> Iterator[int]:
    """The places of all posts, each once, the most useful first; each is found when it is asked for.

    Parameters
    ----------
    uncertain : (n_posts,), 0 to 1, as from `uncertainties`.
    vectors, labelled : (n_posts, n_dimensions) and (n_labelled, n_dimensions), as from `directions`.
    """
    nearest = np.zeros(len(vectors))
    for vector in labelled:
        np.maximum(nearest, vectors @ vector, out=nearest)
    waiting = np.ones(len(vectors), dtype=np.bool_)
    for _ in range(len(vectors)):
        # Rounding may take a cosine past 1; a post that waits is still before one that was chosen.
        worth = np.where(waiting, uncertain * np.maximum(1 - nearest, 0), -1)
        best = int(worth.argmax())
        waiting[best] = False
        yield best
        np.maximum(nearest, vectors @ vectors[best], out=nearest)
