"""`flagpost evaluate`: figures a volunteer can read, and what tempers them."""

import gzip
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bot.cli.main import main
from classifier.dataset import LabelledPost, written_posts
from classifier.labels import Label
from classifier.registry import Registry
from classifier.thresholds import DEFAULT_THRESHOLDS
from tests.least_config import LEAST_CONFIG


@pytest.fixture(autouse=True)
def in_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")


@pytest.fixture
def two_models(models: Path, tmp_path: Path) -> tuple[Path, str]:
    """A folder with the default model in use, and the name of another version of it, which judges alike."""
    directory = tmp_path / "models"
    ours = Registry(models)
    version = ours.current() or ""
    registry = Registry(directory)
    model = ours.load(version)
    registry.save(model, ours.manifest(version))
    registry.promote(version)
    other = "2026-05-01-0123abcd"
    registry.save(replace(model, version=other), replace(ours.manifest(version), version=other, kind="trained"))
    return directory, other


def run(models: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["evaluate", "--models", str(models), *arguments])


def found(models: Path, *arguments: str) -> Any:
    result = run(models, *arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def write(path: Path, posts: list[LabelledPost]) -> Path:
    """Posts as their forum has them: the text changed a little, so that they are not the written ones."""
    rows = [
        {
            "id": post.id,
            "text": f"{post.text} Eh, {post.id}.",
            "labels": sorted(post.labels),
            "provenance": "forum",
            "author": f"member {number % 40}",
        }
        for number, post in enumerate(posts)
    ]
    data = "\n".join(map(json.dumps, rows)).encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def write_config(name: str, tables: str) -> None:
    Path(name).write_text(f"{LEAST_CONFIG}{tables}\n")


@pytest.fixture
def forum(tmp_path: Path) -> Path:
    return write(tmp_path / "forum.jsonl", written_posts()[::9])


def test_without_data_the_manifests_figures_are_shown_for_what_they_are(models: Path) -> None:
    registry = Registry(models)
    manifest = registry.manifest(registry.current() or "")
    result = run(models)
    assert result.exit_code == 0
    assert "on posts it held out" in result.stdout
    assert "not your forum's posts" in result.stdout
    assert f"{manifest.metrics[Label.TROLLING].roc_auc:.3f}" in result.stdout
    answer = found(models)
    assert answer["held_out"] is True
    attack = answer["labels"]["personal_attack"]["overall"]
    assert attack["roc_auc"] == {"value": manifest.metrics[Label.PERSONAL_ATTACK].roc_auc, "interval": None}


def test_posts_of_a_file_are_judged_and_told_in_plain_words(models: Path, forum: Path) -> None:
    write_config("lenient.toml", "[thresholds]\ntrolling = 0.05\npersonal_attack = 0.05")
    result = run(models, "--data", str(forum), "--config", "lenient.toml")
    assert result.exit_code == 0, result.output
    assert "labelled posts:" in result.stdout
    assert "Beware" not in result.stdout
    for words in ("\nTrolling: ", "\nPersonal attack: ", "\nCopy-paste: 0 posts with the label", "swearing at nobody"):
        assert words in result.stdout
    assert result.stdout.count("Of 100 posts with the label it flags about") == 2
    assert result.stdout.count("where 3 in 100 posts deserve it") == 2
    tables = [line for line in result.stdout.splitlines() if "  " in line]
    assert tables
    assert max(map(len, tables)) <= 80


def test_one_post_is_told_as_one(models: Path, tmp_path: Path) -> None:
    insult = next(post for post in written_posts() if Label.PERSONAL_ATTACK in post.labels)
    result = run(models, "--data", str(write(tmp_path / "one.jsonl", [insult])))
    assert ", judged on 1 labelled post:" in result.stdout
    assert "Personal attack: 1 post with the label, 0 clean" in result.stdout


def test_json_has_every_figure_with_its_interval(models: Path, forum: Path, tmp_path: Path) -> None:
    answer = found(models, "--data", str(forum))
    overall = answer["labels"]["personal_attack"]["overall"]
    for name in ("roc_auc", "average_precision", "recall", "false_alarms_per_1000", "calibration_error"):
        low, high = overall[name]["interval"]
        assert low <= overall[name]["value"] <= high
    assert sum(part["posts"] for part in overall["reliability"]) == overall["positives"] + overall["negatives"]
    assert answer["posts"] == len(forum.read_bytes().splitlines())
    packed = write(tmp_path / "forum.jsonl.gz", written_posts()[::9])
    assert found(models, "--data", str(packed)) == answer


def test_the_configs_thresholds_and_base_rates_hold(models: Path, forum: Path) -> None:
    write_config("strict.toml", "[thresholds]\npersonal_attack = 0.9\n[population]\npersonal_attack = 0.2")
    strict = found(models, "--data", str(forum), "--config", "strict.toml")["labels"]["personal_attack"]
    usual = found(models, "--data", str(forum))["labels"]["personal_attack"]
    assert (strict["base_rate"], strict["overall"]["threshold"]) == (0.2, 0.9)
    assert (usual["base_rate"], usual["overall"]["threshold"]) == (0.03, DEFAULT_THRESHOLDS[Label.PERSONAL_ATTACK])
    assert strict["overall"]["roc_auc"]["value"] == pytest.approx(usual["overall"]["roc_auc"]["value"])
    assert strict["overall"]["average_precision"]["value"] > usual["overall"]["average_precision"]["value"]


def test_posts_that_the_model_learned_from_are_counted(models: Path, tmp_path: Path) -> None:
    posts = written_posts()[:30]
    file = tmp_path / "seen.jsonl"
    rows = [{"id": post.id, "text": post.text, "labels": sorted(post.labels), "provenance": "forum"} for post in posts]
    rows.append(
        {"id": "new", "text": "The ferry to the outer harbour left early.", "labels": [], "provenance": "forum"}
    )
    file.write_text("\n".join(map(json.dumps, rows)))
    result = run(models, "--data", str(file))
    assert "was trained on 30 of the 31 posts here" in result.stdout
    assert "was trained on 30 of the 31 posts here" in found(models, "--data", str(file))["warnings"][0]


def test_two_versions_are_compared_on_the_same_posts(two_models: tuple[Path, str], forum: Path) -> None:
    directory, other = two_models
    result = run(directory, "--data", str(forum), "--against", other)
    assert result.exit_code == 0, result.output
    assert result.stdout.count(f"by {other}: +0.000 (+0.000 to +0.000): may be chance.") == 2
    answer = found(directory, "--data", str(forum), "--model", other)
    assert (answer["model"], answer["against"]) == (other, None)


def test_a_few_posts_tell_nothing(models: Path, tmp_path: Path) -> None:
    result = run(models, "--data", str(write(tmp_path / "few.jsonl", written_posts()[:8])))
    assert result.exit_code == 0
    assert result.stdout.count("Too few posts") == 3


@pytest.mark.parametrize(
    ("lines", "arguments", "message"),
    [
        (None, (), "flagpost: posts.jsonl: cannot be read (No such file or directory); check the path and its"),
        ("\n\n", (), "flagpost: posts.jsonl: holds no posts; write one labelled post a line\n"),
        ('{"id": "1"}', (), 'flagpost: posts.jsonl:1: "text" is missing'),
        ('{"id": "1", "text": "a", "labels": [], "provenance": "forum"}', ("--model", "x"), "holds no version 'x'"),
        (
            '{"id": "1", "text": "a", "labels": [], "provenance": "forum"}',
            ("--against", "2020-01-01-00000000"),
            "holds no version '2020-01-01-00000000'",
        ),
        ('{"id": "1", "text": "a", "labels": [], "provenance": "forum"}', ("--config", "nowhere.toml"), "nowhere.toml"),
    ],
)
def test_a_mistake_is_told_in_one_line(
    models: Path, lines: str | None, arguments: tuple[str, ...], message: str
) -> None:
    if lines is not None:
        Path("posts.jsonl").write_text(lines)
    result = run(models, "--data", "posts.jsonl", *arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert result.stderr.count("\n") == 1
    assert result.stdout == ""


def test_a_comparison_takes_posts(models: Path) -> None:
    result = run(models, "--against", "2020-01-01-00000000")
    assert result.exit_code == 2
    assert "--data FILE" in result.stderr
