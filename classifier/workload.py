"""What a threshold means for the people who work with it: how many flags a day, how many right, how many posts missed.

Posts are sorted into bands of probability. How many posts a day a band holds is counted: in the forum's own posts or,
until there are some, in those that training held out. How many of a band's posts deserve the label is first what their
probabilities say, and then what staff say. Another forum may lie higher or lower than the probabilities, rise more or
less steeply with them, and differ from band to band: the log odds of the true share are those stated plus a deviation
with a normal prior, on which decisions and audits are binomial evidence (logistic regression with a Gaussian prior and
Laplace's approximation: Rasmussen & Williams 2006, chapter 3). So every decision also tells of the bands around it,
bands that staff see in full (flags) and in part (audits) need no weights, and without any verdict the intervals are as
wide as one forum differs from another.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit, log_expit, logit

from classifier.figures import TAIL, Estimate
from classifier.held_out import HeldOut
from classifier.targets import Aim, Target

THRESHOLDS = (0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98)
"""Where targets are looked for: below them nearly every flag would be wrong, above them hardly a post is left."""

LEVEL_SD = 1.0
"""How far a forum lies above or below what the probabilities say, in natural log odds: at 3 in 100, 0.4 to 18 in 100
deserve the label. Real boards the model never saw lay within 1.5.
"""

SLOPE_SD = 0.25
"""How much more or less steeply truth rises than the probabilities, as a share."""

BAND_SD = 0.3
"""How far one band lies beside its neighbours, in natural log odds."""

MONTH_SD = 0.5
"""How far the month to come lies above or below the one that staff decided, in natural log odds: other topics, other
members. Between one sixth of a competition's comments and the next, in the order of their dates, it was about this.
"""

MONTH = 30
"""Days ahead that an interval is for: the fewer flags come in them, the more their precision is left to chance."""

DRAWS = 2000
"""Enough for the ends of a 95 % interval to stand still to two digits."""

_STATED = (1e-4, 1 - 1e-3)
"""No band is taken to be surer than this of itself: nothing could be learnt about it."""


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """The probabilities of posts for one label, and how many posts a day each stands for, both of shape (n,), n > 0.

    `own`: they are posts of the forum, not of a training.
    """

    probabilities: NDArray[np.float64]
    a_day: NDArray[np.float64]
    own: bool


def held_out_scores(held_out: HeldOut, base_rate: float, posts_a_day: float) -> Scores:
    """What a training held out, taken for `posts_a_day` posts of a forum where `base_rate` of all deserve the label."""
    probabilities, shares = held_out.probabilities(base_rate), held_out.weights(base_rate)
    negative = shares[~held_out.truth][0]
    unreached = round((1 - base_rate) * (1 - held_out.reached) / negative)
    return Scores(
        np.append(probabilities, np.zeros(unreached)),
        posts_a_day * np.append(shares, np.full(unreached, negative)),
        own=False,
    )


@dataclass(frozen=True, slots=True, eq=False)
class Verdicts:
    """What staff said of posts: the probability that each had, and whether the label is true, both of shape (n,)."""

    probabilities: NDArray[np.float64]
    truth: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """What a threshold brings: figures with the 95 % interval in which those of the next month will lie."""

    threshold: float
    flags: Estimate
    """Posts a day that reach the threshold."""
    right: Estimate
    """Flags a day that deserve the label."""
    missed: Estimate
    """Posts a day that deserve the label and stay below."""
    precision: Estimate
    """Of the flags, the share that is right."""
    recall: Estimate
    """Of the posts that deserve the label, the share that is flagged."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """The workload at each of some thresholds, which rise, and the share of all posts that deserve the label."""

    workloads: tuple[Workload, ...]
    base_rate: Estimate

    def at(self, threshold: float) -> Workload:
        """The workload at one of the thresholds. Raises KeyError for another."""
        for workload in self.workloads:
            if workload.threshold == threshold:
                return workload
        raise KeyError(threshold)

    def meeting(self, target: Target) -> Workload | None:
        """The workload at the threshold that meets the target; None when none does.

        Of several it is the one that catches most or, for a recall, that flags least. What counts is the figure, not
        the ends of its interval: the target is met on average, not for certain.
        """
        rising = self.workloads
        match target.aim:
            case Aim.PRECISION:
                return next((found for found in rising if found.precision.value >= target.value), None)
            case Aim.FLAGS:
                return next((found for found in rising if found.flags.value <= target.value), None)
            case Aim.RECALL:
                return next((found for found in reversed(rising) if found.recall.value >= target.value), None)

    def nearest(self, target: Target) -> Workload:
        """The workload that comes nearest to a target: it meets it, or no other does more towards it."""
        if (met := self.meeting(target)) is not None:
            return met
        match target.aim:
            case Aim.PRECISION:
                return max(self.workloads, key=lambda found: found.precision.value)
            case Aim.FLAGS:
                return self.workloads[-1]
            case Aim.RECALL:
                return self.workloads[0]


def outlook(
    scores: Scores, verdicts: Verdicts, base_rate: float, thresholds: Iterable[float] = THRESHOLDS, seed: int = 0
) -> Outlook:
    """What each threshold, 0 < threshold <= 1, brings where the probabilities are stated at `base_rate`."""
    edges = np.array(sorted(set(thresholds)))
    size = len(edges) + 1
    band = np.searchsorted(edges, scores.probabilities, side="right")
    # one post more is taken to have been seen, spread over the bands: an empty band is not proof that none will come
    unseen = scores.a_day.mean() / size
    a_day = np.bincount(band, scores.a_day, size) + unseen
    middles = (np.append(0, edges) + np.append(edges, 1)) / 2
    stated = (np.bincount(band, scores.a_day * scores.probabilities, size) + unseen * middles) / a_day
    stated_log_odds = logit(np.clip(stated, *_STATED))
    mode, covariance = _deviations(stated_log_odds, logit(base_rate), verdicts, edges)

    random = np.random.default_rng(seed)
    posts_behind = a_day**2 / (np.bincount(band, scores.a_day**2, size) + unseen * scores.a_day.mean())
    drawn_a_day = random.gamma(posts_behind, a_day / posts_behind, (DRAWS, size))
    if not scores.own:  # another forum has more or fewer posts like these among as many
        total = drawn_a_day.sum(axis=1, keepdims=True)
        drawn_a_day[:, 1:] *= np.exp(LEVEL_SD * random.standard_normal((DRAWS, 1)))
        drawn_a_day *= total / drawn_a_day.sum(axis=1, keepdims=True)
    drawn = random.multivariate_normal(mode, covariance, DRAWS, method="cholesky")
    true, drawn_true = expit(stated_log_odds + mode), expit(stated_log_odds + drawn)
    in_the_month = expit(stated_log_odds + drawn + MONTH_SD * random.standard_normal((DRAWS, 1)))
    in_a_month = random.poisson(MONTH * drawn_a_day)
    # the first row is the figure itself, the others are months that may come
    flagged = np.vstack([a_day, in_a_month / MONTH])
    deserving = np.vstack([a_day * true, random.binomial(in_a_month, in_the_month) / MONTH])
    flags, right = (_from_the_top(rows)[:, 1:] for rows in (flagged, deserving))
    deserve = deserving.sum(axis=1)
    rates = np.append(a_day @ true / a_day.sum(), (drawn_a_day * drawn_true).sum(axis=1) / drawn_a_day.sum(axis=1))
    return Outlook(
        workloads=tuple(
            Workload(
                threshold=float(threshold),
                flags=_estimate(flags[:, at]),
                right=_estimate(right[:, at]),
                missed=_estimate(deserve - right[:, at]),
                precision=_estimate(_share(right[:, at], flags[:, at])),
                recall=_estimate(_share(right[:, at], deserve)),
            )
            for at, threshold in enumerate(edges)
        ),
        base_rate=_estimate(rates),
    )


def _deviations(
    stated: NDArray[np.float64], prior: float, verdicts: Verdicts, edges: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How far truth lies from what each band states, in log odds: the most likely, and the covariance around it."""
    size, distance = len(stated), stated - prior
    spread = LEVEL_SD**2 + SLOPE_SD**2 * np.outer(distance, distance) + BAND_SD**2 * np.eye(size)
    precision = _inverse(spread)
    band = np.searchsorted(edges, verdicts.probabilities, side="right")
    said, true = np.bincount(band, minlength=size), np.bincount(band, verdicts.truth, size)

    def loss(deviation: NDArray[np.float64]) -> float:
        log_odds = stated + deviation
        likelihood = true @ log_expit(log_odds) + (said - true) @ log_expit(-log_odds)
        return float(deviation @ precision @ deviation / 2 - likelihood)

    def slope(deviation: NDArray[np.float64]) -> NDArray[np.float64]:
        steps: NDArray[np.float64] = precision @ deviation + said * expit(stated + deviation) - true
        return steps

    def curvature(deviation: NDArray[np.float64]) -> NDArray[np.float64]:
        share = expit(stated + deviation)
        curved: NDArray[np.float64] = precision + np.diag(said * share * (1 - share))
        return curved

    mode: NDArray[np.float64] = minimize(loss, np.zeros(size), jac=slope, hess=curvature, method="trust-exact").x
    return mode, _inverse(curvature(mode))


def _inverse(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.linalg.inv(matrix), dtype=np.float64)


def _from_the_top(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    from_the_top: NDArray[np.float64] = np.cumsum(rows[:, ::-1], axis=1)[:, ::-1]
    return from_the_top


def _share(part: NDArray[np.float64], whole: NDArray[np.float64]) -> NDArray[np.float64]:
    """NaN in months that have none of the whole."""
    shares: NDArray[np.float64] = np.divide(part, whole, out=np.full(len(whole), np.nan), where=whole > 0)
    return shares


def _estimate(rows: NDArray[np.float64]) -> Estimate:
    months = rows[1:][~np.isnan(rows[1:])]
    if not len(months):
        return Estimate(float(rows[0]))
    low, high = np.quantile(months, (TAIL, 1 - TAIL)).tolist()
    return Estimate(float(rows[0]), (low, high))
