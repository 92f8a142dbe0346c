"""The time of the pretended world, which a test can move on without waiting."""

from __future__ import annotations

import time
from datetime import UTC, datetime


class VirtualClock:
    """Dates of messages and expiries; sockets and waits run in real time.

    :param start: the first moment, now when None.
    :param running: whether it goes on with real time; else only `advance` moves it.

    >>> clock = VirtualClock(datetime(2026, 5, 1, tzinfo=UTC), running=False)
    >>> clock.advance(90)
    >>> clock.now().isoformat()
    '2026-05-01T00:01:30+00:00'
    """

    def __init__(self, start: datetime | None = None, *, running: bool = True) -> None:
        self._start_s = (start or datetime.now(UTC)).timestamp()
        self._began_s = time.monotonic()
        self._running = running
        self._advanced_s = 0.0

    def advance(self, seconds: float) -> None:
        """Move on at once."""
        self._advanced_s += seconds

    def seconds(self) -> float:
        """Seconds since 1970."""
        elapsed_s = time.monotonic() - self._began_s if self._running else 0.0
        return self._start_s + elapsed_s + self._advanced_s

    def unix(self) -> int:
        """Whole seconds since 1970, as the Bot API gives dates."""
        return int(self.seconds())

    def now(self) -> datetime:
        """The moment in UTC; pass the method itself where a clock is wanted."""
        return datetime.fromtimestamp(self.seconds(), UTC)
