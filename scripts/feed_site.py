"""A pretended web of feeds, good and bad, in pretended time: what polling is measured against."""

from __future__ import annotations

import asyncio
import gzip
import heapq
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from enum import StrEnum
from html import escape
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aiohttp import web

SHOWN = 12
"""Entries that a document shows, the newest."""

HUGE = 1_000
"""Entries in the document of a huge feed."""

SLOW_S, HUNG_S = 45.0, 60.0
BROKEN_FROM, BROKEN_TO = timedelta(days=1), timedelta(days=5)
"""From the start of the week, for a feed that is broken for a while."""

_SUBJECTS = "Warga Petani Nelayan Pedagang Guru Bupati Camat Relawan Perajin Peneliti".split()
_DEEDS = "menanam memanen memperbaiki membangun menghitung membersihkan mendata melatih membuka menutup".split()
_THINGS = "sawah jembatan pasar sekolah pelabuhan bendungan perpustakaan puskesmas jalan taman".split()
_PLACES = "Sukamaju Wanasari Mekarjati Tirtomulyo Karangasri Bumiayu Sidorejo Margoluhur Cibeureum Talangsari".split()


class Kind(StrEnum):
    """How a feed behaves."""

    WHOLE = "whole"
    SUMMARY = "summary"
    ETAG = "etag"
    LAST_MODIFIED = "last modified"
    GZIP = "gzip"
    ATOM = "atom"
    DATES = "changing dates"
    GUIDS = "duplicate guids"
    MOVED = "moved for good"
    REDIRECT = "redirect"
    FLAKY = "flaky pages"
    CUT_OFF = "cut off"
    HUGE = "huge"
    SLOW = "slow"
    HUNG = "hung"
    PAGE = "no feed"
    ERROR = "errors"
    GONE = "not found"
    BUSY = "asks to wait"
    BROKEN = "broken for days"


NEVER = frozenset({Kind.HUNG, Kind.PAGE, Kind.ERROR, Kind.GONE, Kind.BUSY})
"""Kinds that never give an article."""

BAD = NEVER | {Kind.SLOW, Kind.HUGE, Kind.BROKEN, Kind.FLAKY}
"""Kinds that must not delay the others."""

FIFTY: tuple[Kind, ...] = (
    *[Kind.WHOLE] * 6,
    *[Kind.SUMMARY] * 7,
    *[Kind.ETAG] * 4,
    *[Kind.LAST_MODIFIED] * 3,
    *[Kind.GZIP] * 3,
    *[Kind.ATOM] * 2,
    *[Kind.DATES] * 3,
    *[Kind.GUIDS] * 3,
    *[Kind.MOVED] * 2,
    *[Kind.REDIRECT] * 2,
    *[Kind.FLAKY] * 2,
    *[Kind.CUT_OFF] * 1,
    *[Kind.HUGE] * 1,
    *[Kind.SLOW] * 3,
    *[Kind.HUNG] * 2,
    *[Kind.PAGE] * 1,
    *[Kind.ERROR] * 2,
    *[Kind.GONE] * 1,
    *[Kind.BUSY] * 1,
    *[Kind.BROKEN] * 1,
)


