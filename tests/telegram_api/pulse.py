"""Waiting until something in the pretended world comes true."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

Found = TypeVar("Found")

LOOK_AGAIN_S = 0.05
"""What a test waits for may lie outside the pretended world, where nothing rings."""


class Pulse:
    """Rung at each change; whoever waits looks again."""

    def __init__(self) -> None:
        self._waiters: set[asyncio.Future[None]] = set()

    def ring(self) -> None:
        """Let everyone who waits look again."""
        waiters, self._waiters = self._waiters, set()
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)

    def next(self) -> asyncio.Future[None]:
        """Fulfilled by the next change after this call, even if nobody waits for it yet."""
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiters.add(waiter)
        waiter.add_done_callback(self._waiters.discard)
        return waiter

    async def until(self, look: Callable[[], Found | None], timeout_s: float, what: Callable[[], str]) -> Found:
        """Wait until `look` finds something.

        :param what: says what was waited for, and what happened instead; asked only when time is up.
        :raises AssertionError: it did not come in time.
        """
        try:
            async with asyncio.timeout(timeout_s):
                while (found := look()) is None:
                    await self._change()
                return found
        except TimeoutError:
            raise AssertionError(f"not within {timeout_s} s: {what()}") from None

    async def _change(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(LOOK_AGAIN_S):
                await self.next()
