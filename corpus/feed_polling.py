"""Polling feeds: what is new goes through the same pipeline as ``kutip load``; a slow feed holds up nobody else."""

from __future__ import annotations

import asyncio
import random
import threading
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import httpx
import structlog

from corpus.errors import FetchError, KutipError
from corpus.ingest import IngestOptions, ingest_entries
from corpus.polling.choosing import KeyedEntry, choose, keyed, seen_after, waiting
from corpus.polling.records import Feed, PollOutcome, SeenEntry, Wanted
from corpus.polling.schedule import (
    LONGEST_S,
    SHORTEST_S,
    interval_after_change,
    interval_after_quiet,
    is_slow,
    next_poll,
    wait_after_failure,
)
from corpus.readers import ReadOptions
from corpus.reading.feeds import FeedDocument, FeedResult, poll_feed
from corpus.reading.following import follow
from corpus.reading.web import Web
from corpus.settings import CorpusSettings
from corpus.store import ArticleStore
from corpus.types import LoadReport, RawArticle, Rejection

MOST_ENTRIES = 200
"""Entries that are read of a feed, from its beginning, where feeds have their news; few have more than 100."""

MOST_CHARS = 3_000_000
"""Of the text of a feed that is read. Whole articles of 200 entries are about 1.5 million characters."""

MOST_ARTICLES = 100
"""Loaded in one poll; the others wait for the next, which comes soon."""

MOST_TITLE_CHARS = 200

POLL_LIMIT_S = 120.0
"""After this no further page is begun in a poll; likewise the others wait."""

FAST_AT_ONCE, SLOW_AT_ONCE = 12, 3
"""Hosts that are polled at once: those that answered well the last time, and those that did not."""

HOLD_S = 600.0
"""A feed whose poll met an error of this machine (a full disk, say) is left alone for so long."""


def utc_now() -> datetime:
    """The present, aware."""
    return datetime.now(UTC)


def feed_web(settings: CorpusSettings) -> Web:
    """The client for polls: a feed that fails is polled again later, so that one more try at once has to do."""
    return Web(settings.model_copy(update={"http_retries": min(settings.http_retries, 1)}))


