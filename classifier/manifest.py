"""The manifest: what a model was made of, how good it is, and whether it beats the one before it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import pydantic

from classifier.comparison import Comparison
from classifier.labels import Label
from classifier.metrics import LabelMetrics

Kind = Literal["default", "trained"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What a model was trained on, repeats left out."""

    posts: int
    labels: Mapping[Label, int]
    provenances: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Libraries:
    """The versions a model was made with."""

    python: str
    scikit_learn: str
    numpy: str
    scipy: str
    joblib: str
    flagpost: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondReading:
    """What the second stage does on the posts held out: the manifest's metrics are with it, these without."""

    encoder: str
    share: float
    """Of the clean posts held out, how many it reads."""
    metrics_without: Mapping[Label, LabelMetrics]


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """The story of one model.

    `kind` is `default` when it was trained on the posts that come with flagpost alone, without a second stage;
    `base_sha256` is that of the base scorer it stands on, `written_sha256` that of the
    posts that came with flagpost then, among others or not.

    `metrics` are of posts held out, the label's against clean ones; for copy-paste, of made-up posts for which the copy
    index found a match, at the share of copies among such posts. `comparison` is with the model that was in use then.
    `model_sha256` is empty until there is a file.
    """

    version: str
    kind: Kind
    created_at: pydantic.AwareDatetime
    seed: int
    recipe: int
    counts: Counts
    data_sha256: str
    written_sha256: str
    base_sha256: str
    base_rates: Mapping[Label, float]
    metrics: Mapping[Label, LabelMetrics]
    libraries: Libraries
    train_seconds: float
    second_reading: SecondReading | None = None
    comparison: Comparison | None = None
    model_sha256: str = ""

    def to_json(self) -> str:
        """One indented JSON object."""
        return _MANIFESTS.dump_json(self, indent=2).decode() + "\n"

    @classmethod
    def from_json(cls, text: str | bytes) -> "Manifest":
        """The manifest that `to_json` wrote. Raises ValueError for anything else."""
        return _MANIFESTS.validate_json(text)


_MANIFESTS = pydantic.TypeAdapter(Manifest)
