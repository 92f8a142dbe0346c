"""Handling updates: with a time-out, marked as done afterwards, and drained when the bot stops."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from functools import partial
from typing import Any

import structlog
from telegram import Update
from telegram.ext import BaseUpdateProcessor

from bot.errors import SlowError
from bot.keeping.inbox_queue import MOST_ASIDE, InboxQueue
from bot.places import placed

HANDLER_TIMEOUT_S = 90.0
"""More than an answer's 20 s and a minute of waiting for Telegram's limit of a group together."""

DRAIN_S = 8.0
"""What is in hand when the bot stops gets this long; the rest of ten seconds is for closing."""

GRACE_S = 0.5
"""What was cancelled gets this long to clean up, before it is left alone."""


class InboxProcessor(BaseUpdateProcessor):
    """Runs what an :class:`InboxQueue` lets out. ``ApplicationBuilder.concurrent_updates`` takes it.

    Handlers must be blocking, which is the library's default: ``block=False`` would be done before it has begun.

    :param at_once: as of the queue; above 1, because the library runs a single one by another way.
    :param handler_timeout_s: a handler that runs longer is cancelled, and the error handler called.
    :param drain_s: when the bot stops, handlers are cancelled after this time; their updates wait for the next start.
    """

    __slots__ = ("_drain_s", "_drain_until", "_queue", "_timeout_s")

    def __init__(
        self,
        queue: InboxQueue,
        *,
        at_once: int,
        handler_timeout_s: float = HANDLER_TIMEOUT_S,
        drain_s: float = DRAIN_S,
    ) -> None:
        super().__init__(max_concurrent_updates=at_once + MOST_ASIDE)
        if at_once == 1:
            raise ValueError("at_once must be above 1")
        self._queue = queue
        self._timeout_s = handler_timeout_s
        self._drain_s = drain_s
        self._drain_until: float | None = None

    async def initialize(self) -> None:
        """Does nothing."""

    async def shutdown(self) -> None:
        """Does nothing: whoever stops the application waits for what is in hand."""

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Handle one update.

        :raises SlowError: it took too long; the update counts as done.
        """
        if not isinstance(update, Update):
            await coroutine
            return
        with placed(partial(self._queue.step_aside, update)):
            handling = asyncio.ensure_future(coroutine)
        is_done = False
        try:
            is_late = await self._watch(handling)
            is_done = is_late or handling.done()
        finally:
            await _end(handling, update)
            await self._queue.finished(update, done=is_done)
        if is_late:
            raise SlowError(self._timeout_s)
        if is_done and not handling.cancelled():
            handling.result()

    async def _watch(self, handling: asyncio.Future[Any]) -> bool:
        """Wait until a handler ends, or its time is over, or that of the bot.

        :return: whether its own time is over.
        """
        stopping = asyncio.ensure_future(self._queue.stopping.wait())
        try:
            await asyncio.wait({handling, stopping}, timeout=self._timeout_s, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopping.cancel()
        if not handling.done() and self._queue.stopping.is_set():
            await asyncio.wait({handling}, timeout=self._left_to_drain_s())
            return False
        return not handling.done()

    def _left_to_drain_s(self) -> float:
        """All that is in hand shares one time of draining, which begins with the first that asks."""
        now = asyncio.get_running_loop().time()
        if self._drain_until is None:
            self._drain_until = now + self._drain_s
        return max(0.0, self._drain_until - now)


async def _end(handling: asyncio.Future[Any], update: Update) -> None:
    """Cancel a handler that still runs; one that does not let itself be cancelled is left alone."""
    if handling.done():
        return
    handling.cancel()
    await asyncio.wait({handling}, timeout=GRACE_S)
    if not handling.done():
        structlog.get_logger().error("handler cannot be cancelled", update_id=update.update_id)
