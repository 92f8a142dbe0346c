"""Running the bot until it is told to stop: polling or webhook, and a clean end within ten seconds."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import timedelta
from functools import partial

import structlog
from telegram import Update
from telegram.error import BadRequest, InvalidToken, NetworkError, RetryAfter

from bot.app import build_application, open_services
from bot.broadcast import left_over, send_to_all
from bot.commands import publish_menus
from bot.digests.digest_running import sending_digests
from bot.feed_job import polling_feeds
from bot.loading import close_interrupted, embed_the_rest
from bot.services import QUEUE, Context, KutipApplication, Services
from bot.settings import BotSettings
from bot.webhook import WebhookServer
from corpus.errors import SettingsError

POLL_S = 5
"""Telegram holds a request for updates open for so long when there are none. A connection that died unnoticed is given
up three seconds later, so that nobody waits for ten."""

END_WITHIN_S = 10.0
"""From the signal to stop to the end of the process."""

FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 5.0
"""Between two tries to reach Telegram at the start, doubling."""

UPDATES = [
    Update.MESSAGE,
    Update.EDITED_MESSAGE,
    Update.CALLBACK_QUERY,
    Update.INLINE_QUERY,
    Update.MY_CHAT_MEMBER,
    Update.MESSAGE_REACTION,
]
"""Kinds that are asked for; Telegram sends no others."""

FIRST_PRUNE_S, PRUNE_EVERY_S = 10.0, 3600.0


async def serve(settings: BotSettings, *, stop: asyncio.Event | None = None) -> None:
    """Run the bot until `stop` is set, or SIGINT or SIGTERM comes.

    :raises SettingsError: no token, or one that Telegram does not know.
    :raises StoreError: and its kinds. :raises RetrievalError: and its kinds.
    """
    stop = stop or asyncio.Event()
    try:
        await asyncio.to_thread(settings.data_dir.mkdir, parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError("KUTIP_DATA_DIR", f"{settings.data_dir}: {error.strerror}") from error
    application = build_application(settings)
    with _signals(stop):
        async with open_services(application, settings) as services:
            await run(application, services, stop=stop)


async def run(application: KutipApplication, services: Services, *, stop: asyncio.Event) -> None:
    """Run an application whose services are open until `stop` is set."""
    if not await _is_initialized(application, stop):
        return
    try:
        await close_interrupted(services)
        await application.start()
        await _take_up(application, services)
        _prune_now_and_then(application, services)
        async with _fetching(application, services.settings, stop):
            application.create_task(publish_menus(application.bot, services.settings.admin_ids))
            structlog.get_logger().info("bot is running", username=application.bot.username)
            async with polling_feeds(application, services), sending_digests(application, services):
                await stop.wait()
    finally:
        await _end(application)


async def _is_initialized(application: KutipApplication, stop: asyncio.Event) -> bool:
    """Wait until Telegram can be reached.

    :return: False if the bot was told to stop before.
    :raises SettingsError: Telegram does not know the token.
    """
    try:
        return await _patiently(application.initialize, stop)
    except InvalidToken as error:
        raise SettingsError(
            "KUTIP_TELEGRAM_TOKEN", "Telegram does not know it; @BotFather shows the right one"
        ) from error


async def _patiently(request: Callable[[], Awaitable[object]], stop: asyncio.Event) -> bool:
    """Make a request, again and again while the network fails.

    :return: False if the bot was told to stop before.
    """
    pause_s = FIRST_PAUSE_S
    while not stop.is_set():
        try:
            await request()
        except BadRequest:
            raise
        except (NetworkError, RetryAfter) as error:
            structlog.get_logger().warning("Telegram cannot be reached", error=error.message, again_in_s=pause_s)
        else:
            return True
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), pause_s)
        pause_s = min(2 * pause_s, LONGEST_PAUSE_S)
    return False


@contextlib.asynccontextmanager
async def _fetching(application: KutipApplication, settings: BotSettings, stop: asyncio.Event) -> AsyncIterator[None]:
    """Take updates inside the block, in the way that the settings choose."""
    if settings.webhook_url is None:
        if application.updater is None:
            raise RuntimeError("the application was built without an updater")
        await application.updater.start_polling(timeout=POLL_S, allowed_updates=UPDATES, bootstrap_retries=-1)
        yield  # it is stopped within the time that the whole end may take
        return
    secret = settings.webhook_secret.get_secret_value() if settings.webhook_secret else secrets.token_urlsafe(32)
    server = WebhookServer(
        application,
        url=settings.webhook_url,
        listen=settings.webhook_listen,
        port=settings.webhook_port,
        secret=secret,
    )
    await server.start()
    try:
        await _patiently(
            partial(application.bot.set_webhook, settings.webhook_url, secret_token=secret, allowed_updates=UPDATES),
            stop,
        )
        yield
    finally:
        await server.stop()


async def _end(application: KutipApplication) -> None:
    """Take no more updates, finish what is in hand, close."""
    try:
        async with asyncio.timeout(END_WITHIN_S):
            if application.updater is not None and application.updater.running:
                await application.updater.stop()
            if application.running:
                await application.stop()
            await application.shutdown()
    except TimeoutError:
        structlog.get_logger().warning("not all was finished in time; it waits for the next start")


async def _take_up(application: KutipApplication, services: Services) -> None:
    """Go on with what an earlier run did not finish; updates that it left are in the queue already."""
    stopping = application.bot_data[QUEUE].stopping
    application.create_task(embed_the_rest(services, stopping))
    for announcement in await left_over(services):
        application.create_task(send_to_all(announcement, services, stopping))


def _prune_now_and_then(application: KutipApplication, services: Services) -> None:
    """Forget what is older than the setting says, soon and every hour."""
    if application.job_queue is None:
        raise RuntimeError("the application was built without a job queue")

    async def prune(_context: Context) -> None:
        await services.state.prune(services.clock() - timedelta(days=services.settings.keep_days))
        await services.mailbox.prune()
        await services.subscriptions.tellings.prune()

    application.job_queue.run_repeating(prune, interval=PRUNE_EVERY_S, first=FIRST_PRUNE_S)


@contextlib.contextmanager
def _signals(stop: asyncio.Event) -> Iterator[None]:
    """Set `stop` on SIGINT and SIGTERM inside the block."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    try:
        yield
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)
