"""What many tests share: the default model, trained once for the whole run."""

import os
from pathlib import Path

import pytest

from classifier.model import Model
from classifier.registry import Registry, default_model


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the default model in use; shared by all workers of a run."""
    root = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        root = root.parent
    directory = root / "models"
    default_model(Registry(directory))
    return directory


@pytest.fixture(scope="session")
def model(models: Path) -> Model:
    """The default model."""
    return Registry(models).load()
