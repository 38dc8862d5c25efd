"""Files that every user of the machine may read are named."""

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from bot.cli.checks.findings import State
from bot.cli.checks.local import check_store
from bot.store.copies_file import copies_file
from bot.store.exposure import readable_by_others
from bot.store.store import Store
from classifier.post import Post

pytestmark = pytest.mark.skipif(os.name != "posix", reason="modes of files as POSIX has them")


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that others can reach, which pytest's own is not."""
    with TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


def test_what_flagpost_makes_is_for_its_user_alone(folder: Path) -> None:
    url = f"sqlite:///{folder / 'store.sqlite3'}"
    with Store.open(url) as store:
        store.save_post(Post(source="forum", id="1", text="words"))
        assert readable_by_others(url) == []
    assert check_store(url).state is State.OK


def test_what_others_may_read_is_named(folder: Path) -> None:
    path = folder / "store.sqlite3"
    url = f"sqlite:///{path}"
    Store.open(url).close()
    copies_file(url).touch(mode=0o644)
    path.chmod(0o644)
    assert readable_by_others(url) == [copies_file(url), path]
    finding = check_store(url)
    assert finding.state is State.PROBLEM
    assert str(path) in finding.text
    folder.chmod(0o700)
    assert readable_by_others(url) == [], "who cannot reach a file cannot read it"


def test_other_stores_have_no_files_to_look_at() -> None:
    assert readable_by_others("postgresql://me@host/flagpost") == []
