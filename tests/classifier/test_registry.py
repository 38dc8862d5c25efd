import io
import os
import pickle
import subprocess
import sys
import textwrap
from collections.abc import Callable
from dataclasses import asdict, replace
from hashlib import sha256
from pathlib import Path

import joblib
import pytest

from classifier import dataset, seal, training
from classifier.dataset import LabelledPost
from classifier.errors import ModelError
from classifier.manifest import Manifest
from classifier.model import Model
from classifier.registry import Registry, default_model
from tests.full_disk import full_disk

TEXTS = ["You clown.", "Nobody asked for your opinion, sweetheart.", "The gasket goes on before the cover does."]
NOBODY = 65534

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no mode bits")


@pytest.fixture
def models(tmp_path: Path, small_training: tuple[Model, Manifest]) -> Registry:
    """A registry with one model, saved and in use."""
    models = Registry(tmp_path / "models")
    models.save(*small_training)
    models.promote(small_training[1].version)
    return models


def tree(directory: Path) -> set[str]:
    return {str(path.relative_to(directory)) for path in directory.rglob("*")}


def test_a_model_comes_back_as_it_was(models: Registry, small_training: tuple[Model, Manifest]) -> None:
    model, manifest = small_training

    loaded = models.load()

    assert loaded.version == models.current() == manifest.version
    assert loaded.base_rates == model.base_rates
    for label, log_odds in model.hostility.log_odds(TEXTS).items():
        assert loaded.hostility.log_odds(TEXTS)[label].tolist() == log_odds.tolist()
    file = models.directory / manifest.version / "model.joblib"
    assert models.manifest(manifest.version) == replace(manifest, model_sha256=sha256(file.read_bytes()).hexdigest())


def test_the_seal_is_the_part_of_the_manifest_that_loading_needs(models: Registry) -> None:
    version = str(models.current())
    manifest = models.manifest(version)

    seal = asdict(models.seal(version))

    assert seal.pop("scikit_learn") == manifest.libraries.scikit_learn
    assert seal == {name: getattr(manifest, name) for name in seal}
    script = f"""
    import sys
    from pathlib import Path
    from classifier.registry import Registry
    Registry(Path({str(models.directory)!r})).load()
    print(sorted(sys.modules.keys() & {{"pydantic", "classifier.training"}}))
    """
    loaded = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], check=True, capture_output=True, text=True)
    assert loaded.stdout == "[]\n"


def test_a_disk_that_is_full_is_told_of_the_model_and_leaves_none(
    tmp_path: Path, small_training: tuple[Model, Manifest]
) -> None:
    models = Registry(tmp_path / "models")
    with full_disk(1000), pytest.raises(OSError) as caught:
        models.save(*small_training)
    assert caught.value.filename == str(models.directory / small_training[1].version)
    assert models.versions() == []


def test_versions_stand_side_by_side_and_leave_nothing_else(
    models: Registry, small_training: tuple[Model, Manifest]
) -> None:
    model, manifest = small_training
    other = "2026-11-22-a1b2c3d4"

    models.save(replace(model, version=other), replace(manifest, version=other))
    models.save(model, manifest)  # the first stays as it is

    assert models.versions() == sorted([other, manifest.version])
    assert models.current() == manifest.version
    models.promote(other)
    assert models.load().version == other
    assert tree(models.directory) == {
        "current",
        *(f"{version}{name}" for version in models.versions() for name in ("", "/model.joblib", "/manifest.json")),
    }


