"""Posting updates to the bot's webhook until it takes them."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import aiohttp

from .updates import Pending
from .world import Webhook, World

REQUEST_TIMEOUT_S = 60.0
FIRST_DELAY_S = 0.05
LONGEST_DELAY_S = 1.0


class WebhookSender:
    """Posts updates: those of one chat one after the other, those of different chats beside each other.

    Telegram waits a second and longer after a failure; a test should not, so delays are short here.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._busy: dict[str, asyncio.Task[None]] = {}
        self._fails: dict[str, int] = {}
        self._session: aiohttp.ClientSession | None = None
        self._loop_task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to watch for updates."""
        self._session = aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=REQUEST_TIMEOUT_S), connector=aiohttp.TCPConnector(ssl=False, limit=0)
        )
        self._loop_task = asyncio.create_task(self._run())

    async def close(self) -> None:
        """Stop at once; what was not taken stays pending."""
        tasks = [task for task in (self._loop_task, *self._busy.values()) if task is not None]
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task
        if self._session is not None:
            await self._session.close()

    async def _run(self) -> None:
        while True:
            change = self._world.pulse.next()  # before looking: a change meanwhile must not go unseen
            try:
                if self._world.webhook is not None:
                    self._post_what_can_be(self._world.webhook)
                await change
            finally:
                change.cancel()

    def _post_what_can_be(self, webhook: Webhook) -> None:
        for pending in self._world.updates.waiting():
            if len(self._busy) >= webhook.max_connections:
                return
            if pending.queue not in self._busy:
                self._busy[pending.queue] = asyncio.create_task(self._post(webhook, pending))

    async def _post(self, webhook: Webhook, pending: Pending) -> None:
        try:
            error = await self._try(webhook, pending)
            if error is None:
                self._fails.pop(pending.queue, None)
                self._world.updates.confirm(pending.update_id)
                return
            webhook.last_error, webhook.last_error_at = error, self._world.clock.unix()
            fails = self._fails[pending.queue] = self._fails.get(pending.queue, 0) + 1
            await asyncio.sleep(min(FIRST_DELAY_S * 2 ** min(fails, 10), LONGEST_DELAY_S))
        finally:
            self._busy.pop(pending.queue, None)
            self._world.pulse.ring()

    async def _try(self, webhook: Webhook, pending: Pending) -> str | None:
        """Post once.

        :return: what went wrong, None where the bot took the update.
        """
        headers = {"X-Telegram-Bot-Api-Secret-Token": webhook.secret} if webhook.secret else {}
        assert self._session is not None
        try:
            async with self._session.post(webhook.url, json=pending.data, headers=headers) as response:
                if 200 <= response.status <= 299:
                    return None
                return f"Wrong response from the webhook: {response.status} {response.reason}"
        except aiohttp.ClientConnectorError:
            return "Connection refused"
        except TimeoutError:
            return "Read timeout expired"
        except aiohttp.ClientError:
            return "Webhook connection closed"
