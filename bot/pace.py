"""How much is read for a question: all that helps while few wait, less the more do, so that nobody waits long."""

from __future__ import annotations

from retrieval.reading import PASSAGES

TARGET_S = 0.3
"""Whoever asks last should wait no longer than this for those before, as long as searching alone can keep up."""

FIRST_SEARCH_S, FIRST_PASSAGE_S = 0.03, 0.012
"""What a search, and reading an article, took on two processors of 2023; the first questions correct it."""

ADAPTS = 0.05
"""Weight of the latest question in the running means: they follow within some twenty questions."""


class Pace:
    """Chooses how many articles are read, from how long questions took lately.

    :param workers: questions that are computed at once.

    >>> pace = Pace(workers=2)
    >>> pace.passages(waiting=0), pace.passages(waiting=10), pace.passages(waiting=40)
    (8, 2, 0)
    """

    def __init__(self, *, workers: int) -> None:
        self._workers = workers
        self._search_s = FIRST_SEARCH_S
        self._passage_s = FIRST_PASSAGE_S

    def passages(self, waiting: int) -> int:
        """Articles to read for a question that is computed now; at least one where nobody waits.

        So what a slow spell taught is forgotten again: without reading nothing would be learnt of reading.

        :param waiting: questions that wait for it, or for another that is computed now.
        """
        share_s = TARGET_S * self._workers / (waiting + 1)
        least = 0 if waiting else 1
        return max(least, min(PASSAGES, int((share_s - self._search_s) / self._passage_s)))

    def through_s(self, waiting: int) -> float:
        """Seconds until all who wait are through, as fast as searching alone lets them.

        >>> round(Pace(workers=2).through_s(waiting=100), 3)
        1.5
        """
        return waiting * self._search_s / self._workers

    def took(self, seconds: float, *, passages: int) -> None:
        """Learn from a question that was computed.

        :param passages: articles that were read.
        """
        if passages:
            self._passage_s += ADAPTS * (max(seconds - self._search_s, 0.0) / passages - self._passage_s)
        else:
            self._search_s += ADAPTS * (seconds - self._search_s)
