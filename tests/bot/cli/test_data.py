"""`flagpost data`: corpora listed, fetched after asking, and made into labelled posts."""

import functools
import hashlib
import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli.main import main
from classifier.corpora import CATALOGUE, CorpusRow, OriginalFile, copy_of, corpus_named, read_corpus, write_corpus
from classifier.dataset import read_labelled_posts

NAME = "fox_news_comments"
COMMENTS = [{"title": "Boats", "text": text, "label": 0, "prev": ""} for text in ("Why a bridge?", "Ask the ferry.")]
CONTENT = "".join(json.dumps(comment) + "\n" for comment in COMMENTS).encode()
SHA256 = hashlib.sha256(CONTENT).hexdigest()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the commands keep corpora unless told otherwise."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return tmp_path / "data" / "flagpost" / "corpora"


@pytest.fixture
def published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The file that the address of one corpus leads to."""
    monkeypatch.setenv("no_proxy", "*")
    served = tmp_path / "served"
    served.mkdir()
    file = served / "comments.json"
    file.write_bytes(CONTENT)
    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=served)) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        publish(monkeypatch, OriginalFile(url=f"http://127.0.0.1:{server.server_port}/{file.name}"))
        yield file
        server.shutdown()


def publish(monkeypatch: pytest.MonkeyPatch, original: OriginalFile) -> None:
    monkeypatch.setitem(CATALOGUE, NAME, replace(CATALOGUE[NAME], originals=(original,)))


def run(*arguments: str | Path, answers: str | None = None) -> Result:
    return CliRunner().invoke(main, ["data", *map(str, arguments)], input=answers)


def listed(name: str, *arguments: str | Path) -> str:
    (line,) = [line for line in run("list", *arguments).stdout.splitlines() if line.startswith(name)]
    return line


def test_the_licence_and_the_unknown_file_are_asked_for_and_the_posts_are_there(published: Path, folder: Path) -> None:
    result = run("fetch", NAME, answers="y\ny\n")
    assert result.exit_code == 0, result.output
    corpus = corpus_named(NAME)
    asked = [corpus.licence, corpus.cite, "under this licence?", SHA256, "Use them, and take no others"]
    assert sorted(asked, key=result.output.index) == asked
    assert "2 posts (flagpost's own copy has 1,528)" in result.output
    assert [row.text for row in read_corpus(NAME, copy_of(NAME, folder))] == ["Why a bridge?", "Ask the ferry."]
    assert {path.name for path in folder.iterdir()} == {f"{NAME}.jsonl.gz", "sha256.json"}
    assert "not verified" in listed(NAME)
    assert " fetched " in listed(NAME)

    published.unlink()
    assert "is here already" in run("fetch", NAME).output


@pytest.mark.parametrize(("answers", "told"), [("n\n", "not fetched"), ("y\nn\n", "not used, files removed")])
@pytest.mark.usefixtures("published")
def test_who_declines_keeps_nothing(folder: Path, answers: str, told: str) -> None:
    result = run("fetch", NAME, answers=answers)
    assert result.exit_code == 0, result.output
    assert told in result.output
    assert not folder.exists() or list(folder.iterdir()) == []


def test_a_file_that_was_agreed_to_is_taken_again_and_no_other(published: Path, tmp_path: Path) -> None:
    to = tmp_path / "here"
    assert run("fetch", NAME, "--yes", "--to", to).exit_code == 0
    first = copy_of(NAME, to).read_bytes()
    copy_of(NAME, to).unlink()

    result = run("fetch", NAME, "--to", to, answers="y\n")
    assert result.exit_code == 0, result.output
    assert copy_of(NAME, to).read_bytes() == first

    copy_of(NAME, to).unlink()
    published.write_bytes(CONTENT[:-40] + b"\n")
    result = run("fetch", NAME, "--yes", "--to", to)
    assert result.exit_code == 2
    assert "is not the file it was" in result.stderr
    assert not copy_of(NAME, to).exists()

    published.write_bytes(CONTENT)
    assert run("fetch", NAME, "--yes", "--to", to).exit_code == 0


@pytest.mark.usefixtures("published")
def test_a_file_whose_sha256_is_in_the_catalogue_is_not_asked_about(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (original,) = CATALOGUE[NAME].originals
    publish(monkeypatch, replace(original, sha256="0" * 64))
    result = run("fetch", NAME, answers="y\n")
    assert result.exit_code == 2
    assert "is not the file it was" in result.stderr

    publish(monkeypatch, replace(original, sha256=SHA256))
    result = run("fetch", NAME, answers="y\n")
    assert result.exit_code == 0, result.output
    assert copy_of(NAME, folder).exists()
    assert listed(NAME).split()[-2:] == ["fetched", "verified"]


def test_a_file_in_another_form_stays_to_be_looked_at(published: Path, folder: Path) -> None:
    published.write_bytes(b"<!DOCTYPE html>\n")
    result = run("fetch", NAME, "--yes")
    assert result.exit_code == 2
    waiting = folder / f"{NAME}.originals" / published.name
    assert f"{waiting}: not in the form of {NAME}" in result.stderr
    assert waiting.exists()
    assert not copy_of(NAME, folder).exists()


@pytest.mark.usefixtures("published")
def test_what_one_corpus_cannot_give_does_not_stop_the_others(folder: Path) -> None:
    result = run("fetch", "cga_wiki_valid", NAME, "jigsaw_toxic_sample", "--yes")
    assert result.exit_code == 2
    told = result.stderr.splitlines()
    assert [line.split()[1] for line in told] == ["cga_wiki_valid", "jigsaw_toxic_sample"]
    assert all(str(folder) in line for line in told)
    assert copy_of(NAME, folder).exists()


@pytest.mark.usefixtures("published")
def test_all_fetches_what_has_a_public_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for corpus in list(CATALOGUE.values()):
        if corpus.name != NAME:
            monkeypatch.setitem(CATALOGUE, corpus.name, replace(corpus, originals=(), obstacle="not for this test"))
    result = run("fetch", "--all", "--yes")
    assert result.exit_code == 0, result.output
    assert copy_of(NAME, folder).exists()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("fetch",), "name the corpora, or say --all"),
        (("fetch", "--all", NAME), "name the corpora, or say --all"),
        (("fetch", "fox_news"), f"did you mean {NAME}?"),
        (("export", "fox_news", "--to", "x"), f"did you mean {NAME}?"),
        (("export", NAME, "--to", "x"), f"flagpost data fetch {NAME} gets the corpus"),
    ],
)
@pytest.mark.usefixtures("folder")
def test_mistakes_are_told(arguments: tuple[str, ...], told: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert told in result.stderr


def write_copy(path: Path, *rows: tuple[str, dict[str, int]]) -> None:
    write_corpus(path, [CorpusRow(id=str(n), text=text, labels=labels) for n, (text, labels) in enumerate(rows)])


def test_export_writes_posts_that_can_be_trained_on(tmp_path: Path) -> None:
    copy, target = tmp_path / "copy.jsonl.gz", tmp_path / "posts.jsonl"
    insulting = {"insulting": 1, "uncivil": 1}
    civil, cross = {"insulting": 0, "uncivil": 0}, {"insulting": 0, "uncivil": 1}
    rows = [("> It fails.\nYou dunce.", insulting), ("Thanks!", civil), ("Come ON.", cross)]
    write_copy(copy, *rows)
    result = run("export", "github_incivility", "--from", copy, "--to", target)
    assert result.exit_code == 0, result.output
    assert "1 with a label, 1 clean, 1 left out" in result.output
    assert "MIT. Cite: Ehsani" in result.output
    attack, clean = read_labelled_posts(target)
    assert (attack.text, attack.labels, attack.provenance) == (
        "You dunce.",
        {"personal_attack"},
        "corpus:github_incivility",
    )
    assert (clean.id, clean.labels) == ("github_incivility:1", frozenset())


def test_export_says_why_there_is_nothing(tmp_path: Path) -> None:
    copy, target = tmp_path / "copy.jsonl.gz", tmp_path / "posts.jsonl"
    write_copy(copy, ("Why a bridge?", {"hate": 0}))
    result = run("export", NAME, "--from", copy, "--to", target)
    assert result.exit_code == 2
    assert CATALOGUE[NAME].labelling.reason in result.stderr

    result = run("export", "github_incivility", "--from", copy, "--to", target)
    assert result.exit_code == 2
    assert f"{copy}: row '0' has no label 'insulting'" in result.stderr
    assert not target.exists()


def test_the_list_fits_a_terminal_and_knows_the_prepared_copies(folder: Path) -> None:
    result = run("list")
    assert result.exit_code == 0, result.output
    assert max(map(len, result.stdout.splitlines())) <= 80
    assert listed("cga_wiki_valid").split()[-4:] == ["not", "fetched", "none", "public"]
    assert not folder.exists()

    prepared = Path(__file__).parents[3] / "../shared/data/train"
    if not prepared.exists():
        pytest.skip("the prepared copies of the corpora are not here")
    assert listed("cga_wiki_valid", "--in", prepared).split()[-2:] == ["fetched", "verified"]
