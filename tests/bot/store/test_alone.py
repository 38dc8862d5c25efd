"""One bot at a time on a store."""

import sys
from pathlib import Path
from subprocess import PIPE, Popen

import pytest

from bot.store.alone import alone
from bot.store.errors import StoreError
from bot.store.share import Share

ROOT = Path(__file__).parents[3]
HOLD = """
import sys
from bot.store.alone import alone

with alone(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_process_that_is_killed_leaves_its_place(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new' / 'store.sqlite3'}"
    with Popen([sys.executable, "-c", HOLD, url], stdin=PIPE, stdout=PIPE, cwd=ROOT) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(StoreError, match="another flagpost"), alone(url):
            pass
        with alone(f"sqlite:///{tmp_path / 'another.sqlite3'}"):
            pass
        other.kill()
    with alone(url):
        pass


def test_the_shares_of_one_store_go_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    url = "postgresql://host/name"
    with alone(url, Share(0, 2)), alone(url, Share(1, 2)), pytest.raises(StoreError), alone(url, Share(1, 2)):
        pass


def test_where_no_file_can_be_nothing_is_locked(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    url = f"sqlite:///{tmp_path / 'file' / 'store.sqlite3'}"
    with alone(url), alone(url):
        pass
