"""What retrained models gain over the default one on the months after, and how certain that is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

BASE_RATE = 0.03
"""Of a month's posts, how many deserve the label."""

RESAMPLES = 500


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """The posts of one month after, all of shape (n,): what the default model and the retrained one make of them.

    `share` of a month's posts are shown to the staff.
    """

    truth: NDArray[np.bool_]
    threads: NDArray[np.int64]
    default: NDArray[np.float64]
    retrained: NDArray[np.float64]
    share: float


Figure = Callable[[NDArray[np.bool_], NDArray[np.float64], float], float]


def _auc(truth: NDArray[np.bool_], scores: NDArray[np.float64], _share: float) -> float:
    return float(roc_auc_score(truth, scores))


def _precision(truth: NDArray[np.bool_], scores: NDArray[np.float64], share: float) -> float:
    """At BASE_RATE, of the `share` of posts with the highest scores, how many deserve it."""
    weights = np.where(truth, BASE_RATE / truth.sum(), (1 - BASE_RATE) / (~truth).sum())
    order = np.argsort(-scores, kind="stable")
    shown = np.cumsum(weights[order]) <= share
    return float(weights[order][shown & truth[order]].sum() / weights[order][shown].sum())


FIGURES: dict[str, Figure] = {"AUC": _auc, "precision of what staff see": _precision}


def told(judged: Judged) -> str:
    """Each figure of one month, before and after."""
    return ", ".join(
        f"{name} {figure(judged.truth, judged.default, judged.share):.4f} -> "
        f"{figure(judged.truth, judged.retrained, judged.share):.4f}"
        for name, figure in FIGURES.items()
    )


def print_gain(name: str, plays: Sequence[Sequence[Judged]]) -> None:
    """The mean of all months and plays, and the interval of its gain.

    A paired bootstrap over threads, the same for both models and all plays of a month, and over plays.
    """
    random = np.random.default_rng(0)
    draws = [_drawn(plays, random) for _ in range(RESAMPLES)]
    for figure_name, figure in FIGURES.items():
        default, retrained = _mean(figure, [month for months in plays for month in months])
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
        float(np.mean([figure(month.truth, month.default, month.share) for month in months])),
        float(np.mean([figure(month.truth, month.retrained, month.share) for month in months])),
    )


def _drawn(plays: Sequence[Sequence[Judged]], random: np.random.Generator) -> list[Judged]:
    drawn = []
    chosen = random.integers(len(plays), size=len(plays))
    for at, month in enumerate(plays[0]):
        threads = [np.flatnonzero(month.threads == thread) for thread in range(month.threads.max() + 1)]
        rows = np.concatenate([threads[thread] for thread in random.integers(len(threads), size=len(threads))])
        drawn += [_of(plays[play][at], rows) for play in chosen]
    return drawn


def _of(month: Judged, rows: NDArray[np.int64]) -> Judged:
    return Judged(month.truth[rows], month.threads[rows], month.default[rows], month.retrained[rows], month.share)
