"""Labelled posts: those that come with flagpost, those of files, and what a training asks of them."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifier.csv_rows import csv_rows
from classifier.errors import DataError
from classifier.labelled_fields import Mistake, read_fields, shown
from classifier.labels import TEXT_LABELS, Label
from classifier.unpacked import unpacked

LISTED_MISTAKES = 10
"""A file that is wrong throughout is wrong for one reason: ten lines show it, a thousand would bury it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledPost:
    """A post and what people say about it. No labels: somebody looked and found nothing.

    `text` is the member's own words. `provenance` is `written`, `forum`, `discord` or `corpus:NAME`.
    `created_at` is aware, in UTC. `weight`, > 0, is how much the post counts in training; files do not say it.
    `about` are the labels that somebody looked for: of others, not to have them says nothing.
    """

    id: str
    text: str
    labels: frozenset[Label]
    provenance: str
    topic: str | None = None
    note: str | None = None
    thread: str | None = None
    author: str | None = None
    created_at: datetime | None = None
    weight: float = 1.0
    about: frozenset[Label] = frozenset(Label)


def read_labelled_posts(
    path: Path | Traversable, names: Mapping[str, Label | None] = MappingProxyType({})
) -> list[LabelledPost]:
    """The posts of a JSON lines or `.csv` file, plain or `.gz`, in the file's order; blank lines are passed over.

    `names` are labels of others that the file may use, and which of ours each is; None for one that is none of ours.
    A file read with them is about the labels that they mean and those of ours that occur in it.
    Raises DataError with one line for each of the first ten mistakes: `file:line: field …`.
    """
    posts: list[LabelledPost] = []
    mistakes: list[str] = []
    line_of_id: dict[str, int] = {}
    for number, row in _rows(path, names):
        try:
            post = LabelledPost(**read_fields(row, names))
            if post.id in line_of_id:
                raise Mistake(f'"id" {shown(post.id)} stands on line {line_of_id[post.id]} too; give each post its own')
        except Mistake as mistake:
            mistakes.append(f"{path}:{number}: {mistake}")
        else:
            line_of_id[post.id] = number
            posts.append(post)
    _raise_if_any(mistakes)
    if not names:
        return posts
    about = frozenset(label for label in names.values() if label is not None).union(*(post.labels for post in posts))
    return [replace(post, about=about) for post in posts]


def written_posts() -> list[LabelledPost]:
    """The posts that come with flagpost, repeats left out; they are data of the package, so a zip will do.

    Raises DataError, also when two posts share an id, or a text but not its labels.
    """
    first_with_id: dict[str, str] = {}
    first_with_text: dict[str, LabelledPost] = {}
    mistakes: list[str] = []
    for file in _written_files():
        for post in read_labelled_posts(file):
            if post.id in first_with_id:
                mistakes.append(f"{file.name}: id {shown(post.id)} stands in {first_with_id[post.id]} too; change one")
            first_with_id[post.id] = file.name
            twin = first_with_text.setdefault(post.text, post)
            if twin.labels != post.labels:
                mistakes.append(
                    f"{file.name}: posts {shown(twin.id)} and {shown(post.id)} have the same text and other labels; "
                    "settle on one and drop the other"
                )
    _raise_if_any(mistakes)
    return list(first_with_text.values())


def written_hash() -> str:
    """SHA-256, hexadecimal, of the files with the posts that come with flagpost: ten times as quick as to read them."""
    return hashlib.sha256(b"".join(file.read_bytes() for file in _written_files())).hexdigest()


def _written_files() -> list[Traversable]:
    files = [file for file in resources.files("training_data").iterdir() if file.name.endswith(".jsonl")]
    return sorted(files, key=lambda file: file.name)


def without_repeats(posts: Iterable[LabelledPost]) -> list[LabelledPost]:
    """The posts with a text and labels that no post before them has, in the order given.

    A text that people labelled differently stays in with each opinion.
    """
    first: dict[tuple[str, frozenset[Label]], LabelledPost] = {}
    for post in posts:
        first.setdefault((post.text, post.labels), post)
    return list(first.values())


def tells(posts: Sequence[LabelledPost], label: Label) -> NDArray[np.bool_]:
    """Which posts tell what a text label looks like, shape (n_posts,): those that have it, and clean ones.

    Posts with the other text label alone are left out, for training they are many and in a forum they are few; and so
    are those of which nobody said whether they have it.
    """
    return np.array(
        [label in post.labels or (label in post.about and post.labels.isdisjoint(TEXT_LABELS)) for post in posts],
        dtype=np.bool_,
    )


def written_among(posts: Sequence[LabelledPost]) -> NDArray[np.bool_]:
    """Which of the posts come with flagpost, shape (n_posts,)."""
    return np.array([post.provenance == "written" for post in posts], dtype=np.bool_)


def weights_of(posts: Sequence[LabelledPost]) -> NDArray[np.float64]:
    """How much each post counts for each text label, shape (n_posts, n_text_labels): nothing where nobody looked."""
    return np.array(
        [[post.weight * (label in post.about or label in post.labels) for label in TEXT_LABELS] for post in posts]
    )


def data_hash(posts: Iterable[LabelledPost]) -> str:
    """SHA-256, hexadecimal, over what a training sees of the posts; their order does not matter."""
    rows = sorted(
        json.dumps(
            [
                *(post.id, post.text, sorted(post.labels), post.provenance, post.thread, post.author),
                *(post.weight, sorted(post.about)),
            ]
        )
        for post in posts
    )
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()


def _rows(path: Path | Traversable, names: Mapping[str, Label | None]) -> Iterator[tuple[int, bytes | dict[str, Any]]]:
    """Lines of JSON still to be read, or the fields of a table's rows, each with the number of its line."""
    try:
        with unpacked(path) as lines:
            if path.name.removesuffix(".gz").endswith(".csv"):
                yield from _table_rows(path, lines, names)
            else:
                yield from ((number, line) for number, line in enumerate(lines, start=1) if line.strip())
    except OSError as error:
        raise DataError(
            f"{path}: cannot be read ({error.strerror or error}); check the path and its permissions"
        ) from error


def _table_rows(
    path: Path | Traversable, lines: Iterable[bytes], names: Mapping[str, Label | None]
) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        yield from csv_rows(lines, [*Label, *names])
    except DataError as error:
        raise DataError(f"{path}:{error}") from error


def _raise_if_any(mistakes: list[str]) -> None:
    if not mistakes:
        return
    lines = mistakes[:LISTED_MISTAKES]
    if len(mistakes) > LISTED_MISTAKES:
        lines.append(f"… and {len(mistakes) - LISTED_MISTAKES} more like these")
    raise DataError("\n".join(lines))
