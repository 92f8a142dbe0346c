"""Reads the articles of a time from the store, groups them, and chooses; off the event loop, and once for all chats."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.digests.digest import STORIES, DigestStory, Topics, Window, choose
from bot.digests.digest_columns import is_column
from corpus.store import ArticleStore
from retrieval.stems import IndonesianStems
from retrieval.stories import Dispatch, Likeness, NewsStory, group

BEFORE = timedelta(days=1)
"""How far back articles are read besides those of the window, so that a story which goes on is known as one."""

KEPT_WINDOWS = 4
"""Windows whose grouping is kept: those of three zones at one hour, and one for whoever looks by hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Grouped:
    dispatches: Sequence[Dispatch]
    likeness: Likeness
    stories: Sequence[NewsStory]


class DigestMaker:
    """Digests over one store; any number of chats at once share the grouping of a window.

    :param fingerprint: of the vectors that articles are compared by.
    """

    def __init__(self, store: ArticleStore, *, fingerprint: str) -> None:
        self._store = store
        self._fingerprint = fingerprint
        self._stems = IndonesianStems()
        self._grouping = asyncio.Lock()
        self._kept: dict[tuple[Window, int], _Grouped] = {}

    async def stories(
        self,
        window: Window,
        *,
        topics: Topics | None = None,
        told: Collection[str] = (),
        limit: int = STORIES,
    ) -> list[DigestStory]:
        """Choose the stories of a time, the most important first.

        :param told: ids of articles whose stories the chat already got.
        """
        grouped = await self._grouped(window)
        return await asyncio.to_thread(
            choose,
            grouped.dispatches,
            grouped.stories,
            grouped.likeness,
            window=window,
            stems=self._stems,
            topics=topics,
            told=told,
            limit=limit,
        )

    async def _grouped(self, window: Window) -> _Grouped:
        """The stories of a window, grouped anew only when the store has changed."""
        key = (window, await self._store.last_seq())
        async with self._grouping:
            if key not in self._kept:
                dispatches = await self._dispatches(window)
                self._kept[key] = await asyncio.to_thread(self._group, dispatches)
                while len(self._kept) > KEPT_WINDOWS:
                    del self._kept[next(iter(self._kept))]
            return self._kept[key]

    async def _dispatches(self, window: Window) -> list[Dispatch]:
        """News of the window and of the day before it, columns left out; what has no vectors is not followed yet."""
        first, last = window.days
        # A day earlier and later: an article's own day may differ from the reader's.
        entries = await self._store.of_days(first - BEFORE - timedelta(days=1), last + timedelta(days=1))
        wide = Window(since=window.since - BEFORE, until=window.until)
        wanted = [(article, sentences) for article, sentences in entries if wide.holds(article)]
        vectors = await self._store.vectors(self._fingerprint, [article.version for article, _ in wanted])
        return [
            Dispatch(article=article, sentences=sentences, vectors=vectors[article.version])
            for article, sentences in wanted
            if len(vectors.get(article.version, ())) and not is_column(article.title)
        ]

    def _group(self, dispatches: Sequence[Dispatch]) -> _Grouped:
        likeness = Likeness(dispatches, self._stems)
        stories = group(likeness, [dispatch.article.near_group for dispatch in dispatches])
        return _Grouped(dispatches=dispatches, likeness=likeness, stories=stories)