class FeedPoller:
    """Polls one feed at a call; calls for feeds of different hosts may run at once.

    :param web: shared by all polls, so that a host gets one request at a time.
    :param clock: the present, as an aware time.
    :param chance: gives numbers from 0 to 1, which spread the polls.
    :param timer: seconds that only ever grow, for how long something took.
    :param on_stored: called each time that articles were added or changed, also in the middle of a poll.
    """

    def __init__(
        self,
        store: ArticleStore,
        web: Web,
        settings: CorpusSettings,
        *,
        clock: Callable[[], datetime] = utc_now,
        chance: Callable[[], float] = random.random,
        timer: Callable[[], float] = time.monotonic,
        on_stored: Callable[[], None] | None = None,
    ) -> None:
        self._store = store
        self._web = web
        self._settings = settings
        self._clock = clock
        self._chance = chance
        self._timer = timer
        self._on_stored = on_stored

    async def poll(self, feed: Feed) -> PollOutcome:
        """Fetch a feed if it changed, load what is new in it, and remember when it is due again.

        Whatever is wrong with the feed is told by the outcome. A stop at any moment loses nothing: what was stored is
        known by its address.

        :raises StoreError: the store cannot be written.
        """
        started = self._timer()
        try:
            result = await self._fetch(feed)
        except FetchError as error:
            return await self._failed(feed, error, self._timer() - started)
        if result.document is None:
            return await self._unchanged(feed, result, self._timer() - started)
        return await self._loaded(feed, result, started)

    async def _fetch(self, feed: Feed) -> FeedResult:
        return await poll_feed(
            self._web,
            feed.url,
            etag=feed.etag,
            last_modified=feed.last_modified,
            most_entries=MOST_ENTRIES,
            most_chars=MOST_CHARS,
        )

    async def _failed(self, feed: Feed, error: FetchError, took_s: float) -> PollOutcome:
        now = self._clock()
        failures = feed.failures + 1
        wait_s = wait_after_failure(failures)
        after = replace(
            feed,
            polled_at=now,
            failures=failures,
            broken_since=feed.broken_since or now,
            problem=f"{error.reason}: {error.detail}" if error.detail else str(error.reason),
            took_s=took_s,
            next_at=self._next(now, wait_s, asked_s=error.retry_after_s),
        )
        kept = await self._store.feeds.record(after, (), (), now)
        return PollOutcome(feed=kept or after, before=feed)

    async def _unchanged(self, feed: Feed, result: FeedResult, took_s: float) -> PollOutcome:
        now = self._clock()
        after = self._well(feed, result, now, took_s=took_s)
        interval_s = interval_after_quiet(feed.interval_s, _since(feed.changed_at or feed.added_at, now))
        after = replace(after, interval_s=interval_s, next_at=self._next(now, interval_s, asked_s=result.max_age_s))
        kept = await self._store.feeds.record(after, (), (), now)
        return PollOutcome(feed=kept or after, before=feed, not_modified=True)

    async def _loaded(self, feed: Feed, result: FeedResult, started: float) -> PollOutcome:
        feeds, entries = self._store.feeds, keyed(result.entries, feed.id)
        keys = [key for entry in entries for key in entry.keys]
        known = await feeds.known(keys, feed.id)
        unknown = [entry for entry in entries if known.keys().isdisjoint(entry.keys)]
        urls = [url for entry in unknown if (url := entry.entry.article.url) is not None]
        wanted = choose(entries, known, await feeds.stored_urls(urls), self._clock())
        load = _Load(
            wanted[:MOST_ARTICLES],
            self._web,
            self._settings,
            is_over=lambda: self._timer() - started > POLL_LIMIT_S,
            polled_before=feed.polled_at,
        )
        report = await self._ingest(load, feed)
        now = self._clock()
        seen = [*_stored_before(unknown, wanted), *load.seen(report.rejected, now)]
        later = len(wanted) - len(load.done)
        again_at = waiting(entries, known | {one.key: one for one in seen}) + [now] * bool(later)
        took_s = (self._timer() - started) / (1 + len(load.done))
        after = self._after_load(self._well(feed, result, now, took_s=took_s), result, load, report, again_at)
        kept = await feeds.record(after, seen, keys, now)
        return PollOutcome(feed=kept or after, before=feed, report=report, entries=len(entries), waiting=later)

    async def _ingest(self, load: _Load, feed: Feed) -> LoadReport:
        if not load.wanted:
            return LoadReport()
        stored = 0

        def note(report: LoadReport) -> None:
            nonlocal stored
            if self._on_stored is not None and report.added + report.updated > stored:
                self._on_stored()
            stored = report.added + report.updated

        async with aclosing(load.articles()) as articles:
            return await ingest_entries(
                articles,
                store=self._store,
                settings=self._settings,
                options=IngestOptions(reading=ReadOptions(source=feed.source)),
                on_progress=note,
            )

    def _after_load(
        self, feed: Feed, result: FeedResult, load: _Load, report: LoadReport, again_at: Sequence[datetime]
    ) -> Feed:
        """:param again_at: when entries that are left are to be tried."""
        document = result.document or FeedDocument(entries=())
        now = feed.polled_at or feed.added_at
        new = sum(wanted.tries == 0 for wanted in load.done)
        if new:
            elapsed_s = _since(load.polled_before, now) if load.polled_before else None
            interval_s = interval_after_change(feed.interval_s, elapsed_s, new)
        else:
            interval_s = interval_after_quiet(feed.interval_s, _since(feed.changed_at or feed.added_at, now))
        interval_s = max(interval_s, min(document.ttl_s, LONGEST_S))  # also for polls that find it unchanged
        wait_s: float = interval_s
        if again_at:
            wait_s = min(wait_s, max(_since(now, min(again_at)), SHORTEST_S))
        asked_s = max(result.max_age_s, document.ttl_s)
        return replace(
            feed,
            title=(document.title or feed.title or "")[:MOST_TITLE_CHARS] or None,
            changed_at=now if new else feed.changed_at,
            # An unchanged feed would not tell again the entries that are left.
            etag=None if again_at else feed.etag,
            last_modified=None if again_at else feed.last_modified,
            interval_s=interval_s,
            next_at=self._next(now, wait_s, asked_s=asked_s, skip_hours=document.skip_hours),
            articles=feed.articles + report.added + report.updated,
            rejected=feed.rejected + len(report.rejected),
        )

    def _well(self, feed: Feed, result: FeedResult, now: datetime, *, took_s: float) -> Feed:
        return replace(
            feed,
            url=result.moved_to or feed.url,
            polled_at=now,
            etag=result.etag,
            last_modified=result.last_modified,
            took_s=took_s,
            failures=0,
            broken_since=None,
            problem=None,
        )

    def _next(
        self, now: datetime, wait_s: float, *, asked_s: float, skip_hours: frozenset[int] = frozenset()
    ) -> datetime:
        return next_poll(now, wait_s, asked_s=asked_s, skip_hours=skip_hours, chance=self._chance())


