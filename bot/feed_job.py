"""Polls the feeds beside the handlers: what is new can be asked for seconds later."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime

import structlog
from telegram.error import TelegramError

from bot.sending.turns import Priority
from bot.services import Context, KutipApplication, Services
from bot.words import feed_texts as texts
from corpus.errors import KutipError
from corpus.feed_polling import FeedPoller, Polls, feed_web
from corpus.polling.lock import PollLock
from corpus.polling.records import Feed, PollOutcome
from corpus.polling.schedule import is_to_be_reported_broken, is_to_be_reported_well

LOOK_EVERY_S = 15.0
"""Between two looks for feeds that are due."""

FIRST_LOOK_S = 3.0
"""After the start, when people who waited for the bot have been answered."""

FEED_JOB = "feed_job"
"""Key of the job in ``application.bot_data``; absent where the settings turn polling off."""

END_WITHIN_S = 3.0
"""For giving up what is under way when the bot stops."""


@asynccontextmanager
async def polling_feeds(application: KutipApplication, services: Services) -> AsyncIterator[None]:
    """Poll the feeds of the store while the block runs, unless the settings or another process forbid it."""
    if not services.settings.feed_polling:
        yield
        return
    if application.job_queue is None:
        raise RuntimeError("the application was built without a job queue")
    job = FeedJob(services)
    application.bot_data[FEED_JOB] = job

    async def look(_context: Context) -> None:
        await job.look()

    scheduled = application.job_queue.run_repeating(look, interval=LOOK_EVERY_S, first=FIRST_LOOK_S)
    try:
        yield
    finally:
        scheduled.schedule_removal()
        try:
            async with asyncio.timeout(END_WITHIN_S):
                await job.close()
        except TimeoutError:
            structlog.get_logger().warning("polls of feeds were still under way at the end")


class FeedJob:
    """The polls of one process; :meth:`look` now and then, :meth:`close` at the end.

    Polls, embedding and reports each run on their own, so that a look never waits for any of them.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
        self._feeds = services.engine.store.feeds
        self._lock = PollLock(services.settings.store_path)
        self._open = AsyncExitStack()
        self._polls: Polls | None = None
        self._embedding: asyncio.Task[None] | None = None
        self._is_more_to_embed = False
        self._reporting: asyncio.Task[None] | None = None
        self._looking = asyncio.Lock()
        self._is_closed = False

    async def look(self) -> None:
        """Start what is due, if no other process polls the feeds of this store; what fails is logged."""
        try:
            async with self._looking:
                if not self._is_closed and self._lock.take():
                    await self._look()
        except (KutipError, OSError) as error:
            structlog.get_logger().error("feeds not looked at", error=type(error).__name__)

    async def _look(self) -> None:
        due = await self._feeds.due(self._services.clock())
        if due:
            (await self._ready()).start(due)
        if self._reporting is None or self._reporting.done():
            self._reporting = asyncio.create_task(self._report())

    async def _ready(self) -> Polls:
        if self._polls is None:
            services = self._services
            # Reading certificates takes a moment.
            web = await self._open.enter_async_context(await asyncio.to_thread(feed_web, services.settings))
            poller = FeedPoller(
                services.engine.store, web, services.settings, clock=services.clock, on_stored=self._embed_soon
            )
            self._polls = Polls(poller.poll, on_polled=_log)
        return self._polls

    def _embed_soon(self) -> None:
        """Let questions find what was just stored; one embedding runs at a time, then another for what came since."""
        self._is_more_to_embed = True
        if self._embedding is None or self._embedding.done():
            self._embedding = asyncio.create_task(self._embed())

    async def _embed(self) -> None:
        while self._is_more_to_embed:
            self._is_more_to_embed = False
            try:
                await self._services.engine.indexer.embed()
            except KutipError as error:  # the next batch tries again
                structlog.get_logger().error("articles of feeds not embedded", error=type(error).__name__)

    async def _report(self) -> None:
        try:
            await self.report_untold()
        except KutipError as error:  # the next look tries again
            structlog.get_logger().error("feeds not reported", error=type(error).__name__)

    async def report_untold(self) -> None:
        """Tell the admins of feeds that have been broken for days, and of those that are well again, once each."""
        now = self._services.clock()
        for feed in await self._feeds.all():
            if is_to_be_reported_broken(feed, now):
                await self._tell(feed, texts.broken(feed, self._services.settings.zone), feed.broken_since, now)
            elif is_to_be_reported_well(feed):
                await self._tell(feed, texts.well_again(feed), feed.reported_at, None)

    async def _tell(self, feed: Feed, text: str, since: datetime | None, reported_at: datetime | None) -> None:
        """:param since: tells this report from earlier ones. :param reported_at: what is noted afterwards."""
        state = "well again" if reported_at is None else "broken for days"
        structlog.get_logger().warning("feed", state=state, feed=feed.url)
        key = f"umpan:{feed.id}:{int(since.timestamp()) if since else 0}:{'well' if reported_at is None else 'broken'}"
        if await self._tell_admins(text, key):
            await self._feeds.reported(feed.id, reported_at)

    async def _tell_admins(self, text: str, key: str) -> bool:
        """Tell each admin once, also when this is tried again.

        :return: False if none of them could be told because Telegram was out of reach.
        """
        failures = 0
        admin_ids = self._services.settings.admin_ids
        for admin_id in admin_ids:
            try:
                await self._services.delivery.send_text(
                    admin_id, text, key=f"{key}:{admin_id}", priority=Priority.DIGEST
                )
            except TelegramError as error:  # an admin who never wrote to the bot, or a network that is down
                structlog.get_logger().warning("admin not told of a feed", error=type(error).__name__)
                failures += 1
        return not admin_ids or failures < len(admin_ids)

    async def close(self) -> None:
        """Give up what is under way: what was stored stays, the rest comes with a later poll."""
        self._is_closed = True
        try:
            if self._polls is not None:
                await self._polls.close()
            tasks = [task for task in (self._embedding, self._reporting) if task is not None]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._open.aclose()
        finally:
            self._lock.release()


async def _log(outcome: PollOutcome) -> None:
    if outcome.is_failed:
        structlog.get_logger().warning("feed failed", feed=outcome.feed.url, problem=outcome.feed.problem)
    elif outcome.report.added or outcome.report.updated:
        report = outcome.report
        structlog.get_logger().info("feed", feed=outcome.feed.url, added=report.added, updated=report.updated)
