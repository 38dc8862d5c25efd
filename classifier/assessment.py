"""Assessment: what the model makes of one post, and why."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from classifier.labels import Label
from classifier.post import PostKey


@dataclass(frozen=True, slots=True)
class Span:
    """Characters `start` to `end` (exclusive) of the own words; a larger `weight` speaks more for the label."""

    start: int
    end: int
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """An earlier post that shares a text with the one assessed.

    `containment` is the share, 0 to 1, of the assessed post that stands in the earlier one.
    `spans` are the shared stretches in the assessed post. `text` is None once the earlier text was purged. `features`
    are what the judge of copies saw of the two, by name: a decision about them teaches it, when the texts are gone too.
    """

    key: PostKey
    containment: float
    spans: tuple[Span, ...] = ()
    author: str | None = None
    author_name: str | None = None
    created_at: datetime | None = None
    link: str | None = None
    text: str | None = None
    features: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """A calibrated probability per label, the spans that speak for it, and the earlier copies, best first.

    `spans` holds only the labels that were explained, heaviest span first. `model` is the model's version.
    """

    probabilities: Mapping[Label, float]
    model: str
    spans: Mapping[Label, tuple[Span, ...]]
    copies: tuple[Copy, ...] = ()