@dataclass(slots=True)
class _Load:
    """Entries on their way into the store, one after another, so that it is known what became of each.

    :param is_over: whether the poll took so long that no further entry is begun.
    :param polled_before: when the feed was polled before this; None for its first poll.
    """

    wanted: Sequence[Wanted]
    web: Web
    settings: CorpusSettings
    is_over: Callable[[], bool]
    polled_before: datetime | None
    done: list[Wanted] = field(default_factory=list)
    origins: dict[str, Wanted] = field(default_factory=dict)

    async def articles(self) -> AsyncGenerator[RawArticle | Rejection]:
        """What the entries give, or their pages."""
        # Whatever is behind an address: a feed or a list of addresses there would lead anywhere.
        reading = ReadOptions(format="html").reading(max_bytes=self.settings.max_file_mb * 2**20)
        for wanted in self.wanted:
            if self.is_over():
                return
            found = follow(iter([wanted.item]), reading=reading, web=self.web, stop=threading.Event())
            async with aclosing(found):
                async for one in found:
                    self.origins[one.origin] = wanted
                    yield one
            self.done.append(wanted)

    def seen(self, rejected: Iterable[Rejection], now: datetime) -> list[SeenEntry]:
        """What is to be remembered of the entries that were dealt with."""
        problems: dict[tuple[str, ...], list[Rejection]] = {}
        for rejection in rejected:
            if rejection.origin in self.origins:
                problems.setdefault(self.origins[rejection.origin].keys, []).append(rejection)
        return [one for wanted in self.done for one in seen_after(wanted, problems.get(wanted.keys, ()), now)]


def _stored_before(unknown: Sequence[KeyedEntry], wanted: Sequence[Wanted]) -> list[SeenEntry]:
    """Entries whose articles the store had already: if these are deleted, they stay away."""
    keys = {one.keys for one in wanted}
    return [
        SeenEntry(key=key, text_hash=entry.text_hash, tries=1)
        for entry in unknown
        if entry.keys not in keys
        for key in entry.keys
    ]


def _since(moment: datetime, now: datetime) -> float:
    return max(0.0, (now - moment).total_seconds())


Poll = Callable[[Feed], Awaitable[PollOutcome]]


class Polls:
    """Polls of many feeds at once: one at a time for a host, some hosts at a time, slow ones apart from the others.

    :param poll: polls one feed.
    :param on_polled: called after each poll; what it raises is logged.
    :param hold_s: a feed whose poll raised an error is not started again before.
    """

    def __init__(
        self,
        poll: Poll,
        *,
        on_polled: Callable[[PollOutcome], Awaitable[None]] | None = None,
        fast_at_once: int = FAST_AT_ONCE,
        slow_at_once: int = SLOW_AT_ONCE,
        hold_s: float = HOLD_S,
    ) -> None:
        self._poll = poll
        self._on_polled = on_polled
        self._room = {False: fast_at_once, True: slow_at_once}
        self._hold_s = hold_s
        self._held: dict[str, float] = {}
        self._running: dict[str, tuple[Feed, asyncio.Task[None]]] = {}
        self._waiting: list[Feed] = []

    @property
    def running(self) -> int:
        """Polls under way."""
        return len(self._running)

    def start(self, feeds: Iterable[Feed]) -> int:
        """Start the polls of those feeds whose host is free and for which there is room; returns at once.

        The others are started as soon as that changes, unless the next call does not name them.

        :param feeds: all that are due, the most urgent first.
        :return: how many were started.
        """
        under_way = {feed.id for feed, _ in self._running.values()}
        before = len(self._running)
        self._waiting = [feed for feed in feeds if feed.id not in under_way and not self._is_started(feed)]
        return len(self._running) - before

    def _is_started(self, feed: Feed) -> bool:
        host, slow = httpx.URL(feed.url).host, is_slow(feed)
        if host in self._running or self._room[slow] == 0 or self._held.get(feed.id, 0.0) > time.monotonic():
            return False
        self._room[slow] -= 1
        self._running[host] = feed, asyncio.create_task(self._run(feed, host, slow))
        return True

    async def wait(self) -> None:
        """Wait for a poll to end; returns at once if none is under way."""
        if self._running:
            await asyncio.wait([task for _, task in self._running.values()], return_when=asyncio.FIRST_COMPLETED)

    async def close(self) -> None:
        """Give up the polls that are under way, and wait until they have cleaned up."""
        self._waiting = []
        tasks = [task for _, task in self._running.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _run(self, feed: Feed, host: str, slow: bool) -> None:
        try:
            outcome = await self._poll(feed)
            if self._on_polled is not None:
                await self._on_polled(outcome)
        except KutipError as error:
            self._held[feed.id] = time.monotonic() + self._hold_s
            structlog.get_logger().error("feed not polled", feed=feed.url, error=type(error).__name__)
        except Exception:
            self._held[feed.id] = time.monotonic() + self._hold_s
            structlog.get_logger().exception("poll failed", feed=feed.url)
        finally:
            self._room[slow] += 1
            del self._running[host]
            self.start(self._waiting)
