"""From blocking iterators to an asynchronous one: rows in batches from a thread, addresses fetched a few at a time."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from collections.abc import AsyncGenerator, Callable, Generator, Iterator, Sequence
from contextlib import aclosing
from dataclasses import replace
from itertools import islice
from typing import TypeVar

from corpus.errors import FetchError
from corpus.readers import Item, Reading, read_entries
from corpus.reading.inputs import Link, open_page
from corpus.reading.web import Page, Web
from corpus.types import RawArticle, Reason, Rejection

BATCH_ROWS = 128
"""Rows that one call of a thread brings: a call costs about 0.1 ms, as much as reading two rows."""

BATCH_CHARS = 4_000_000
"""Characters of text after which a batch is handed over, so that a few huge rows do not fill the memory."""

BATCH_AGE_S = 0.25
"""A slow input hands over what it has this often."""

PAGES_AHEAD = 4
"""Pages fetched before the first of them is read, so that several hosts answer at a time."""

MAX_DEPTH = 3
"""An address may lead to a list of feeds, these to feeds, and these to articles."""

T = TypeVar("T")


async def follow(
    items: Iterator[Item], *, reading: Reading, web: Web | None, stop: threading.Event
) -> AsyncGenerator[RawArticle | Rejection]:
    """Give what an iterator gives, and in place of each address what is found there, in the same order.

    Each address is fetched once, however often it is met.

    :param items: run in threads, never two steps at a time, and closed at the end.
    :param reading: how pages are read; its format is that of the addresses that were named, not of those found.
    :param web: None rejects addresses; what a feed told of them is taken then.
    :param stop: set when the iteration is given up, so that `items` can end a wait.
    """
    try:
        async with aclosing(_Follower(reading, web, stop).told(items, depth=0)) as told:
            async for item in told:
                yield item
    finally:
        stop.set()


class _Follower:
    def __init__(self, reading: Reading, web: Web | None, stop: threading.Event) -> None:
        self._reading = reading
        self._web = web
        self._stop = stop
        self._met: set[str] = set()

    async def told(self, items: Iterator[Item], depth: int) -> AsyncGenerator[RawArticle | Rejection]:
        """:param depth: how many addresses lead to these items."""
        async with aclosing(_batches(items, self._stop)) as batches:
            async for batch in batches:
                judged = [entry for item in batch if (entry := self._judged(item, depth)) is not None]
                async with aclosing(self._resolved(judged, depth)) as resolved:
                    async for entry in resolved:
                        yield entry

    def _judged(self, item: Item, depth: int) -> Item | None:
        """What becomes of an item: itself, a rejected address, or None for an address met before."""
        if not isinstance(item, Link):
            return item
        if self._web is None:
            known = item.known
            rejected = Rejection(origin=item.origin, reason=Reason.UNREACHABLE, detail="addresses are not fetched")
            return known if known is not None and known.body else rejected
        if depth >= MAX_DEPTH:
            return Rejection(origin=item.origin, reason=Reason.NO_ARTICLE, detail="addresses lead to more addresses")
        address = item.url.split("#", 1)[0]
        if address in self._met:
            return None
        self._met.add(address)
        return item

    async def _resolved(self, items: Sequence[Item], depth: int) -> AsyncGenerator[RawArticle | Rejection]:
        """The items, in place of addresses what is found there; a few pages are fetched ahead."""
        waiting = iter([item for item in items if isinstance(item, Link)])
        pages: deque[asyncio.Task[Page | Rejection]] = deque()
        try:
            for item in items:
                if not isinstance(item, Link):
                    yield item
                    continue
                for link in islice(waiting, PAGES_AHEAD - len(pages)):
                    pages.append(asyncio.create_task(self._fetched(link)))
                page = await pages[0]
                pages.popleft()
                if isinstance(page, Rejection):
                    yield page
                    continue
                async with aclosing(self.told(self._items_of(page, item, depth + 1), depth + 1)) as found:
                    async for entry in found:
                        yield entry
        finally:
            for task in pages:
                task.cancel()
            await asyncio.gather(*pages, return_exceptions=True)

    async def _fetched(self, link: Link) -> Page | Rejection:
        assert self._web is not None  # noqa: S101  links are judged first
        try:
            return await self._web.get(link.url)
        except FetchError as error:
            return Rejection(origin=link.origin, reason=error.reason, detail=error.detail)

    def _items_of(self, page: Page, link: Link, depth: int) -> Generator[Item]:
        reading = self._reading if depth == 1 else replace(self._reading, format=None)
        documents = open_page(
            page.body,
            origin=link.origin,
            url=page.url,
            content_type=page.headers.get("content-type", ""),
            max_bytes=reading.max_bytes,
        )
        for item in read_entries(documents, reading):
            yield completed(item, link.known) if isinstance(item, RawArticle) and link.known else item


def completed(article: RawArticle, known: RawArticle) -> RawArticle:
    """An article as its page tells it, and where that is silent as the feed does that led there.

    The feed's time is taken too where the page names no time of day.
    """
    is_finer = known.published is not None and ":" in known.published and ":" not in (article.published or "")
    return replace(
        article,
        title=article.title or known.title,
        source=article.source or known.source,
        url=article.url or known.url,
        published=known.published if is_finer or not article.published else article.published,
    )


async def _batches(items: Iterator[Item], stop: threading.Event) -> AsyncGenerator[list[Item]]:
    try:
        while batch := await _in_thread(lambda: _batch_of(items), stop):
            yield batch
    finally:
        if isinstance(items, Generator):
            items.close()


def _batch_of(items: Iterator[Item]) -> list[Item]:
    batch: list[Item] = []
    chars = 0
    started = time.monotonic()
    for item in items:
        batch.append(item)
        chars += len(item.body) if isinstance(item, RawArticle) else 0
        if len(batch) >= BATCH_ROWS or chars >= BATCH_CHARS or time.monotonic() - started >= BATCH_AGE_S:
            break
    return batch


async def _in_thread(work: Callable[[], T], stop: threading.Event) -> T:
    """Run blocking work; when this is cancelled, wait for the work to end, since a thread cannot be stopped."""
    task = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        stop.set()
        await asyncio.wait([task])
        raise
