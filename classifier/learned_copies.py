"""The copy judge that a training makes, and what judges like it say of pairs that they had not seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

import joblib
import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import GroupKFold

from classifier.copies import DecidedPair, PairFeatures, training_pairs
from classifier.copies.decided import with_decided
from classifier.copies.judge import CopyJudge
from classifier.dataset import LabelledPost
from classifier.errors import DataError
from classifier.groups import groups_of
from classifier.held_out import HeldOut
from classifier.model import AT_LENGTH, MATCHED_INNOCENT_SHARE
from classifier.progress import Progress

COPY_FOLDS = 3
"""The copy judge's figures come from three judges, each trained on copies made of two thirds of the texts."""

MAX_COPIED_TEXTS = 2_000
"""Texts that copies are made of: the judge weighs eleven numbers, and more texts would teach it nothing more."""

STAGE = "learning what copies look like"


@dataclass(frozen=True, slots=True, eq=False)
class LearnedCopies:
    """A judge from copies made of clean posts.

    `pairs`, of shape (n_pairs, n_features), are made of held-out thirds of them; `copied` says which of these are
    copies, and `log_odds` are by judges that saw nothing of that third, both of shape (n_pairs,).
    """

    judge: CopyJudge
    pairs: NDArray[np.float64]
    copied: NDArray[np.bool_]
    log_odds: NDArray[np.float64]

    @property
    def held_out(self) -> HeldOut:
        """What is known of a threshold: pairs stand for posts that the copy index found a match for."""
        return HeldOut(self.log_odds, self.copied, MATCHED_INNOCENT_SHARE)


def require_enough(clean: Sequence[LabelledPost]) -> None:
    """Raises DataError when the posts cannot be parted so that nobody's posts are on both sides."""
    if len(set(groups_of(clean))) < COPY_FOLDS:
        raise DataError(f"posts without labels: fewer than {COPY_FOLDS} threads or authors wrote any; add clean posts")


def learn_copies(
    clean: Sequence[LabelledPost], decided: Sequence[DecidedPair], seed: int, progress: Progress
) -> LearnedCopies:
    """Learn from copies made of some of the posts, and from pairs that staff decided on.

    Raises DataError when the posts are too few or too short to make copies of.
    """
    chosen = Random(seed).sample(clean, k=min(len(clean), MAX_COPIED_TEXTS))
    groups = groups_of(chosen)
    texts = np.array([post.text for post in chosen], dtype=object)
    folds = GroupKFold(COPY_FOLDS, shuffle=True, random_state=seed).split(texts, groups=groups)
    made = joblib.Parallel(return_as="generator")(
        joblib.delayed(_copies_of)(some, seed) for some in (*(texts[held_out] for _, held_out in folds), texts)
    )
    progress(STAGE, 0, COPY_FOLDS + 1)
    parts: list[tuple[NDArray[np.float64], NDArray[np.int64]]] = []
    for done, pairs_of_some in enumerate(made, start=1):
        parts.append(pairs_of_some)
        progress(STAGE, done, COPY_FOLDS + 1)
    judge = CopyJudge().fit(*with_decided(*parts.pop(), decided))
    pairs, copied = (np.concatenate(of_parts) for of_parts in zip(*parts, strict=True))
    return LearnedCopies(judge, pairs, copied == 1, _log_odds_unseen(parts, decided))


def _log_odds_unseen(
    parts: Sequence[tuple[NDArray[np.float64], NDArray[np.int64]]], decided: Sequence[DecidedPair]
) -> NDArray[np.float64]:
    """The log odds of all pairs, in their order, each by a judge of the other parts."""
    log_odds = []
    for at, (rows, _) in enumerate(parts):
        seen_rows, seen_copied = zip(*parts[:at], *parts[at + 1 :], strict=True)
        seen = with_decided(np.concatenate(seen_rows), np.concatenate(seen_copied), decided)
        log_odds.append(CopyJudge().fit(*seen).log_odds(rows))
    return np.concatenate(log_odds)


def _copies_of(texts: NDArray[np.object_], seed: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Training pairs such as the model will show its judge. Raises DataError when they are not of both kinds."""
    try:
        rows, copied = training_pairs(texts.tolist(), seed)
        at_length = rows[:, PairFeatures._fields.index("prose")] >= AT_LENGTH
        if len(set(copied[at_length])) < 2:
            raise ValueError("all pairs that share enough are of one kind")
    except ValueError as error:
        raise DataError(
            f"posts without labels: too few, or too short, to show what copies look like ({error})"
        ) from error
    return rows[at_length], copied[at_length]
