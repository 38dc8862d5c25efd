"""A file of posts that grows, is rotated, emptied, or half written."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.sources import post_file
from bot.sources.errors import SourceError
from bot.sources.post_file import PostFile
from bot.sources.source import Batch, State
from classifier.post import PostKey


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "posts.jsonl"


class Reader:
    """Polls as the bot does: what was reached is kept as JSON between two polls."""

    def __init__(self, path: Path) -> None:
        self.source = PostFile("meadow", path)
        self.state: State = {}
        self.warnings: list[str] = []

    async def poll(self) -> Batch:
        batch = await self.source.poll(None, self.state)  # type: ignore[arg-type]
        self.state = json.loads(json.dumps(dict(batch.state)))
        self.warnings += batch.warnings
        return batch

    async def ids(self) -> list[str]:
        """The posts of one poll."""
        return [post.id for post in (await self.poll()).posts]


@pytest.fixture
def reader(path: Path) -> Reader:
    return Reader(path)


def line(number: int, **fields: Any) -> str:
    return json.dumps({"id": number, "text": f"Post number {number} of the day, grüße", **fields}, ensure_ascii=False)


def append(path: Path, text: str) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(text)


async def test_what_was_appended_comes_once(reader: Reader, path: Path) -> None:
    path.write_text(line(1, author="7", author_name="Ann", place="garden", link="https://forum.example/1") + "\n")
    [post] = (await reader.poll()).posts
    assert (post.source, post.id, post.author, post.author_name, post.place) == ("meadow", "1", "7", "Ann", "garden")
    assert (post.provenance, post.link) == ("forum", "https://forum.example/1")
    assert await reader.ids() == []
    append(path, line(2) + "\n\r\n" + line(3) + "\r\n")
    assert await reader.ids() == ["2", "3"]
    assert await reader.ids() == []


async def test_a_half_written_line_waits_for_its_end(reader: Reader, path: Path) -> None:
    whole = (line(2) + "\n").encode()
    cut = whole.index("ü".encode()) + 1
    path.write_bytes(line(1).encode() + b"\n" + whole[:cut])
    assert await reader.ids() == ["1"]
    assert await reader.ids() == []
    with path.open("ab") as file:
        file.write(whole[cut:])
    assert await reader.ids() == ["2"]
    assert reader.warnings == []


async def test_the_last_line_needs_no_line_break(reader: Reader, path: Path) -> None:
    path.write_text(line(1))
    assert await reader.ids() == ["1"]
    append(path, "\n" + line(2))
    assert await reader.ids() == ["2"]
    assert reader.warnings == []


async def test_markup_and_deletions(reader: Reader, path: Path) -> None:
    quoting = "<blockquote>Nobody asked.</blockquote><p>I did.</p>"
    rows = [{"id": 1, "html": quoting, "format": "html"}, {"id": 2, "html": quoting}, {"id": 3, "deleted": True}]
    path.write_text("\n".join(map(json.dumps, rows)))
    batch = await reader.poll()
    assert [(post.text, post.quotations[0].text) for post in batch.posts] == [("I did.", "Nobody asked.")] * 2
    assert batch.deleted == (PostKey("meadow", "3"),)


def renamed(path: Path) -> None:
    path.rename(path.with_name("posts.jsonl.1"))
    path.touch()


def copied_and_emptied(path: Path) -> None:
    path.with_name("posts.jsonl.1").write_bytes(path.read_bytes())
    os.truncate(path, 0)


@pytest.mark.parametrize("rotate", [renamed, copied_and_emptied])
async def test_rotation_loses_nothing(reader: Reader, path: Path, rotate: Callable[[Path], None]) -> None:
    path.write_text("".join(line(number) + "\n" for number in range(1, 4)))
    assert await reader.ids() == ["1", "2", "3"]
    append(path, line(4) + "\n")
    rotate(path)
    append(path, "".join(line(number) + "\n" for number in range(5, 9)))
    assert await reader.ids() + await reader.ids() == ["4", "5", "6", "7", "8"]
    assert await reader.ids() == []
    append(path, line(9) + "\n")
    assert await reader.ids() == ["9"]


async def test_another_file_of_the_same_length_is_another_file(reader: Reader, path: Path) -> None:
    path.write_text(line(1) + "\n")
    assert await reader.ids() == ["1"]
    path.write_text(line(2) + "\n")
    assert await reader.ids() == ["2"]


async def test_bad_lines_are_named_and_passed_over(reader: Reader, path: Path) -> None:
    path.write_text(line(1) + "\nYou clown\n" + line(3) + '\n{"id": 4}\n')
    second, fourth = (path.read_bytes().index(start) + 1 for start in (b"You", b'{"id": 4'))
    assert await reader.ids() == ["1", "3"]
    assert reader.warnings == [
        f"{path}: the line at byte {second} is passed over: not JSON at character 1: Expecting value",
        f"{path}: the line at byte {fourth} is passed over: a post needs either `text` or `html`",
    ]
    append(path, "?\n" * 100)
    assert await reader.ids() == []
    assert len(reader.warnings) == 2 + post_file.MOST_WARNINGS + 1
    assert reader.warnings[-1] == f"{path}: 95 more lines passed over"


async def test_a_backlog_takes_several_polls_and_an_endless_line_does_not_stop_the_rest(
    reader: Reader, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path.touch()
    await reader.poll()
    monkeypatch.setattr(post_file, "AT_ONCE", 1000)
    path.write_text("".join(line(number) + "\n" for number in range(100)) + "x" * 2500 + "\n" + line(100) + "\n")
    found, polls = [], 0
    while (batch := await reader.poll()).posts or batch.warnings:
        found += [post.id for post in batch.posts]
        polls += 1
    assert found == [str(number) for number in range(101)]
    assert polls > 5


async def test_the_first_look_is_at_the_end(reader: Reader, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(post_file, "AT_ONCE", 1000)
    path.write_text("".join(line(number) + "\n" for number in range(100)))
    found = await reader.ids()
    assert found == [str(number) for number in range(100 - len(found), 100)]
    assert (5 < len(found) < 20, reader.warnings) == (True, [])
    append(path, line(100) + "\n")
    assert await reader.ids() == ["100"]


async def test_a_file_that_is_not_there_is_told_in_one_line(reader: Reader, path: Path) -> None:
    with pytest.raises(SourceError) as error:
        await reader.poll()
    assert str(error.value) == f"{path} cannot be read: No such file or directory"
    path.write_text(line(1) + "\n")
    assert await reader.ids() == ["1"]


async def test_of_posts_and_deletions_the_last_line_counts(reader: Reader, path: Path) -> None:
    gone = [json.dumps({"id": number, "deleted": True}) for number in (1, 2)]
    path.write_text("\n".join([line(1), line(2), *gone, line(2), gone[0]]))
    batch = await reader.poll()
    assert [post.id for post in batch.posts] == ["1", "2", "2"]
    assert batch.deleted == (PostKey("meadow", "1"),)
