"""An index in a file: stops, kills, damage; and posts whose texts are elsewhere, or nowhere any more."""

import os
import signal
import subprocess
import sys
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from classifier.copies import CopyIndex
from classifier.copies import index as index_module
from classifier.post import Original, Post, PostKey
from tests.classifier.copies.texts import GARDEN, KETTLE, TRAINS

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)
MONTH = timedelta(days=30)


class Shelf(dict[PostKey, Post]):
    """An archive in memory that notes how often it is asked."""

    asked = 0

    def originals(self, keys: Collection[PostKey]) -> Mapping[PostKey, Original]:
        self.asked += 1
        return {key: Original(self[key]) for key in keys if key in self}

    def put(self, text: str, id: str, **fields: Any) -> Post:
        post = Post(source="forum", id=id, text=text, **fields)
        self[post.key] = post
        return post


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "copies.index"


def later(text: str, **fields: Any) -> Post:
    return Post(source="forum", id="later", text=text, **fields)


def found(index: CopyIndex, text: str, **fields: Any) -> list[str]:
    return [match.copy.key.id for match in index.find(later(text, **fields))]


def test_a_saved_index_is_opened_as_it_was(shelf: Shelf, path: Path) -> None:
    index = CopyIndex.open(path, MONTH, shelf)
    assert (len(index), index.complete_until) == (0, None)
    index.add_many([shelf.put(GARDEN, "1", created_at=NOON), shelf.put(TRAINS, "2"), shelf.put(KETTLE, "ü\ud800")])
    index.add(shelf.put(GARDEN + " Edit: spelling.", "1", created_at=NOON))
    before = datetime.now(UTC)
    index.save()
    again = CopyIndex.open(path, MONTH, shelf)
    assert len(again) == 3
    assert again.complete_until == index.complete_until
    assert before <= index.complete_until <= datetime.now(UTC)
    assert PostKey("forum", "ü\ud800") in again
    assert [found(again, text) for text in (GARDEN, TRAINS, KETTLE)] == [["1"], ["2"], ["ü\ud800"]]
    assert found(again, GARDEN, created_at=NOON - timedelta(minutes=1)) == []
    assert found(again, GARDEN, created_at=NOON + timedelta(days=31)) == []


def test_what_is_new_and_what_is_in_the_file_are_found_together(shelf: Shelf, path: Path) -> None:
    index = CopyIndex.open(path, MONTH, shelf)
    index.add(shelf.put(GARDEN, "old"))
    index.save()
    index = CopyIndex.open(path, MONTH, shelf)
    index.add(shelf.put(GARDEN, "new"))
    assert found(index, GARDEN) == ["old", "new"]
    index.add(shelf.put(KETTLE, "old"))
    assert found(index, GARDEN) == ["new"]
    assert found(index, KETTLE) == ["old"]
    assert len(CopyIndex.open(path, MONTH, shelf)) == 1, "what was not saved is for the caller to add again"


def test_an_old_post_leaves_the_file(shelf: Shelf, path: Path) -> None:
    index = CopyIndex.open(path, MONTH, shelf)
    index.add_many([shelf.put(GARDEN, "1", created_at=NOON), shelf.put(TRAINS, "2", created_at=NOON + MONTH)])
    index.save()
    size = path.stat().st_size
    index.prune(NOON + MONTH + timedelta(days=1))
    index.save()
    assert len(index) == len(CopyIndex.open(path, MONTH, shelf)) == 1
    assert path.stat().st_size < size
    assert found(index, TRAINS) == ["2"]


