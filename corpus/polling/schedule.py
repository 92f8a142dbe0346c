"""When a feed is polled next, and when somebody is told that it is broken. Pure."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

from corpus.polling.records import Feed

SHORTEST_S, LONGEST_S = 5 * 60, 12 * 3600
"""Between two polls. News portals publish every few minutes; a feed that sleeps is still met twice a day."""

FIRST_S = 15 * 60
"""Before anything is known of how often a feed changes."""

LONGEST_ASKED_S = 24 * 3600
"""A server that asks for more (``ttl``, ``Cache-Control``, ``Retry-After``) is polled once a day all the same."""

GROWTH = 1.5
"""Of the interval after a poll without news."""

QUIET_PART = 4
"""A feed is polled at least so often within the time for which it has been quiet, so that a night without news does not
make the first news of the morning late by hours."""

POLLS_PER_CHANGE = 2
"""Polls between two entries of a feed that are aimed at: news are then late by a quarter of that time on average."""

JITTER = 0.1
"""Part of an interval by which it varies, so that feeds added together do not stay together."""

BROKEN_AFTER = timedelta(days=3)
"""Failures for so long are reported; portals move houses over a weekend."""

SLOW_S = 10.0
"""A feed whose requests take longer than this goes where it holds up only its like."""


def interval_after_change(previous_s: float, elapsed_s: float | None, entries: int) -> int:
    """Interval after a poll with news: half way (by ratio) from the previous one to what they suggest.

    :param elapsed_s: since the poll before; None for the first poll, which tells nothing of how often the feed changes.
    :param entries: new ones.
    :return: seconds.

    >>> interval_after_change(900, 900, 1), interval_after_change(900, 900, 9), interval_after_change(300, 300, 50)
    (636, 300, 300)
    """
    if elapsed_s is None:
        return _clamped(previous_s)
    suggested_s = max(elapsed_s / (POLLS_PER_CHANGE * max(entries, 1)), 1.0)
    return _clamped(math.sqrt(previous_s * suggested_s))


def interval_after_quiet(previous_s: float, quiet_s: float) -> int:
    """Interval after a poll without news; never shorter than before.

    :param quiet_s: since the last news.
    :return: seconds.

    >>> interval_after_quiet(300, 900), interval_after_quiet(300, 3600), interval_after_quiet(3600, 10 * 86_400)
    (300, 450, 5400)
    """
    return _clamped(max(previous_s, min(previous_s * GROWTH, quiet_s / QUIET_PART)))


def wait_after_failure(failures: int, *, asked_s: float = 0.0) -> int:
    """Seconds before a feed that failed is tried again, doubling from ten minutes on.

    :param failures: so far, this one included.
    :param asked_s: how long the server asks to wait.

    >>> wait_after_failure(1), wait_after_failure(2), wait_after_failure(30), wait_after_failure(1, asked_s=7200)
    (600, 1200, 43200, 7200)
    """
    return round(max(_clamped(SHORTEST_S * 2.0 ** min(failures, 16)), min(asked_s, LONGEST_ASKED_S)))


def next_poll(now: datetime, wait_s: float, *, asked_s: float, skip_hours: frozenset[int], chance: float) -> datetime:
    """When a feed is due again.

    :param wait_s: by our own reckoning.
    :param asked_s: how long the feed or its server asks to be left alone.
    :param skip_hours: hours of the day in UTC in which it asks not to be polled; all of them are none.
    :param chance: from 0 to 1, spreads the polls.

    >>> night = frozenset(range(15, 22))
    >>> at = next_poll(datetime(2025, 6, 10, 14, 50, tzinfo=UTC), 900, asked_s=0, skip_hours=night, chance=0.0)
    >>> at.isoformat()
    '2025-06-10T22:00:00+00:00'
    """
    wait_s = wait_s * (1 + JITTER * (2 * chance - 1))
    at = now + timedelta(seconds=max(wait_s, min(asked_s, LONGEST_ASKED_S)))
    if len(skip_hours) >= 24:
        return at
    while (hour := at.astimezone(UTC)).hour in skip_hours:
        at = hour.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return at


def is_slow(feed: Feed) -> bool:
    """Whether a feed may hold others up: it failed, or took long, when it was polled last.

    >>> from dataclasses import replace
    >>> at = datetime(2025, 6, 10, tzinfo=UTC)
    >>> feed = Feed(id="a", url="https://warta.example/rss", added_at=at, next_at=at, interval_s=900)
    >>> is_slow(feed), is_slow(replace(feed, failures=1)), is_slow(replace(feed, took_s=61.0))
    (False, True, True)
    """
    return feed.failures > 0 or feed.took_s > SLOW_S


def is_to_be_reported_broken(feed: Feed, now: datetime) -> bool:
    """Whether a feed has been broken for days and nobody was told yet."""
    return feed.broken_since is not None and feed.reported_at is None and now - feed.broken_since >= BROKEN_AFTER


def is_to_be_reported_well(feed: Feed) -> bool:
    """Whether a feed that was reported as broken is well again and nobody was told yet."""
    return feed.reported_at is not None and feed.failures == 0


def _clamped(interval_s: float) -> int:
    return round(min(max(interval_s, SHORTEST_S), LONGEST_S))
