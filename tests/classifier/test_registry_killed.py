"""Killed at whatever step, the folder of models holds the old model or the new one, whole and in use."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from classifier.manifest import Manifest
from classifier.model import Model
from classifier.registry import Registry

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a process is forked to be killed")

FIRST, SECOND, THIRD = "2026-11-21-a1b2c3d4", "2026-11-22-a1b2c3d4", "2026-11-23-a1b2c3d4"

Versions = dict[str, tuple[Model, Manifest]]


@pytest.fixture
def versions(small_training: tuple[Model, Manifest]) -> Versions:
    model, manifest = small_training
    return {
        version: (replace(model, version=version), replace(manifest, version=version))
        for version in (FIRST, SECOND, THIRD)
    }


@pytest.fixture
def models(tmp_path: Path, versions: Versions) -> Registry:
    """Two versions, the second in use."""
    models = Registry(tmp_path / "models")
    for version in (FIRST, SECOND):
        models.save(*versions[version])
        models.promote(version)
    return models


def killed_at_every_step(models: Registry, work: Callable[[], object]) -> Iterator[int]:
    """Do the work in a child that is killed at its first touch of the folder, then its second, until it ends."""
    for step in count(1):
        child = os.fork()
        if not child:
            _kill_at(step, str(models.directory))
            work()
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if os.WIFEXITED(status):
            assert os.WEXITSTATUS(status) == 0
            return
        assert os.WTERMSIG(status) == signal.SIGKILL
        yield step


def _kill_at(step: int, directory: str) -> None:
    left = step

    def on(_event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal left
        if arguments and str(arguments[0]).startswith(directory):
            left -= 1
            if not left:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(on)


def test_the_old_model_or_the_new_one_is_in_use(models: Registry, versions: Versions) -> None:
    def train() -> None:
        with models.locked():
            models.save(*versions[THIRD])
            models.promote(THIRD)

    def save_again() -> None:
        models.save(*versions[SECOND])

    steps = 0
    works: list[tuple[Callable[[], object], set[str]]] = [
        (save_again, {SECOND}),
        (train, {SECOND, THIRD}),
        (models.rollback, {THIRD, SECOND}),
        (lambda: models.promote(FIRST), {SECOND, FIRST}),
        (lambda: models.prune(0), {FIRST}),
    ]
    for work, allowed in works:
        for _ in killed_at_every_step(models, work):
            steps += 1
            assert models.load().version in allowed
            assert {models.manifest(version).version for version in models.versions()} >= allowed & {FIRST}
    assert steps >= 20
    assert models.current() == FIRST
    assert sorted(path.name for path in models.directory.iterdir()) == [".lock", FIRST, SECOND, "current"]
