"""`flagpost score`: posts in as lines, judgements out as lines."""

import gzip
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bot.cli.main import main

INSULT = "You are a stupid pathetic moron and everybody here hates you, shut up you idiot."
CIVIL = "Thanks, that fixed it. I had the cable in the wrong port the whole time."
ARTICLE = (
    "The ferry company said on Monday that the last boat of the day will leave an hour earlier from April, because "
    "two of its crews are moving to the night freight. Commuters who work late at the yard will have to take the bus."
)


@pytest.fixture(autouse=True)
def in_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def run(models: Path, *arguments: str, lines: bytes | str = b"") -> Result:
    return CliRunner().invoke(main, ["score", "--models", str(models), *arguments], input=lines)


def scored(models: Path, *rows: dict[str, Any], arguments: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    result = run(models, *arguments, lines="\n".join(json.dumps(row) for row in rows))
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_posts_come_out_in_order_with_every_field(models: Path) -> None:
    answers = scored(models, {"id": "a", "text": INSULT}, {"id": 7, "text": CIVIL}, {"id": "c", "text": ""})
    assert [answer["id"] for answer in answers] == ["a", "7", "c"]
    for answer in answers:
        assert set(answer) == {"id", "scores", "flags", "spans", "copies", "model"}
        assert set(answer["scores"]) == {"trolling", "personal_attack", "copy_paste"}
        assert all(0 <= probability <= 1 for probability in answer["scores"].values())
    assert "personal_attack" in answers[0]["flags"]
    assert answers[1]["flags"] == []
    words = {INSULT[start:end].lower() for start, end, _ in answers[0]["spans"]["personal_attack"]}
    assert any(word in span for span in words for word in ("stupid", "moron", "idiot", "pathetic"))


def test_quoted_words_are_not_judged_and_spans_point_into_the_text_given(models: Path) -> None:
    text = f"{INSULT}\nPlease don't write that. {CIVIL}"
    quoted, bare = scored(
        models, {"id": 1, "text": text, "quotes": [{"start": 0, "end": len(INSULT)}]}, {"id": 2, "text": text}
    )
    assert quoted["flags"] == []
    assert bare["scores"]["personal_attack"] > quoted["scores"]["personal_attack"]
    assert all(start >= len(INSULT) for spans in quoted["spans"].values() for start, _, _ in spans)


def test_html_is_read_without_its_quotations(models: Path) -> None:
    html = f"<blockquote><p>{INSULT}</p></blockquote><p>{CIVIL}</p>"
    [answer] = scored(models, {"id": 1, "html": html}, arguments=("--format", "html"))
    assert answer["flags"] == []
    assert answer["own_words"] == CIVIL


def test_a_text_pasted_again_is_a_copy_of_the_earlier_post(models: Path) -> None:
    rows = [
        {"id": 1, "text": ARTICLE, "author": "ann", "created_at": "2026-03-01T10:00:00Z"},
        {"id": 2, "text": CIVIL, "author": "ben", "created_at": "2026-03-01T10:05:00Z"},
        {"id": 3, "text": ARTICLE.upper(), "author": "cid", "created_at": "2026-03-01T11:00:00+01:00"},
    ]
    first, _, again = scored(models, *rows)
    assert first["copies"] == []
    assert again["flags"] == ["copy_paste"]
    [copy] = again["copies"]
    assert (copy["id"], copy["author"], copy["created_at"]) == ("1", "ann", "2026-03-01T10:00:00+00:00")
    assert copy["containment"] > 0.95


BAD_LINES = {
    b"{": "not JSON at character 2: Expecting property name enclosed in double quotes",
    b"[1]": "expected a JSON object, got a list",
    b'"post"': "expected a JSON object, got a string",
    b"null": "expected a JSON object, got null",
    b'{"id": 1, "text": "caf\xe9"}': "not UTF-8 at byte 23; posts come in UTF-8",
    '{"id": 1}'.encode("utf-16-le"): "UTF-16, it seems, as some programs on Windows write it; posts come in UTF-8",
    '{"id": 1}'.encode("utf-16"): "UTF-16, it seems, as some programs on Windows write it; posts come in UTF-8",
    b'{"id": 1, "text": "a' + bytes(100): "not JSON at character 21: Invalid control character at",
    b'{"text": "a"}': "`id` is missing; every post needs one",
    b'{"id": "", "text": "a"}': "`id`: expected a name or a whole number, got an empty string",
    b'{"id": true, "text": "a"}': "`id`: expected a name or a whole number, got true or false",
    b'{"id": 1.5, "text": "a"}': "`id`: expected a name or a whole number, got a number",
    b'{"id": 1}': "a post needs either `text` or `html`",
    b'{"id": 1, "text": "a", "html": "a"}': "a post needs either `text` or `html`, not both",
    b'{"id": 1, "html": "<p>a"}': "the post is `html`; say how to read it with --format html",
    b'{"id": 1, "text": null}': "`text`: expected a string, got null",
    b'{"id": 1, "text": ["a"]}': "`text`: expected a string, got a list",
    b'{"id": 1, "text": "a", "author": {}}': "`author`: expected a name or a whole number, got an object",
    b'{"id": 1, "text": "a", "thread": []}': "`thread`: expected a name or a whole number, got a list",
    b'{"id": 1, "text": "a", "created_at": "soon"}': "`created_at`: expected a time such as 2026-03-02T18:30:00Z",
    b'{"id": 1, "text": "a", "created_at": 12}': "`created_at`: expected a time such as 2026-03-02T18:30:00Z",
    b'{"id": 1, "text": "a", "quotes": 3}': '`quotes`: expected a list of {"start": …, "end": …}',
    b'{"id": 1, "text": "a", "quotes": [{"start": 0}]}': '`quotes`: expected a list of {"start": …, "end": …}',
    b'{"id": 1, "text": "a", "quotes": [{"start": 0, "end": 9}]}': (
        "`quotes`: span 1 ends beyond the text, which has 1 characters"
    ),
    b"[" * 100_000: "nested too deeply, or with a number too long, for a post",
    b'{"id": ' + b"9" * 5_000 + b"}": "nested too deeply, or with a number too long, for a post",
}


@pytest.mark.parametrize(("line", "message"), BAD_LINES.items(), ids=range(len(BAD_LINES)))
def test_a_bad_line_is_named_and_the_others_go_on(models: Path, line: bytes, message: str) -> None:
    result = run(models, lines=b'{"id": 1, "text": "hello"}\n' + line + b'\n\n{"id": 2, "text": "bye"}\n')
    assert result.stderr == f"flagpost: standard input:2: {message}\n"
    assert [json.loads(row)["id"] for row in result.stdout.splitlines()] == ["1", "2"]
    assert result.exit_code == 1


def test_a_file_of_something_else_is_told_in_few_lines(models: Path) -> None:
    result = run(models, lines=b"{\n" * 1_000 + b'{"id": 1, "text": "hello"}\n')
    *told, last = result.stderr.splitlines()
    assert len(told) == 20
    assert last == "flagpost: standard input: 1,000 lines in all were no posts"
    assert [json.loads(row)["id"] for row in result.stdout.splitlines()] == ["1"]
    assert result.exit_code == 1


def test_a_file_saved_on_windows_loses_no_line(models: Path) -> None:
    result = run(models, lines=b'\xef\xbb\xbf{"id": 1, "text": "hello"}\r\n\r\n{"id": 2, "text": "bye"}\r\n')
    assert [json.loads(row)["id"] for row in result.stdout.splitlines()] == ["1", "2"]
    assert result.exit_code == 0


def test_a_closed_standard_input_is_an_empty_one(models: Path) -> None:
    flagpost = Path(sys.executable).with_name("flagpost")
    command = f"exec '{flagpost}' score --models '{models}' <&-"
    result = subprocess.run(["sh", "-c", command], capture_output=True, text=True)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


def test_gzipped_files_are_unpacked(models: Path, tmp_path: Path) -> None:
    file = tmp_path / "posts.jsonl.gz"
    file.write_bytes(gzip.compress(b'{"id": 1, "text": "hello"}\n'))
    result = run(models, str(file))
    assert json.loads(result.stdout)["id"] == "1"
    file.write_bytes(file.read_bytes()[:-12])
    result = run(models, str(file))
    assert result.exit_code == 2
    assert result.stderr == (
        f"flagpost: {file}: not a whole gzip file (Compressed file ended before the end-of-stream marker was reached); "
        "pack it again with gzip, or unpack it yourself\n"
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("nowhere.jsonl",), "flagpost: nowhere.jsonl: No such file or directory\n"),
        ((".",), "flagpost: .: Is a directory\n"),
        (("posts.csv.gz",), "tables are judged with: flagpost scan posts.csv.gz\n"),
        (("--format", "runes"), "'runes' is not one of"),
        (("--config", "nowhere.toml"), "nowhere.toml"),
    ],
)
def test_a_mistake_on_the_command_line_ends_with_two(models: Path, arguments: tuple[str, ...], message: str) -> None:
    result = run(models, *arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert result.stdout == ""
