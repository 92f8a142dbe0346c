"""The only place where the bot is put together."""

from __future__ import annotations

import asyncio
import math
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import cast

from telegram import LinkPreviewOptions
from telegram.ext import Application, ContextTypes, Defaults, ExtBot

from bot import admin, broadcast, chats, commands, feeds_admin, group, inline, loading, private, reactions, taps
from bot.answering import Answering
from bot.digests import digest_asking, langganan, subscription_taps
from bot.errors import NOTICE_EVERY_S, on_error
from bot.health import HealthServer, engine_checks
from bot.keeping.drafts import Drafts
from bot.keeping.inbox_queue import InboxQueue
from bot.keeping.mailbox import Mailbox
from bot.keeping.processing import InboxProcessor
from bot.keeping.state import BotState
from bot.metrics import BotMetrics
from bot.reception import UpdatesRequest
from bot.sending.delivery import Delivery
from bot.sending.limits import Notices, Sending, TelegramLimiter, UserLimiter
from bot.services import SERVICES, Context, KutipApplication, Services
from bot.settings import BotSettings
from corpus.errors import SettingsError
from retrieval.engine import open_engine

CONNECTIONS = 16
"""To Telegram. With 256 the pool collapses (80 updates/s against more than 300, measured on 2 cores)."""

POOL_TIMEOUT_S = 15.0
CONNECT_TIMEOUT_S = 5.0
READ_TIMEOUT_S = 5.0
"""Telegram answers within a second; what takes longer is found out by :mod:`bot.sending.doubt`."""

POLL_READ_TIMEOUT_S = 3.0
"""Beyond the time for which Telegram holds a request for updates open."""

UPLOAD_TIMEOUT_S = 60.0

PROBE = Sending(retry_for_s=0, flood_patience_s=0)
"""Whoever asks whether the bot is well does not wait for Telegram to come back."""


def utc_now() -> datetime:
    """The present, as an aware time."""
    return datetime.now(UTC)


def build_application(settings: BotSettings, *, clock: Callable[[], datetime] = utc_now) -> KutipApplication:
    """Make the application with all handlers; :func:`open_services` before it may start.

    :raises SettingsError: there is no token.
    """
    if settings.telegram_token is None:
        raise SettingsError("KUTIP_TELEGRAM_TOKEN", "not set; @BotFather gives one")
    metrics = BotMetrics()
    limiter = TelegramLimiter(on_outcome=metrics.note_telegram)
    queue = InboxQueue(at_once=settings.concurrent_updates, clock=clock)
    made = (
        Application.builder()
        .token(settings.telegram_token.get_secret_value())
        .base_url(f"{settings.telegram_api_url}/bot")
        .base_file_url(f"{settings.telegram_api_url}/file/bot")
        .context_types(ContextTypes(context=Context))
        .defaults(Defaults(link_preview_options=LinkPreviewOptions(is_disabled=True)))
        .rate_limiter(limiter)
        .update_queue(queue)
        .concurrent_updates(InboxProcessor(queue, at_once=settings.concurrent_updates))
        .connection_pool_size(CONNECTIONS)
        .pool_timeout(POOL_TIMEOUT_S)
        .connect_timeout(CONNECT_TIMEOUT_S)
        .read_timeout(READ_TIMEOUT_S)
        .media_write_timeout(UPLOAD_TIMEOUT_S)
        .get_updates_request(
            UpdatesRequest(read_timeout_s=POLL_READ_TIMEOUT_S, on_outcome=partial(metrics.note_telegram, "getUpdates"))
        )
        .build()
    )
    application = cast(KutipApplication, made)
    application.bot_data.update(metrics=metrics, limiter=limiter, queue=queue, clock=clock)
    for module in (admin, loading, broadcast, feeds_admin):
        module.add_handlers(application, settings.admin_ids)
    for module in (
        chats,
        commands,
        langganan,
        subscription_taps,
        digest_asking,
        group,
        inline,
        taps,
        reactions,
        private,
    ):
        module.add_handlers(application)
    application.add_error_handler(on_error)
    return application


