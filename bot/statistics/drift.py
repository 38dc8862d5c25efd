"""Is retraining due? What the model says of posts, and how often it is right, of late and when it was new."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import numpy as np
from scipy.stats import fisher_exact

from bot.store.judged import JudgedPost
from bot.store.verdicts import Origin, Verdict
from classifier.labels import Label

ENOUGH_POSTS = 500
"""In a week, below which a share of posts tells little."""

ENOUGH_DECISIONS = 40
"""On flags for one label, of late and when the model was new, below which precision tells little."""

NEW_DECISIONS = 200
"""So many decisions that the model has not learned from are worth a training by themselves."""

STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5)
"""Probabilities between which posts are counted: closer together where rare labels have most of their posts."""

SHIFTED = 0.25
"""Population stability index from which on a distribution counts as another one (Siddiqi 2006)."""

CHANCE = 0.01
"""The p-value below which a fall in precision is no accident (Fisher's exact test, one-sided). Among so few decisions
it takes one by more than 15 in 100, which is felt.
"""

Shares = Mapping[str, Sequence[float]]
"""For each label, by its value, the share of posts between one probability of STEPS and the next."""


class Sign(StrEnum):
    """What speaks for retraining."""

    SCORES = "scores"
    PRECISION = "precision"
    DECISIONS = "decisions"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """One sign. For SCORES, `before` and `now` are the shares of posts found likelier than one in ten to have the
    label; for PRECISION, the shares of flags that staff confirmed. `count` posts or decisions of late tell it.
    """

    sign: Sign
    count: int
    label: Label | None = None
    before: float = 0.0
    now: float = 0.0


def shares(judged: Sequence[JudgedPost]) -> dict[str, list[float]]:
    """How the probabilities of posts, at least one, are spread."""
    found = {}
    for label in Label:
        places = np.digitize([post.probabilities[label] for post in judged], STEPS)
        counts = np.bincount(places, minlength=len(STEPS) + 1)
        found[label.value] = (counts / len(judged)).tolist()
    return found


def signs(
    judged: Sequence[JudgedPost],
    verdicts: Sequence[Verdict],
    version: str,
    learned: datetime,
    reference: Shares | None,
    *,
    discord: bool,
) -> list[Drift]:
    """Every sign that the model of that version, which learned from what was known at `learned`, is out of date.

    `judged` are posts that it judged of late, `verdicts` those on posts of any model, oldest first. `reference` is how
    its probabilities were spread when it was new; `discord`, whether posts from Discord may train.
    """
    found = []
    if reference is not None and len(judged) >= ENOUGH_POSTS:
        found += _shifts(reference, shares(judged), len(judged))
    found += _falls([verdict for verdict in verdicts if verdict.model == version and verdict.origin is Origin.MODEL])
    new = [verdict for verdict in verdicts if verdict.at > learned and (discord or _may_train(verdict))]
    if len(new) >= NEW_DECISIONS:
        found.append(Drift(sign=Sign.DECISIONS, count=len(new)))
    return found


def stability_index(before: Sequence[float], now: Sequence[float]) -> float:
    """Population stability index of two distributions over the same bins: 0 for equal ones, > 0."""
    one, other = (np.maximum(np.asarray(spread), 1e-4) for spread in (before, now))  # an empty bin is a rare one
    return float(((other - one) * np.log(other / one)).sum())


def _shifts(before: Shares, now: Shares, count: int) -> list[Drift]:
    likely = STEPS.index(0.1) + 1
    return [
        Drift(
            sign=Sign.SCORES,
            label=label,
            before=sum(before[label.value][likely:]),
            now=sum(now[label.value][likely:]),
            count=count,
        )
        for label in Label
        if stability_index(before[label.value], now[label.value]) >= SHIFTED
    ]


def _falls(verdicts: Sequence[Verdict]) -> list[Drift]:
    """Labels whose flags staff confirm less often than when the model was new: the first decisions against the last."""
    found = []
    for label in Label:
        right = [label in verdict.labels for verdict in verdicts if label in verdict.flagged]
        if len(right) < 2 * ENOUGH_DECISIONS:
            continue
        first, last = right[:ENOUGH_DECISIONS], right[-ENOUGH_DECISIONS:]
        before, now = sum(first) / len(first), sum(last) / len(last)
        table = [[sum(last), len(last) - sum(last)], [sum(first), len(first) - sum(first)]]
        if fisher_exact(table, alternative="less").pvalue < CHANCE:
            found.append(Drift(sign=Sign.PRECISION, label=label, before=before, now=now, count=len(last)))
    return found


def _may_train(verdict: Verdict) -> bool:
    return verdict.post.provenance != "discord"
