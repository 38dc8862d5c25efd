"""The polite client, against a real server on loopback."""

import asyncio
import gzip
import random
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from aiohttp import web

from bot.sources import http
from bot.sources.addresses import is_public
from bot.sources.errors import SourceError
from bot.sources.hosts import FIRST_WAIT, LONGEST_REQUESTED_WAIT, LONGEST_WAIT, Host, requested_wait
from bot.sources.http import PoliteClient


async def problem(client: PoliteClient, url: str, **options: Any) -> str:
    """The one line that asking for this address ends in."""
    with pytest.raises(SourceError) as caught:
        await client.get(url, **{"allow_private": True, **options})
    (line,) = str(caught.value).splitlines()
    return line


async def test_it_says_who_it_is_and_reads_a_page(client: PoliteClient, site: Any) -> None:
    site.pages["/feed"] = "<feed/>"
    answer = await client.get(f"{site.url}/feed?a=1;b=%20#top", headers={"X-Key": "k"}, allow_private=True)
    assert (answer.status, answer.body, answer.headers["content-type"]) == (200, b"<feed/>", "application/xml")
    (request,) = site.requests
    assert request.headers["User-Agent"].startswith("flagpost/")
    assert request.headers["X-Key"] == "k"
    assert request.raw_path == "/feed?a=1;b=%20"


@pytest.mark.parametrize("charset", ["iso-8859-1", '"ISO-8859-1"', "utf-8", "klingon", ""])
async def test_a_page_is_read_in_the_encoding_it_names(client: PoliteClient, site: Any, charset: str) -> None:
    body = "grüße".encode("latin-1" if "8859" in charset else "utf-8")
    site.pages["/page"] = web.Response(body=body, headers={"Content-Type": f"text/html; charset={charset}"})
    assert (await client.get(f"{site.url}/page", allow_private=True)).text == "grüße"


async def test_what_has_not_changed_is_not_sent_again(client: PoliteClient, site: Any) -> None:
    async def feed(request: web.Request) -> web.Response:
        if request.headers.get("If-None-Match") == '"v1"':
            return web.Response(status=304)
        return web.Response(text="<feed/>", headers={"ETag": '"v1"'})

    site.pages["/feed"] = feed
    first = await client.get(f"{site.url}/feed", allow_private=True)
    assert first.validators == {"etag": '"v1"'}
    second = await client.get(f"{site.url}/feed", validators=first.validators, allow_private=True)
    assert second.not_modified
    assert second.body == b""


async def test_one_request_at_a_time_and_none_brings_a_cookie_back(client: PoliteClient, site: Any) -> None:
    under_way = most = 0

    async def page(request: web.Request) -> web.Response:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0.01)
        under_way -= 1
        return web.Response(text="x", headers={"Set-Cookie": f"sid={request.headers.get('Cookie')}; Path=/"})

    site.pages["/a"] = site.pages["/b"] = page
    await asyncio.gather(*(client.get(f"{site.url}/{name}", allow_private=True) for name in "abab"))
    assert (len(site.requests), most) == (4, 1)
    assert all("Cookie" not in request.headers for request in site.requests)


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_a_host_that_asks_to_wait_is_not_asked_before(client: PoliteClient, site: Any, status: int) -> None:
    site.pages["/feed"] = web.Response(status=status, headers={"Retry-After": "7200"})
    site.pages["/other"] = "<feed/>"
    line = await problem(client, f"{site.url}/feed?key=s3cret")
    assert line.startswith(f"{site.url.removeprefix('http://')}/feed answered {status} (")
    assert line.endswith("; it is left alone for 2 h, as it asks")
    assert "s3cret" not in line
    assert "left alone for another 2 h" in await problem(client, f"{site.url}/other")
    assert len(site.requests) == 1


async def test_a_page_that_is_not_there_says_nothing_about_its_host(client: PoliteClient, site: Any) -> None:
    site.pages["/other"] = "<feed/>"
    assert "answered 404 (Not Found): there is no such page" in await problem(client, f"{site.url}/gone")
    assert (await client.get(f"{site.url}/gone", allow_private=True, also=[404])).status == 404
    assert (await client.get(f"{site.url}/other", allow_private=True)).status == 200


async def test_redirects_stay_on_their_host(client: PoliteClient, site: Any) -> None:
    elsewhere = site.url.replace("127.0.0.1", "localhost")
    site.pages |= {
        "/old": web.Response(status=301, headers={"Location": "/new"}),
        "/new": "<feed/>",
        "/away": web.Response(status=302, headers={"Location": f"{elsewhere}/new"}),
        "/port": web.Response(status=302, headers={"Location": "http://127.0.0.1:1/new"}),
        "/odd": web.Response(status=302, headers={"Location": "file:///etc/passwd"}),
        "/round": web.Response(status=302, headers={"Location": "/round"}),
    }
    assert (await client.get(f"{site.url}/old", allow_private=True)).url == f"{site.url}/new"
    assert f"sends flagpost on to {elsewhere};" in await problem(client, f"{site.url}/away")
    assert "sends flagpost on to http://127.0.0.1:1;" in await problem(client, f"{site.url}/port")
    assert "sends flagpost on to" in await problem(client, f"{site.url}/odd")
    assert "without an end" in await problem(client, f"{site.url}/round")


