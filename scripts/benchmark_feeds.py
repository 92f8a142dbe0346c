"""Polls fifty pretended feeds, good and bad, for a pretended week, and counts what was lost, doubled or late."""

from __future__ import annotations

import asyncio
import random
import tempfile
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from corpus.feed_polling import FeedPoller, Polls
from corpus.polling.records import Feed, PollOutcome
from corpus.polling.schedule import LONGEST_S, is_to_be_reported_broken, is_to_be_reported_well
from corpus.reading.web import Web
from corpus.settings import CorpusSettings
from corpus.store import ArticleStore
from scripts.feed_site import BAD, FIFTY, NEVER, FeedSite, Kind, PretendedFeed, PretendedTime, made_feeds, start_of_week
from scripts.verdicts import tell

SETTLING = timedelta(seconds=1.2 * LONGEST_S)
"""Nothing is published any more, and each feed is polled once more."""

TICK = timedelta(seconds=15)
"""The bot looks so often for feeds that are due."""


@dataclass(slots=True, kw_only=True)
class Week:
    """What came of it.

    :param late_s: of polls of good feeds, how long after they were due they began.
    :param delay_s: of articles of good feeds, from their publication to the store, by kind.
    :param lost: addresses that should be in the store and are not. :param doubled: titles that are there twice.
    :param fetched_again: pages that were fetched more often than they had to be.
    :param broken: hosts that were reported as broken, once for each time. :param well: likewise as well again.
    """

    published: int = 0
    stored: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    fetched_again: list[str] = field(default_factory=list)
    polls: Counter[Kind] = field(default_factory=Counter)
    unchanged: int = 0
    late_s: list[float] = field(default_factory=list)
    delay_s: dict[Kind, list[float]] = field(default_factory=lambda: defaultdict(list))
    broken: list[Kind] = field(default_factory=list)
    well: list[Kind] = field(default_factory=list)
    most_at_once: int = 0
    took_s: float = 0.0


async def live_through(kinds: tuple[Kind, ...], *, days: float, folder: Path) -> Week:
    """Poll feeds of these kinds for some days of pretended time, over real HTTP, into a real store."""
    began, start = time.monotonic(), start_of_week()
    clock = PretendedTime(start)
    feeds = made_feeds(kinds, start, days)
    settings = CorpusSettings(data_dir=folder, http_pause_s=0.0, http_retries=0, allow_private_addresses=True)
    async with (
        FeedSite(feeds, clock, start) as site,
        await ArticleStore.open(settings.store_path) as store,
        Web(settings, resolve=site.resolve) as web,
    ):
        run = _Run(store, web, settings, clock, site, feeds)
        await run.until(start + timedelta(days=days) + SETTLING)
        await run.judge()
    run.week.took_s = time.monotonic() - began
    return run.week


