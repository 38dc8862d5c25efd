"""`flagpost models`: look at versions, compare them, and choose which is in use."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli.main import main
from classifier.dataset import written_posts
from classifier.labels import TEXT_LABELS, Label
from classifier.manifest import Manifest
from classifier.model import Model
from classifier.registry import Registry
from classifier.training import train

FIRST, SECOND, BROKEN = "2026-11-21-a1b2c3d4", "2026-11-22-a1b2c3d4", "2026-11-23-a1b2c3d4"

Run = Callable[..., Result]


@pytest.fixture(scope="module")
def trained() -> tuple[Model, Manifest]:
    """A poor model."""
    posts = [post for post in written_posts() if len(post.text) >= 80]
    clean = [post for post in posts if not post.labels]
    trolling, attacks = ([post for post in posts if post.labels == {label}] for label in TEXT_LABELS)
    model, manifest = train([*clean[:40], *attacks[:12], *trolling[:12]])
    return model, manifest


@pytest.fixture
def registry(tmp_path: Path, trained: tuple[Model, Manifest]) -> Registry:
    """Two versions, of which the second is in use and less sure of attacks, and one whose file is cut off."""
    model, manifest = trained
    registry = Registry(tmp_path / "models")
    rates = {**model.base_rates, Label.PERSONAL_ATTACK: 0.001}
    for version, of_version in ((FIRST, model), (SECOND, model.at_base_rates(rates)), (BROKEN, model)):
        registry.save(replace(of_version, version=version), replace(manifest, version=version))
        if version != BROKEN:
            registry.promote(version)
    (registry.directory / BROKEN / "model.joblib").write_bytes(b"cut off")
    return registry


@pytest.fixture
def run(registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`run(*arguments)`: `flagpost models`, with the folder of `registry` and no config."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")

    def run(command: str, *arguments: str) -> Result:
        return CliRunner().invoke(main, ["models", command, *arguments, "--models", str(registry.directory)])

    return run


def test_the_versions_and_the_one_in_use(run: Run) -> None:
    result = run("list")
    assert result.exit_code == 0, result.output
    [line] = [line for line in result.output.splitlines() if "in use" in line]
    assert SECOND in line
    assert all(version in result.output for version in (FIRST, BROKEN))


def test_the_list_fits_a_terminal_of_80_columns(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert "…" not in run("list").output


def test_a_version_that_is_not_there_is_looked_for_in_the_list(run: Run, registry: Registry) -> None:
    for version in ("latest", "2026-01-01-a1b2c3d4"):
        result = run("promote", version)
        assert result.exit_code == 2
        assert f"see those it holds with: flagpost models list --models {registry.directory}\n" in result.output


def test_promote_and_roll_back(run: Run, registry: Registry) -> None:
    assert run("promote", FIRST).exit_code == 0
    assert registry.current() == FIRST
    refused = run("promote", BROKEN)
    assert (refused.exit_code, registry.current()) == (2, FIRST)
    assert "SHA-256" in refused.output
    assert len(refused.output.splitlines()) == 1
    back = run("rollback")
    assert (back.exit_code, registry.current()) == (0, SECOND)
    assert f"{SECOND} is in use again" in back.output
    nothing = run("rollback")
    assert (nothing.exit_code, registry.current()) == (2, SECOND)
    assert "no earlier model" in nothing.output


def test_old_versions_go_and_those_in_use_stay(run: Run, registry: Registry) -> None:
    result = run("prune", "--keep", "0")
    assert result.exit_code == 0, result.output
    assert f"deleted {BROKEN}" in result.output
    assert registry.versions() == [FIRST, SECOND]


def test_a_version_tells_its_story(run: Run, trained: tuple[Model, Manifest]) -> None:
    result = run("show", FIRST)
    assert result.exit_code == 0, result.output
    assert f"learned from {trained[1].counts.posts} posts: 64 written" in result.output
    assert "false alarms" in result.output
    assert run("show", "2020-01-01-00000000").exit_code == 2


def test_two_versions_side_by_side_and_where_they_disagree(run: Run, tmp_path: Path) -> None:
    posts = tmp_path / "posts.jsonl"
    posts.write_text(
        '{"id": "1", "text": "You [bold]clown\\u001b[2J.", "labels": ["personal_attack"], "provenance": "forum"}\n',
        encoding="utf-8",
    )
    result = run("compare", FIRST, SECOND, "--data", str(posts))
    assert result.exit_code == 0, result.output
    assert "average precision" in result.output
    last = result.output.splitlines()[-1]
    assert "You [bold]clown [2J." in last, "neither markup nor a cursor that moves"
    assert last.startswith("Personal attack")
