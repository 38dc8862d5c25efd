"""The functional cases: sentences of which it is known how they should be judged, read from `sentences/`."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from classifier.labels import Label

FOLDER = Path(__file__).with_name("sentences")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A post that tries one function of the judgement.

    `labels` are those checked: one that should be found where `expected` is true, all that should not be where it is
    false. `split` is `dev`, to look at while a model is improved, or `held_out`, to report. Cases with the same `pair`
    are one post in several variants and in the same split.
    """

    function: str
    text: str
    labels: tuple[Label, ...]
    expected: bool
    split: str
    pair: str | None = None
    variant: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """A harmless remark, once in each dialect; the first is standard English."""

    split: str
    variants: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentitySentences:
    """Neutral sentences with a gap, `{}`, and the words for it by kind of identity."""

    words: Mapping[str, list[str]]
    sentences: list[str]


def cases() -> list[Case]:
    """All functional cases, those that should be flagged first; a function's cases stand together."""
    return [
        Case(**{**fields, "labels": tuple(Label(name) for name in fields["labels"])})
        for file in ("attack", "trolling", "clean")
        for fields in _lines(f"{file}.jsonl")
    ]


def remarks() -> list[Remark]:
    """The dialect remarks, every one with the same dialects in the same order."""
    variants: dict[tuple[str, str], dict[str, str]] = {}
    for fields in _lines("dialects.jsonl"):
        variants.setdefault((fields["pair"], fields["split"]), {})[fields["variant"]] = fields["text"]
    return [Remark(split=split, variants=of_pair) for (_, split), of_pair in variants.items()]


def identity_sentences() -> IdentitySentences:
    """The identity words and the sentences they are put into."""
    return IdentitySentences(**json.loads((FOLDER / "identity.json").read_text(encoding="utf-8")))


def _lines(name: str) -> Iterator[dict[str, Any]]:
    with (FOLDER / name).open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)
