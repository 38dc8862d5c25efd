"""The webhook server: one for all sources that are told of posts, each at /hooks/NAME.

It listens on loopback, behind the user's reverse proxy. **A 200 means that the posts are on disk**: storing takes a few
milliseconds, and most platforms deliver once and never again, so what was answered before it is stored could be lost
with the process. They are judged afterwards. Where reading or storing takes longer than a sender should wait, the
answer is 202 and the work goes on; where the store fails, it is 503. In both cases the sender may send the same again.
A kill after a 202 loses that delivery, so only sources that are polled as well get one: the next poll finds the post.

Nothing of a body is ever logged: all of them hold posts, and NodeBB's the cookies of who wrote them.
"""

import asyncio
import hashlib
import logging
import os
import secrets
import time
import traceback
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import NamedTuple

from aiohttp import web

from bot.config import WebhooksSettings
from bot.sources.errors import Refused
from bot.sources.generic_webhook import SIGNATURE, GenericWebhook
from bot.sources.source import Batch, Receiver
from bot.store.errors import StoreError
from bot.troubles import DATABASE, Troubles
from classifier.errors import FlagpostError

log = logging.getLogger(__name__)

LARGEST_BODY = 2**20
"""Bytes: the longest post that forums allow, in HTML and with all that is said about it, is a fraction of it."""

PATIENCE = 0.06
"""Seconds until a sender gets its answer: NodeBB keeps its members waiting meanwhile. On a busy machine, to be sent it
takes almost as long again, and 100 ms is what they do not notice."""

PATIENCE_OF_PROGRAMS = 10.0
"""Seconds until the sender of a source that is not polled gets its answer: a program, which can wait."""

SLOWEST_BODY = 10.0
"""Seconds until all of a body has to be here."""

MOST_AT_ONCE = 200
"""Requests that wait for their answer and deliveries in work, with their bodies in memory; more are sent away."""

REMEMBERED_SECONDS = 24 * 3600
REMEMBERED = 20_000
"""For how long a delivery is known again, and how many of them are."""

REFUSED_BODY = 1.0
"""Seconds for which the rest of a refused body is read and thrown away, so that its sender gets to see the answer."""

IDLE_CONNECTION = 75.0
"""Seconds for which a reverse proxy may keep a connection for its next delivery."""

TakeIn = Callable[[Batch], Awaitable[None]]
"""Stores the posts of a batch and notes what was deleted; returns when that is on disk. Raises StoreError."""


class WebhookError(FlagpostError):
    """The server cannot listen where the config says."""


class Answer(NamedTuple):
    """An HTTP status and one line."""

    status: int
    text: str


STORED = Answer(200, "stored")
BEING_STORED = Answer(202, "not stored yet, but at work on it; send the same again to be sure")
BUSY = Answer(503, "too much at once; send it again in some seconds")
NOT_STORED = Answer(503, "the store fails; send it again in some minutes")
UNREADABLE = Answer(500, "this delivery cannot be read")
UNKNOWN = Answer(404, "there is no such source")
TOO_SLOW = Answer(408, "the body did not come in time")
NOT_WHOLE = Answer(400, "the body did not come whole")


