"""Thresholds as people wish for them: a probability, or what it is to bring, such as `precision >= 0.9`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from classifier.labels import Label
from classifier.thresholds import DEFAULT_THRESHOLDS, Thresholds

EXAMPLES = '"precision >= 0.9", "recall >= 0.8" or "at most 20 flags a day"'

_SHARE = re.compile(r"(?P<aim>precision|recall)\s*>=\s*(?P<value>\d*\.?\d+)\s*(?P<percent>%?)", re.ASCII)
_FLAGS = re.compile(r"at most (?P<value>\d*\.?\d+) flags? (?:a|per) day", re.ASCII)


class Aim(StrEnum):
    """What a target is about."""

    PRECISION = "precision"
    """Of the posts flagged, how many deserve it: at least so large a share."""
    RECALL = "recall"
    """Of the posts that deserve it, how many are flagged: at least so large a share."""
    FLAGS = "flags"
    """How many posts are flagged a day: at most so many."""


@dataclass(frozen=True, slots=True)
class Target:
    """What a threshold is to bring. `value` is a share, 0 < share < 1, or for flags a number a day, > 0."""

    aim: Aim
    value: float

    def __str__(self) -> str:
        """As it stands in a config."""
        if self.aim is Aim.FLAGS:
            return f"at most {self.value:g} flags a day"
        return f"{self.aim} >= {self.value:g}"


Wish = float | Target
"""One threshold of a config: a probability, 0 < p <= 1, or a target."""


def parse_target(text: str) -> Target:
    """The target that a text states; spaces around it and the case of letters do not matter.

    Raises ValueError with what is wrong, a sentence without its full stop.
    """
    words = " ".join(text.lower().split())
    if found := _SHARE.fullmatch(words):
        share = float(found["value"]) / (100 if found["percent"] else 1)
        if not 0 < share < 1:
            raise ValueError("In a target a share is above 0 and below 1: nine in ten are written 0.9")
        return Target(Aim(found["aim"]), share)
    if found := _FLAGS.fullmatch(words):
        if not float(found["value"]):
            raise ValueError("At most 0 flags are no target: the threshold 1 shows next to nothing")
        return Target(Aim.FLAGS, float(found["value"]))
    raise ValueError(f"A target is written {EXAMPLES}")


@dataclass(frozen=True, slots=True)
class Scope:
    """Which posts a threshold holds for: those of a place, of a source, or all others when both are None."""

    place: str | None = None
    source: str | None = None


EVERYWHERE = Scope()


@dataclass(frozen=True, slots=True)
class Wishes:
    """The thresholds of a config: for every label in `default`, for some labels in some places and sources another."""

    default: Mapping[Label, Wish] = field(default_factory=lambda: DEFAULT_THRESHOLDS)
    places: Mapping[str, Mapping[Label, Wish]] = field(default_factory=dict)
    sources: Mapping[str, Mapping[Label, Wish]] = field(default_factory=dict)

    def of(self, label: Label) -> dict[Scope, Wish]:
        """Every wish for the label, the one that holds elsewhere first."""
        return (
            {EVERYWHERE: self.default[label]}
            | {Scope(source=source): wishes[label] for source, wishes in self.sources.items() if label in wishes}
            | {Scope(place=place): wishes[label] for place, wishes in self.places.items() if label in wishes}
        )

    def scope_of(self, label: Label, source: str, place: str | None) -> Scope:
        """Which scope's threshold holds for the label in a post of that source and place, as in `Thresholds.of`."""
        if place is not None and label in self.places.get(place, {}):
            return Scope(place=place)
        return Scope(source=source) if label in self.sources.get(source, {}) else EVERYWHERE

    def has_targets(self) -> bool:
        """Whether anything has to be worked out before posts can be flagged."""
        return any(isinstance(wish, Target) for label in Label for wish in self.of(label).values())

    def numbers(self, found: Mapping[tuple[Label, Scope], float]) -> Thresholds:
        """The thresholds with each target replaced by the probability `found` for it."""

        def number(label: Label, scope: Scope, wish: Wish) -> float:
            return found[label, scope] if isinstance(wish, Target) else wish

        def numbers(scope: Scope, wishes: Mapping[Label, Wish]) -> dict[Label, float]:
            return {label: number(label, scope, wish) for label, wish in wishes.items()}

        return Thresholds(
            numbers(EVERYWHERE, self.default),
            {place: numbers(Scope(place=place), wishes) for place, wishes in self.places.items()},
            {source: numbers(Scope(source=source), wishes) for source, wishes in self.sources.items()},
        )
