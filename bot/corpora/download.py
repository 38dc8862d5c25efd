"""One file by HTTP: taken up where it broke off, limited in size, and only under its name when it is whole.

Corpora lie behind redirects to other hosts and are larger than any page of a forum, so the polite client of the
sources, which follows none and holds its answers in memory, is of no use here.
"""

import hashlib
import http.client
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable
from email.message import Message
from http import HTTPStatus
from importlib.metadata import version
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from classifier.errors import FlagpostError

LARGEST_FILE = 100 * 2**20
"""Bytes: several times the largest file of the catalogue."""

SILENCE = 30.0
"""Seconds without a byte after which a server counts as gone."""

CHUNK = 2**16

USER_AGENT = f"flagpost/{version('flagpost')} (fetches public corpora once, for training)"


class FetchError(FlagpostError):
    """A file that could not be fetched."""


def download(url: str, path: Path, on_bytes: Callable[[int, int], None], *, largest: int = LARGEST_FILE) -> str:
    """Fetch the file and give its SHA-256, hexadecimal.

    What has come so far waits beside `path`, as `.part`, for the next call, which asks the server for the rest if it
    still has the same file. `on_bytes` is called with the bytes there and the bytes in all (0: not known).

    Raises FetchError when the server cannot be reached, refuses, breaks off or sends more than `largest` bytes.
    """
    part, tag = path.with_name(path.name + ".part"), path.with_name(path.name + ".etag")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with _open(url, part, tag) as response:
            resumed = response.status == HTTPStatus.PARTIAL_CONTENT
            there = part.stat().st_size if resumed else 0
            if resumed and not response.headers.get("Content-Range", "").startswith(f"bytes {there}-"):
                part.unlink()
                raise FetchError(f"{_shown(url)}: the server sent another part than it was asked for; start again")
            if not resumed:
                part.unlink(missing_ok=True)
            # Before the first byte, and never beside the bytes of another file: what is killed here can be taken up.
            tag.write_text(response.headers.get("ETag", ""))
            length = response.headers.get("Content-Length")
            total = there + int(length) if length else 0
            with part.open("ab" if resumed else "wb") as file:
                there = _copy(response, file, there, total, largest, on_bytes)
    except _TooLarge:
        part.unlink(missing_ok=True)
        raise FetchError(
            f"{_shown(url)}: more than {largest // 2**20} MB, which is not the file it should be"
        ) from None
    except urllib.error.HTTPError as error:
        raise FetchError(_refusal(url, error)) from error
    except urllib.error.URLError as error:
        raise FetchError(_unreachable(url, error.reason)) from error
    except (http.client.HTTPException, ConnectionError, TimeoutError, ssl.SSLError) as error:
        raise FetchError(_broken(url, part)) from error
    if there < total:
        raise FetchError(_broken(url, part))
    with part.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    part.replace(path)
    tag.unlink()
    return sha256


class _TooLarge(Exception):
    pass


def _open(url: str, part: Path, tag: Path) -> http.client.HTTPResponse:
    """The answer, which may be the rest of what is in `part`."""
    request = urllib.request.Request(url, headers={"User-Agent": USER_AGENT})
    if part.exists() and tag.exists() and (known := tag.read_text()) and (size := part.stat().st_size):
        request.add_header("Range", f"bytes={size}-")
        request.add_header("If-Range", known)
    opener = urllib.request.build_opener(NeverLessSafe)
    try:
        return opener.open(request, timeout=SILENCE)  # type: ignore[no-any-return]
    except urllib.error.HTTPError as error:
        if error.code != HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE or not part.exists():
            raise
        # Nothing is left to send, or less than before: the part is of no use.
        error.close()
        part.unlink()
        return _open(url, part, tag)


def _copy(
    response: IO[bytes], file: IO[bytes], there: int, total: int, largest: int, on_bytes: Callable[[int, int], None]
) -> int:
    if total > largest:
        raise _TooLarge
    on_bytes(there, total)
    while chunk := response.read(CHUNK):
        there += len(chunk)
        if there > largest:
            raise _TooLarge
        file.write(chunk)
        on_bytes(there, total)
    return there


class NeverLessSafe(urllib.request.HTTPRedirectHandler):
    """Follows redirects, but never from https to anything else."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> urllib.request.Request | None:
        if req.type == "https" and urlsplit(newurl).scheme != "https":
            raise FetchError(f"{_shown(req.full_url)} sends flagpost on to an address without https; not followed")
        return super().redirect_request(req, fp, code, msg, headers, newurl)  # type: ignore[arg-type]


def _refusal(url: str, error: urllib.error.HTTPError) -> str:
    if HTTPStatus.MULTIPLE_CHOICES <= error.code < HTTPStatus.BAD_REQUEST:
        return f"{_shown(url)} is sent on and on, without an end"
    said = f"{_shown(url)} answered {error.code}"
    if error.code in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
        return f"{said}: the file is no longer there; the corpus may have moved"
    if error.code in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return f"{said}: it is not given to everybody"
    return f"{said}; try again later"


def _unreachable(url: str, reason: object) -> str:
    why = reason.strerror or reason if isinstance(reason, OSError) else reason
    return f"{urlsplit(url).hostname} cannot be reached ({why}); check the network, then fetch again"


def _broken(url: str, part: Path) -> str:
    if not part.exists() or not (size := part.stat().st_size):
        return f"{_shown(url)} did not answer; try again later"
    return f"{_shown(url)} broke off after {size:,} bytes; fetch again to go on from there"


def _shown(url: str) -> str:
    """An address for people, without its query."""
    address = urlsplit(url)
    return f"{address.hostname}{address.path}"
