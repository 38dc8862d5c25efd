"""From which probability on a label is worth a moderator's look."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from classifier.labels import Label
from classifier.post import Post

TROLLING_THRESHOLD = 0.4
"""What passes it on real boards mostly provokes; below it, more and more is only heated."""

PERSONAL_ATTACK_THRESHOLD = 0.5
"""With the default model at most 5 of 1,000 clean held-out posts pass it, and 10 of 1,000 news comments that raters
called healthy, while more than half of real insults do.
"""

COPY_PASTE_THRESHOLD = 0.5
"""More likely than not; a long verbatim repeat comes out far above it, a stock phrase far below."""

DEFAULT_THRESHOLDS: Mapping[Label, float] = {
    Label.TROLLING: TROLLING_THRESHOLD,
    Label.PERSONAL_ATTACK: PERSONAL_ATTACK_THRESHOLD,
    Label.COPY_PASTE: COPY_PASTE_THRESHOLD,
}


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Probabilities, 0 < p <= 1: one for every label in `default`, for some labels in some places and sources another.

    Raises ValueError for a label without a default and for a number out of range.
    """

    default: Mapping[Label, float] = field(default_factory=lambda: DEFAULT_THRESHOLDS)
    places: Mapping[str, Mapping[Label, float]] = field(default_factory=dict)
    sources: Mapping[str, Mapping[Label, float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if missing := [label for label in Label if label not in self.default]:
            raise ValueError(f"no default threshold for {', '.join(missing)}")
        for thresholds in (self.default, *self.places.values(), *self.sources.values()):
            for label, threshold in thresholds.items():
                if not 0 < threshold <= 1:
                    raise ValueError(f"the threshold for {label} has to be above 0 and at most 1, not {threshold}")

    def of(self, label: Label, post: Post) -> float:
        """The threshold that holds for the label: that of the post's place, else of its source, else the default."""
        of_source = self.sources.get(post.source, {}).get(label, self.default[label])
        return self.places.get(post.place or "", {}).get(label, of_source)

    def passed(self, post: Post, probabilities: Mapping[Label, float]) -> tuple[Label, ...]:
        """The labels whose probability reaches the threshold that holds for the post, in the order of Label."""
        return tuple(label for label in Label if probabilities[label] >= self.of(label, post))
