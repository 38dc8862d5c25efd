"""Model versions on disk: `VERSION/model.joblib` beside `VERSION/manifest.json`, and `current`, which names one.

The first line of `current` is the version in use, those below are what was in use before it, newest first. Every step
is one rename, so a process that dies in the middle leaves the old state or the new one.

A joblib file is code: whoever writes it runs as whoever loads it. So a model is loaded only when nobody else can have
written it and its bytes are the ones its manifest names.
"""

import contextlib
import hashlib
import io
import os
import re
import shlex
import shutil
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TypeVar

import joblib
import platformdirs
import sklearn
from sklearn.exceptions import InconsistentVersionWarning

from classifier import base, dataset
from classifier.errors import ModelError
from classifier.model import Model
from classifier.ownership import why_foreign
from classifier.progress import Progress, silent
from classifier.seal import Seal
from classifier.whole_file import named

if TYPE_CHECKING:
    from classifier.manifest import Manifest

Told = TypeVar("Told", Seal, "Manifest")

VERSION = re.compile(r"(\d{4}-\d\d-\d\d|default)-[0-9a-f]{8}")
MODEL, MANIFEST, CURRENT, LOCK = "model.joblib", "manifest.json", "current", ".lock"

_LIST = "see those it holds with: flagpost models list"

REMEMBERED = 20
"""Versions that were in use and can be rolled back to, at most: years of them."""


def default_directory() -> Path:
    """Where this user's models stand unless the config says otherwise."""
    return platformdirs.user_data_path("flagpost", appauthor=False) / "models"


