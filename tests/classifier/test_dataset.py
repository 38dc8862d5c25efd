import gzip
import json
import zipfile
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path

import pytest

from classifier.dataset import LISTED_MISTAKES, data_hash, read_labelled_posts, without_repeats, written_posts
from classifier.errors import DataError
from classifier.labels import Label

GOOD = {"id": "1", "text": "You clown.", "labels": ["personal_attack"], "provenance": "forum"}


def line(**changes: object) -> bytes:
    return json.dumps(GOOD | changes).encode()


def test_reads_every_field_plain_and_gzipped(tmp_path: Path) -> None:
    data = line(thread="t9", author="ann", topic="cars", note="mild", created_at="2026-05-31T20:30:00+02:00")
    plain, packed = tmp_path / "posts.jsonl", tmp_path / "posts.jsonl.gz"
    plain.write_bytes(b"\xef\xbb\xbf" + data + b"\r\n\r\n")
    packed.write_bytes(gzip.compress(data))

    (post,) = read_labelled_posts(plain)

    assert post.text == "You clown."
    assert post.labels == {Label.PERSONAL_ATTACK}
    assert (post.thread, post.author, post.topic, post.note) == ("t9", "ann", "cars", "mild")
    assert post.created_at == datetime(2026, 5, 31, 18, 30, tzinfo=UTC)
    assert read_labelled_posts(packed) == [post]


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        (b'{"id": "2",', "not JSON at character"),
        (b"[" * 100_000, "not JSON that can be read"),
        (b'["a post"]', "not a JSON object"),
        (b"\xff\xfe{", "not UTF-8 at byte 1"),
        (b'{"id": "2", "labels": [], "provenance": "forum"}', '"text" is missing'),
        (line(id="2")[:-1] + b', "labels": []}', '"labels" stands 2 times in one object; keep one'),
        (line(id="2", text="  "), '"text" is empty'),
        (line(id="2", text=7), '"text" is 7; it has to be a text'),
        (line(id="2", text="a\0b"), '"text" holds a NUL'),
        (line(id="2", text="a\ud83d"), '"text" holds half a character (\\ud83d)'),
        (line(id="1"), '"id" "1" stands on line 1 too'),
        (line(id="2", labels="trolling"), '"labels" is "trolling"; it has to be a list'),
        (line(id="2", labels=["Personal attack"]), 'did you mean "personal_attack"?'),
        (line(id="2", labels=[["trolling"]]), "which is no label"),
        (
            line(id="2", provenance="corpus:"),
            '"provenance" is "corpus:"; it has to be written, forum, discord or corpus:',
        ),
        (line(id="2", label=[]), 'unknown field "label"; did you mean "labels"?'),
        (line(id="2", created_at="yesterday"), '"created_at" is "yesterday"; write it like'),
        (line(id="2", created_at="2026-05-31T20:30:00"), "without a time zone"),
    ],
)
def test_a_mistake_names_file_line_field_and_remedy(tmp_path: Path, bad: bytes, told: str) -> None:
    path = tmp_path / "posts.jsonl"
    path.write_bytes(line() + b"\n" + bad + b"\n")

    with pytest.raises(DataError) as caught:
        read_labelled_posts(path)

    assert str(caught.value).startswith(f"{path}:2: ")
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


def test_many_mistakes_are_listed_up_to_a_limit(tmp_path: Path) -> None:
    path = tmp_path / "posts.jsonl"
    path.write_bytes(b"oops\n" * (LISTED_MISTAKES + 3))

    with pytest.raises(DataError) as caught:
        read_labelled_posts(path)

    lines = str(caught.value).splitlines()
    assert len(lines) == LISTED_MISTAKES + 1
    assert lines[9].startswith(f"{path}:10: ")
    assert lines[10] == "… and 3 more like these"


@pytest.mark.parametrize(
    "damaged",
    [b"not gzip", gzip.compress(line())[:-9], gzip.compress(line())[:12] + b"\xff" * 30],
    ids=["plain", "cut off", "garbled"],  # a name made of the bytes would change with the time in them
)
def test_a_damaged_gzip_file_is_named(tmp_path: Path, damaged: bytes) -> None:
    path = tmp_path / "posts.jsonl.gz"
    path.write_bytes(damaged)

    with pytest.raises(DataError, match=r"posts\.jsonl\.gz: not a whole gzip file"):
        read_labelled_posts(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"none\.jsonl: cannot be read \(No such file"):
        read_labelled_posts(tmp_path / "none.jsonl")


def test_reads_out_of_a_zip(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("data/posts.jsonl", line())

    assert len(read_labelled_posts(zipfile.Path(tmp_path / "all.zip", "data/posts.jsonl"))) == 1


def test_the_posts_that_come_with_flagpost_are_sound() -> None:
    posts = written_posts()

    assert len({post.id for post in posts}) == len({post.text for post in posts}) == len(posts)
    assert {post.provenance for post in posts} == {"written"}
    assert all(sum(label in post.labels for post in posts) > 100 for label in (Label.TROLLING, Label.PERSONAL_ATTACK))


def test_written_posts_that_contradict_each_other_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.jsonl").write_bytes(line() + b"\n" + line(id="2", text="Fine."))
    (tmp_path / "b.jsonl").write_bytes(line(id="3", labels=[]) + b"\n" + line(id="2", text="Other."))
    monkeypatch.setattr(resources, "files", lambda _package: tmp_path)

    with pytest.raises(DataError) as caught:
        written_posts()

    assert str(caught.value).splitlines() == [
        'b.jsonl: posts "1" and "3" have the same text and other labels; settle on one and drop the other',
        'b.jsonl: id "2" stands in a.jsonl too; change one',
    ]


def test_repeats_go_and_differing_opinions_stay(tmp_path: Path) -> None:
    path = tmp_path / "posts.jsonl"
    path.write_bytes(b"\n".join([line(), line(id="2", labels=[]), line(id="3")]))

    assert [post.id for post in without_repeats(read_labelled_posts(path))] == ["1", "2"]


def test_the_hash_follows_what_is_learnt_from_and_nothing_else(tmp_path: Path) -> None:
    def hash_of(*lines: bytes) -> str:
        path = tmp_path / "posts.jsonl"
        path.write_bytes(b"\n".join(lines))
        return data_hash(read_labelled_posts(path))

    before = hash_of(line(), line(id="2", text="Fine."))
    assert hash_of(line(id="2", text="Fine."), line(note="seen twice")) == before
    assert hash_of(line(labels=[]), line(id="2", text="Fine.")) != before
