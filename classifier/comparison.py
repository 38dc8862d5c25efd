"""Is a new model better than the one in use? Both judge the same posts, and neither has seen what it judges.

Of the posts that a model was trained on it remembers what a part of it made of each that had not seen it (OutOfFold);
posts that are new to a model it judges as it is. So every post of the new training tells, and none is wasted on a test.
What advantage remains is the old model's: it may know other posts of a thread.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit
from sklearn.metrics import roc_auc_score

from classifier.copies.judge import CopyJudge
from classifier.dataset import LabelledPost, tells, written_among
from classifier.figures import ENOUGH_POSTS, Estimate, gain
from classifier.groups import numbers_of
from classifier.labels import TEXT_LABELS, Label
from classifier.model import Model

RESAMPLES = 500
"""Enough for the ends of a 95 % interval to stand still to two digits."""

Part = Literal["written", "own", "copies"]
"""Posts that come with flagpost, those of the forum, and pairs of posts made for the copy judge.

The first are the yardstick that nobody can bend who hands in labels.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gain:
    """The AUC of one label on one part of the posts, by the model in use (`before`) and the new one (`after`)."""

    label: Label
    part: Part
    positives: int
    negatives: int
    before: float
    after: float
    change: Estimate
    """`after` less `before`, with the interval of a paired bootstrap over threads and authors."""
    contradicts: bool = False
    """Whether these are the forum's own posts and the model in use ranks them the wrong way round, not by chance alone:
    whoever labelled them says the opposite of what everybody else says.
    """

    def is_loss(self, tolerance: float) -> bool:
        """Whether the AUC falls by more than `tolerance`, >= 0, and not by chance alone."""
        interval = self.change.interval
        return self.change.value < -tolerance and (interval is None or interval[1] < 0)

    @property
    def is_certain(self) -> bool:
        """Whether the new model is better, and not by chance alone."""
        return self.change.interval is not None and self.change.interval[0] > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What a new model gains and loses against that version. Parts with too few posts of a kind are left out."""

    against: str
    gains: tuple[Gain, ...]

    def losses(self, tolerance: float) -> list[Gain]:
        """Where the new model is worse: with any of these it is not to be put into use."""
        return [gain for gain in self.gains if gain.is_loss(tolerance)]

    def contradictions(self) -> list[Gain]:
        """Where labels are to be looked at by a person before a model that learned them is put into use."""
        return [gain for gain in self.gains if gain.contradicts]


def log_odds_unseen(model: Model, posts: Sequence[LabelledPost]) -> NDArray[np.float64]:
    """What the model makes of posts it has not seen, shape (n_posts, n_text_labels), in the order of TEXT_LABELS."""
    found = model.out_of_fold.recall(posts)
    new = np.flatnonzero(np.isnan(found).any(axis=1)).tolist()
    if new:
        judged = model.text_log_odds([posts[row].text for row in new])
        found[new] = np.column_stack([judged[label] for label in TEXT_LABELS])
    return found


def compare_texts(
    posts: Sequence[LabelledPost],
    before: NDArray[np.float64],
    after: NDArray[np.float64],
    groups: Sequence[str],
    seed: int,
) -> list[Gain]:
    """Both models' log odds of the same posts, each of shape (n_posts, n_text_labels); posts of a group are alike."""
    group = numbers_of(groups)
    written = written_among(posts)
    parts: Mapping[Part, NDArray[np.bool_]] = {"written": written, "own": ~written}
    gains = []
    for column, label in enumerate(TEXT_LABELS):
        truth, told = np.array([label in post.labels for post in posts]), tells(posts, label)
        for part, of_part in parts.items():
            rows = of_part & told
            found = _gain(label, part, truth[rows], before[rows, column], after[rows, column], group[rows], seed)
            gains += [found] if found is not None else []
    return gains


def compare_copies(
    before: CopyJudge, pairs: NDArray[np.float64], copied: NDArray[np.bool_], after: NDArray[np.float64], seed: int
) -> list[Gain]:
    """The judge in use against log odds that a new one made of pairs it had not seen; the old one may have."""
    found = _gain(Label.COPY_PASTE, "copies", copied, before.log_odds(pairs), after, np.arange(len(copied)), seed)
    return [found] if found is not None else []


def _gain(
    label: Label,
    part: Part,
    truth: NDArray[np.bool_],
    before: NDArray[np.float64],
    after: NDArray[np.float64],
    groups: NDArray[np.int64],
    seed: int,
) -> Gain | None:
    positives, negatives = int(truth.sum()), int((~truth).sum())
    if min(positives, negatives) < ENOUGH_POSTS:
        return None
    change = gain(truth, expit(after), expit(before), groups, seed=seed, resamples=RESAMPLES)
    above_chance = gain(truth, expit(before), np.zeros(len(truth)), groups, seed=seed, resamples=RESAMPLES)
    assert change is not None and above_chance is not None
    return Gain(
        label=label,
        part=part,
        positives=positives,
        negatives=negatives,
        before=float(roc_auc_score(truth, before)),
        after=float(roc_auc_score(truth, after)),
        change=change,
        contradicts=part == "own" and above_chance.interval is not None and above_chance.interval[1] < 0,
    )
