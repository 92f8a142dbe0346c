"""What waits for somebody's yes: the text of a broadcast, an article to be deleted. Kept in memory, for an hour."""

from __future__ import annotations

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable

KEEP_S = 3600.0
MOST_DRAFTS = 100


class Drafts:
    """Things under numbers that nobody can guess.

    :param clock: seconds, never going back.
    """

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: OrderedDict[int, tuple[float, object]] = OrderedDict()

    def keep(self, thing: object) -> int:
        """Keep something.

        :return: its number, above 0, below 2**62.
        """
        number = secrets.randbits(62) or 1
        self._kept[number] = (self._clock(), thing)
        while len(self._kept) > MOST_DRAFTS:
            self._kept.popitem(last=False)
        return number

    def take(self, number: int) -> object | None:
        """What was kept under a number, once; None where it is taken, too old or never was."""
        made_at, thing = self._kept.pop(number, (0.0, None))
        return thing if thing is not None and self._clock() - made_at <= KEEP_S else None
