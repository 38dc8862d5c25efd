"""What the thresholds of the config mean in this forum: targets become numbers, and every number tells its workload."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple, TypeVar

import numpy as np

from bot.rejudging import MOST, posts_anew, verdicts_anew
from bot.store.judged import JudgedPost
from bot.store.store import Store
from bot.store.verdicts import Origin, Verdict
from classifier.labels import Label
from classifier.model import Model
from classifier.post import Post
from classifier.targets import Scope, Target, Wish, Wishes
from classifier.thresholds import Thresholds
from classifier.workload import THRESHOLDS, Outlook, Scores, Verdicts, Workload, held_out_scores, outlook

log = logging.getLogger(__name__)

WINDOW = timedelta(days=30)
"""What happened in it tells of the days to come: long enough for rare things, and not yet another season."""

SHORTEST = timedelta(days=1)
"""Within less no number of posts a day can be told."""

MOST_POSTS = 50_000
"""Judged posts looked at, at most: more would take seconds and tell no more."""

ENOUGH_POSTS = 500
"""With fewer posts of the forum judged by the model in use, those that its training held out stand for them."""

ENOUGH_VERDICTS = 30
"""With fewer decisions and audits, the intervals are those of the training rather than the forum's, and it is said."""

PER_POSTS = 1000
"""Posts that figures are about while nobody knows how many come in a day."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What the figures of one threshold rest on."""

    posts: int
    """The forum's own posts, judged by the model in use, that tell how many reach a threshold; 0: those of training."""
    posts_anew: bool
    """Whether an earlier model judged those posts first, and the model in use only now."""
    posts_a_day: float | None
    """None where not known: "a day" is then "of a thousand posts"."""
    verdicts: int
    """What staff said about the label in posts that the model in use has judged."""
    verdicts_anew: int
    """How many of these are about posts that an earlier model judged first, and the model in use only now."""
    elsewhere: bool
    """Whether posts of the whole forum stand in for a place or source that has too few."""

    @property
    def is_thin(self) -> bool:
        """Whether the figures rest on flagpost's own posts more than on this forum."""
        return self.verdicts < ENOUGH_VERDICTS or not self.posts


@dataclass(frozen=True, slots=True, kw_only=True)
class InForce:
    """One threshold as it is used: what was wished for, the number, and what that brings.

    `outlook` is for a grid of thresholds that holds this one. `met` is False when no threshold of the grid meets the
    target: the number is then the nearest to it.
    """

    label: Label
    scope: Scope
    wish: Wish
    threshold: float
    met: bool
    outlook: Outlook
    evidence: Evidence

    @property
    def workload(self) -> Workload:
        """What the number brings."""
        return self.outlook.at(self.threshold)


def thresholds_in_force(wishes: Wishes, model: Model, store: Store | None, now: datetime) -> list[InForce]:
    """Every threshold of a config, label by label, the one that holds elsewhere first.

    `model` is at the base rates of the config; probabilities are stated at those. Reads the store, if there is one, and
    judges posts of earlier models anew, which takes a second or two; blocks meanwhile. Raises StoreError when the store
    fails.
    """
    known = _read(store, model, now)
    return [
        _in_force(wishes, label, scope, wish, model, known)
        for label in Label
        for scope, wish in wishes.of(label).items()
    ]


def numbers_in_force(wishes: Wishes, model: Model, store: Store | None, now: datetime) -> Thresholds:
    """The thresholds as numbers; the log tells what targets come to, and warns of those that cannot be met.

    Reads the store, as above, only when there are targets.
    """
    found = thresholds_in_force(wishes, model, store, now) if wishes.has_targets() else []
    for one in found:
        if not one.met:
            log.warning("%s", shortfall(one))
        elif isinstance(one.wish, Target):
            log.info("%s%s: %s comes to %g", one.label.display, where(one.scope), one.wish, one.threshold)
    return as_numbers(wishes, found)


def shortfall(found: InForce) -> str:
    """What to say of a target that no threshold meets."""
    lowest, *_, highest = (workload.threshold for workload in found.outlook.workloads)
    return (
        f"{found.label.display}{where(found.scope)}: no threshold from {lowest:g} to {highest:g} meets {found.wish}; "
        f"{found.threshold:g} comes nearest and is used"
    )


def where(scope: Scope) -> str:
    """Where a threshold holds, to be put behind a label; nothing for the one that holds elsewhere."""
    if scope.place is not None:
        return f" in channel {scope.place}"
    return f" in forum {scope.source}" if scope.source is not None else ""