@asynccontextmanager
async def open_services(application: KutipApplication, settings: BotSettings) -> AsyncIterator[Services]:
    """Open what the handlers work with, and take up what an earlier run left; closed when the block ends.

    :raises StoreError: the store of articles, or that of the bot, cannot be used.
    :raises RetrievalError: a model or an index cannot be used.
    """
    metrics: BotMetrics = application.bot_data["metrics"]
    limiter: TelegramLimiter = application.bot_data["limiter"]
    queue: InboxQueue = application.bot_data["queue"]
    clock: Callable[[], datetime] = application.bot_data["clock"]
    async with AsyncExitStack() as stack:
        engine = await stack.enter_async_context(open_engine(settings))
        state = await stack.enter_async_context(
            await BotState.open(settings.bot_store_path, busy_timeout_s=settings.busy_timeout_s)
        )
        mailbox = await Mailbox.open(state.database, clock=clock)
        stack.push_async_callback(mailbox.close)
        answering = Answering.of(engine, settings, on_answered=metrics.observe_question, behind=lambda: queue.waiting)
        services = Services(
            settings=settings,
            engine=engine,
            state=state,
            mailbox=mailbox,
            answering=answering,
            delivery=Delivery(application.bot, limiter=limiter, state=state, mailbox=mailbox, clock=clock),
            users=UserLimiter(settings.user_questions_per_minute),
            notices=Notices(NOTICE_EVERY_S),
            drafts=Drafts(),
            loading=asyncio.Lock(),
            broadcasting=asyncio.Lock(),
            metrics=metrics,
            clock=clock,
        )
        _watch(metrics, answering, queue, limiter)
        metrics.watch("kutip_free_disk_bytes", "Where the data lie.", partial(_free_bytes, settings.data_dir))
        application.bot_data[SERVICES] = services
        if settings.metrics_port is not None:
            health = HealthServer(
                port=settings.metrics_port,
                metrics=metrics,
                checks=engine_checks(engine, metrics, probe=partial(application.bot.get_me, rate_limit_args=PROBE)),
                listen=settings.metrics_listen,
            )
            await health.start()
            stack.push_async_callback(health.stop)
        await queue.open(mailbox, application.bot)
        yield services


@asynccontextmanager
async def open_delivery(settings: BotSettings) -> AsyncIterator[Delivery]:
    """Send without answering: for a command line, beside a running bot or without one.

    :raises SettingsError: there is no token. :raises StoreError: the state of the bot cannot be used.
    """
    if settings.telegram_token is None:
        raise SettingsError("KUTIP_TELEGRAM_TOKEN", "not set; @BotFather gives one")
    limiter = TelegramLimiter()
    bot = ExtBot(
        settings.telegram_token.get_secret_value(),
        base_url=f"{settings.telegram_api_url}/bot",
        defaults=Defaults(link_preview_options=LinkPreviewOptions(is_disabled=True)),
        rate_limiter=limiter,
    )
    async with (
        bot,
        await BotState.open(settings.bot_store_path, busy_timeout_s=settings.busy_timeout_s) as state,
    ):
        mailbox = await Mailbox.open(state.database)
        try:
            yield Delivery(bot, limiter=limiter, state=state, mailbox=mailbox, clock=utc_now)
        finally:
            await mailbox.close()


def _free_bytes(folder: Path) -> float:
    try:
        return float(shutil.disk_usage(folder).free)
    except OSError:
        return math.nan


def _watch(metrics: BotMetrics, answering: Answering, queue: InboxQueue, limiter: TelegramLimiter) -> None:
    metrics.watch("kutip_waiting_questions", "Questions that wait for one being computed.", lambda: answering.waiting)
    metrics.watch("kutip_waiting_updates", "Updates that wait for their turn.", lambda: queue.waiting)
    metrics.watch("kutip_waiting_requests", "Requests that wait for Telegram's limits.", lambda: limiter.waiting)
