"""The HTTP side: requests in, answers, faults and violations."""

from __future__ import annotations

import asyncio
import json
import time
import traceback
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from .about_bot import ABOUT_BOT
from .about_chats import ABOUT_CHATS
from .checks import check_request, check_response, decode_fields
from .editing import EDITING
from .errors import ApiError
from .faults import GATEWAY_PAGE, Fault
from .files import MAX_UPLOAD_BYTES
from .limits import Flood
from .queries import QUERIES
from .receiving import RECEIVING
from .requests import Call, read_fields
from .sending import SENDING, Method
from .webhook import WebhookSender
from .world import World

METHODS: Mapping[str, Method] = {**ABOUT_BOT, **ABOUT_CHATS, **SENDING, **EDITING, **QUERIES}
NAMES: Mapping[str, str] = {name.lower(): name for name in (*METHODS, *RECEIVING)}
"""Telegram takes method names in any case."""


class Server:
    """Speaks the HTTP Bot API for a world.

    :param calls: every request so far, oldest first.
    :param faults: failures that wait for their requests.
    :param flood: the limits on sending, None where they are not enforced.
    :param answer_delay_s: between the effect of a request and its answer, as over a long way.
    """

    def __init__(self, world: World, token: str) -> None:
        self.world = world
        self.token = token
        self.calls: list[Call] = []
        self.faults: list[Fault] = []
        self.flood: Flood | None = None
        self.answer_delay_s = 0.0
        self.port = 0
        self.app = web.Application(client_max_size=MAX_UPLOAD_BYTES + 2**20)
        self.app.router.add_route("*", "/bot{token}/{method}", self._handle_method)
        self.app.router.add_get("/file/bot{token}/{path:.+}", self._handle_file)
        self._runner: web.AppRunner | None = None
        self._site: web.TCPSite | None = None
        self._webhook = WebhookSender(world)

    async def start(self, port: int) -> None:
        """Listen on the loopback address; 0 takes a free port."""
        # A bot that was killed must not keep its long poll open, so a lost connection ends its request.
        self._runner = web.AppRunner(self.app, handler_cancellation=True, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await self._listen(port)
        self._webhook.start()

    async def _listen(self, port: int) -> None:
        assert self._runner is not None
        self._site = web.TCPSite(self._runner, "127.0.0.1", port, reuse_address=True)
        await self._site.start()
        self.port = int(self._runner.addresses[0][1])

    async def close(self) -> None:
        """Stop listening and drop what is open."""
        await self._webhook.close()
        if self._runner is not None:
            self._drop_connections()
            await self._runner.cleanup()

    async def go_down(self) -> None:
        """Refuse connections, as when the network is away; the world goes on."""
        assert self._site is not None
        await self._site.stop()
        self._drop_connections()

    async def come_up(self) -> None:
        """Listen again on the same port."""
        await self._listen(self.port)

    def _drop_connections(self) -> None:
        server = self._runner.server if self._runner else None
        for connection in list(server.connections) if server else []:
            if connection.transport is not None:
                connection.transport.abort()

    async def _handle_method(self, request: web.Request) -> web.StreamResponse:
        if refused := self._check_token(request):
            return respond(refused.status, refused.body())
        asked = request.match_info["method"]
        method = NAMES.get(asked.lower(), asked)
        try:
            raw = await read_fields(request)
        except ValueError:
            return respond(400, ApiError(400, "Bad Request: can't parse JSON object").body())
        fields = decode_fields(method, raw)
        call = Call(method=method, fields=fields, at_s=time.monotonic(), date=self.world.clock.seconds())
        self.calls.append(call)
        self.world.pulse.ring()
        if self.world.rules.checks:
            for violation in check_request(method, fields):
                self.world.complain(f"request {method}: {violation}")
        return await self._answer(request, call)

    async def _answer(self, request: web.Request, call: Call) -> web.StreamResponse:
        fault = next((fault for fault in self.faults if fault.meets(call.method, call.chat_id)), None)
        call.fault = fault.name if fault else None
        if fault is not None and not fault.lets_through:
            return await self._fail(request, call, fault)
        if self.flood and (refused := self.flood.refusal(call.method, call.chat_id, self.world.clock.seconds())):
            return self._finish(call, refused.status, refused.body())
        status, body = await self._run(call)
        if self.answer_delay_s and call.method not in RECEIVING:
            await asyncio.sleep(self.answer_delay_s)
        if fault is not None:
            self._finish(call, status, body)
            return await self._fail(request, call, fault)
        return self._finish(call, status, body)

    async def _run(self, call: Call) -> tuple[int, dict[str, Any]]:
        call.processed = True
        try:
            if call.method in RECEIVING:
                result = await RECEIVING[call.method](self.world, call.fields)
                if call.method != "getUpdates":  # updates were checked when they came to be
                    self._check_result(call.method, result)
            elif call.method in METHODS:
                result = METHODS[call.method](self.world, call.fields)
                self._check_result(call.method, result)
            else:
                self.world.complain(f"the fake has no method {call.method}")
                raise ApiError(404, "Not Found: method not found")
        except ApiError as refused:
            return refused.status, refused.body()
        except Exception as error:  # the test must learn of it, whatever the bot does with the answer
            where = "".join(traceback.format_exception(error))
            self.world.complain(f"the fake failed in {call.method} {call.fields}: {where}")
            return 500, ApiError(500, "Internal Server Error").body()
        return 200, {"ok": True, "result": result}

    def _check_result(self, method: str, result: Any) -> None:
        if self.world.rules.checks:
            for violation in check_response(method, result):
                self.world.complain(f"response to {method}: {violation}")

    async def _fail(self, request: web.Request, call: Call, fault: Fault) -> web.StreamResponse:
        if fault.kind == "error":
            refused = fault.error()
            return self._finish(call, refused.status, refused.body())
        if fault.kind == "html":
            self._finish(call, 502, {})
            return web.Response(status=502, text=GATEWAY_PAGE, content_type="text/html")
        call.status = 0
        if fault.kind in ("hang", "hang_after"):
            self.world.pulse.ring()
            await asyncio.sleep(fault.hang_s)
        if request.transport is not None:
            request.transport.abort()
        self.world.pulse.ring()
        return web.Response()

    def _finish(self, call: Call, status: int, body: dict[str, Any]) -> web.Response:
        call.took_s = time.monotonic() - call.at_s
        call.status, call.response = status, body
        self.world.pulse.ring()
        return respond(status, body)

    def _check_token(self, request: web.Request) -> ApiError | None:
        token = request.match_info["token"]
        if token == self.token:
            return None
        return ApiError(401, "Unauthorized") if ":" in token else ApiError(404, "Not Found")

    async def _handle_file(self, request: web.Request) -> web.StreamResponse:
        if refused := self._check_token(request):
            return respond(refused.status, refused.body())
        path = request.match_info["path"]
        call = Call(method="file", fields={"path": path}, at_s=time.monotonic(), date=self.world.clock.seconds())
        self.calls.append(call)
        fault = next((fault for fault in self.faults if fault.meets("file", None)), None)
        if fault is not None and not fault.lets_through:
            call.fault = fault.name
            return await self._fail(request, call, fault)
        file = self.world.files.at(path)
        if file is None:
            return self._finish(call, 404, ApiError(404, "Not Found").body())
        self._finish(call, 200, {})
        return web.Response(body=file.content, content_type="application/octet-stream")


def respond(status: int, body: dict[str, Any]) -> web.Response:
    """Answer in JSON."""
    return web.Response(status=status, body=json.dumps(body).encode(), content_type="application/json")