class WebhookServer:
    """Takes in deliveries from `start` to `stop`; without receivers it listens only where the config says where.

    /health answers 200 with what the sources did last, of which `polls` tells, and 503 while there are `troubles`.
    """

    def __init__(
        self,
        settings: WebhooksSettings,
        receivers: Iterable[Receiver],
        take_in: TakeIn,
        polls: Callable[[], Mapping[str, datetime | None]] = dict,
        troubles: Troubles | None = None,
    ) -> None:
        self._troubles = troubles or Troubles()
        self._settings = settings
        self._receivers = {receiver.name: receiver for receiver in receivers}
        self._take_in = take_in
        self._polls = polls
        self._deliveries: dict[bytes, tuple[float, asyncio.Task[Answer]]] = {}
        self._delivered: dict[str, datetime] = {}
        self._at_once = 0
        self._stranger = GenericWebhook("", secrets.token_hex())
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Begin to listen. WebhookError when the address cannot be had."""
        if not self._receivers and "listen" not in self._settings.model_fields_set:
            return
        app = web.Application(client_max_size=LARGEST_BODY)
        app.router.add_post("/hooks/{name}", self._hook)
        app.router.add_get("/health", self._health)
        # What aiohttp would log is malformed HTTP, with a traceback and bytes of it.
        quiet = logging.getLogger(f"{__name__}.http")
        quiet.setLevel(logging.CRITICAL + 1)
        self._runner = web.AppRunner(
            app,
            access_log=None,
            logger=quiet,
            handle_signals=False,
            auto_decompress=False,  # what is signed is what was sent, and a small body stays small
            lingering_time=REFUSED_BODY,
            keepalive_timeout=IDLE_CONNECTION,
            shutdown_timeout=SLOWEST_BODY,
        )
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self._settings.host, self._settings.port).start()
        except OSError as error:
            await self.stop()
            reason = os.strerror(error.errno) if error.errno and error.errno > 0 else "no such host"
            raise WebhookError(
                f"[webhooks] listen: {self._settings.listen} cannot be used ({reason}); end the program that listens "
                "there, or write another address"
            ) from error
        names = ", ".join(self._receivers) or "no source"
        log.info("deliveries are taken in at http://%s/hooks/NAME for %s", self._settings.listen, names)

    async def stop(self) -> None:
        """Take in nothing more, and return when what came in is stored."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None
        await asyncio.gather(*(task for _, task in self._deliveries.values()))

    async def _hook(self, request: web.Request) -> web.Response:
        if self._at_once >= MOST_AT_ONCE:
            return _response(BUSY)
        with self._counted():
            return _response(await self._answer(request))

    @contextmanager
    def _counted(self) -> Iterator[None]:
        self._at_once += 1
        try:
            yield
        finally:
            self._at_once -= 1

    async def _answer(self, request: web.Request) -> Answer:
        try:
            async with asyncio.timeout(SLOWEST_BODY):
                body = await request.read()
        except TimeoutError:
            return TOO_SLOW
        except web.RequestPayloadError:
            return NOT_WHOLE
        headers = {name.lower(): value for name, value in request.headers.items()}
        receiver = self._receivers.get(request.match_info["name"])
        if receiver is None:
            with suppress(Refused):  # a name that does not exist costs as much time as a wrong signature
                self._stranger.authenticate({SIGNATURE: ""}, body)
            log.warning("a delivery was refused: no source with the name in its address takes in deliveries")
            return UNKNOWN
        try:
            receiver.authenticate(headers, body)
        except Refused as refused:
            return _refusal(receiver, refused)
        return await self._known_or_new(receiver, headers, body)

    async def _known_or_new(self, receiver: Receiver, headers: Mapping[str, str], body: bytes) -> Answer:
        """Work on a delivery, unless the same came before: then its answer holds, and nothing is done.

        The body tells which are the same, with the kind of event: older versions of Discourse deliver a post that was
        deleted as it was before, and tell only in a header that it was. The ids that platforms send in headers are
        signed by none of them.
        """
        kind = f"{receiver.name}\n{headers.get('x-discourse-event', '')}\n"
        digest = hashlib.sha256(kind.encode("utf-8", "surrogateescape") + body).digest()
        self._forget_old()
        if digest not in self._deliveries:
            work = asyncio.create_task(self._work(digest, receiver, headers, body), name=f"delivery to {receiver.name}")
            self._deliveries[digest] = time.monotonic(), work
        _, work = self._deliveries[digest]
        is_polled = receiver.name in self._polls()
        await asyncio.wait({work}, timeout=PATIENCE if is_polled else PATIENCE_OF_PROGRAMS)
        if work.done():
            return work.result()
        return BEING_STORED if is_polled else BUSY

    async def _work(self, digest: bytes, receiver: Receiver, headers: Mapping[str, str], body: bytes) -> Answer:
        """Read and store a delivery. One that failed is forgotten, so that it can be sent again. Raises nothing."""
        answer = UNREADABLE
        try:
            with self._counted():
                batch = await asyncio.to_thread(receiver.read, headers, body)
                for warning in batch.warnings:
                    log.warning("%s: %s", receiver.name, warning)
                await self._take_in(batch)
            self._delivered[receiver.name] = datetime.now(UTC)
            answer = STORED
        except Refused as refused:
            answer = _refusal(receiver, refused)
        except StoreError as error:
            self._troubles.met(DATABASE, str(error))
            answer = NOT_STORED
        except Exception as error:  # a mistake of ours; its message may hold words of the post
            place = traceback.extract_tb(error.__traceback__)[-1]
            kind = type(error).__name__
            log.error("a delivery to %s was not read: %s at %s:%s", receiver.name, kind, place.filename, place.lineno)
        finally:
            if answer is not STORED:
                del self._deliveries[digest]
        return answer

    def _forget_old(self) -> None:
        while self._deliveries:
            digest, (since, work) = next(iter(self._deliveries.items()))
            recent = since > time.monotonic() - REMEMBERED_SECONDS
            if not work.done() or (recent and len(self._deliveries) < REMEMBERED):
                return
            del self._deliveries[digest]

    async def _health(self, _: web.Request) -> web.Response:
        polled = self._polls()
        sources = {
            name: {"last_delivery": _moment(self._delivered.get(name)), "last_poll": _moment(polled.get(name))}
            for name in sorted({*self._receivers, *polled})
        }
        troubles = [
            {"about": one.about, "what": one.words, "since": _moment(one.since), "times": one.times}
            for one in self._troubles.current
        ]
        answer = {"ok": not troubles, "troubles": troubles, "sources": sources}
        return web.json_response(answer, status=503 if troubles else 200)


def _refusal(receiver: Receiver, refused: Refused) -> Answer:
    log.warning("a delivery to %s was refused: %s", receiver.name, refused)
    return Answer(refused.status, str(refused))


def _response(answer: Answer) -> web.Response:
    return web.Response(status=answer.status, text=f"{answer.text}\n")


def _moment(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None
