"""What retrained models gain over the default one on the month after, and how certain that is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

BASE_RATE = 0.03
"""Of a month's posts, how many deserve the label."""

SHOWN = 0.06
"""How many come before the staff in the month that is played: ten a day, of five thousand posts a month. Precision is
told for so many, of which half can be right, and for as many as are guilty, all of which can.
"""

RESAMPLES = 500


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """The posts of the month after, all of shape (n,): what the default model and the retrained one make of them."""

    truth: NDArray[np.bool_]
    threads: NDArray[np.int64]
    default: NDArray[np.float64]
    retrained: NDArray[np.float64]


Figure = Callable[[NDArray[np.bool_], NDArray[np.float64]], float]


def _precision(truth: NDArray[np.bool_], scores: NDArray[np.float64], share: float) -> float:
    """At BASE_RATE, of the `share` of posts with the highest scores, how many deserve it."""
    weights = np.where(truth, BASE_RATE / truth.sum(), (1 - BASE_RATE) / (~truth).sum())
    order = np.argsort(-scores, kind="stable")
    shown = np.cumsum(weights[order]) <= share
    return float(weights[order][shown & truth[order]].sum() / weights[order][shown].sum())


FIGURES: dict[str, Figure] = {
    "AUC": roc_auc_score,
    **{f"right of the first {share:.0%}": partial(_precision, share=share) for share in (BASE_RATE, SHOWN)},
}


def told(judged: Judged) -> str:
    """Each figure of one month, before and after."""
    return ", ".join(
        f"{name} {figure(judged.truth, judged.default):.4f} -> {figure(judged.truth, judged.retrained):.4f}"
        for name, figure in FIGURES.items()
    )


def print_gain(name: str, boards: Sequence[Sequence[Judged]]) -> None:
    """The mean of all plays of each board, and the interval of its gain.

    A paired bootstrap over threads, the same for both models and all plays of a board, and over plays.
    """
    random = np.random.default_rng(0)
    draws = [[month for plays in boards for month in _drawn(plays, random)] for _ in range(RESAMPLES)]
    for figure_name, figure in FIGURES.items():
        default, retrained = _mean(figure, [month for plays in boards for month in plays])
        gains = [np.subtract(*_mean(figure, months)[::-1]) for months in draws]
        low, high = np.quantile(gains, (0.025, 0.975))
        print(
            f"{name}, {figure_name}: default {default:.4f}, retrained {retrained:.4f}, "
            f"gain {retrained - default:+.4f} ({low:+.4f} to {high:+.4f})",
            flush=True,
        )


def _mean(figure: Figure, months: Sequence[Judged]) -> tuple[float, float]:
    """Of the default model and the retrained ones."""
    return (
        float(np.mean([figure(month.truth, month.default) for month in months])),
        float(np.mean([figure(month.truth, month.retrained) for month in months])),
    )


def _drawn(plays: Sequence[Judged], random: np.random.Generator) -> list[Judged]:
    chosen = random.integers(len(plays), size=len(plays))
    of_thread = np.split(np.argsort(plays[0].threads, kind="stable"), np.cumsum(np.bincount(plays[0].threads))[:-1])
    rows = np.concatenate([of_thread[thread] for thread in random.integers(len(of_thread), size=len(of_thread))])
    return [_of(plays[play], rows) for play in chosen]


def _of(month: Judged, rows: NDArray[np.int64]) -> Judged:
    return Judged(month.truth[rows], month.threads[rows], month.default[rows], month.retrained[rows])
