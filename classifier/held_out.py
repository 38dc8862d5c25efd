"""What a model made of the posts that its training held out: the first thing known of what a threshold brings."""

from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit


@dataclass(frozen=True, slots=True, eq=False)
class HeldOut:
    """Posts that one label's judge had not seen; both kinds occur.

    `log_odds` are at even prior odds, `truth` says whether the label is true, both of shape (n,). `reached` is the
    share of all clean posts that the negatives stand for; the others have the probability 0.
    """

    log_odds: NDArray[np.float64]
    truth: NDArray[np.bool_]
    reached: float = 1.0

    def probabilities(self, base_rate: float) -> NDArray[np.float64]:
        """What the judge says of each post where the label is true for `base_rate` of all posts, shape (n,)."""
        found: NDArray[np.float64] = expit(self.log_odds + (logit(base_rate) - log(self.reached)))
        return found

    def weights(self, base_rate: float) -> NDArray[np.float64]:
        """The share of such a forum's posts that each stands for, shape (n,); posts not reached are left out."""
        positives, negatives = self.truth.sum(), (~self.truth).sum()
        weights: NDArray[np.float64] = np.where(
            self.truth, base_rate / positives, (1 - base_rate) * self.reached / negatives
        )
        return weights
