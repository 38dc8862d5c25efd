"""`flagpost label`: posts in, keys, labelled posts out."""

import json
import os
import pty
import subprocess
import sys
import termios
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli.main import main
from bot.store.records import Moderator
from bot.store.store import Store
from classifier.assessment import Assessment
from classifier.dataset import read_labelled_posts
from classifier.labels import Label
from classifier.post import Post, Quotation
from tests.least_config import LEAST_CONFIG

TEXTS = ("You are a \x1b[31mclueless\u202e moron.", "Thanks, that fixed it.", "The ferry leaves at noon, as ever.")
OUT = Path("out.jsonl")


@pytest.fixture(autouse=True)
def in_a_folder_with_posts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    rows = [{"id": str(number), "text": text, "thread": "a"} for number, text in enumerate(TEXTS)]
    Path("posts.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))


def run(models: Path, keys: str, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["label", "--out", str(OUT), "--models", str(models), *arguments], input=keys)


def answers() -> list[tuple[str, frozenset[Label]]]:
    return [(post.text, post.labels) for post in read_labelled_posts(OUT)]


def test_keys_label_skip_and_undo(models: Path) -> None:
    result = run(models, "utcpt\nnu\nsp\n", "posts.jsonl")
    assert result.exit_code == 0, result.output
    assert "There is nothing to undo." in result.output
    (first, copied), (last, attack) = answers()
    assert copied == {Label.PERSONAL_ATTACK, Label.COPY_PASTE}
    assert attack == {Label.PERSONAL_ATTACK}
    assert first != last
    assert result.output.endswith("out.jsonl: 2 labelled now, 2 in all\n")


def test_undo_goes_back_over_what_was_skipped(models: Path) -> None:
    run(models, "nsuun", "posts.jsonl")
    assert [labels for _, labels in answers()] == [frozenset()]


def test_the_last_answer_can_be_taken_back(models: Path) -> None:
    result = run(models, "nnnup\nq", "posts.jsonl")
    assert "That was the last post." in result.output
    assert [labels for _, labels in answers()] == [frozenset(), frozenset(), {Label.PERSONAL_ATTACK}]


def test_a_table_is_read_too(models: Path) -> None:
    Path("posts.csv").write_text("id,text,thread\n1,You are a clueless moron.,a\n", encoding="utf-8")
    assert run(models, "p\n", "posts.csv").exit_code == 0
    assert answers() == [("You are a clueless moron.", {Label.PERSONAL_ATTACK})]


def test_it_goes_on_where_it_stopped_and_drops_half_a_line(models: Path) -> None:
    run(models, "p\nsq", "posts.jsonl")
    [first] = answers()
    with OUT.open("a") as file:
        file.write('{"id": "file/9/00", "te')
    result = run(models, "nnn", "posts.jsonl")
    assert "1 of 2" in result.output
    assert result.output.endswith("out.jsonl: 2 labelled now, 3 in all\n")
    assert answers()[0] == first
    assert {text for text, _ in answers()} == set(TEXTS)
    assert "There is no post left to label in posts.jsonl." in run(models, "n", "posts.jsonl").output


def test_what_is_no_file_of_answers_or_of_posts_is_refused_in_a_line_and_stays_as_it_is(models: Path) -> None:
    OUT.write_text("my notes\nwithout an end")
    Path("bad.jsonl").write_text('{"id": "1", "text": "a"}\n{"id": "2"}\n')
    for arguments in (("bad.jsonl",), ("missing.jsonl",), ("posts.jsonl", "--out", "out.csv"), ()):
        result = run(models, "n", *arguments)
        assert (result.exit_code, result.stderr.count("\n")) == (2, 1), result.output
        assert result.stderr.startswith("flagpost: ")
    assert run(models, "n", "posts.jsonl").exit_code == 2
    assert OUT.read_text() == "my notes\nwithout an end"
    assert not Path("out.csv").exists()


def test_without_posts_it_says_where_it_looked(models: Path) -> None:
    assert "there is no such file, so there is no store either" in run(models, "").stderr
    Path("config.toml").write_text(LEAST_CONFIG)
    with Store.open("sqlite:///data/flagpost.sqlite3"):
        pass
    assert "no post left to label in the last day; --days looks further back" in run(models, "", "--days", "1").output


def test_the_store_gives_what_staff_have_not_decided_with_its_provenance(models: Path) -> None:
    Path("config.toml").write_text(LEAST_CONFIG)
    now = datetime.now(UTC)
    with Store.open("sqlite:///data/flagpost.sqlite3") as store:
        for number, text in enumerate(TEXTS):
            quotation = Quotation(text="Somebody else's\x07 words", author="Maple")
            post = Post(source="discord", id=str(number), text=text, quotations=(quotation,), provenance="discord")
            store.save_post(post)
        said = Assessment(probabilities=dict.fromkeys(Label, 0.9), model="m", spans={})
        flag = store.save_assessment(post, said, [Label.TROLLING], now)
        assert flag is not None
        store.dismiss(flag.id, Moderator("1", "Ann"), now, timedelta(minutes=10))
    result = run(models, "nnn")
    assert result.exit_code == 0, result.output
    assert "  > Somebody else's? words" in result.output
    assert {(post.text, post.provenance) for post in read_labelled_posts(OUT)} == {
        (text, "discord") for text in TEXTS[:2]
    }


def test_on_a_terminal_a_key_is_enough_and_nothing_in_a_post_is_obeyed(models: Path) -> None:
    command = [
        "-c",
        "from bot.cli.main import main; main()",
        "label",
        "posts.jsonl",
        "--out",
        str(OUT),
        "--models",
        str(models),
    ]
    shown, code = on_a_terminal([sys.executable, *command], ["p", "\r", "n", "\x1b[A", "\x03"])
    assert code == 0, shown
    assert len(answers()) == 2
    assert "You are a ?[31mclueless? moron." in shown
    assert "\x1b" not in shown


def on_a_terminal(command: list[str], keys: list[str]) -> tuple[str, int]:
    """What a program shows on a terminal of its own, and its exit code; a key is pressed whenever it has asked."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=subprocess.DEVNULL) as program:
        os.close(theirs)
        shown = b""
        while True:
            try:
                read = os.read(ours, 4096)
            except OSError:  # Linux's way to say that nobody holds the other end any more
                break
            shown += read
            if keys and read.endswith((b"q quit\r\n", b"Personal attack\r\n")):
                while termios.tcgetattr(ours)[3] & termios.ICANON:  # it drops what is typed before it listens
                    time.sleep(0.01)
                os.write(ours, keys.pop(0).encode())
        code = program.wait()
    os.close(ours)
    return shown.decode(), code
