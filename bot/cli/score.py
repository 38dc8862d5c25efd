"""`flagpost score`: judge posts from a file."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.cli.options import (
    config_option,
    model_in_use,
    models_option,
    open_registry,
    quiet_option,
    settings_if_any,
    thresholds_in_use,
    window_of,
)
from bot.cli.progress import progress_display
from bot.cli.scan import MOST_COMPLAINTS
from classifier.errors import DataError
from classifier.progress import Progress
from classifier.unpacked import unpacked

if TYPE_CHECKING:
    from bot.sources.markup import Reading
    from bot.sources.post_lines import PostLine
    from classifier.assessment import Assessment
    from classifier.copies import CopyIndex
    from classifier.labels import Label
    from classifier.model import Model
    from classifier.post import Post
    from classifier.thresholds import Thresholds

TABLES = frozenset({".csv", ".parquet"})

BATCH = 256
"""Lines judged together: large enough to share the cost of a call, small enough that a pipe sees answers early."""


@click.command()
@click.argument("file", default="-", metavar="[FILE|-]")
@click.option("--format", "markup", metavar="NAME", help="How the field `html` is written, for example html.")
@config_option
@models_option
@quiet_option
def score(file: str, markup: str | None, config: Path | None, models: Path | None, quiet: bool) -> None:
    """Judge posts from a file or from standard input.

    One JSON object a line: `id` and `text` (or `html`, with --format), and where known `author`, `thread`, `created_at`
    and `quotes`, a list of {"start", "end"} that are somebody else's words. FILE may be gzipped (.gz).

    One JSON line a post comes out, in the same order: the probability per label (`scores`), the labels over their
    threshold (`flags`), the words that speak for a label where it is likelier than usual (`spans`: start, end, weight),
    and earlier posts of the input that were copied (`copies`).

    Lines that are not posts are reported on standard error, the first twenty one by one; the others go on, and the exit
    code is 1.
    """
    if TABLES.intersection(Path(file).suffixes):
        raise DataError(f"{file}: score reads a JSON object a line; tables are judged with: flagpost scan {file}")
    settings = settings_if_any(config)
    read_html = _reader(markup)
    with open_lines(file) as lines:
        from classifier.copies import CopyIndex

        with progress_display(quiet=quiet) as progress:
            model = model_in_use(open_registry(models, settings), settings, progress)
        thresholds = thresholds_in_use(settings, model)
        reading = PostReading(lines, "standard input" if file == "-" else file, read_html)
        # A bar among the answers on one terminal would be in the way of both.
        with progress_display(quiet=quiet or sys.stdout.isatty()) as progress:
            judge(reading, model, CopyIndex(window_of(settings)), thresholds, progress)
    if reading.bad > MOST_COMPLAINTS:
        click.echo(f"flagpost: {reading.name}: {reading.bad:,} lines in all were no posts", err=True)
    if reading.bad:
        sys.exit(1)


def judge(
    reading: "PostReading", model: "Model", index: "CopyIndex", thresholds: "Thresholds", progress: Progress
) -> None:
    """Print one answer a post, in the order of the lines."""

    def likelier_than_usual(_post: "Post", label: "Label", probability: float) -> bool:
        return probability > model.base_rates[label]

    for batch in reading.batches():
        posts = [line.post for line in batch]
        for line, found in zip(batch, model.assess(posts, index, explain=likelier_than_usual), strict=True):
            click.echo(json.dumps(answer(line, found, thresholds.passed(line.post, found.probabilities))))
        progress("judging posts", reading.number, 0)


class PostReading:
    """Reads posts from lines, reports each bad line on standard error and counts them in `bad`."""

    def __init__(self, lines: Iterable[bytes], name: str, read_html: "Callable[[str], Reading] | None") -> None:
        self.number = 0
        self.bad = 0
        self._lines = lines
        self.name = name
        self._read_html = read_html

    def batches(self) -> "Iterator[list[PostLine]]":
        """The posts in their order, up to BATCH at a time; blank lines are passed over."""
        posts = self._posts()
        while batch := list(islice(posts, BATCH)):
            yield batch

    def _posts(self) -> "Iterator[PostLine]":
        from bot.sources.post_lines import read_post_line

        for line in self._lines:
            self.number += 1
            if not line.strip():
                continue
            try:
                yield read_post_line(line, self._read_html)
            except DataError as error:
                self.bad += 1
                if self.bad <= MOST_COMPLAINTS:
                    click.echo(f"flagpost: {self.name}:{self.number}: {error}", err=True)


@contextmanager
def open_lines(file: str) -> Iterator[Iterable[bytes]]:
    """Open a file of lines for reading: `-` is standard input, a name that ends in .gz is unpacked."""
    if file == "-":
        # Without a standard input there is nothing to read: Python has None for one that was closed before the start.
        yield sys.stdin.buffer if sys.stdin is not None else ()
    else:
        with unpacked(Path(file)) as lines:
            yield lines


def _reader(markup: str | None) -> "Callable[[str], Reading] | None":
    if markup is None:
        return None
    from bot.sources.markup import READERS

    if markup not in READERS:
        raise click.BadParameter(f"{markup!r} is not one of {', '.join(sorted(READERS))}", param_hint="--format")
    return READERS[markup]


def answer(line: "PostLine", found: "Assessment", passed: "tuple[Label, ...]") -> dict[str, Any]:
    """The output of one post, ready for JSON."""
    spans = {
        label.value: [
            [piece.start, piece.end, round(piece.weight, 4)]
            for span in found.spans.get(label, ())
            for piece in line.in_input(span)
        ]
        for label in found.probabilities
    }
    copies = [
        {
            "id": copy.key.id,
            "containment": round(copy.containment, 4),
            "author": copy.author,
            "created_at": copy.created_at.isoformat() if copy.created_at else None,
        }
        for copy in found.copies
    ]
    result = {
        "id": line.post.id,
        "scores": {label.value: round(probability, 6) for label, probability in found.probabilities.items()},
        "flags": [label.value for label in passed],
        "spans": spans,
        "copies": copies,
        "model": found.model,
    }
    if line.cut is None:
        result["own_words"] = line.post.text
    return result
