"""A real HTTP server on the loopback address, which answers as a test tells it to and remembers who asked."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One answer; `drop` closes the connection instead, `drip_s` waits between the two halves of the body."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    delay_s: float = 0.0
    drip_s: float = 0.0
    drop: bool = False


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One request as it came in."""

    path: str
    headers: Mapping[str, str]
    came_at_s: float
    left_at_s: float


class Site:
    """Answers by path; with several answers for a path the last one stays."""

    def __init__(self) -> None:
        self.url = ""
        self.asked: list[Asked] = []
        self._answers: dict[str, list[Answer]] = {}

    def answer(self, path: str, *answers: Answer | str | bytes, content_type: str = "text/html; charset=utf-8") -> str:
        """Set what a path answers, and give its address."""
        self._answers[path] = [
            Answer(body=answer.encode() if isinstance(answer, str) else answer, headers={"content-type": content_type})
            if isinstance(answer, str | bytes)
            else answer
            for answer in answers
        ]
        return self.url + path

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Give the next answer of the path that was asked for, or 404."""
        came_at_s = time.monotonic()
        answers = self._answers.get(request.path_qs) or [Answer(status=404)]
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        await asyncio.sleep(answer.delay_s)
        self.asked.append(
            Asked(
                path=request.path_qs,
                headers={name.lower(): value for name, value in request.headers.items()},
                came_at_s=came_at_s,
                left_at_s=time.monotonic(),
            )
        )
        if answer.drop and request.transport:
            request.transport.abort()
        response = web.StreamResponse(status=answer.status, headers=dict(answer.headers))
        await response.prepare(request)
        half = len(answer.body) // 2 if answer.drip_s else len(answer.body)
        await response.write(answer.body[:half])
        if answer.drip_s:
            await asyncio.sleep(answer.drip_s)
            await response.write(answer.body[half:])
        await response.write_eof()
        return response


@asynccontextmanager
async def running_site() -> AsyncIterator[Site]:
    """A site that runs on 127.0.0.1 for the time of the block."""
    site = Site()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", site.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    listener = web.TCPSite(runner, "127.0.0.1", 0)
    await listener.start()
    host, port = runner.addresses[0][:2]
    site.url = f"http://{host}:{port}"
    try:
        yield site
    finally:
        await runner.cleanup()
