"""A small local HTTP server that says whether the bot is well: ``/healthz`` and ``/metrics``."""

from __future__ import annotations

import json
import socket
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any

from telegram.error import TelegramError
from tornado.httpserver import HTTPServer
from tornado.web import Application, RequestHandler

from bot.metrics import CONTENT_TYPE, BotMetrics
from corpus.errors import KutipError, SettingsError
from retrieval.engine import Engine

Check = Callable[[], Awaitable[str | None]]
"""Gives the reason why something is not well, or None."""

MOST_INDEX_LAG = 5000
"""Changes; a running bot catches up some hundreds a second, so more than these are not the load of the moment."""

MOST_SILENCE_S = 60.0
"""Of Telegram; shorter breaks of the connection are ordinary."""


def engine_checks(
    engine: Engine, metrics: BotMetrics, *, probe: Callable[[], Awaitable[object]] | None = None
) -> dict[str, Check]:
    """The usual checks: the store can be read, the indexes follow it, Telegram can be reached.

    :param probe: a request to Telegram that changes nothing, such as getMe, whose outcome the metrics learn; made when
        the last requests failed, since a bot that nobody talks to makes no other.
    """

    async def store() -> str | None:
        try:
            metrics.set_index_lag(lag := max(0, await engine.store.last_seq() - engine.indexes.seq))
        except KutipError as error:
            return f"the store cannot be read: {type(error).__name__}"
        return f"the indexes lack {lag} changes" if lag > MOST_INDEX_LAG else None

    async def telegram() -> str | None:
        if metrics.telegram_fails_for_s > MOST_SILENCE_S and probe is not None:
            with suppress(TelegramError):
                await probe()
        silent_s = metrics.telegram_fails_for_s
        return f"no answer from Telegram for {silent_s:.0f} s" if silent_s > MOST_SILENCE_S else None

    return {"store": store, "telegram": telegram}


class HealthServer:
    """Serves until it is stopped.

    :param port: 0 for any free one.
    :param checks: name -> check; all must give None for the bot to be well.
    """

    def __init__(
        self, *, port: int, metrics: BotMetrics, checks: Mapping[str, Check], listen: str = "127.0.0.1"
    ) -> None:
        self._wanted = port
        self._listen = listen
        shared = {"metrics": metrics, "checks": dict(checks)}
        self._server = HTTPServer(
            Application(
                [("/healthz", _Health, shared), ("/metrics", _Metrics, shared)],
                default_handler_class=_Missing,
                default_handler_args=shared,
                log_function=_no_log,
            )
        )
        self.port = port

    async def start(self) -> None:
        """Listen.

        :raises SettingsError: the port cannot be used.
        """
        try:
            listening = socket.create_server((self._listen, self._wanted), family=_family(self._listen))
        except OSError as error:
            raise SettingsError("KUTIP_METRICS_PORT", f"{self._listen}:{self._wanted}: {error.strerror}") from error
        listening.setblocking(False)
        self.port = listening.getsockname()[1]
        self._server.add_sockets([listening])

    async def stop(self) -> None:
        """Stop listening and close what is open."""
        self._server.stop()
        await self._server.close_all_connections()


def _family(address: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def _no_log(_handler: RequestHandler) -> None:
    """A line for each scrape would tell nothing."""


class _Base(RequestHandler):
    """Shared by both pages."""

    def initialize(self, metrics: BotMetrics, checks: dict[str, Check]) -> None:
        self.metrics = metrics
        self.checks = checks

    def set_default_headers(self) -> None:
        self.set_header("Cache-Control", "no-store")
        self.clear_header("Server")

    async def reasons(self) -> dict[str, str]:
        """What is not well, by the name of its check."""
        found = {}
        for name, check in self.checks.items():
            try:
                reason = await check()
            except Exception as error:
                reason = f"the check failed: {type(error).__name__}"
            if reason is not None:
                found[name] = reason
        return found

    def write_error(self, status_code: int, **_kwargs: Any) -> None:
        self.finish(f"{status_code}\n")


class _Missing(_Base):
    """Any other path."""

    def prepare(self) -> None:
        self.send_error(404)


class _Health(_Base):
    """200 when all is well, else 503, and why."""

    async def get(self) -> None:
        reasons = await self.reasons()
        self.set_status(503 if reasons else 200)
        self.set_header("Content-Type", "application/json")
        self.finish(
            json.dumps({"ok": not reasons, "reasons": reasons, "uptime_s": round(self.metrics.uptime_s, 1)}) + "\n"
        )

    head = get


class _Metrics(_Base):
    """Figures for Prometheus; the checks run first, since they measure the lag of the indexes."""

    async def get(self) -> None:
        await self.reasons()
        self.set_header("Content-Type", CONTENT_TYPE)
        self.finish(self.metrics.render())
