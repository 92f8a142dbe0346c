"""The stories of a digest, chosen once for all chats that want the same."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from bot.digests.digest import DigestStory, Topics, Window
from bot.digests.schedules import Slot
from bot.digests.subscriptions import Subscription

TELLS_OF = timedelta(days=1)
"""The time that a digest tells of, up to its slot."""

STORIES_KEPT, STORIES_KEEP_S = 256, 600.0
"""Choices of stories that are shared by all chats that want the same, and for how long."""


class StoryMaker(Protocol):
    """Chooses stories; :class:`bot.digests.digest_making.DigestMaker` does."""

    async def stories(
        self, window: Window, *, topics: Topics | None = None, told: Collection[str] = (), limit: int = 7
    ) -> list[DigestStory]:
        """The stories of a time, the most important first."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wish:
    """What a digest is made of."""

    window: Window
    topics: Topics
    told: frozenset[str]
    limit: int


class SharedStories:
    """Stories that were just chosen for one chat serve all others that want the same."""

    def __init__(self, maker: StoryMaker) -> None:
        self._maker = maker
        self._kept: OrderedDict[_Wish, tuple[float, asyncio.Task[list[DigestStory]]]] = OrderedDict()

    async def of(self, slot: Slot, subscription: Subscription, told: frozenset[str]) -> list[DigestStory]:
        """The stories of a slot."""
        zone = subscription.tz
        window = Window(since=(slot.due_at - TELLS_OF).astimezone(zone), until=slot.due_at.astimezone(zone))
        wish = _Wish(window=window, topics=subscription.topics, told=told, limit=subscription.limit)
        now_s = asyncio.get_running_loop().time()
        made_at, task = self._kept.pop(wish, (-STORIES_KEEP_S, None))
        if task is None or now_s - made_at >= STORIES_KEEP_S or (task.done() and _has_failed(task)):
            made_at, task = now_s, asyncio.create_task(self._choose(wish))
        self._kept[wish] = (made_at, task)
        while len(self._kept) > STORIES_KEPT:
            self._kept.popitem(last=False)
        return await asyncio.shield(task)

    async def _choose(self, wish: _Wish) -> list[DigestStory]:
        return await self._maker.stories(wish.window, topics=wish.topics or None, told=wish.told, limit=wish.limit)


def _has_failed(task: asyncio.Task[list[DigestStory]]) -> bool:
    return task.cancelled() or task.exception() is not None
