"""What the README says is so: its Python runs, its files and commands are there."""

import re
from pathlib import Path

import pytest

from bot.cli.main import main

README = Path(__file__).parents[1] / "README.md"


def test_the_library_example_runs(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    [example] = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    monkeypatch.setattr("classifier.registry.default_directory", lambda: models)
    names: dict[str, object] = {}
    exec(example, names)
    assert names["assessment"].probabilities  # type: ignore[attr-defined]


def test_every_command_and_file_it_names_is_there() -> None:
    text = README.read_text(encoding="utf-8")
    assert set(re.findall(r"(?m)(?:^|`)flagpost ([a-z]+)", text)) == set(main.commands) - {"run"}
    for target in re.findall(r"(?:\]\(|src=\")([\w./-]+)", text):
        assert (README.parent / target).exists(), target
    makefile = (README.parent / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"`?make ([a-z]+)", text):
        assert f"\n{target}:" in makefile
