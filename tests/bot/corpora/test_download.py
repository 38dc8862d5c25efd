"""A file over a real, moody HTTP server: whole, half, wrong, moved, gone."""

import hashlib
import io
import threading
from collections.abc import Iterator
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.request import Request

import pytest

from bot.corpora.download import FetchError, NeverLessSafe, download

WHOLE = bytes(range(256)) * 1_000
SHA256 = hashlib.sha256(WHOLE).hexdigest()


class Shelf(ThreadingHTTPServer):
    """Serves `/file`, in the way that `mood` says, and remembers the ranges it was asked for."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Requests)
        self.content = WHOLE
        self.mood = ""
        self.etag = '"first"'
        self.ranges: list[str | None] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/file"


class _Requests(BaseHTTPRequestHandler):
    server: Shelf

    def do_GET(self) -> None:
        shelf = self.server
        if self.path == "/elsewhere":
            self.send_response(302)
            self.send_header("Location", "/file")
            self.end_headers()
            return
        shelf.ranges.append(self.headers["Range"])
        if shelf.mood in ("404", "403", "503"):
            self.send_error(int(shelf.mood))
            return
        if shelf.mood == "round and round":
            self.send_response(302)
            self.send_header("Location", "/file")
            self.end_headers()
            return
        if shelf.mood == "hangs up":
            return
        start = 0
        if (asked := self.headers["Range"]) and self.headers["If-Range"] == shelf.etag and shelf.mood != "no ranges":
            start = int(asked.removeprefix("bytes=").removesuffix("-"))
            if start >= len(shelf.content):
                self.send_error(416)
                return
        body = shelf.content[start:]
        self.send_response(206 if start else 200)
        if start:
            told = start + (1 if shelf.mood == "another part" else 0)
            self.send_header("Content-Range", f"bytes {told}-{len(shelf.content) - 1}/{len(shelf.content)}")
        self.send_header("ETag", shelf.etag)
        if shelf.mood != "no length":
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if shelf.mood == "cut" else body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "*")


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    with Shelf() as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "corpora" / "file"


def fetch(shelf: Shelf, path: Path, **limits: int) -> str:
    return download(shelf.url, path, lambda _there, _total: None, **limits)


def left(path: Path) -> set[str]:
    return {other.name for other in path.parent.iterdir()}


def broken_off(shelf: Shelf, path: Path) -> None:
    shelf.mood = "cut"
    with pytest.raises(FetchError, match=r"broke off after 128,000 bytes; fetch again"):
        fetch(shelf, path)
    shelf.mood = ""
    assert left(path) == {"file.part", "file.etag"}


@pytest.mark.parametrize("mood", ["", "no length"])
def test_a_whole_file_is_put_under_its_name_and_its_progress_told(shelf: Shelf, path: Path, mood: str) -> None:
    shelf.mood = mood
    told: list[tuple[int, int]] = []
    assert download(shelf.url, path, lambda there, total: told.append((there, total))) == SHA256
    assert path.read_bytes() == WHOLE
    assert left(path) == {"file"}
    total = 0 if mood else len(WHOLE)
    assert (told[0], told[-1]) == ((0, total), (len(WHOLE), total))
    assert told == sorted(told)


def test_a_file_that_broke_off_goes_on_where_it_stopped(shelf: Shelf, path: Path) -> None:
    broken_off(shelf, path)
    assert fetch(shelf, path) == SHA256
    assert shelf.ranges == [None, "bytes=128000-"]
    assert path.read_bytes() == WHOLE
    assert left(path) == {"file"}


def test_a_file_that_has_changed_meanwhile_is_not_patched_together(shelf: Shelf, path: Path) -> None:
    broken_off(shelf, path)
    shelf.content, shelf.etag = WHOLE[::-1], '"second"'
    assert fetch(shelf, path) == hashlib.sha256(WHOLE[::-1]).hexdigest()


def test_a_server_that_knows_no_ranges_sends_all_of_it_again(shelf: Shelf, path: Path) -> None:
    broken_off(shelf, path)
    shelf.mood = "no ranges"
    assert fetch(shelf, path) == SHA256


def test_a_part_that_is_already_whole_is_fetched_anew(shelf: Shelf, path: Path) -> None:
    broken_off(shelf, path)
    path.with_name("file.part").write_bytes(WHOLE)
    assert fetch(shelf, path) == SHA256
    assert shelf.ranges == [None, "bytes=256000-", None]


def test_a_part_from_another_place_is_refused(shelf: Shelf, path: Path) -> None:
    broken_off(shelf, path)
    shelf.mood = "another part"
    with pytest.raises(FetchError, match="another part than it was asked for"):
        fetch(shelf, path)
    shelf.mood = ""
    assert fetch(shelf, path) == SHA256


def test_redirects_are_followed(shelf: Shelf, path: Path) -> None:
    assert download(shelf.url.replace("/file", "/elsewhere"), path, lambda _there, _total: None) == SHA256


def test_redirects_from_https_to_http_are_not() -> None:
    asked, answer = Request("https://corpus.example/file"), io.BytesIO()
    for allowed in ("https://mirror.example/file", "HTTPS://mirror.example/file"):
        assert NeverLessSafe().redirect_request(asked, answer, 302, "Found", Message(), allowed)
    with pytest.raises(FetchError, match="without https"):
        NeverLessSafe().redirect_request(asked, answer, 302, "Found", Message(), "http://corpus.example/file")


@pytest.mark.parametrize(
    ("mood", "told"),
    [
        ("404", "answered 404: the file is no longer there"),
        ("403", "answered 403: it is not given to everybody"),
        ("503", "answered 503; try again later"),
        ("round and round", "sent on and on"),
        ("hangs up", "did not answer"),
    ],
)
def test_a_refusal_is_told_in_one_line_and_leaves_nothing(shelf: Shelf, path: Path, mood: str, told: str) -> None:
    shelf.mood = mood
    with pytest.raises(FetchError, match=told) as caught:
        fetch(shelf, path)
    assert "\n" not in str(caught.value)
    assert left(path) == set()


@pytest.mark.parametrize("mood", ["", "no length"])
def test_a_file_larger_than_any_corpus_is_not_kept(shelf: Shelf, path: Path, mood: str) -> None:
    shelf.mood = mood
    with pytest.raises(FetchError, match="more than 0 MB"):
        fetch(shelf, path, largest=len(WHOLE) - 1)
    assert not path.with_name("file.part").exists()
    assert not path.exists()


def test_without_a_network_the_message_says_so(path: Path) -> None:
    with pytest.raises(FetchError, match=r"no-such-host\.invalid cannot be reached .*check the network"):
        download("https://no-such-host.invalid/file", path, lambda _there, _total: None)
    with pytest.raises(FetchError, match=r"127\.0\.0\.1 cannot be reached"):
        download("http://127.0.0.1:1/file", path, lambda _there, _total: None)
