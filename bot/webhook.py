"""The webhook: what Telegram posts goes into the queue of updates, and past those that the library cannot read.

The library's own webhook refuses such an update, which Telegram then repeats for a day, before all that follows in the
same chat. Here it is confirmed and set aside, as in polling (:mod:`bot.reception`). An update that cannot be stored is
refused, so that it comes again.
"""

from __future__ import annotations

import hmac
import json
import re
import socket
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import structlog
from telegram import Update
from tornado.httpserver import HTTPServer
from tornado.web import Application, HTTPError, RequestHandler

from bot.keeping.inbox_queue import UpdateNotStoredError
from bot.reception import readable
from bot.services import QUEUE, KutipApplication
from corpus.errors import SettingsError

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  a name

MOST_BYTES = 4 * 2**20
"""Of an update; those of Telegram have some kilobytes."""


class WebhookServer:
    """Takes updates until it is stopped; the caller tells Telegram the address.

    :param url: whose path is served. :param secret: that Telegram sends along.
    """

    def __init__(self, application: KutipApplication, *, url: str, listen: str, port: int, secret: str) -> None:
        self._address = (listen, port)
        shared = {"updates_to": application, "secret": secret}
        self._server = HTTPServer(
            Application([(_pattern(url), _Updates, shared)], log_function=_no_log), max_body_size=MOST_BYTES
        )

    async def start(self) -> None:
        """Listen.

        :raises SettingsError: the port cannot be used.
        """
        listen, port = self._address
        family = socket.AF_INET6 if ":" in listen else socket.AF_INET
        try:
            listening = socket.create_server((listen, port), family=family)
        except OSError as error:
            raise SettingsError("KUTIP_WEBHOOK_PORT", f"{listen}:{port}: {error.strerror}") from error
        listening.setblocking(False)
        self._server.add_sockets([listening])

    async def stop(self) -> None:
        """Stop listening and close what is open; what was not confirmed comes again."""
        self._server.stop()
        await self._server.close_all_connections()


def _pattern(url: str) -> str:
    r"""Of the path of an address, with or without a slash at its end.

    >>> _pattern("https://kutip.example/tele.gram")
    '/tele\\.gram/?'
    """
    return re.escape("/" + urlsplit(url).path.strip("/")).rstrip("/") + "/?"


def _no_log(_handler: RequestHandler) -> None:
    """A line for each update would tell nothing."""


class _Updates(RequestHandler):
    """200 for an update that is kept, or that nobody could ever read."""

    def initialize(self, updates_to: KutipApplication, secret: str) -> None:
        self._updates_to = updates_to
        self._secret = secret

    async def post(self) -> None:
        given = self.request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(given.encode(), self._secret.encode()):
            raise HTTPError(HTTPStatus.FORBIDDEN)
        raw = readable(_parsed(self.request.body))
        if raw is None:
            return
        update = Update.de_json(raw, self._updates_to.bot)
        try:
            await self._updates_to.bot_data[QUEUE].put(update)
        except UpdateNotStoredError as error:
            structlog.get_logger().error("update was not stored", error=str(error))
            raise HTTPError(HTTPStatus.INTERNAL_SERVER_ERROR) from error

    def write_error(self, status_code: int, **_kwargs: Any) -> None:
        self.finish(f"{status_code}\n")

    def log_exception(self, _kind: Any, error: BaseException | None, _trace: Any) -> None:
        if not isinstance(error, HTTPError):
            structlog.get_logger().error("webhook failed", error=repr(error))


def _parsed(body: bytes) -> object:
    """What was posted, or None where it is no JSON."""
    try:
        return json.loads(body.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None
