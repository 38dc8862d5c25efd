"""The default model, trained once for all that is measured in a run."""

from functools import cache

from classifier.dataset import written_posts
from classifier.model import Model
from classifier.training import train


@cache
def default_model() -> Model:
    """Trains it when first asked for."""
    return train(written_posts())[0]
