"""`flagpost scan`: an archive judged in partitions, stopped and taken up again."""

import csv
import gzip
import io
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bot.cli.main import main
from bot.scan import plan, scan
from bot.scan.partitions import Partitions
from tests.full_disk import full_disk

INSULT = "You are a stupid pathetic moron and everybody here hates you, shut up you idiot."
CIVIL = "Thanks, that fixed it. I had the cable in the wrong port the whole time."
ARTICLE = (
    "The ferry company said on Monday that the last boat of the day will leave an hour earlier from April, because "
    "two of its crews are moving to the night freight. Commuters who work late at the yard will have to take the bus."
)
ROWS: list[dict[str, Any]] = [
    {"id": "1", "text": ARTICLE, "author": "a", "place": "news", "created_at": "2031-03-01T10:00:00Z"},
    {"id": "2", "text": CIVIL, "author": "b"},
    {"id": "3", "text": INSULT, "author": "b"},
    {"id": "4", "text": ARTICLE.upper(), "author": "c", "place": "boats", "created_at": "2031-03-02T10:00:00Z"},
    {"id": "5", "text": "Nothing to add.", "author": "a"},
    {"id": "6", "text": f"Seen this?\n{ARTICLE}", "author": "d", "created_at": "2031-03-03T10:00:00Z"},
]
EDIT = {"id": "6", "text": f"Seen this?\n{ARTICLE} Edit: a comma.", "author": "d", "created_at": "2031-03-03T10:00:00Z"}


@pytest.fixture(autouse=True)
def in_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def run(models: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["scan", "--models", str(models), *arguments])


def archive(name: str, rows: list[dict[str, Any]]) -> str:
    Path(name).write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return name


def results(out: str = "scan") -> list[list[dict[str, Any]]]:
    """The flagged posts and the clusters; nothing else is left in the folder."""
    assert sorted(path.name for path in Path(out).iterdir()) == ["copies.jsonl", "flagged.jsonl"]
    names = ("flagged.jsonl", "copies.jsonl")
    return [[json.loads(line) for line in Path(out, name).read_text(encoding="utf-8").splitlines()] for name in names]


def test_flags_clusters_and_a_summary_come_out(models: Path) -> None:
    result = run(models, archive("posts.jsonl", ROWS))
    assert result.exit_code == 0, result.output
    flagged, clusters = results()
    flags = {row["id"]: row["flags"][-1] for row in flagged}
    assert flags == {"3": "personal_attack", "4": "copy_paste", "6": "copy_paste"}
    [cluster] = clusters
    assert (cluster["count"], cluster["authors"], cluster["places"]) == (3, ["a", "c", "d"], ["boats", "news"])
    assert [post["id"] for post in cluster["posts"]] == ["1", "4", "6"]
    assert "6 posts read, 3 worth a look" in result.stdout
    assert "1 text was posted more than once, the most copied 3 times" in result.stdout
    assert "sort the archive" not in result.stdout


def test_an_archive_that_is_not_in_order_is_said_to_be(models: Path) -> None:
    result = run(models, archive("posts.jsonl", [ROWS[5], ROWS[1], ROWS[0]]))
    assert results()[1] == []
    assert "1 post stands after a later one, so that copies may be missed: sort the archive" in result.stdout


def test_another_version_of_a_post_is_no_copy_of_it(models: Path) -> None:
    assert run(models, archive("posts.jsonl", [ROWS[5], ROWS[1], EDIT])).exit_code == 0
    assert results() == [[], []]


def test_csv_and_gzip_hold_the_same_posts_and_bad_lines_are_told(models: Path) -> None:
    text = io.StringIO()
    writer = csv.DictWriter(text, ["id", "author", "text", "place", "created_at"])
    writer.writeheader()
    writer.writerows(ROWS)
    Path("posts.csv.gz").write_bytes(gzip.compress(text.getvalue().encode("utf-8-sig")))
    assert run(models, "posts.csv.gz", "--out", "one").exit_code == 0
    told = run(models, archive("posts.jsonl", [*ROWS, {"id": "8"}]), "--out", "two")
    assert told.exit_code == 1
    assert "posts.jsonl:7: a post needs either `text` or `html`" in told.stderr
    assert "1 line was no post" in told.stdout
    assert results("one") == results("two")
    Path("other.csv").write_text("id,words\n1,x\n", encoding="utf-8")
    Path("broken.jsonl.gz").write_bytes(b"no gzip")
    for name, complaint in (("other.csv", "`text` is not among them"), ("broken.jsonl.gz", "not a whole gzip file")):
        refused = run(models, name)
        assert (refused.exit_code, complaint in refused.stderr) == (2, True), refused.output
    assert run(models, "posts.jsonl").exit_code == 1, "a file that could not be read is not in the way of another"


