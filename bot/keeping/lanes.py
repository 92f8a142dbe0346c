"""Which piece of work may begin next: those of one lane one after the other, those of different lanes side by side."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class Lanes(Generic[T]):
    """Work in the order in which it came, at most `at_once` pieces at a time and one of each lane.

    A lane with much to do holds one place, so it delays nobody else; a piece that only waits can give its place up.

    :param most_aside: pieces without a place that may be under way beside the others.

    >>> lanes = Lanes[str](at_once=2)
    >>> for lane, work in [("a", "a1"), ("a", "a2"), ("b", "b1"), ("c", "c1")]:
    ...     lanes.add(lane, work)
    >>> lanes.take(), lanes.take(), lanes.take()
    ('a1', 'b1', None)
    >>> lanes.release("b")
    >>> lanes.take()
    'c1'
    """

    def __init__(self, *, at_once: int, most_aside: int = 0) -> None:
        self._at_once = at_once
        self._most_aside = most_aside
        self._came = 0
        self._lines: dict[Hashable, deque[tuple[int, T]]] = {}
        self._heads: list[tuple[int, Hashable]] = []  # of lanes that are free, as a heap
        self._busy: set[Hashable] = set()
        self._aside: set[Hashable] = set()  # of the busy ones
        self._waiting = 0

    @property
    def waiting(self) -> int:
        """Pieces that have not begun."""
        return self._waiting

    @property
    def running(self) -> int:
        """Pieces that were taken and not released."""
        return len(self._busy)

    def add(self, lane: Hashable, work: T) -> None:
        """Put a piece at the end of a lane."""
        self._came += 1
        self._waiting += 1
        line = self._lines.setdefault(lane, deque())
        line.append((self._came, work))
        if len(line) == 1 and lane not in self._busy:
            heapq.heappush(self._heads, (self._came, lane))

    def take(self) -> T | None:
        """The piece that came first of those that may begin; None if none may."""
        if not self._heads or len(self._busy) - len(self._aside) >= self._at_once:
            return None
        _, lane = heapq.heappop(self._heads)
        self._busy.add(lane)
        self._waiting -= 1
        line = self._lines[lane]
        _, work = line.popleft()
        if not line:
            del self._lines[lane]
        return work

    def step_aside(self, lane: Hashable) -> None:
        """The piece that was taken of a lane goes on without a place, if there are not too many such."""
        if lane in self._busy and len(self._aside) < self._most_aside:
            self._aside.add(lane)

    def release(self, lane: Hashable) -> None:
        """The piece that was taken of a lane has ended."""
        self._busy.discard(lane)
        self._aside.discard(lane)
        line = self._lines.get(lane)
        if line:
            heapq.heappush(self._heads, (line[0][0], lane))
