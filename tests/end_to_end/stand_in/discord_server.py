"""Discord's HTTP interface and gateway on loopback, over simcord's backend: it outlives the bot that talks to it.

It does two things that simcord leaves out and durability rests on: a message sent again with the same nonce is the
first one, and `after` reads on from the oldest message.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import discord
from aiohttp import WSMsgType, web
from simcord import intents
from simcord._clock import Clock
from simcord.backend import Backend, serializers
from simcord.backend.errors import BackendError
from simcord.http import router, routes  # noqa: F401  (routes fill the router's table)

from tests.end_to_end.stand_in.faults import BODIES, DONE_ALL_THE_SAME, Fault, Faults

HEARTBEAT_MS = 30_000


class WallClock(Clock):
    """The time of day: interactions run out, and messages are as old as they are."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass(frozen=True)
class _Session:
    """A connection of a bot: what it listens to, and which shard of how many it is."""

    intents: discord.Intents
    shard: int
    shards: int
    outgoing: asyncio.Queue[str]

    def has(self, guild: Any) -> bool:
        """Whether what happens on that server is for this shard."""
        return guild is None or (int(guild) >> 22) % self.shards == self.shard


class DiscordServer:
    """A Discord with one bot account. `backend` is what it knows; a bot process connects to `url`.

    While there are `faults`, they meet what is asked over HTTP.
    """

    def __init__(self) -> None:
        self.backend = Backend(clock=WallClock())
        self.backend.subscribers.append(self._tell)
        self.url = ""
        self.faults: Faults | None = None
        self.connections = 0
        self._clients: dict[web.WebSocketResponse, _Session] = {}
        self._by_nonce: dict[tuple[str, str], str] = {}

    @property
    def is_connected(self) -> bool:
        """Whether a bot listens, with all of its shards."""
        shards = {session.shard for session in self._clients.values()}
        return bool(shards) and len(shards) == max(session.shards for session in self._clients.values())

    async def answer(self, request: web.Request) -> web.Response:
        """One request of the HTTP interface."""
        path = "/" + request.match_info["path"]
        body = await request.json() if request.can_read_body else None
        fault = self.faults.next(path) if self.faults else None
        status, answer = 200, None
        if fault is None or fault in DONE_ALL_THE_SAME:
            status, answer = self._done(request, path, body)
        if fault in (Fault.RESET, Fault.ANSWER_LOST):
            assert request.transport is not None
            request.transport.abort()
        elif fault is not None:
            status, answer = BODIES[fault]
        if answer is None and status == 200:
            return web.Response(status=204)
        # discord.py reads JSON only under exactly this type, without a charset.
        headers = {"Content-Type": "application/json", "Via": "1.1 stand-in"}
        return web.Response(status=status, body=json.dumps(answer).encode(), headers=headers)

    def _done(self, request: web.Request, path: str, body: Any) -> tuple[int, Any]:
        try:
            return 200, self._dispatch(request.method, path, body, dict(request.query))
        except BackendError as error:
            return error.status, error.to_json()
        finally:
            self.backend.http_requests.clear()
            self.backend.transcript.clear()

    def _dispatch(self, method: str, path: str, body: Any, params: dict[str, Any]) -> Any:
        sends = method == "POST" and path.startswith("/channels/") and path.endswith("/messages")
        nonce = (path, str(body["nonce"])) if sends and body.get("enforce_nonce") else None
        if nonce in self._by_nonce:
            return router.dispatch(self.backend, "GET", f"{path}/{self._by_nonce[nonce]}")
        if "after" in params:
            found = router.dispatch(self.backend, method, path, params={**params, "limit": 10**9})
            return found[-int(params.get("limit", 50)) :]
        answer = router.dispatch(self.backend, method, path, json=body, params=params)
        if nonce is not None:
            self._by_nonce[nonce] = answer["id"]
        return answer

    async def gateway(self, request: web.Request) -> web.WebSocketResponse:
        """One connection of a bot, from its greeting to its end."""
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        outgoing: asyncio.Queue[str] = asyncio.Queue()
        sender = asyncio.create_task(_send(socket, outgoing))
        outgoing.put_nowait(json.dumps({"op": 10, "d": {"heartbeat_interval": HEARTBEAT_MS}}))
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    self._receive(socket, outgoing, json.loads(message.data))
        finally:
            self._clients.pop(socket, None)
            sender.cancel()
        return socket

    def _receive(self, socket: web.WebSocketResponse, outgoing: asyncio.Queue[str], message: Any) -> None:
        match message["op"]:
            case 1:
                outgoing.put_nowait(json.dumps({"op": 11, "d": None}))
            case 2:
                self.connections += 1
                wanted = discord.Intents._from_value(message["d"]["intents"])
                session = _Session(wanted, *message["d"].get("shard", (0, 1)), outgoing)
                self._clients[socket] = session
                self._welcome(session)
            case 6:
                outgoing.put_nowait(json.dumps({"op": 9, "d": False}))

    def _welcome(self, session: "_Session") -> None:
        guilds = [guild for guild in self.backend.guilds.values() if session.has(guild.id)]
        ready = {
            "v": 10,
            "user": dict(serializers.user_payload(self.backend.bot_user)),
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
            "session_id": f"session-{self.connections}",
            "resume_gateway_url": f"{self.url}/gateway",
            "application": {"id": str(self.backend.application_id), "flags": 0},
        }
        session.outgoing.put_nowait(_event("READY", ready, 1))
        for guild in guilds:
            payload: dict[str, Any] = dict(serializers.guild_create_payload(self.backend, guild))
            intents.prune_guild_create(payload, session.intents, self.backend.bot_user.id)
            session.outgoing.put_nowait(_event("GUILD_CREATE", payload, 2))

    def _tell(self, event: str, payload: Mapping[str, Any]) -> None:
        for session in self._clients.values():
            gate = intents.required_intent(event, payload)
            if session.has(payload.get("guild_id")) and (gate is None or getattr(session.intents, gate)):
                session.outgoing.put_nowait(_event(event, payload, 3))

    async def hang_up(self) -> None:
        """Close every connection so that no bot can resume its session."""
        for socket in list(self._clients):
            await socket.close(code=4009)


def _event(name: str, payload: Mapping[str, Any], sequence: int) -> str:
    return json.dumps({"op": 0, "t": name, "s": sequence, "d": dict(payload)})


async def _send(socket: web.WebSocketResponse, outgoing: asyncio.Queue[str]) -> None:
    while not socket.closed:
        await socket.send_str(await outgoing.get())


@asynccontextmanager
async def discord_server(port: int = 0) -> AsyncIterator[DiscordServer]:
    """A Discord that listens on loopback."""
    server = DiscordServer()
    app = web.Application(client_max_size=2**24)
    app.router.add_get("/gateway", server.gateway)
    app.router.add_route("*", "/api/v10/{path:.*}", server.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield server
    finally:
        await runner.cleanup()