def test_a_save_that_dies_leaves_the_model_in_use_alone(
    models: Registry, small_training: tuple[Model, Manifest], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tree(models.directory)

    def no_space(_path: Path, _data: bytes) -> None:
        raise OSError(28, "No space left on device")

    model, manifest = small_training
    other = "2026-11-22-a1b2c3d4"
    monkeypatch.setattr(Path, "write_bytes", no_space)
    with pytest.raises(OSError, match="No space"):
        models.save(replace(model, version=other), replace(manifest, version=other))

    assert tree(models.directory) == before
    models.load()


def test_a_pickle_that_runs_code_is_refused_before_it_runs(models: Registry, tmp_path: Path) -> None:
    ran = tmp_path / "ran"

    class Payload:
        def __reduce__(self) -> tuple[Callable[[str], None], tuple[str]]:
            return os.mkdir, (str(ran),)

    file = models.directory / str(models.current()) / "model.joblib"
    file.write_bytes(pickle.dumps(Payload()))

    with pytest.raises(ModelError) as caught:
        models.load()

    assert not ran.exists()
    told = str(caught.value)
    assert told.startswith(f"{file}: ")
    assert "SHA-256" in told
    assert told.endswith(f"flagpost train --models {models.directory}")
    assert "\n" not in told


@posix
@pytest.mark.parametrize("place", [".", "{version}", "{version}/model.joblib", "{version}/manifest.json"])
@pytest.mark.parametrize("harm", ["written by everybody", "belongs to another user"])
def test_what_others_may_have_written_is_refused(models: Registry, place: str, harm: str) -> None:
    path = models.directory / place.format(version=models.current())
    if harm == "written by everybody":
        path.chmod(path.stat().st_mode | 0o002)
    elif os.geteuid() != 0:
        pytest.skip("only root can give files away")
    else:
        os.chown(path, NOBODY, NOBODY)

    with pytest.raises(ModelError) as caught:
        models.load()

    assert str(caught.value).startswith(f"{path}: ")
    assert harm in str(caught.value)
    assert "flagpost train" in str(caught.value)


@posix
def test_a_generous_umask_does_not_make_models_foreign(tmp_path: Path, small_training: tuple[Model, Manifest]) -> None:
    before = os.umask(0)
    try:
        models = Registry(tmp_path / "deep" / "models")
        models.save(*small_training)
        models.promote(small_training[1].version)
    finally:
        os.umask(before)

    assert models.load().version == small_training[1].version


def rewritten(models: Registry, **changes: object) -> None:
    version = str(models.current())
    manifest = replace(models.manifest(version), **changes)  # type: ignore[arg-type]
    (models.directory / version / "manifest.json").write_text(manifest.to_json(), encoding="utf-8")


def test_another_scikit_learn_is_refused_and_another_patch_release_is_not(models: Registry) -> None:
    made_with = models.manifest(str(models.current())).libraries

    rewritten(models, libraries=replace(made_with, scikit_learn="0.24.2"))
    with pytest.raises(ModelError, match=r"made with scikit-learn 0\.24\.2"):
        models.load()

    patch = ".".join([*made_with.scikit_learn.split(".")[:2], "99"])
    rewritten(models, libraries=replace(made_with, scikit_learn=patch))
    models.load()


@pytest.mark.parametrize("damage", [b"", b"{}", b"\xff", b"null"])
def test_a_damaged_manifest_is_refused(models: Registry, damage: bytes) -> None:
    (models.directory / str(models.current()) / "manifest.json").write_bytes(damage)

    with pytest.raises(ModelError, match=r"manifest\.json: is not a manifest of this flagpost; .*flagpost train"):
        models.load()


def test_a_file_that_holds_something_else_is_refused(models: Registry) -> None:
    buffer = io.BytesIO()
    joblib.dump({"no": "model"}, buffer)
    (models.directory / str(models.current()) / "model.joblib").write_bytes(buffer.getvalue())
    rewritten(models, model_sha256=sha256(buffer.getvalue()).hexdigest())

    with pytest.raises(ModelError, match="does not hold the model"):
        models.load()


@pytest.mark.parametrize("version", ["../models", "default-a1b2c3d4/..", "", "default-a1b2c3d4\n", "current"])
def test_a_version_is_a_name_and_never_a_path(models: Registry, version: str) -> None:
    for use in (models.promote, models.manifest):
        with pytest.raises(ModelError, match="holds no version"):
            use(version)
    (models.directory / "current").write_text(version + "x", encoding="utf-8")
    with pytest.raises(ModelError, match="current: does not name a model version"):
        models.load()


def test_an_empty_registry_says_how_to_fill_it(tmp_path: Path) -> None:
    models = Registry(tmp_path / "none")

    assert models.current() is None
    assert models.versions() == []
    with pytest.raises(ModelError, match="holds no model in use; make a new model with: flagpost train"):
        models.load()
    with pytest.raises(ModelError, match="holds no version 'default-a1b2c3d4'"):
        models.promote("default-a1b2c3d4")


@pytest.fixture
def few_written_posts(sixty_posts: list[LabelledPost], monkeypatch: pytest.MonkeyPatch) -> list[LabelledPost]:
    """The sixty posts stand for all that come with flagpost."""
    monkeypatch.setattr(dataset, "written_posts", lambda: list(sixty_posts))
    return sixty_posts


@pytest.fixture
def trainings(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A growing list of the sizes of the trainings that default_model began."""
    sizes: list[int] = []

    def counted(posts: list[LabelledPost], **options: object) -> tuple[Model, Manifest]:
        sizes.append(len(posts))
        return train(posts, **options)  # type: ignore[arg-type]

    train = training.train
    monkeypatch.setattr(training, "train", counted)
    return sizes


def test_the_default_model_is_trained_once_and_again_when_it_is_out_of_date(
    tmp_path: Path, few_written_posts: list[LabelledPost], trainings: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    models = Registry(tmp_path / "models")
    stages: list[str] = []

    first = default_model(models, progress=lambda stage, _done, _total: stages.append(stage))
    assert default_model(models).version == first.version == models.current()
    assert first.version.startswith("default-")
    assert trainings == [60]
    assert stages

    (models.directory / first.version / "model.joblib").write_bytes(b"cut off")
    assert default_model(models).version == first.version
    monkeypatch.setattr(dataset, "written_posts", lambda: few_written_posts[1:])
    monkeypatch.setattr(dataset, "written_hash", lambda: "of the other files")
    second = default_model(models)
    assert second.version not in ("", first.version)
    monkeypatch.setattr(seal, "RECIPE", 999)
    default_model(models)
    assert trainings == [60, 60, 59, 59]


def test_a_model_that_people_trained_is_never_replaced(
    models: Registry, small_training: tuple[Model, Manifest], trainings: list[int]
) -> None:
    version = small_training[1].version
    assert small_training[1].kind == "trained"
    assert default_model(models).version == version

    (models.directory / version / "model.joblib").write_bytes(b"cut off")
    with pytest.raises(ModelError, match=r"model\.joblib: is not the file its manifest names"):
        default_model(models)

    assert trainings == []


@posix
def test_nothing_is_trained_into_a_folder_that_everybody_can_write(tmp_path: Path, trainings: list[int]) -> None:
    tmp_path.chmod(0o777)

    with pytest.raises(ModelError, match="can be written by everybody"):
        default_model(Registry(tmp_path))

    assert trainings == []


def test_two_processes_at_once_end_with_one_sane_model(tmp_path: Path, sixty_posts: list[LabelledPost]) -> None:
    script = textwrap.dedent(
        """
        import pickle, sys
        from pathlib import Path
        from classifier import dataset
        from classifier.registry import Registry, default_model

        posts = pickle.loads(Path(sys.argv[1]).read_bytes())
        dataset.written_posts = lambda: posts
        trained = []
        model = default_model(Registry(Path(sys.argv[2])), progress=lambda stage, _done, _total: trained.append(stage))
        print(model.version, bool(trained))
        """
    )
    (tmp_path / "posts").write_bytes(pickle.dumps(sixty_posts))
    command = [sys.executable, "-c", script, str(tmp_path / "posts"), str(tmp_path / "models")]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = sorted(process.communicate(timeout=120)[0].split() for process in processes)

    versions, trained = zip(*said, strict=True)
    assert len(set(versions)) == 1
    assert trained == ("False", "True")
    assert Registry(tmp_path / "models").load().version == versions[0]
