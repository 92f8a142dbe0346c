"""What is remembered of feeds and their entries, and what a poll did."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from corpus.reading.inputs import Link
from corpus.types import LoadReport, RawArticle


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed that keeps the store fresh. All times are aware.

    :param id: stays when the address changes.
    :param title: as the feed says, or None before the first poll.
    :param source: publisher of articles that name none.
    :param next_at: when it is to be polled again.
    :param polled_at: when it was polled last, with success or not. :param changed_at: when it last had news.
    :param etag: of the answer that all entries were taken from, as `last_modified`.
    :param interval_s: between two polls that succeed.
    :param took_s: how long a request of its last poll took on average, the pauses between them included.
    :param failures: since the last success. :param broken_since: the first of them.
    :param problem: the last failure in a few words.
    :param reported_at: when the admins were told that it is broken; None again once they were told that it is well.
    :param articles: that it brought so far, new or changed. :param rejected: entries of which no article could be made.
    """

    id: str
    url: str
    title: str | None = None
    source: str | None = None
    added_at: datetime
    next_at: datetime
    polled_at: datetime | None = None
    changed_at: datetime | None = None
    etag: str | None = None
    last_modified: str | None = None
    interval_s: int
    took_s: float = 0.0
    failures: int = 0
    broken_since: datetime | None = None
    problem: str | None = None
    reported_at: datetime | None = None
    articles: int = 0
    rejected: int = 0

    @property
    def name(self) -> str:
        """What people call it."""
        return self.title or self.url


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenEntry:
    """What is remembered of an entry under one of its keys.

    :param text_hash: of what it said, its dates left out.
    :param tries: how often it was loaded, or was to be.
    :param again_at: when one that failed is to be tried again; None for one that is done.
    """

    key: str
    text_hash: str
    tries: int
    again_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """An entry that is to be loaded.

    :param keys: by which it may be met again.
    :param item: the article, or the address where it is.
    :param tries: how often that was tried before.
    """

    keys: tuple[str, ...]
    text_hash: str
    item: RawArticle | Link
    tries: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PollOutcome:
    """What a poll did.

    :param feed: as it is remembered after the poll.
    :param before: as it was before.
    :param report: of the articles that were loaded; rejections are those of entries.
    :param not_modified: the server said that nothing changed.
    :param entries: that the feed has. :param waiting: of these, how many are left for later polls.
    """

    feed: Feed
    before: Feed
    report: LoadReport = field(default_factory=LoadReport)
    not_modified: bool = False
    entries: int = 0
    waiting: int = 0

    @property
    def is_failed(self) -> bool:
        """Whether the feed could not be read."""
        return self.feed.failures > 0