async def test_private_addresses_are_refused_by_number_and_by_name(client: PoliteClient, site: Any) -> None:
    site.pages["/feed"] = "<feed/>"
    for name in ("127.0.0.1", "localhost"):
        url = f"{site.url}/feed".replace("127.0.0.1", name)
        line = await problem(client, url, allow_private=False)
        assert line.endswith("is not on the public internet; write allow_private = true if it is your own")
    assert site.requests == []


@pytest.mark.parametrize(
    ("number", "public"),
    [
        ("93.184.215.14", True),
        ("2606:2800:21f:cb07::1", True),
        ("10.1.2.3", False),
        ("100.64.0.1", False),
        ("169.254.169.254", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("::ffff:192.168.1.1", False),
        ("64:ff9b::7f00:1", False),
        ("2002:c0a8:101::", False),
    ],
)
def test_which_addresses_are_public(number: str, public: bool) -> None:
    assert is_public(number) is public


async def test_a_body_without_measure(client: PoliteClient, site: Any) -> None:
    site.pages["/plain"] = b"x" * (http.LARGEST_BODY + 1)
    site.pages["/packed"] = web.Response(
        body=gzip.compress(b"x" * (http.LARGEST_BODY + 1)), headers={"Content-Encoding": "gzip"}
    )
    site.pages["/largest"] = b"x" * http.LARGEST_BODY
    for path in ("/plain", "/packed"):
        assert "sends more than 10 MB" in await problem(client, f"{site.url}{path}")
    assert len((await client.get(f"{site.url}/largest", allow_private=True)).body) == http.LARGEST_BODY


async def test_an_answer_that_does_not_come_or_breaks_off(site: Any) -> None:
    async def slow(_: web.Request) -> web.Response:
        await asyncio.sleep(30)
        return web.Response()

    async def broken(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "100"})
        await response.prepare(request)
        await response.write(b"<feed>")
        assert request.transport is not None
        request.transport.abort()
        return response

    site.pages |= {"/slow": slow, "/broken": broken}
    async with PoliteClient(timeout=0.3, pause=0) as client:
        assert (await problem(client, f"{site.url}/slow")).endswith("/slow did not answer within 1 s")
    async with PoliteClient(pause=0) as client:
        assert "/broken broke off in the middle of its answer" in await problem(client, f"{site.url}/broken")


async def test_a_server_that_does_not_speak_https(client: PoliteClient, site: Any) -> None:
    line = await problem(client, site.url.replace("http:", "https:"))
    assert line.endswith("/: no encrypted connection comes about; see whether https:// is right")


async def test_a_server_that_is_not_there() -> None:
    async with PoliteClient(pause=0) as client:
        assert await problem(client, "http://127.0.0.1:1/") == "127.0.0.1:1/ cannot be reached (Connection refused)"
        assert (await problem(client, "http://127.0.0.1:1/")).startswith("127.0.0.1:1 failed not long ago; it is left")
        assert "127.0.0.1:2/ cannot be reached" in await problem(client, "http://127.0.0.1:2/"), "another server"
        assert "no host is known by the name" in await problem(client, "http://no-such-host.invalid/")
        assert "is no address of a page" in await problem(client, "ftp://a.example/")


def test_the_wait_doubles_up_to_a_bound_and_ends_with_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(random, "uniform", lambda _, high: high)
    host = Host()
    waits = [host.failed(now=0.0, requested=None) for _ in range(40)]
    assert waits[:3] == [FIRST_WAIT, 2 * FIRST_WAIT, 4 * FIRST_WAIT]
    assert waits[-1] == LONGEST_WAIT
    assert host.wait(LONGEST_WAIT - 1) == 1
    assert host.wait(LONGEST_WAIT) == 0
    host.answered()
    assert host.failed(now=10_000, requested=None) == FIRST_WAIT
    assert host.failed(now=10_000, requested=10**9) == LONGEST_REQUESTED_WAIT


def test_the_wait_is_anything_up_to_its_bound() -> None:
    waits = [Host().failed(now=0.0, requested=None) for _ in range(200)]
    assert min(waits) < FIRST_WAIT / 4
    assert max(waits) > FIRST_WAIT * 3 / 4
    assert max(waits) <= FIRST_WAIT


def test_retry_after_as_a_number_and_as_a_date() -> None:
    assert requested_wait("120") == 120
    soon = requested_wait(format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True))
    assert soon is not None
    assert 3500 < soon <= 3600
    assert requested_wait("Sun, 06 Nov 1994 08:49:37 GMT") == 0
    assert requested_wait("soon") is requested_wait(None) is None
