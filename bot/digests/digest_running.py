"""Digests and alerts inside the process of the bot: from its start to its end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

import structlog

from bot.digests.digest_asking import ask_keyboard
from bot.digests.digest_making import DigestMaker
from bot.digests.digest_sending import END_WITHIN_S, DigestSender
from bot.digests.topic_alerts import TopicAlerts
from bot.services import KutipApplication, Services

DIGESTS = "digests"
"""Key of :class:`Digests` in ``application.bot_data``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Digests:
    """What sends by itself."""

    sender: DigestSender
    alerts: TopicAlerts


def digests_over(services: Services) -> Digests:
    """Put the parts together."""
    maker = DigestMaker(services.engine.store, fingerprint=services.engine.indexer.fingerprint)
    alerts = TopicAlerts(
        services.engine.store,
        maker,
        subscriptions=services.subscriptions,
        mailbox=services.mailbox,
        delivery=services.delivery,
        zone=services.settings.zone,
        clock=services.clock,
    )
    sender = DigestSender(
        maker,
        subscriptions=services.subscriptions,
        mailbox=services.mailbox,
        delivery=services.delivery,
        state=services.state,
        clock=services.clock,
        alerts=alerts,
        keyboard=ask_keyboard,
    )
    return Digests(sender=sender, alerts=alerts)


@asynccontextmanager
async def sending_digests(application: KutipApplication, services: Services) -> AsyncIterator[Digests]:
    """Send until the block ends; what is in hand then gets a few seconds."""
    digests = digests_over(services)
    application.bot_data[DIGESTS] = digests
    stopping = asyncio.Event()
    sending = asyncio.create_task(digests.sender.run(stopping))
    looking = asyncio.create_task(digests.alerts.run(digests.sender.wake))
    for task in (sending, looking):
        task.add_done_callback(_log_failure)
    try:
        yield digests
    finally:
        stopping.set()
        looking.cancel()
        await asyncio.wait({sending, looking}, timeout=END_WITHIN_S + 1)
        sending.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.gather(sending, looking, return_exceptions=True)


def _log_failure(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        structlog.get_logger().error("digests ended", error=repr(error))
