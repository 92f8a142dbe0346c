"""Whose message goes out next: Telegram's limits, precedence of answers, and fairness between chats.

Times are those of the running event loop, so that a loop with a clock of its own can play hours in a moment.
"""

from __future__ import annotations

import asyncio
import heapq
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import IntEnum

from bot.places import step_aside

ChatKey = int | str

CHAT_PAUSE_S = 1.01
"""Between the end of a request to a chat and the start of the next: Telegram sees them at least a second apart, however
long each was under way, and though its clock and ours tick apart."""

GROUP_MESSAGES, GROUP_PERIOD_S = 20, 60.01
OVERALL_MESSAGES, OVERALL_PERIOD_S = 30, 1.0
"""Under way or ended within the last second: however long each took on its way, Telegram sees no 31 in a second."""

IN_FLIGHT = 16
"""Requests under way at once: as many as the pool has connections, so that none waits there out of turn."""

FORGET_EVERY_S = 60.0

FLOODED_CHATS, FLOODED_WITHIN_S = 3, 1.0
"""So many chats that are told to wait within so long mean that all together were too fast."""

ALL_PAUSE_S = 2.0
"""For so long at most everyone waits then: twice the second over which Telegram counts all messages."""


class Priority(IntEnum):
    """Who goes first when there is not room for all."""

    ANSWER = 0
    DIGEST = 1
    BROADCAST = 2


class _Lane:
    """One chat: what waits for it, and when the next may go.

    :ivar free_at: not before this time. :ivar sent: ends of the last requests, for a group's minute.
    :ivar since: from when on its first request could have gone, as far as the chat is concerned.
    :ivar ticket: number of its entry in the queue of lanes that holds; older entries are void.
    """

    __slots__ = ("free_at", "is_busy", "is_group", "sent", "since", "ticket", "waiting")

    def __init__(self, chat: ChatKey) -> None:
        self.waiting: list[tuple[Priority, int, asyncio.Future[None]]] = []
        self.free_at = 0.0
        self.since = 0.0
        self.is_busy = False
        self.is_group = chat < 0 if isinstance(chat, int) else not chat.startswith("inline ")
        self.sent: deque[float] = deque(maxlen=GROUP_MESSAGES)
        self.ticket = -1

    def head(self) -> tuple[Priority, int, asyncio.Future[None]] | None:
        """The first that still waits."""
        while self.waiting and self.waiting[0][2].done():
            heapq.heappop(self.waiting)
        return self.waiting[0] if self.waiting else None

    def opens_at(self) -> float:
        """When the next request may start."""
        return max(self.free_at, self.minute_opens_at(0))

    def minute_opens_at(self, before: int) -> float:
        """When the minute of a group has room for a request that has others before it; 0 where it has room now."""
        if not self.is_group or len(self.sent) + before < GROUP_MESSAGES:
            return 0.0
        rounds, place = divmod(len(self.sent) + before - GROUP_MESSAGES, GROUP_MESSAGES)
        return (self.sent[place] if place < len(self.sent) else self.free_at) + (1 + rounds) * GROUP_PERIOD_S

    def is_idle(self, now: float) -> bool:
        """Whether nothing is lost by forgetting it."""
        if self.is_busy or self.head() or self.free_at > now:
            return False
        return not self.is_group or not self.sent or self.sent[-1] + GROUP_PERIOD_S <= now


