"""An event loop whose clock jumps to the next timer, so that hours of waiting take a moment."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")


class _JumpingSelector(selectors.DefaultSelector):  # type: ignore[valid-type, misc]
    """Where an ordinary selector sleeps, the clock goes on by so long."""

    now_s = 0.0

    def select(self, timeout: float | None = None) -> Any:
        """Do not wait for sockets; move the clock on when there is nothing else to do."""
        ready = super().select(0)
        if not ready:
            assert timeout is not None, "everything waits, and nothing will ever wake it"
            self.now_s += max(timeout, 0.0)
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    """For code that only waits by ``asyncio.sleep``, timers and futures; no threads and no processes."""

    def __init__(self) -> None:
        self._jumping = _JumpingSelector()
        super().__init__(self._jumping)

    def time(self) -> float:
        """Seconds since the loop was made, in its own time."""
        return self._jumping.now_s


def run_virtual(work: Coroutine[Any, Any, Result]) -> Result:
    """Run to the end in virtual time."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(work)
