"""Judges stored posts, keeps what was found and makes the flags, which others bring before people."""

from collections.abc import Sequence
from datetime import UTC, datetime

from bot.config import Mode, ModesTable
from bot.store.flags import Judged
from bot.store.folding import APART, Folding
from bot.store.records import Flag
from bot.store.shadow import ShadowFlag
from bot.store.store import Store
from classifier.assessment import Assessment
from classifier.copies import CopyIndex
from classifier.labels import Label
from classifier.model import Model
from classifier.post import Post
from classifier.thresholds import Thresholds

REVIEW_ALL = ModesTable()


class Judge:
    """A model with what turns its probabilities into flags: thresholds, modes of the labels, and folding.

    All of these may be replaced between two batches. The methods take their time and do not lock.
    """

    def __init__(
        self,
        store: Store,
        model: Model,
        index: CopyIndex,
        thresholds: Thresholds,
        folding: Folding = APART,
        modes: ModesTable = REVIEW_ALL,
    ) -> None:
        self.store = store
        self.model = model
        self.index = index
        self.thresholds = thresholds
        self.folding = folding
        self.modes = modes

    def judge(self, posts: Sequence[Post]) -> list[Flag]:
        """Judge posts and store the outcome, in the order given; returns the flags made or changed by it.

        Raises StoreError, and whatever a mistake in the model raises.
        """
        assessments = self.model.assess(posts, self.index, explain=self._is_shown)
        now = datetime.now(UTC)
        judged: list[Judged] = []
        logged: list[ShadowFlag] = []
        for post, found in zip(posts, assessments, strict=True):
            passed = self.thresholds.passed(post, found.probabilities)
            judged.append((post, found, self.modes.those_in(Mode.REVIEW, passed, post.source)))
            for label in self.modes.those_in(Mode.LOG, passed, post.source):
                threshold = self.thresholds.of(label, post)
                logged.append(ShadowFlag(post, label, found.probabilities[label], threshold, now))
        if logged:  # before the assessments, without which a start judges the posts again
            self.store.shadow.record(logged)
        saved = self.store.save_assessments(judged, now, self.folding)
        return [flag for flag in saved if flag is not None]

    def look_at(self, post: Post) -> Assessment:
        """What the model makes of one post, each label explained; nothing is stored. Raises ModelError, StoreError."""
        return self.model.assess([post], self.index, explain=lambda *_: True, add=False)[0]

    def _is_shown(self, post: Post, label: Label, probability: float) -> bool:
        shown = self.modes.of(label, post.source) is Mode.REVIEW
        return shown and probability >= self.thresholds.of(label, post)
