"""The seal: as much of a manifest as decides whether its model is loaded."""

import json
from dataclasses import dataclass

import sklearn

from classifier import base, dataset

RECIPE = 10
"""To be raised with every change to the way of training: default models made in another way are then made anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """What a model was made of, and what its file is: the fields of the Manifest that have these names.

    To read a whole manifest takes a library that judging does not need, and a quarter of a second to import it.
    """

    version: str
    model_sha256: str
    base_sha256: str
    written_sha256: str
    recipe: int
    scikit_learn: str

    @classmethod
    def from_json(cls, text: str) -> "Seal":
        """The seal of the manifest that `Manifest.to_json` wrote. Raises ValueError for what cannot be one."""
        try:
            fields = json.loads(text)
            return cls(
                version=fields["version"],
                model_sha256=fields["model_sha256"],
                base_sha256=fields["base_sha256"],
                written_sha256=fields["written_sha256"],
                recipe=fields["recipe"],
                scikit_learn=str(fields["libraries"]["scikit_learn"]),
            )
        except (KeyError, TypeError) as error:
            raise ValueError("not a manifest") from error

    def fits_scikit_learn(self) -> bool:
        """Whether the scikit-learn that is installed reads the file: patch releases read each other's."""
        return _minor(self.scikit_learn) == _minor(sklearn.__version__)

    def is_todays(self) -> bool:
        """Whether a default model trained now would be the same."""
        return (
            self.written_sha256 == dataset.written_hash()
            and self.base_sha256 == base.base_hash()
            and self.recipe == RECIPE
            and self.fits_scikit_learn()
        )


def _minor(version: str) -> list[str]:
    return version.split(".")[:2]
