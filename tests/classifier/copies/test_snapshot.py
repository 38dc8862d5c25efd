from pathlib import Path

import numpy as np
import pytest

from classifier.copies.snapshot import SnapshotError, read_snapshot, write_snapshot

ROW = np.dtype([("at", "<i8"), ("known", "?")])
ARRAYS = {
    "numbers": np.arange(5, dtype=np.uint64),
    "rows": np.array([(3, True), (4, False)], dtype=ROW),
    "nothing": np.empty(0, dtype=np.uint8),
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "folder" / "arrays"
    write_snapshot(path, ARRAYS)
    return path


def test_arrays_come_back_as_they_were(path: Path) -> None:
    again = read_snapshot(path)
    assert again.keys() == ARRAYS.keys()
    for name, array in ARRAYS.items():
        assert again[name].dtype == array.dtype
        assert again[name].tolist() == array.tolist()


def test_arrays_outlive_the_file_they_were_read_from(path: Path) -> None:
    numbers = read_snapshot(path)["numbers"]
    write_snapshot(path, {"numbers": np.zeros(5, dtype=np.uint64)})
    assert numbers.tolist() == [0, 1, 2, 3, 4]
    assert read_snapshot(path)["numbers"].tolist() == [0] * 5


@pytest.mark.parametrize("at", [0, 20, 90, -20, -1])
def test_a_changed_byte_is_noticed(path: Path, at: int) -> None:
    changed = bytearray(path.read_bytes())
    changed[at] ^= 1
    path.write_bytes(changed)
    with pytest.raises(SnapshotError, match="is damaged"):
        read_snapshot(path)


@pytest.mark.parametrize("size", [0, 1, 17, 60, -1])
def test_a_file_cut_short_is_noticed(path: Path, size: int) -> None:
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(SnapshotError, match="is damaged"):
        read_snapshot(path)


def test_what_cannot_be_written_leaves_what_was_there(path: Path) -> None:
    with pytest.raises(TypeError):
        write_snapshot(path, {"numbers": np.zeros(9), "objects": np.array([object()])})
    assert read_snapshot(path)["numbers"].tolist() == [0, 1, 2, 3, 4]
