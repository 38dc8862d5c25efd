import gzip
from pathlib import Path

import pytest

from classifier.errors import DataError
from classifier.unpacked import unpacked


def test_the_name_says_whether_a_file_is_gzipped(tmp_path: Path) -> None:
    for name, content in (("posts.csv", b"id\n1\n"), ("posts.csv.gz", gzip.compress(b"id\n1\n"))):
        (tmp_path / name).write_bytes(content)
        with unpacked(tmp_path / name) as lines:
            assert list(lines) == [b"id\n", b"1\n"]


PACKED = gzip.compress(b"The hedge wants cutting.\n")


@pytest.mark.parametrize(
    "damaged",
    [b"no gzip", PACKED[:5], PACKED[:-9], PACKED[:10] + b"\xff" * 30, PACKED[:-8] + bytes(8)],
    ids=["plain", "cut in its head", "cut", "garbled", "with another checksum"],
)
def test_a_damaged_file_is_told_with_its_remedy(tmp_path: Path, damaged: bytes) -> None:
    path = tmp_path / "posts.gz"
    path.write_bytes(damaged)
    told = r"posts\.gz: not a whole gzip file \(.+\); ask for it again"
    with pytest.raises(DataError, match=told), unpacked(path, "ask for it again") as lines:
        lines.read()


def test_a_file_that_is_not_there_stays_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), unpacked(tmp_path / "posts.gz"):
        pass
