"""Which processes are alive: each holds a lock on a file of its own, which the system lets go of when the process ends.

No clock is involved, so that neither a process that was stopped for an hour, nor a clock that jumps, makes a living one
look dead; and after ``kill -9`` its work can be taken over at once. Locks of ``flock`` hold on one machine, as does
SQLite's write-ahead log, which the file beside them uses.
"""

from __future__ import annotations

import fcntl
import os
import secrets
from pathlib import Path


class Presence:
    """The sign of life of one owner; :meth:`close` ends it, and so does the end of the process.

    :param beside: the database whose rows are owned.
    """

    def __init__(self, beside: Path) -> None:
        self.owner = secrets.randbits(62) + 1
        self._path = _lock_path(beside, self.owner)
        self._descriptor = os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
        fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def close(self) -> None:
        """Be gone."""
        self._path.unlink(missing_ok=True)
        os.close(self._descriptor)


def is_alive(beside: Path, owner: int) -> bool:
    """Whether an owner is there; the file of a dead one is taken away."""
    path = _lock_path(beside, owner)
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)  # shared: two that look at once do not see each other
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    path.unlink(missing_ok=True)
    return False


def _lock_path(beside: Path, owner: int) -> Path:
    return beside.with_name(f"{beside.name}-owner-{owner:x}")