@pytest.mark.parametrize("damage", [b"", b"flagpost arrays 1\n", b"nonsense" * 99])
def test_a_damaged_file_is_made_afresh(
    shelf: Shelf, path: Path, damage: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    path.parent.mkdir()
    path.write_bytes(damage)
    index = CopyIndex.open(path, MONTH, shelf)
    assert (len(index), index.complete_until) == (0, None)
    assert "is damaged, and is made afresh" in caplog.text
    index.add(shelf.put(GARDEN, "1"))
    index.save()
    assert found(CopyIndex.open(path, MONTH, shelf), GARDEN) == ["1"]


def test_fingerprints_of_another_kind_are_made_afresh(
    shelf: Shelf, path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    index = CopyIndex.open(path, MONTH, shelf)
    index.add(shelf.put(GARDEN, "1"))
    index.save()
    monkeypatch.setattr(index_module, "_probe", lambda: np.zeros(3, dtype=np.uint32))
    assert len(CopyIndex.open(path, MONTH, shelf)) == 0
    assert "of another kind" in caplog.text


def test_a_kill_leaves_a_whole_file(shelf: Shelf, path: Path) -> None:
    script = f"""
from pathlib import Path
from itertools import count
from classifier.copies import CopyIndex
from classifier.post import Post
class Nowhere:
    def originals(self, keys): return {{}}
index = CopyIndex.open(Path({str(path)!r}), None, Nowhere())
for number in count():
    index.add_many([Post(source="forum", id=f"{{number}} {{at}}", text={GARDEN!r} + str(at)) for at in range(500)])
    index.save()
    print(len(index), flush=True)
"""
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as writing:
        assert writing.stdout is not None
        saved = [int(writing.stdout.readline()) for _ in range(8)]
        os.kill(writing.pid, signal.SIGKILL)
    assert saved[-1] == 4_000
    again = CopyIndex.open(path, None, shelf)
    assert len(again) >= 4_000
    assert len(again) % 500 == 0


def test_an_index_without_a_file_is_saved_nowhere() -> None:
    with pytest.raises(ValueError, match="no file"):
        CopyIndex().save()


def test_the_archive_is_asked_for_nothing_when_nothing_is_alike(shelf: Shelf) -> None:
    index = CopyIndex(MONTH, shelf)
    index.add(shelf.put(GARDEN, "1"))
    assert index.find_many([later(TRAINS), later(KETTLE)]) == [[], []]
    assert shelf.asked == 0


def test_a_text_that_is_gone_is_still_recognised(shelf: Shelf) -> None:
    index = CopyIndex(MONTH, shelf)
    original = shelf.put(GARDEN, "1", author="7", created_at=NOON, link="https://forum.test/1")
    index.add(original)
    again = f"{TRAINS} {GARDEN.upper()}"
    (whole,) = index.find(later(again, created_at=NOON))
    shelf[original.key] = replace(original, text="")
    (match,) = index.find(later(again, created_at=NOON))
    assert (match.copy.key.id, match.copy.link, match.copy.author) == ("1", "https://forum.test/1", "7")
    assert match.copy.text is None
    assert match.features.earlier_containment == pytest.approx(whole.features.earlier_containment, abs=0.12)
    assert match.features.containment == pytest.approx(whole.features.containment, abs=0.1)
    (span,) = match.copy.spans
    assert GARDEN[20:-20].upper() in again[span.start : span.end]
    assert match.features.rare_containment == whole.features.rare_containment


def test_a_text_that_is_gone_matches_nothing_unlike_it(shelf: Shelf) -> None:
    index = CopyIndex(MONTH, shelf)
    original = shelf.put(f"{GARDEN} As far as I know that is how it goes.", "1")
    index.add(original)
    shelf[original.key] = replace(original, text="")
    assert found(index, f"{TRAINS} As far as I know that is how it goes.") == []


def test_a_signature_below_a_text_that_is_gone_is_no_copy(shelf: Shelf) -> None:
    signature = "--\nLife is what happens while you wait for parts to arrive.\nKeeper of two patient dogs and a van."
    index = CopyIndex(MONTH, shelf)
    original = shelf.put(f"Thanks, that works.\n\n{signature}", "1", author="7")
    index.add(original)
    shelf[original.key] = replace(original, text="")
    assert found(index, f"No idea how it works.\n\n{signature}", author="7") == []
    assert found(index, f"No idea how it works.\n\n{signature}", author="8") == ["1"]
    assert found(index, signature, author="7") == ["1"]


def test_a_post_that_nobody_knows_any_more_is_no_original(shelf: Shelf) -> None:
    index = CopyIndex(MONTH, shelf)
    index.add(Post(source="forum", id="1", text=GARDEN))
    assert found(index, GARDEN) == []