class _Run:
    def __init__(
        self,
        store: ArticleStore,
        web: Web,
        settings: CorpusSettings,
        clock: PretendedTime,
        site: FeedSite,
        feeds: list[PretendedFeed],
    ) -> None:
        self.week = Week()
        self._store = store
        self._clock = clock
        self._site = site
        self._feeds = {feed.host: feed for feed in feeds}
        self._due: dict[str, datetime] = {}
        self._seen_seq = 0
        chance = random.Random(5)  # noqa: S311 - repeatable, no secret
        self._poller = FeedPoller(store, web, settings, clock=clock.now, chance=chance.random, timer=clock.seconds)
        self._polls = Polls(self._poll, on_polled=self._note)

    async def until(self, end: datetime) -> None:
        """Add all feeds, and let the time pass."""
        for feed in self._feeds.values():
            await self._store.feeds.add(self._site.address(feed), self._clock.now(), source=feed.host)
        while self._clock.now() < end:
            now = self._clock.now()
            self._polls.start(await self._store.feeds.due(now))
            while self._polls.running > self._clock.sleeping:  # noqa: ASYNC110 - whether all sleep is no event
                await asyncio.sleep(0.0005)
            self._clock.move_to(await self._next(now))
        while self._polls.running:
            self._clock.move_to(self._clock.next_wake or self._clock.now())
            await asyncio.sleep(0.0005)

    async def _next(self, now: datetime) -> datetime:
        """When something happens: the next look for feeds that are due, or the end of a slow answer."""
        next_due = min([feed.next_at for feed in await self._store.feeds.all()])
        looks = max(now + TICK, next_due)
        wake = self._clock.next_wake
        return min(looks, wake) if wake is not None else looks

    def _behind(self, feed: Feed) -> PretendedFeed:
        return self._feeds[feed.url.partition("://")[2].partition(":")[0]]

    async def _poll(self, feed: Feed) -> PollOutcome:
        behind = self._behind(feed)
        self.week.polls[behind.kind] += 1
        if behind.kind not in BAD:
            self.week.late_s.append((self._clock.now() - feed.next_at).total_seconds())
        return await self._poller.poll(feed)

    async def _note(self, outcome: PollOutcome) -> None:
        feed, now = outcome.feed, self._clock.now()
        kind = self._behind(feed).kind
        self.week.unchanged += outcome.not_modified
        if is_to_be_reported_broken(feed, now):
            self.week.broken.append(kind)
            await self._store.feeds.reported(feed.id, now)
        elif is_to_be_reported_well(feed):
            self.week.well.append(kind)
            await self._store.feeds.reported(feed.id, None)
        await self._note_delays(now)

    async def _note_delays(self, now: datetime) -> None:
        changes = await self._store.changes(self._seen_seq, 10_000)
        self._seen_seq = changes[-1].seq if changes else self._seen_seq
        for article in (await self._store.by_version([change.seq for change in changes])).values():
            host, _, number = (article.url or "").partition("://")[2].partition("/berita/")
            feed = self._feeds[host.partition(":")[0]]
            published = feed.stories[int(number) - 1].published
            if published > start_of_week():
                self.week.delay_s[feed.kind].append((now - published).total_seconds())

    async def judge(self) -> None:
        """Compare the store with what was published."""
        stored: Counter[str] = Counter()
        titles: Counter[str] = Counter()
        async for batch in self._store.iter_articles():
            stored.update(article.url or "" for article, _ in batch)
            titles.update(article.title for article, _ in batch)
        self.week.stored = stored.total()
        self.week.doubled = [title for title, times in titles.items() if times > 1]
        for feed in self._feeds.values():
            self.week.most_at_once = max(self.week.most_at_once, feed.most_at_once)
            needed = 2 if feed.kind is Kind.FLAKY else 1
            self.week.fetched_again += [
                f"{feed.kind}: {path}" for path, times in feed.asked.items() if "/berita/" in path and times > needed
            ]
            if feed.kind in NEVER:
                continue
            due = [story for story in feed.stories if story.published >= start_of_week()]
            self.week.published += len(due)
            self.week.lost += [
                f"{feed.kind}: {url}" for story in due if (url := self._site.address(feed, story.path)) not in stored
            ]


def run(*, days: float) -> int:
    """Print what came of the week.

    :return: exit code, 1 if an article was lost or doubled, or a good feed was late.
    """
    with tempfile.TemporaryDirectory() as folder:
        week = asyncio.run(live_through(FIFTY, days=days, folder=Path(folder)))
    print(
        f"{len(FIFTY)} feeds, {days:g} days: {week.polls.total()} polls, {week.unchanged} of them answered 304;"
        f" {week.took_s:.0f} s of real time"
    )
    print(
        f"published {week.published} articles: {len(week.lost)} lost,"
        f" {len(week.doubled)} twice of {week.stored} stored; {len(week.fetched_again)} pages fetched more than once"
    )
    print(
        f"good feeds: {len(week.late_s)} polls, begun at most {max(week.late_s):.0f} s after they were due"
        f" (looked for every {TICK.total_seconds():.0f} s); requests to one host at once: {week.most_at_once}"
    )
    print(f"reported broken: {', '.join(sorted(week.broken))}; well again: {', '.join(week.well)}")
    for kind in Kind:
        delays = sorted(week.delay_s[kind])
        delay = f"found after {_minutes(delays, 0.5)} (median), {_minutes(delays, 0.95)} (p95) min" if delays else ""
        print(f"  {kind:<16} {week.polls[kind]:>6} polls {len(delays):>6} articles  {delay}")
    for problem in [*week.lost[:10], *week.doubled[:10], *week.fetched_again[:10]]:
        print(f"  {problem}")
    return 0 if all(verdicts(week)) else 1


def verdicts(week: Week) -> list[bool]:
    """Print what was asked beside what was reached."""
    late_s, bound_s = max(week.late_s), 2 * TICK.total_seconds()
    lost, doubled, again = len(week.lost), len(week.doubled), len(week.fetched_again)
    return [
        tell(
            f"every one of {week.published} articles once",
            asked="0 lost, 0 twice",
            reached=f"{lost} lost, {doubled} twice",
            is_met=week.published > 0 and not lost and not doubled,
        ),
        tell(
            "none of the bad feeds delays the good ones",
            asked=f"polls begin <= {bound_s:.0f} s after they are due",
            reached=f"{late_s:.0f} s",
            is_met=late_s <= bound_s,
        ),
        tell("pages fetched more than once", asked="0", reached=str(again), is_met=not again),
        tell(
            "requests to one host at once", asked="<= 1", reached=str(week.most_at_once), is_met=week.most_at_once <= 1
        ),
    ]


def _minutes(delays_s: list[float], part: float) -> str:
    return f"{delays_s[min(len(delays_s) - 1, int(part * len(delays_s)))] / 60:.0f}"