class Turns:
    """Gives each request to a chat its turn.

    A chat has one request under way at a time, at least a second between two, and a group 20 in a minute; all chats
    together 30 a second. Among the chats that may go, the higher priority goes first, then whoever has been able to go
    for longest: a chat with a thousand messages gets a turn a second and takes none from the others.

    :param in_flight: requests under way at once, below 30.
    :param chat_pause_s: between two requests to a chat.
    """

    def __init__(self, *, in_flight: int = IN_FLIGHT, chat_pause_s: float = CHAT_PAUSE_S) -> None:
        self._chat_pause_s = chat_pause_s
        self._most_in_flight = in_flight
        self._in_flight = 0
        self._lanes: dict[ChatKey, _Lane] = {}
        self._later: list[tuple[float, int, _Lane]] = []
        self._ready: list[tuple[Priority, float, int, _Lane]] = []
        self._ends: deque[float] = deque(maxlen=OVERALL_MESSAGES)
        self._paused_until = 0.0
        self._floods: deque[tuple[float, ChatKey]] = deque()
        self._forget_at = 0.0
        self._count = 0
        self._timer: asyncio.TimerHandle | None = None

    @property
    def waiting(self) -> int:
        """Requests that wait for their turn."""
        return sum(not entry[2].done() for lane in self._lanes.values() for entry in lane.waiting)

    @property
    def chats(self) -> int:
        """Chats that are remembered."""
        return len(self._lanes)

    def wait_for(self, chat: ChatKey) -> float:
        """Seconds until another request to the chat could start, given what waits for it already."""
        lane = self._lanes.get(chat)
        if lane is None:
            return 0.0
        now = asyncio.get_running_loop().time()
        before = sum(not entry[2].done() for entry in lane.waiting) + lane.is_busy
        return max(0.0, lane.opens_at() - now + before * self._chat_pause_s, lane.minute_opens_at(before) - now)

    def new_number(self) -> int:
        """Number of a request, by which those of one chat and priority keep their order, also when repeated."""
        self._count += 1
        return self._count

    @asynccontextmanager
    async def turn(self, chat: ChatKey, priority: Priority, number: int) -> AsyncIterator[None]:
        """Wait for a turn; it lasts until the block ends.

        :param number: from :meth:`new_number`.
        """
        lane = self._lanes.get(chat)
        if lane is None:
            lane = self._lanes[chat] = _Lane(chat)
        await self._wait(lane, priority, number)
        try:
            yield
        finally:
            self._end(lane)

    async def _wait(self, lane: _Lane, priority: Priority, number: int) -> None:
        loop = asyncio.get_running_loop()
        granted: asyncio.Future[None] = loop.create_future()
        first = lane.head()
        if first is None:
            lane.since = loop.time()
        heapq.heappush(lane.waiting, (priority, number, granted))
        if lane.head() is not first:
            self._queue(lane)
            self._pump()
        if not granted.done():
            step_aside()
        try:
            await granted
        except asyncio.CancelledError:
            if granted.done() and not granted.cancelled():  # cancelled in the moment between grant and start
                self._end(lane)
            raise

    def _end(self, lane: _Lane) -> None:
        now = asyncio.get_running_loop().time()
        self._in_flight -= 1
        self._ends.append(now)
        lane.is_busy = False
        lane.free_at = max(lane.free_at, now + self._chat_pause_s)
        if lane.is_group:
            lane.sent.append(now)
        self._queue(lane)
        self._pump()

    def pause(self, chat: ChatKey, pause_s: float) -> None:
        """Let nothing go to a chat for a while."""
        lane = self._lanes.get(chat)
        if lane is not None:
            lane.free_at = max(lane.free_at, asyncio.get_running_loop().time() + pause_s)
            self._queue(lane)

    def pause_for_flood(self, chat: ChatKey, pause_s: float) -> None:
        """Telegram asked a chat to wait, which holds up that chat; when it asks several at once, everyone breathes in.

        Its limits are nearly always those of a chat. That of all chats together answers whichever comes next, so it
        shows as several chats within a second; each waits as it was told anyway, and the others come after a moment.
        """
        now = asyncio.get_running_loop().time()
        self.pause(chat, pause_s)
        self._floods.append((now, chat))
        while self._floods[0][0] <= now - FLOODED_WITHIN_S:
            self._floods.popleft()
        if len({flooded for _, flooded in self._floods}) >= FLOODED_CHATS:
            self._paused_until = max(self._paused_until, now + min(pause_s, ALL_PAUSE_S))

    def _queue(self, lane: _Lane) -> None:
        """Note when a lane may go next; what was noted of it before is void."""
        if lane.is_busy or lane.head() is None:
            return
        lane.since = max(lane.since, lane.opens_at())
        lane.ticket = self.new_number()
        heapq.heappush(self._later, (lane.since, lane.ticket, lane))

    def _pump(self) -> None:
        """Give every turn that can be given now, and come back when the next can."""
        now = asyncio.get_running_loop().time()
        self._forget(now)
        while self._later and self._later[0][0] <= now:
            since, ticket, lane = heapq.heappop(self._later)
            head = lane.head()
            if ticket == lane.ticket and head is not None:
                heapq.heappush(self._ready, (head[0], since, ticket, lane))
        while self._ready and self._in_flight < self._most_in_flight and self._opens_at(now) <= now:
            _, _, ticket, lane = heapq.heappop(self._ready)
            head = lane.head()
            if ticket == lane.ticket and head is not None:
                self._grant(lane, head[2])
        self._wake(now)

    def _opens_at(self, now: float) -> float:
        """When all chats together may start another request, if until then none that is under way ends."""
        while self._ends and self._ends[0] + OVERALL_PERIOD_S <= now:
            self._ends.popleft()
        too_many = self._in_flight + len(self._ends) - OVERALL_MESSAGES
        if too_many < 0:
            return self._paused_until
        return max(self._paused_until, self._ends[too_many] + OVERALL_PERIOD_S)

    def _grant(self, lane: _Lane, granted: asyncio.Future[None]) -> None:
        heapq.heappop(lane.waiting)
        lane.is_busy = True
        lane.ticket = -1
        self._in_flight += 1
        granted.set_result(None)

    def _wake(self, now: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        times = [self._later[0][0]] if self._later else []
        if self._ready and self._in_flight < self._most_in_flight:
            times.append(self._opens_at(now))
        if times:
            self._timer = asyncio.get_running_loop().call_at(max(now, min(times)), self._pump)

    def _forget(self, now: float) -> None:
        if now < self._forget_at:
            return
        self._forget_at = now + FORGET_EVERY_S
        for chat in [chat for chat, lane in self._lanes.items() if lane.is_idle(now)]:
            del self._lanes[chat]
