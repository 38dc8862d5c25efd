"""A model is put into use while the bot runs: nothing is lost, nothing is judged twice, and staff are told once."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.judge import Judge
from bot.pipeline import Pipeline
from bot.store.records import Flag
from bot.store.store import Store
from bot.watches.model import ModelWatch
from classifier.copies import CopyIndex
from classifier.model import Model
from classifier.post import Post
from classifier.registry import Registry
from classifier.thresholds import Thresholds

OTHER, BROKEN = "2026-11-22-a1b2c3d4", "2026-11-23-a1b2c3d4"
A_SECOND = 100
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.fixture
def registry(tmp_path: Path, models: Path, model: Model) -> Registry:
    """The default model in use, another version of it, and one whose file is cut off."""
    registry = Registry(tmp_path / "models")
    manifest = Registry(models).manifest(model.version)
    for version in (model.version, OTHER, BROKEN):
        registry.save(replace(model, version=version), replace(manifest, version=version))
    (registry.directory / BROKEN / "model.joblib").write_bytes(b"cut off")
    registry.promote(model.version)
    return registry


@pytest.fixture
def pipeline(tmp_path: Path, model: Model) -> Pipeline:
    async def show(_flag: Flag) -> None: ...

    store = Store.open(f"sqlite:///{tmp_path / 'flagpost.sqlite3'}")
    return Pipeline(Judge(store, model, CopyIndex(), Thresholds()), show)


def watching(registry: Registry, pipeline: Pipeline, told: list[str]) -> ModelWatch:
    async def use(model: Model) -> None:
        await pipeline.use(model, Thresholds())

    async def tell(line: str) -> None:
        told.append(line)

    return ModelWatch(registry, pipeline.model.version, use, tell)


def judged_by(store: Store) -> Counter[str]:
    return Counter(post.model for post in store.judged_since(datetime.now(UTC) - timedelta(days=1), 10_000))


async def test_a_model_changes_under_a_hundred_posts_a_second(
    registry: Registry, pipeline: Pipeline, model: Model
) -> None:
    told: list[str] = []
    watch = watching(registry, pipeline, told)

    async def arrive(number: int) -> None:
        pipeline.submit(Post(source="f", id=str(number), text=f"Post {number}, you clown.", created_at=NOON))
        await asyncio.sleep(1 / A_SECOND)

    async def arriving() -> None:
        for number in range(3 * A_SECOND):
            await arrive(number)

    async def changing() -> None:
        for version in (OTHER, BROKEN, model.version):
            await asyncio.sleep(0.6)
            registry.promote(version)
            await watch.look()
            await watch.look()

    await asyncio.gather(arriving(), changing())
    await pipeline.drain()

    judged = judged_by(pipeline.store)
    assert sum(judged.values()) == 3 * A_SECOND, "each post once"
    assert pipeline.store.unassessed_posts(1) == []
    assert set(judged) == {model.version, OTHER}
    changed, refused, changed_back = told
    assert OTHER in changed
    assert BROKEN in refused
    assert OTHER in refused
    assert model.version in changed_back
    assert pipeline.model.version == model.version


async def test_what_cannot_be_loaded_is_told_once(
    registry: Registry, pipeline: Pipeline, model: Model, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[str] = []
    watch = watching(registry, pipeline, told)
    (registry.directory / "current").write_bytes(b"\xff")
    await watch.look()
    await watch.look()
    registry.promote(BROKEN)
    await watch.look()
    await watch.look()
    registry.promote(model.version)
    await watch.look()
    assert len(told) == 2
    assert pipeline.model.version == model.version
    assert "SHA-256" in caplog.text


async def test_a_look_that_fails_is_not_the_last(
    registry: Registry, pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    watch = watching(registry, pipeline, told)
    registry.promote(OTHER)
    load: Callable[..., Model] = Registry.load

    def out_of_memory(*_: object) -> Model:
        raise MemoryError

    monkeypatch.setattr(Registry, "load", out_of_memory)
    with pytest.raises(MemoryError):  # after which the loop looks again
        await watch.look()
    monkeypatch.setattr(Registry, "load", load)
    await watch.look()
    assert pipeline.model.version == OTHER
    assert len(told) == 1