def test_a_scan_that_was_stopped_goes_on_and_ends_as_an_unbroken_one_does(
    models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive("posts.jsonl", ROWS)
    assert run(models, "posts.jsonl", "--out", "whole").exit_code == 0
    monkeypatch.setattr(plan, "SIZE", 2)
    judged: list[int] = []
    judge = scan.judge_partition

    def stopped(partitions: Partitions, partition: int) -> None:
        judged.append(partition)
        if judged == [0, 1]:
            raise KeyboardInterrupt
        judge(partitions, partition)

    monkeypatch.setattr(scan, "judge_partition", stopped)
    assert run(models, "posts.jsonl", "--out", "parts").exit_code != 0
    assert not Path("parts/flagged.jsonl").exists()
    other = run(models, archive("others.jsonl", ROWS[:2]), "--out", "parts")
    assert (other.exit_code, "unfinished scan of other files" in other.stderr) == (2, True)
    assert run(models, "posts.jsonl", "--out", "parts").exit_code == 0
    assert judged == [0, 1, 1, 2], "what was judged is not judged again"
    assert results("parts") == results("whole")


def test_what_a_command_left_that_never_knew_its_model_is_not_in_the_way(models: Path) -> None:
    damaged = Path("models")
    damaged.mkdir()
    Path(damaged, "current").write_text("no version", encoding="utf-8")
    assert run(damaged, archive("others.jsonl", ROWS[:2])).exit_code == 2
    # A cluster reads the first partitions before the model is found damaged.
    Path("scan", "unfinished", "000000.read.json").write_text('[0, 2, ["others.jsonl:1: no post"]]', encoding="utf-8")
    assert run(models, archive("posts.jsonl", ROWS)).exit_code == 0
    assert {row["id"] for row in results()[0]} == {"3", "4", "6"}


def test_a_folder_that_others_can_write_to_is_refused(models: Path) -> None:
    folder = Path("scan", "unfinished")
    folder.mkdir(parents=True)
    folder.chmod(0o777)
    refused = run(models, archive("posts.jsonl", ROWS))
    assert refused.exit_code == 2
    assert refused.stderr.startswith(f"flagpost: {folder.resolve()} can be written by everybody (run chmod o-w ")
    assert list(folder.iterdir()) == []


def test_a_full_disk_is_told_with_a_file_of_the_scan(models: Path) -> None:
    posts = archive("posts.jsonl", ROWS)
    with full_disk(1000):
        full = run(models, posts)
    assert (full.exit_code, len(full.stderr.splitlines())) == (2, 1)
    assert full.stderr.startswith(f"flagpost: {Path('scan', 'unfinished').resolve()}")
    assert run(models, posts).exit_code == 0
    assert results()


def test_tables_hold_what_lines_of_json_do(models: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="needs the extra parquet")
    import pyarrow as arrow

    times = [datetime.fromisoformat(row["created_at"]) if "created_at" in row else None for row in ROWS]
    rows = [row | {"created_at": time, "id": int(row["id"])} for row, time in zip(ROWS, times, strict=True)]
    parquet.write_table(arrow.Table.from_pylist(rows), "posts.parquet")
    assert run(models, "posts.parquet").exit_code == 0
    flagged, clusters = results()
    for name in ("csv", "parquet"):
        told = run(models, archive("posts.jsonl", ROWS), "--out", name, "--format", name)
        assert f"see {name}/flagged.{name}" in told.stdout, told.output
    with Path("csv/flagged.csv").open(encoding="utf-8-sig", newline="") as file:
        table = list(csv.DictReader(file))
    assert [row["id"] for row in table] == [row["id"] for row in flagged]
    assert [row["flags"].split() for row in table] == [row["flags"] for row in flagged]
    assert [float(row["trolling"]) for row in table] == [row["scores"]["trolling"] for row in flagged]
    table = parquet.read_table("parquet/flagged.parquet").to_pylist()
    assert [(row["text"], row["copies"]) for row in table] == [(row["text"], row["copies"]) for row in flagged]
    [cluster] = parquet.read_table("parquet/copies.parquet").to_pylist()
    assert cluster["posts"] == [post["id"] for post in clusters[0]["posts"]]
    assert cluster["last"].isoformat() == clusters[0]["last"]


def test_a_table_runs_no_formula_and_a_broken_one_is_told(models: Path) -> None:
    assert run(models, archive("posts.jsonl", [{"id": "=1", "text": INSULT}]), "--format", "csv").exit_code == 0
    assert "\n'=1," in Path("scan/flagged.csv").read_text(encoding="utf-8-sig")
    Path("broken.parquet").write_bytes(b"PAR1 and no more")
    refused = run(models, "broken.parquet", "--out", "other")
    assert (refused.exit_code, "no Parquet file" in refused.stderr) == (2, True), refused.output
