"""One process at a time polls the feeds of a store."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import Self


class PollLock:
    """The right to poll, held by a lock on a file beside the store; the system frees it when the process dies.

    :param store_path: the store's file.
    """

    def __init__(self, store_path: Path) -> None:
        self._path = store_path.with_name("feeds.lock")
        self._descriptor: int | None = None

    def take(self) -> bool:
        """Hold the right from now on, unless another process does.

        :return: whether it is held.
        """
        if self._descriptor is not None:
            return True
        descriptor = os.open(self._path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        return True

    def release(self) -> None:
        """Let others poll."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()