class Registry:
    """The model versions of one directory, which is made when the first is saved."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def save(self, model: Model, manifest: "Manifest") -> "Manifest":
        """Write a version; it is there as a whole or not at all.

        One of the same name that is whole stays: names tell what a model was made of, and two renames would leave a
        moment without it. Returns the manifest that stands there, with the SHA-256 of the model's file.
        """
        with contextlib.suppress(ModelError):
            self.load(manifest.version)
            return self.manifest(manifest.version)
        buffer = io.BytesIO()
        joblib.dump(model, buffer, compress=3)
        manifest = replace(manifest, model_sha256=hashlib.sha256(buffer.getbuffer()).hexdigest())
        folder = self._folder(manifest.version)
        self.directory.mkdir(mode=0o755, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".building-", dir=self.directory) as scratch:
            new, old = Path(scratch, "new"), Path(scratch, "old")
            new.mkdir(mode=0o755)
            with named(folder, new):
                _write(new / MODEL, buffer.getvalue())
                _write(new / MANIFEST, manifest.to_json().encode())
            if folder.exists():
                folder.rename(old)
            new.rename(folder)
        return manifest

    def promote(self, version: str) -> None:
        """Put a version into use. Raises ModelError when it is not there."""
        self.manifest(version)
        before: list[str] = []
        with contextlib.suppress(ModelError):  # a damaged file has nothing to say
            before = self.history()
        self._point_to([version, *(earlier for earlier in before if earlier != version)])

    def rollback(self) -> str:
        """Put the version back into use that was in use before; returns it. Raises ModelError without one.

        Versions that are gone or cannot be loaded any more are passed over.
        """
        history = self.history()
        for at, version in enumerate(history[1:], start=1):
            with contextlib.suppress(ModelError):
                self.load(version)
                self._point_to(history[at:])
                return version
        raise ModelError(f"{self.directory}: holds no earlier model that could go back into use")

    def prune(self, keep: int) -> list[str]:
        """Delete all versions but the one in use, the one before it, and the `keep` newest; returns those deleted.

        What a process that was killed has left half-written goes as well; call it under `locked`.
        """
        for folder in (*self.directory.glob(".building-*"), *self.directory.glob(".deleting-*")):
            shutil.rmtree(folder, ignore_errors=True)
        for file in self.directory.glob(f".{CURRENT}-*"):
            file.unlink()
        newest = sorted(self.versions(), key=lambda version: self.manifest(version).created_at)
        kept = {*self.history()[:2], *newest[len(newest) - keep :]}
        gone = [version for version in newest if version not in kept]
        for version in gone:
            with tempfile.TemporaryDirectory(prefix=".deleting-", dir=self.directory) as scratch:
                self._folder(version).rename(Path(scratch, version))
        return gone

    def current(self) -> str | None:
        """The version in use, None before the first. Raises ModelError when the file that names it is damaged."""
        return next(iter(self.history()), None)

    def history(self) -> list[str]:
        """The version in use and those in use before it, newest first. Raises ModelError as `current` does."""
        path = self.directory / CURRENT
        try:
            versions = path.read_bytes().decode("ascii", "replace").split()
        except FileNotFoundError:
            return []
        except OSError as error:
            raise self._error(path, f"cannot be read ({error.strerror})") from error
        if not versions or not all(map(VERSION.fullmatch, versions)):
            raise self._error(path, "does not name a model version")
        return versions

    def _point_to(self, history: Sequence[str]) -> None:
        scratch = self.directory / f".{CURRENT}-{os.getpid()}"
        with named(self.directory / CURRENT, scratch):
            _write(scratch, "".join(f"{version}\n" for version in history[:REMEMBERED]).encode())
            scratch.replace(self.directory / CURRENT)

    def versions(self) -> list[str]:
        """The versions that are there, oldest first, default builds last."""
        return sorted(
            folder.name
            for folder in (self.directory.iterdir() if self.directory.is_dir() else ())
            if VERSION.fullmatch(folder.name) and (folder / MANIFEST).is_file()
        )

    def manifest(self, version: str) -> "Manifest":
        """What is known about a version. Raises ModelError when that is missing or makes no sense."""
        from classifier.manifest import Manifest  # with a library that judging does not need

        return self._manifest(version, Manifest.from_json)

    def seal(self, version: str) -> Seal:
        """What of the manifest decides whether the model is loaded. Raises ModelError as `manifest` does."""
        return self._manifest(version, Seal.from_json)

    def _manifest(self, version: str, read: Callable[[str], Told]) -> Told:
        path = self._folder(version) / MANIFEST
        if not path.exists():
            raise self._error(self.directory, f"holds no version {version!r}", _LIST)
        try:
            told = read(self._read(path).decode())
        except ValueError as error:
            raise self._error(path, "is not a manifest of this flagpost") from error
        if told.version != version:
            raise self._error(path, f"is the manifest of another version, {told.version}")
        return told

    def trained_at(self, version: str) -> datetime:
        """When a version learned what it knows (aware). Raises ModelError as `manifest` does."""
        return self.manifest(version).created_at

    def load(self, version: str | None = None) -> Model:
        """A version, by default the one in use.

        Raises ModelError, before anything in the file can run, when the file is not the one its manifest names, when
        another scikit-learn or base scorer made it, or when somebody else may have written it or its folders. Loads the
        encoder of a model that has a second stage, and raises ModelError when it is missing or another.
        """
        version = version or self.current()
        if version is None:
            raise self._error(self.directory, "holds no model in use")
        seal = self.seal(version)
        path = self._folder(version) / MODEL
        data = self._read(path)
        if hashlib.sha256(data).hexdigest() != seal.model_sha256:
            raise self._error(path, "is not the file its manifest names (its SHA-256 differs)")
        if not seal.fits_scikit_learn():
            raise self._error(
                path, f"was made with scikit-learn {seal.scikit_learn}, and {sklearn.__version__} is installed"
            )
        if seal.base_sha256 != base.base_hash():
            raise self._error(path, "stands on another base scorer than the one that comes with this flagpost")
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", InconsistentVersionWarning)  # patch releases read each other's files
                model = joblib.load(io.BytesIO(data))
        except Exception as error:  # unpickling raises whatever the classes it meets raise
            raise self._error(path, f"cannot be read by this flagpost ({type(error).__name__})") from error
        if not isinstance(model, Model) or model.version != version:
            raise self._error(path, f"does not hold the model {version}")
        if not hasattr(model, "out_of_fold") or not model.copy_judge.fits_pairs:
            raise self._error(path, "was made by an earlier flagpost")
        if model.second_stage is not None:
            model.second_stage.load()
        return model

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other processes that ask for this lock waiting. Raises ModelError when others may write here."""
        self.directory.mkdir(mode=0o755, parents=True, exist_ok=True)
        self._refuse_foreign(self.directory, self.directory.stat())
        with (self.directory / LOCK).open("ab") as file:
            _lock(file)
            yield  # closing the file unlocks it, and so does the end of the process, however it ends

    def _folder(self, version: str) -> Path:
        if not VERSION.fullmatch(version):
            raise self._error(self.directory, f"holds no version {version[:40]!r}", _LIST)
        return self.directory / version

    def _read(self, path: Path) -> bytes:
        """The bytes of a file that only this user or root can have written, folders included."""
        try:
            for folder in (self.directory, path.parent):
                self._refuse_foreign(folder, folder.stat())
            with path.open("rb") as file:
                self._refuse_foreign(path, os.fstat(file.fileno()))
                return file.read()
        except OSError as error:
            raise self._error(path, f"cannot be read ({error.strerror})") from error

    def _refuse_foreign(self, path: Path, status: os.stat_result) -> None:
        if reason := why_foreign(path, status):
            raise self._error(path, reason)

    def _error(self, path: Path, wrong: str, remedy: str = "make a new model with: flagpost train") -> ModelError:
        where = "" if self.directory == default_directory() else f" --models {shlex.quote(str(self.directory))}"
        return ModelError(f"{path}: {wrong}; {remedy}{where}")


def default_model(registry: Registry, progress: Progress = silent) -> Model:
    """The model in use; it is trained first where there is none, or one of flagpost's own, damaged or out of date.

    A model that people trained is theirs: it is never replaced here. Raises ModelError when it cannot be loaded.
    """
    model = _model_in_use(registry)
    if model is not None:
        return model
    with registry.locked():
        model = _model_in_use(registry)  # another process may have trained it while this one waited
        if model is None:
            from classifier.training import train  # a model that is there is loaded sooner without

            trained, manifest = train(dataset.written_posts(), progress=progress)
            registry.save(trained, manifest)
            registry.promote(manifest.version)
            model = registry.load(manifest.version)
        return model


def _model_in_use(registry: Registry) -> Model | None:
    version = registry.current()
    if version is None:
        return None
    if not version.startswith("default-"):
        return registry.load(version)
    with contextlib.suppress(ModelError):
        if registry.seal(version).is_todays():
            return registry.load(version)
    return None


def _write(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    path.chmod(0o644)


if sys.platform == "win32":
    import msvcrt

    def _lock(file: BinaryIO) -> None:
        file.seek(0)
        while True:
            with contextlib.suppress(OSError):  # gives up after ten seconds
                msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
                return
else:
    import fcntl

    def _lock(file: BinaryIO) -> None:
        fcntl.flock(file, fcntl.LOCK_EX)
