"""The polite client: how flagpost asks other people's servers.

One request at a time per host and a pause between two (two ports of a machine are two hosts); what has not changed is
not sent again; a host that fails or asks to wait is left alone. Redirects stay on their host, bodies have a limit, and
only public addresses are asked unless the config says otherwise.
"""

import asyncio
import os
import re
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from importlib.metadata import version
from types import TracebackType
from typing import Self

import aiohttp
from yarl import URL

from bot.sources.addresses import PrivateAddressError, public_socket
from bot.sources.errors import SourceError
from bot.sources.hosts import Host, requested_wait

USER_AGENT = f"flagpost/{version('flagpost')} (moderation assistant; reads new posts for this forum's staff)"

LARGEST_BODY = 10 * 2**20
"""Bytes, unpacked: more than any feed or page of a forum."""

TIMEOUT = 30.0
"""Seconds for a whole answer."""

PAUSE = 1.0
"""Seconds between two requests to one host."""

MOST_REDIRECTS = 5

_LONGEST_VALIDATOR = 500
"""Characters of an ETag or a date that are worth remembering."""

_CHARSET = re.compile(r"charset=\"?([\w.:-]+)", re.IGNORECASE | re.ASCII)
_REDIRECTS = frozenset((301, 302, 303, 307, 308))
_HOST_IS_UNWELL = frozenset((408, 429))
_ADVICE = {
    401: "it wants a key, or another one",
    403: "it does not let flagpost in; see what its guests may read, or its key",
    404: "there is no such page; see whether the address is right",
    410: "the page is gone for good; see whether the address is right",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said. Header names are lower case; `body` is empty when the page is `not_modified`."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def not_modified(self) -> bool:
        """Whether the page is the one whose validators were sent along."""
        return self.status == HTTPStatus.NOT_MODIFIED

    @property
    def text(self) -> str:
        """The body in the encoding that the server names, or in UTF-8; what cannot be read is replaced."""
        charset = _CHARSET.search(self.headers.get("content-type", ""))
        try:
            return self.body.decode(charset[1] if charset else "utf-8", "replace")
        except (LookupError, UnicodeError):  # some encodings cannot replace
            return self.body.decode("utf-8", "replace")

    @property
    def validators(self) -> dict[str, str]:
        """What to remember, so that the server need not send the same page again."""
        known = {name: self.headers.get(name, "") for name in ("etag", "last-modified")}
        return {name: value for name, value in known.items() if 0 < len(value) <= _LONGEST_VALIDATOR}


class _HostFailure(Exception):
    """Trouble that would meet every request to this host; `wait` in seconds if it asked for one."""

    def __init__(self, message: str, wait: float | None = None) -> None:
        super().__init__(message)
        self.wait = wait


class PoliteClient:
    """Asks web servers. One for all sources; close it at the end, or use it in `async with`.

    `timeout` and `pause` are in seconds.
    """

    def __init__(self, *, timeout: float = TIMEOUT, pause: float = PAUSE) -> None:
        self._timeout = timeout
        self._pause = pause
        self._hosts: dict[tuple[str | None, int | None], Host] = {}
        self._sessions: dict[bool, aiohttp.ClientSession] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        await self.close()

    async def close(self) -> None:
        """Let go of all connections."""
        for session in self._sessions.values():
            await session.close()
        self._sessions.clear()

    async def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        validators: Mapping[str, str] | None = None,
        allow_private: bool = False,
        also: Collection[int] = (),
    ) -> Answer:
        """GET a page. `validators` are those of an earlier answer, which may make this one `not_modified`.

        Raises SourceError unless the status is 200, 304 to validators, or among those that the caller takes `also`
        (such as 404), and without asking while the host is to be left alone.
        """
        try:
            address = URL(url)
            host = self._hosts.setdefault((address.host, address.port), Host())
        except ValueError:
            raise SourceError("an address that leads nowhere: no page can be read from it") from None
        conditions = {_CONDITIONS[name]: value for name, value in (validators or {}).items() if name in _CONDITIONS}
        expected = {HTTPStatus.OK, *also} | ({HTTPStatus.NOT_MODIFIED} if conditions else set())
        async with host.turn:
            if wait := host.wait(time.monotonic()):
                raise SourceError(f"{_site(address)} failed not long ago; it is left alone for another {_span(wait)}")
            try:
                answer = await self._follow(host, address, {**(headers or {}), **conditions}, allow_private)
                if answer.status not in expected:
                    raise _refusal(answer)
            except _HostFailure as failure:
                wait = host.failed(time.monotonic(), failure.wait)
                asked_for = "" if failure.wait is None else f"; it is left alone for {_span(wait)}, as it asks"
                raise SourceError(f"{failure}{asked_for}") from failure.__cause__
            host.answered()
            return answer

    async def _follow(self, host: Host, url: URL, headers: Mapping[str, str], allow_private: bool) -> Answer:
        for _ in range(MOST_REDIRECTS + 1):
            answer = await self._ask(host, url, headers, allow_private)
            if answer.status not in _REDIRECTS:
                return answer
            url = _redirected(url, answer.headers.get("location", ""))
        raise SourceError(f"{_shown(url)} is sent on and on, without an end")

    async def _ask(self, host: Host, url: URL, headers: Mapping[str, str], allow_private: bool) -> Answer:
        await asyncio.sleep(max(0.0, host.asked_at + self._pause - time.monotonic()))
        try:
            async with self._session(allow_private).get(url, headers=headers, allow_redirects=False) as response:
                body = await _body(response) if response.status not in _REDIRECTS else b""
                return Answer(str(response.url), response.status, _lower(response.headers), body)
        except TimeoutError as error:
            raise _HostFailure(f"{_shown(url)} did not answer within {_span(self._timeout)}") from error
        except aiohttp.ClientError as error:
            raise _explained(url, error) from error
        finally:
            host.asked_at = time.monotonic()

    def _session(self, allow_private: bool) -> aiohttp.ClientSession:
        if allow_private not in self._sessions:
            # Nothing is kept between two requests: no cookies, and no connection that the host would have to hold.
            self._sessions[allow_private] = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    force_close=True, socket_factory=None if allow_private else public_socket
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": USER_AGENT},
                timeout=aiohttp.ClientTimeout(total=self._timeout),
            )
        return self._sessions[allow_private]


