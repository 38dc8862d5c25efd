"""A scan by several processes and by a Dask cluster: the files are those of a single process, byte for byte."""

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from time import sleep
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bot import backends
from bot.cli.main import main
from bot.scan import plan
from bot.scan.judging import judged_file
from classifier.dataset import written_posts

POSTS, SIZE = 1_500, 75


@pytest.fixture(autouse=True)
def small_partitions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan, "SIZE", SIZE)
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Written posts; every tenth of the second half is one of the first half in capitals."""
    texts = [post.text for post in written_posts()][:POSTS]
    texts[POSTS // 2 :: 10] = [text.upper() for text in texts[: POSTS // 2 : 10]]
    path = tmp_path_factory.mktemp("archive") / "posts.jsonl"
    rows = [{"id": number, "text": text, "author": f"a{number % 50}"} for number, text in enumerate(texts)]
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def whole(models: Path, archive: Path, tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    """What one process finds, in partitions of the usual size."""
    out = tmp_path_factory.mktemp("whole")
    assert run(models, archive, out).exit_code == 0
    return files(out)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """A scheduler and two workers, processes that speak over TCP."""
    distributed = pytest.importorskip("dask.distributed", reason="needs the extra cluster")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None, silence_logs=50
    ) as cluster:
        yield cluster


def run(models: Path, archive: Path, out: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["scan", str(archive), "--out", str(out), "--models", str(models), *arguments])


def files(out: Path) -> list[bytes]:
    flagged, copies = (Path(out, name).read_bytes() for name in ("flagged.jsonl", "copies.jsonl"))
    assert flagged.count(b"\n") > 50
    assert copies.count(b"\n") > 20
    return [flagged, copies]


def test_two_processes_find_what_one_does(models: Path, archive: Path, whole: list[bytes]) -> None:
    result = run(models, archive, Path("out"), "--jobs", "2")
    assert result.exit_code == 0, result.output
    assert files(Path("out")) == whole


def test_a_cluster_finds_the_same_though_a_worker_is_killed(
    models: Path, archive: Path, whole: list[bytes], cluster: Any
) -> None:
    pids = {worker.pid for worker in cluster.workers.values()}
    killed: list[int] = []

    def kill() -> None:
        while not judged_file(Path("out/unfinished"), 0).exists():
            sleep(0.01)
        killed.append(min(pids))
        os.kill(min(pids), signal.SIGKILL)

    Thread(target=kill, daemon=True).start()
    result = run(models, archive, Path("out"), "--scheduler", cluster.scheduler_address)
    assert result.exit_code == 0, result.output
    assert files(Path("out")) == whole
    assert killed


def test_a_cluster_that_is_lost_is_told_in_one_line() -> None:
    distributed = pytest.importorskip("dask.distributed", reason="needs the extra cluster")
    dask = pytest.importorskip("dask")
    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 0}),
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None, silence_logs=50
        ) as cluster,
        pytest.raises(backends.BackendError, match="give the same command again") as caught,
        backends.open_backend(1, cluster.scheduler_address, "json") as backend,
    ):
        list(backend.each(os._exit, [1, 1]))
    assert len(str(caught.value).splitlines()) == 1


def test_a_cluster_behind_tls_wants_certificates(models: Path, archive: Path) -> None:
    pytest.importorskip("dask.distributed", reason="needs the extra cluster")
    result = run(models, archive, Path("out"), "--scheduler", "tls://127.0.0.1:9")
    assert (result.exit_code, "tls://127.0.0.1:9 needs certificates" in result.stderr) == (2, True)


def test_an_address_where_nobody_answers_is_told(models: Path, archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("dask.distributed", reason="needs the extra cluster")
    monkeypatch.setattr(backends, "ANSWER_WITHIN", 0.5)
    result = run(models, archive, Path("out"), "--scheduler", "tcp://127.0.0.1:9")
    assert (result.exit_code, "no Dask scheduler answers at tcp://127.0.0.1:9" in result.stderr) == (2, True)
