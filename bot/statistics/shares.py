"""Shares of few: so many of so many, and what that tells of all."""

from collections.abc import Iterable
from dataclasses import dataclass

from scipy.stats import beta

from classifier.figures import TAIL, Estimate

ENOUGH = 10
"""With fewer decisions no share is told: one more or less would turn it over."""


@dataclass(frozen=True, slots=True)
class Share:
    """`count` of `of`, 0 <= count <= of."""

    count: int = 0
    of: int = 0

    @classmethod
    def among(cls, answers: Iterable[bool]) -> "Share":
        """How many of the answers are true."""
        found = list(answers)
        return cls(sum(found), len(found))

    @property
    def enough(self) -> bool:
        """Whether there are enough to tell a share."""
        return self.of >= ENOUGH

    def estimate(self) -> Estimate | None:
        """The share with its 95 % interval, None when there are too few to tell.

        Jeffreys's interval: it covers what it promises also for small and extreme shares (Brown, Cai & DasGupta,
        Interval Estimation for a Binomial Proportion, 2001).
        """
        return Estimate(self.count / self.of, self.interval()) if self.enough else None

    def interval(self) -> tuple[float, float]:
        """What the share of all may be, however few were seen."""
        posterior = beta(self.count + 0.5, self.of - self.count + 0.5)
        low = float(posterior.ppf(TAIL)) if self.count else 0.0
        high = float(posterior.ppf(1 - TAIL)) if self.count < self.of else 1.0
        return low, high