_CONDITIONS = {"etag": "If-None-Match", "last-modified": "If-Modified-Since"}


async def _body(response: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_chunked(2**16):
        body += chunk
        if len(body) > LARGEST_BODY:
            raise SourceError(f"{_shown(response.url)} sends more than {LARGEST_BODY // 2**20} MB, as no forum does")
    return bytes(body)


def _refusal(answer: Answer) -> Exception:
    """Why an answer is of no use."""
    where = _shown(URL(answer.url))
    try:
        said = f"{where} answered {answer.status} ({HTTPStatus(answer.status).phrase})"
    except ValueError:
        said = f"{where} answered {answer.status}"
    if answer.status in _HOST_IS_UNWELL or answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return _HostFailure(said, requested_wait(answer.headers.get("retry-after")))
    return SourceError(f"{said}: {_ADVICE.get(answer.status, 'see whether the address is right')}")


def _explained(url: URL, error: aiohttp.ClientError) -> Exception:
    """What kept an answer from coming."""
    where = _shown(url)
    match error:
        case aiohttp.ClientConnectorCertificateError():
            return _HostFailure(f"{where}: the certificate of {url.host} is not valid; see whether it has run out")
        case aiohttp.ClientConnectorDNSError():
            return _HostFailure(f"{where}: no host is known by the name {url.host}; see whether it is spelt right")
        case aiohttp.ClientConnectorError() if isinstance(error.os_error, PrivateAddressError):
            return SourceError(
                f"{where}: {url.host} is not on the public internet; write allow_private = true if it is your own"
            )
        case aiohttp.ClientConnectorSSLError():
            return _HostFailure(f"{where}: no encrypted connection comes about; see whether https:// is right")
        case aiohttp.ClientConnectorError():
            return _HostFailure(f"{where} cannot be reached ({_reason(error.os_error)})")
        case aiohttp.InvalidURL() | aiohttp.NonHttpUrlClientError():
            return SourceError(f"{where} is no address of a page")
        case aiohttp.ClientPayloadError():
            return _HostFailure(f"{where} broke off in the middle of its answer")
    return _HostFailure(f"{where} gave no answer that can be read ({type(error).__name__})")


def _redirected(url: URL, location: str) -> URL:
    """Where to go on: on the same host, never from https back to http. Raises SourceError for anything else."""
    try:
        target = url.join(URL(location))
        origin = target.origin()
    except ValueError:
        raise SourceError(f"{_shown(url)} sends flagpost on to an address that leads nowhere") from None
    safer = url.scheme == "http" and target.scheme == "https"
    if target.host != url.host or not (safer or origin == url.origin()):
        raise SourceError(f"{_shown(url)} sends flagpost on to {origin}; if that is the forum, write that as its url")
    return target


def _reason(error: OSError) -> str:
    # asyncio puts the address into its own words, and several failures into one without a number.
    return os.strerror(error.errno) if error.errno else "no connection"


def _shown(url: URL) -> str:
    """An address for people, without its query, which may hold a key."""
    return f"{_site(url)}{url.path}"[:100]


def _site(url: URL) -> str:
    """Where an address leads, for people."""
    return f"{url.host}:{url.port}" if url.explicit_port else f"{url.host}"


def _span(seconds: float) -> str:
    """A length of time for people."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{round(seconds / 60)} min" if seconds < 5400 else f"{round(seconds / 3600)} h"


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}