class PretendedTime:
    """A clock that moves only when told to, and those who sleep by it."""

    def __init__(self, start: datetime) -> None:
        self._now = start
        self._sleepers: list[tuple[datetime, int, asyncio.Event]] = []
        self._numbers = count()

    @property
    def sleeping(self) -> int:
        """How many sleep."""
        return len(self._sleepers)

    @property
    def next_wake(self) -> datetime | None:
        """When the first of them wakes."""
        return self._sleepers[0][0] if self._sleepers else None

    def now(self) -> datetime:
        """The pretended present."""
        return self._now

    def seconds(self) -> float:
        """The same as a number that only ever grows."""
        return self._now.timestamp()

    async def sleep(self, seconds: float) -> None:
        """Sleep until the clock was moved on so far."""
        awake = asyncio.Event()
        heapq.heappush(self._sleepers, (self._now + timedelta(seconds=seconds), next(self._numbers), awake))
        await awake.wait()

    def move_to(self, moment: datetime) -> None:
        """Let time pass; those who slept long enough wake."""
        self._now = max(self._now, moment)
        while self._sleepers and self._sleepers[0][0] <= self._now:
            heapq.heappop(self._sleepers)[2].set()


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One article of the pretended web."""

    number: int
    published: datetime
    title: str
    sentences: tuple[str, ...]

    @property
    def path(self) -> str:
        """Of its page."""
        return f"/berita/{self.number}"


@dataclass(slots=True, kw_only=True)
class PretendedFeed:
    """One feed, alone on its host.

    :param gap_s: seconds between two articles, on average.
    :param stories: all of the week, in their order.
    """

    kind: Kind
    host: str
    gap_s: float
    stories: list[Story]
    asked: Counter[str] = field(default_factory=Counter)
    at_once: int = 0
    most_at_once: int = 0

    def out(self, now: datetime) -> list[Story]:
        """Those that are published, the oldest first."""
        return [story for story in self.stories if story.published <= now]


def made_feeds(kinds: Sequence[Kind], start: datetime, days: float, *, seed: int = 7) -> list[PretendedFeed]:
    """Feeds with their articles of some days: some publish every half hour, some once a day."""
    chance = random.Random(seed)  # noqa: S311 - repeatable, no secret
    feeds = []
    for index, kind in enumerate(kinds):
        gap_s = chance.choice((1800, 3600, 7200, 14_400, 43_200, 86_400)) if kind not in NEVER else 1e9
        feeds.append(
            PretendedFeed(
                kind=kind, host=f"umpan{index}.example", gap_s=gap_s, stories=_stories(chance, start, days, gap_s)
            )
        )
    return feeds


def _stories(chance: random.Random, start: datetime, days: float, gap_s: float) -> list[Story]:
    stories: list[Story] = []
    at = start - timedelta(seconds=min(5 * gap_s, 86_400))
    end = start + timedelta(days=days)
    while (at := at + timedelta(seconds=max(60.0, chance.expovariate(1 / gap_s)))) < end:
        number = len(stories) + 1
        sentences = tuple(_sentence(chance) for _ in range(14))
        stories.append(
            Story(
                number=number,
                published=at.replace(microsecond=0),
                title=f"{sentences[0]} {number}",
                sentences=sentences,
            )
        )
    return stories


def _sentence(chance: random.Random) -> str:
    names = (_SUBJECTS, _DEEDS, _THINGS, _PLACES)
    subject, deed, thing, place = (chance.choice(words) for words in names)
    return f"{subject} {chance.choice(_PLACES)} {deed} {chance.randint(2, 9999)} {thing} di {place}"


class FeedSite:
    """An HTTP server that is all hosts of the feeds at once.

    :param start: of the week.
    """

    def __init__(self, feeds: Sequence[PretendedFeed], clock: PretendedTime, start: datetime) -> None:
        self._feeds = {feed.host: feed for feed in feeds}
        self._clock = clock
        self._start = start
        self._chance = random.Random(11)  # noqa: S311 - repeatable, no secret
        self.port = 0
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> FeedSite:
        from aiohttp import web

        app = web.Application()
        app.router.add_get("/{path:.*}", self._handle)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    def address(self, feed: PretendedFeed, path: str = "/rss") -> str:
        """Where something is."""
        return f"http://{feed.host}:{self.port}{path}"

    async def resolve(self, _host: str, _port: int) -> Sequence[str]:
        """For :class:`corpus.reading.web.Web`: every host is here."""
        return ["127.0.0.1"]

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        from aiohttp import web

        feed = self._feeds[request.host.partition(":")[0]]
        feed.asked[request.path] += 1
        feed.at_once += 1
        feed.most_at_once = max(feed.most_at_once, feed.at_once)
        try:
            if request.path.startswith("/berita/"):
                return self._page(feed, request)
            if request.path.startswith("/arsip/"):
                return web.Response(text="<html><p>Arsip ini kosong.</p></html>", content_type="text/html")
            return await self._feed(feed, request)
        finally:
            feed.at_once -= 1

    def _page(self, feed: PretendedFeed, request: web.Request) -> web.Response:
        from aiohttp import web

        story = feed.stories[int(request.path.rpartition("/")[2]) - 1]
        if feed.kind is Kind.FLAKY and feed.asked[request.path] == 1:
            return web.Response(status=503)
        body = "".join(f"<p>{escape(sentence)}.</p>" for sentence in story.sentences)
        page = (
            f"<html><head><title>{escape(story.title)}</title>"
            f'<meta property="og:site_name" content="{feed.host}">'
            f'<meta property="article:published_time" content="{story.published.isoformat()}">'
            f"</head><body><article><h1>{escape(story.title)}</h1>{body}</article></body></html>"
        )
        return web.Response(text=page, content_type="text/html")

    async def _feed(self, feed: PretendedFeed, request: web.Request) -> web.StreamResponse:
        from aiohttp import web

        now, age = self._clock.now(), self._clock.now() - self._start
        match feed.kind:
            case Kind.SLOW:
                await self._clock.sleep(SLOW_S)
            case Kind.HUNG:
                await self._clock.sleep(HUNG_S)
                if request.transport is not None:
                    request.transport.abort()
                return web.Response(status=504)
            case Kind.PAGE:
                return web.Response(text="<html><p>Halaman ini pindah.</p></html>", content_type="text/html")
            case Kind.ERROR:
                return web.Response(status=404)
            case Kind.GONE:
                return web.Response(status=410)
            case Kind.BUSY:
                return web.Response(status=503, headers={"Retry-After": "7200"})
            case Kind.BROKEN if BROKEN_FROM <= age < BROKEN_TO:
                return web.Response(text="<!-- perbaikan -->", content_type="text/xml")
            case Kind.MOVED | Kind.REDIRECT if request.path == "/rss":
                status = 301 if feed.kind is Kind.MOVED else 302
                return web.Response(status=status, headers={"Location": "/umpan.xml"})
        return self._document(feed, request, now)

    def _document(self, feed: PretendedFeed, request: web.Request, now: datetime) -> web.Response:
        from aiohttp import web

        stories = feed.out(now)[-SHOWN:][::-1]
        headers = {"Content-Type": "application/rss+xml; charset=utf-8"}
        if feed.kind in (Kind.ETAG, Kind.LAST_MODIFIED) and stories:
            headers["ETag" if feed.kind is Kind.ETAG else "Last-Modified"] = mark = (
                f'"{stories[0].number}"'
                if feed.kind is Kind.ETAG
                else format_datetime(stories[0].published, usegmt=True)
            )
            if mark in (request.headers.get("If-None-Match"), request.headers.get("If-Modified-Since")):
                return web.Response(status=304, headers=headers)
        text = self._atom(feed, stories) if feed.kind is Kind.ATOM else self._rss(feed, stories, now)
        if feed.kind is Kind.GZIP:
            return web.Response(body=gzip.compress(text.encode()), headers=headers | {"Content-Encoding": "gzip"})
        return web.Response(body=text.encode(), headers=headers)

    def _rss(self, feed: PretendedFeed, stories: Sequence[Story], now: datetime) -> str:
        entries = [self._item(feed, story, now) for story in stories]
        if feed.kind is Kind.GUIDS:
            entries += entries[:3]
        if feed.kind is Kind.HUGE:
            filler = "<item><title>Arsip lama {0}</title><link>http://{1}:{2}/arsip/{0}</link></item>" + " " * 2000
            entries += [filler.format(number, feed.host, self.port) for number in range(HUGE)]
        text = (
            '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>'
            f"<title>Kabar {feed.host}</title>{''.join(entries)}</channel></rss>"
        )
        return text[: -len("</item></channel></rss>")] if feed.kind is Kind.CUT_OFF else text

    def _item(self, feed: PretendedFeed, story: Story, now: datetime) -> str:
        published = story.published
        if feed.kind is Kind.DATES:
            published = now - timedelta(seconds=self._chance.randint(0, 3600))
        guid = feed.host if feed.kind is Kind.GUIDS else f"{feed.host}-{story.number}"
        is_whole = feed.kind in (Kind.WHOLE, Kind.GZIP, Kind.HUGE, Kind.ETAG)
        text = f"{'. '.join(story.sentences)}." if is_whole else story.sentences[0]
        tag = "content:encoded" if is_whole else "description"
        return (
            f"<item><title>{escape(story.title)}</title><link>{self.address(feed, story.path)}?utm_source=rss</link>"
            f"<guid isPermaLink='false'>{guid}</guid><pubDate>{format_datetime(published)}</pubDate>"
            f"<dc:publisher xmlns:dc='http://purl.org/dc/elements/1.1/'>{feed.host}</dc:publisher>"
            f"<{tag} xmlns:content='http://purl.org/rss/1.0/modules/content/'>{escape(text)}</{tag}></item>"
        )

    def _atom(self, feed: PretendedFeed, stories: Sequence[Story]) -> str:
        entries = "".join(
            f"<entry><title>{escape(story.title)}</title><id>urn:{feed.host}:{story.number}</id>"
            f"<link href='{self.address(feed, story.path)}'/><published>{story.published.isoformat()}</published>"
            f"<summary>{escape(story.sentences[0])}</summary></entry>"
            for story in stories
        )
        return f"<feed xmlns='http://www.w3.org/2005/Atom'><title>Kabar {feed.host}</title>{entries}</feed>"


def start_of_week() -> datetime:
    """When the pretended week begins: some day that is over, since articles of the future are not believed."""
    return datetime(2025, 6, 2, tzinfo=UTC)
