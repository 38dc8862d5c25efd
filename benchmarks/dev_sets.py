"""Real labelled posts, which lie beside the project and are no part of it. Nothing is ever trained on them."""

import gzip
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.sources.markup import READERS
from classifier.dataset import LabelledPost
from classifier.groups import groups_of, numbers_of
from classifier.labels import Label
from classifier.model import MAX_CHARACTERS

FOLDER = Path(__file__).resolve().parents[1] / "../shared/data/dev"


@dataclass(frozen=True, slots=True, eq=False)
class DevSet:
    """Texts as a model would be given them, their labels as the corpus has them, and the group each post is of."""

    texts: list[str]
    labels: Mapping[str, NDArray[np.bool_]]
    groups: NDArray[np.int64]
    created_at: NDArray[np.datetime64]
    """NaT where the set does not say."""

    def in_turn(self, parts: int) -> list[NDArray[np.int64]]:
        """The numbers of the posts in so many parts, one after the other in time; no part has those without a date."""
        in_order = np.argsort(self.created_at, kind="stable")[: np.count_nonzero(~np.isnat(self.created_at))]
        return np.array_split(in_order, parts)


@dataclass(frozen=True, slots=True)
class Task:
    """A label of a set, and the label of ours that it comes nearest to."""

    file: str
    name: str
    label: Label


TASKS = (
    Task("kaggle_insults_train_test", "insult", Label.PERSONAL_ATTACK),
    Task("ucc_val", "antagonise", Label.TROLLING),
    Task("ucc_val", "hostile", Label.TROLLING),
    Task("elf_hp_trolls", "troll", Label.TROLLING),
    Task("iac_qr_4forums", "attacking", Label.TROLLING),
    Task("iac_qr_4forums", "nasty", Label.TROLLING),
)


def missing() -> str | None:
    """Why there is nothing to measure on; None when there is."""
    files = {task.file for task in TASKS} | {"discourse_civil_posts"}
    if not FOLDER.is_dir():
        return f"{FOLDER} is not there"
    absent = [file for file in sorted(files) if not _path(file).exists()]
    return f"{', '.join(absent)} not in {FOLDER}" if absent else None


@cache
def dev_set(file: str) -> DevSet:
    """A set whose `text` holds own words."""
    return _read(file, lambda row: row["text"])


@cache
def discourse() -> DevSet:
    """Posts of a Discourse forum, quotations taken out as the bot does."""
    return _read("discourse_civil_posts", lambda row: READERS["discourse"](row["cooked"]).own)


def _read(file: str, own_words: Callable[[dict[str, Any]], str]) -> DevSet:
    with gzip.open(_path(file)) as lines:
        rows = [json.loads(line) for line in lines]
    posts = [
        LabelledPost(
            id=row["id"],
            text=own_words(row)[:MAX_CHARACTERS],
            labels=frozenset(),
            provenance=f"corpus:{file}",
            thread=row.get("thread"),
            author=row.get("author"),
        )
        for row in rows
    ]
    names = [name for name, value in rows[0]["labels"].items() if value in (0, 1)]
    return DevSet(
        texts=[post.text for post in posts],
        labels={name: np.array([row["labels"].get(name) == 1 for row in rows]) for name in names},
        groups=numbers_of(groups_of(posts)),
        created_at=np.array([(row.get("created_at") or "NaT").removesuffix("Z") for row in rows], "datetime64[s]"),
    )


def _path(file: str) -> Path:
    return FOLDER / f"{file}.jsonl.gz"