def as_numbers(wishes: Wishes, found: Sequence[InForce]) -> Thresholds:
    """The thresholds as numbers, from what `thresholds_in_force` gave for the same wishes."""
    return wishes.numbers({(one.label, one.scope): one.threshold for one in found})


class _Known(NamedTuple):
    judged: Sequence[JudgedPost]
    """By any model, in the window."""
    days: float | None
    of_model: Sequence[JudgedPost]
    """By the model in use."""
    anew: bool
    """Whether it judged them only now, since it has not yet seen enough others."""
    verdicts: Sequence[Verdict]
    """With the probabilities of the model in use, for the labels for which they tell."""
    verdicts_anew: Sequence[Verdict]
    """The same on posts that it judged only now."""


def _read(store: Store | None, model: Model, now: datetime) -> _Known:
    if store is None:
        return _Known([], None, [], anew=False, verdicts=[], verdicts_anew=[])
    judged = store.judged_since(now - WINDOW, MOST_POSTS)
    span = now - judged[-1].at if judged else timedelta()
    hours = -(-span // timedelta(hours=1))  # whole ones, so that the figures stand still while people look at them
    of_model = [post for post in judged if post.model == model.version]
    anew = len(of_model) < ENOUGH_POSTS <= len(judged)
    said = store.verdicts()
    return _Known(
        judged,
        hours / 24 if span >= SHORTEST else None,
        posts_anew(model, store.judged_texts_since(now - WINDOW, MOST)) if anew else of_model,
        anew=anew,
        verdicts=[verdict for verdict in said if verdict.model == model.version],
        verdicts_anew=verdicts_anew(model, [verdict for verdict in said if verdict.model != model.version]),
    )


def _tells(verdict: Verdict, label: Label) -> bool:
    """Whether staff looked at the post for that label. What people report is no fair sample of what goes unseen."""
    if label not in verdict.probabilities:
        return False
    return verdict.origin is Origin.AUDIT or (verdict.origin is Origin.MODEL and label in verdict.flagged)


def _in_force(wishes: Wishes, label: Label, scope: Scope, wish: Wish, model: Model, known: _Known) -> InForce:
    def here(post: JudgedPost | Post) -> bool:
        return wishes.scope_of(label, post.source, post.place) == scope

    on_label = [verdict for verdict in (*known.verdicts, *known.verdicts_anew) if _tells(verdict, label)]
    judged = _own_or_all(known.of_model, here, ENOUGH_POSTS)
    said = _own_or_all(on_label, lambda verdict: here(verdict.post), ENOUGH_VERDICTS)
    posts_a_day = (sum(map(here, known.judged)) / known.days or None) if known.days else None
    enough = len(judged) >= ENOUGH_POSTS
    evidence = Evidence(
        posts=len(judged) if enough else 0,
        posts_anew=enough and known.anew,
        posts_a_day=posts_a_day,
        verdicts=len(said),
        verdicts_anew=sum(verdict.model != model.version for verdict in said),
        elsewhere=enough and not all(map(here, judged)),
    )
    found = outlook(
        _scores(judged, label, posts_a_day or PER_POSTS)
        if enough
        else held_out_scores(model.held_out[label], model.base_rates[label], posts_a_day or PER_POSTS),
        Verdicts(
            np.array([verdict.probabilities[label] for verdict in said]),
            np.array([label in verdict.labels for verdict in said], dtype=np.bool_),
        ),
        model.base_rates[label],
        THRESHOLDS if isinstance(wish, Target) else (*THRESHOLDS, wish),
    )
    return InForce(
        label=label,
        scope=scope,
        wish=wish,
        threshold=found.nearest(wish).threshold if isinstance(wish, Target) else wish,
        met=not isinstance(wish, Target) or found.meeting(wish) is not None,
        outlook=found,
        evidence=evidence,
    )


def _own_or_all(things: Sequence[T], here: Callable[[T], bool], enough: int) -> Sequence[T]:
    own = [thing for thing in things if here(thing)]
    return own if len(own) >= enough else things


def _scores(judged: Sequence[JudgedPost], label: Label, posts_a_day: float) -> Scores:
    probabilities = np.array([post.probabilities[label] for post in judged])
    return Scores(probabilities, np.full(len(judged), posts_a_day / len(judged)), own=True)
