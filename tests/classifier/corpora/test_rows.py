"""One file format for all corpora: what is written is read again, and what is wrong is found where it stands."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from classifier.corpora import CorpusRow, read_corpus, write_corpus
from classifier.errors import DataError

ROWS = [
    CorpusRow(id="a", text="The tide table is wrong again.", labels={"toxic": 0, "share": 0.25}, thread="t1"),
    CorpusRow(id="b", text="Ask the harbour office.", labels={"toxic": 1}, split="dev", context="Who made it?"),
]


def test_rows_come_back_and_the_same_rows_make_the_same_bytes(tmp_path: Path) -> None:
    first, second = tmp_path / "new" / "meadow.jsonl.gz", tmp_path / "other.jsonl.gz"
    write_corpus(first, ROWS)
    write_corpus(second, iter(ROWS))
    assert read_corpus("meadow", first) == ROWS
    assert first.read_bytes() == second.read_bytes()
    assert [path.name for path in first.parent.iterdir()] == [first.name]


def test_rows_that_fail_halfway_leave_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "meadow.jsonl.gz"
    write_corpus(path, ROWS)

    def broken() -> Iterator[CorpusRow]:
        yield ROWS[1]
        raise DataError("the second file is missing")

    with pytest.raises(DataError, match="second file"):
        write_corpus(path, broken())
    assert read_corpus("meadow", path) == ROWS
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{", "not a row of a corpus"),
        ("[]", "no JSON object"),
        ('{"id": "2", "labels": {}}', '"text" has to be a text'),
        ('{"id": 2, "text": "x", "labels": {}}', '"id" has to be a text'),
        ('{"id": "2", "text": "x", "labels": ["toxic"]}', '"labels" has to be an object of numbers'),
        ('{"id": "2", "text": "x", "labels": {}, "thread": 7}', '"thread" has to be a text'),
    ],
)
def test_a_bad_row_is_told_with_its_line(tmp_path: Path, line: str, told: str) -> None:
    path = tmp_path / "meadow.jsonl.gz"
    good = json.dumps({"id": "1", "text": "x", "labels": {}, "perhaps": "unknown"})
    path.write_bytes(gzip.compress(f"{good}\n{line}\n".encode()))
    with pytest.raises(DataError) as caught:
        read_corpus("meadow", path)
    assert str(caught.value).startswith(f"{path}:2: ")
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


def test_files_that_are_missing_plain_or_cut_are_told(tmp_path: Path) -> None:
    path = tmp_path / "meadow.jsonl.gz"
    with pytest.raises(DataError, match="flagpost data fetch meadow"):
        read_corpus("meadow", path)
    path.write_text("{}\n")
    with pytest.raises(DataError, match="not a whole gzip file"):
        read_corpus("meadow", path)
    write_corpus(path, ROWS)
    path.write_bytes(path.read_bytes()[:-12])
    with pytest.raises(DataError, match="not a whole gzip file"):
        read_corpus("meadow", path)
