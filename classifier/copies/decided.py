"""Pairs that moderators decided: the judge of copies learns from them beside the pairs made for training."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classifier.copies.features import PairFeatures

WORTH = 10.0
"""So many pairs made for training weigh as much as one decision: real, but seldom about what is plain."""


@dataclass(frozen=True, slots=True)
class DecidedPair:
    """A post and the earlier post that was shown beside it, and whether a moderator called it a copy.

    `features` are those of the `Copy` in its assessment. `weight` is above 0; 1 for a plain decision about a flag.
    """

    features: Mapping[str, float]
    is_copy: bool
    weight: float = 1.0


def with_decided(
    rows: NDArray[np.float64], labels: NDArray[np.int64], decided: Sequence[DecidedPair]
) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.float64]]:
    """Pairs made for training, and behind them the decided ones: PairFeatures, labels, weights.

    Pairs that an earlier flagpost judged by other features are left out: what is unknown of them cannot be made up.
    """
    known = [pair for pair in decided if set(PairFeatures._fields) <= pair.features.keys()]
    if not known:
        return rows, labels, np.ones(len(labels))
    more = np.array([[pair.features[name] for name in PairFeatures._fields] for pair in known])
    weights = [WORTH * pair.weight for pair in known]
    return (
        np.concatenate([rows, more]),
        np.concatenate([labels, np.array([int(pair.is_copy) for pair in known])]),
        np.concatenate([np.ones(len(labels)), weights]),
    )
