"""Files that are there whole or not at all."""

import errno
import stat
from pathlib import Path

import pytest

from classifier.whole_file import whole_file


def test_the_file_takes_its_place_at_the_end_and_no_earlier(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text("old")
    with whole_file(path) as fresh:
        fresh.write_text("new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


def test_what_fails_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text("old")
    with pytest.raises(KeyboardInterrupt), whole_file(path) as fresh:
        fresh.write_text("half")
        raise KeyboardInterrupt
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_full_disk_is_told_of_the_file_that_people_know(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    with pytest.raises(OSError) as caught, whole_file(path):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert caught.value.filename == str(path)


def test_a_private_file_is_so_from_its_first_byte_whatever_a_kill_left_there(tmp_path: Path) -> None:
    path = tmp_path / "posts.csv"
    with pytest.raises(OSError), whole_file(path) as left:
        left.write_text("half")
        left.chmod(0o666)
        left.rename(tmp_path / "kept")
        raise OSError
    (tmp_path / "kept").rename(left)
    with whole_file(path, private=True) as fresh:
        assert stat.S_IMODE(fresh.stat().st_mode) == 0o600
        assert fresh.read_text() == ""
        fresh.write_text("whole")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
