"""The records that cross the borders of the corpus: what was read, what is stored, what a load did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationTime:
    """When an article appeared: a day, and the moment too where the source named one.

    A bare date stays a bare date: no midnight is made up for it.

    :param day: the calendar day in the zone that the source used.
    :param moment: the aware moment, or None when only the day is known.
    """

    day: date
    moment: datetime | None = None

    @classmethod
    def from_iso(cls, text: str) -> PublicationTime:
        """Read what :meth:`isoformat` wrote.

        :raises ValueError: not an ISO 8601 date, or a time of day without a zone.

        >>> PublicationTime.from_iso("2022-02-24T09:15:00+07:00").day
        datetime.date(2022, 2, 24)
        >>> PublicationTime.from_iso("2022-02-24").moment is None
        True
        """
        if len(text) == len("2022-02-24"):
            return cls(day=date.fromisoformat(text))
        return cls.from_moment(datetime.fromisoformat(text))

    @classmethod
    def from_moment(cls, moment: datetime) -> PublicationTime:
        """:param moment: aware.

        :raises ValueError: no zone, so that the moment is not known.
        """
        if moment.tzinfo is None:
            raise ValueError(f"a time of day needs a zone: {moment.isoformat()}")
        return cls(day=moment.date(), moment=moment)

    def isoformat(self) -> str:
        """``2022-02-24`` or ``2022-02-24T09:15:00+07:00``, as stored and as cited."""
        return self.day.isoformat() if self.moment is None else self.moment.isoformat()

    def is_before(self, other: PublicationTime) -> bool:
        """Whether this is surely earlier, to the minute where both name a time, else to the day.

        Portals print minutes and addresses carry seconds, so a difference within one minute says nothing.
        """
        if self.moment is None or other.moment is None:
            return self.day < other.day
        mine, theirs = (m.astimezone(UTC).replace(second=0, microsecond=0) for m in (self.moment, other.moment))
        return mine < theirs


@dataclass(frozen=True, slots=True, kw_only=True)
class RawArticle:
    """One article as an input gave it: nothing believed, nothing cleaned yet.

    :param origin: where it came from, in words for people: ``berita.jsonl:12``, ``arsip.zip/a.txt``, an address.
    :param body: text with paragraphs separated by line breaks where the input had them.
    :param published: the publication time as written (ISO, RFC 822, "Kamis, 24 Feb 2022 09:15 WIB"), or None.
    """

    origin: str
    body: str
    id: str | None = None
    title: str | None = None
    source: str | None = None
    url: str | None = None
    published: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A stored article: dated, attributed, clean.

    :param body: paragraphs separated by one line break each.
    :param url: canonical address, or None where the input had none.
    :param near_group: id of that article of its near copies which came into the store first (its own for that one), or
        None where there is no near copy.
    :param version: number of the change that wrote this text; grows with every change of any article.
    """

    id: str
    title: str
    source: str
    published_at: PublicationTime
    body: str
    url: str | None = None
    near_group: str | None = None
    version: int = 0

    @property
    def paragraphs(self) -> Sequence[str]:
        """The body's paragraphs, in order."""
        return self.body.split("\n")


POSITION_BITS = 12
"""Bits of a sentence id that hold the position, so that an article has at most 4,096 sentences."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One citable sentence of one version of an article.

    :param position: from 0, in reading order.
    :param paragraph: number of its paragraph, from 0.
    :param version: the article's version; a changed article has new sentence ids, so an index that lags behind
        finds nothing for a text that is gone, and never a different text under the same id.
    """

    article_id: str
    version: int
    position: int
    paragraph: int
    text: str

    @property
    def id(self) -> int:
        """Unique over all articles and versions: ``version << 12 | position``; fits int64."""
        return self.version << POSITION_BITS | self.position


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A cleaned article on its way into the store.

    :param id: the input's own id, or None.
    :param url: address as :func:`corpus.storing.urls.canonical_url` gives it, or None.
    :param body: clean, paragraphs separated by one line break each.
    :param sentences: (number of the paragraph from 0, text), in reading order.
    :param input_hash: 16 bytes, of what was read and of the cleaner's version; the same again changes nothing.
    :param content_hash: 16 bytes, of the letters and digits of the body.
    :param signature: MinHash of the body, (64,) uint32, or (0,) if it is too short to compare.
    :raises ValueError: more sentences than a sentence id has room for, or text with NULs or lone surrogates.
    """

    id: str | None = None
    url: str | None = None
    title: str
    source: str
    published_at: PublicationTime
    body: str
    sentences: tuple[tuple[int, str], ...]
    input_hash: bytes
    content_hash: bytes
    signature: NDArray[np.uint32] = field(compare=False)

    def __post_init__(self) -> None:
        if len(self.sentences) > 1 << POSITION_BITS:
            raise ValueError(f"{len(self.sentences)} sentences, at most {1 << POSITION_BITS}")
        texts = (
            self.id or "",
            self.url or "",
            self.title,
            self.source,
            self.body,
            *(text for _, text in self.sentences),
        )
        if "\0" in (joined := "\n".join(texts)):
            raise ValueError("text with a NUL character")
        joined.encode()  # raises for a lone surrogate, which would fail in the middle of a batch


class OutcomeStatus(StrEnum):
    """What a draft did to the store."""

    ADDED = "added"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one draft.

    :param article_id: the article that now stands for it.
    :param copy: that article is a near or exact copy of another one.
    :param sentences: number of sentences written.
    """

    status: OutcomeStatus
    article_id: str
    copy: bool
    sentences: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCount:
    """Articles of one source.

    :param first: day of its earliest article. :param last: day of its latest.
    """

    source: str
    articles: int
    first: date
    last: date


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthCount:
    """Articles of one source in one month.

    :param month: as in ``2022-02``.
    """

    source: str
    month: str
    articles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreCounts:
    """Size of a store."""

    articles: int
    sentences: int


class ChangeKind(StrEnum):
    """What a change did to an article."""

    UPSERT = "upsert"
    DELETE = "delete"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One line of the change log, from which every index is derived.

    :param seq: grows by every change; for an upsert it is the version of the article it wrote.
    :param replaces: the version that this change took away, or None when the article was new.
    """

    seq: int
    article_id: str
    kind: ChangeKind
    replaces: int | None = None


class Reason(StrEnum):
    """Why an input was rejected. Stable codes; the wording for people is in :mod:`corpus.wording`."""

    EMPTY = "empty"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    NO_DATE = "no_date"
    FUTURE_DATE = "future_date"
    BAD_DATE = "bad_date"
    NO_SOURCE = "no_source"
    NOT_FOUND = "not_found"
    UNREADABLE = "unreadable"
    UNKNOWN_FORMAT = "unknown_format"
    BINARY = "binary"
    BROKEN_ROW = "broken_row"
    BROKEN_FILE = "broken_file"
    UNKNOWN_ENCODING = "unknown_encoding"
    NO_ARTICLE = "no_article"
    NOT_A_FEED = "not_a_feed"
    TOO_BIG = "too_big"
    ARCHIVE_BOMB = "archive_bomb"
    UNSAFE_PATH = "unsafe_path"
    BAD_URL = "bad_url"
    FORBIDDEN_ADDRESS = "forbidden_address"
    HTTP_STATUS = "http_status"
    TIMEOUT = "timeout"
    TOO_MANY_REDIRECTS = "too_many_redirects"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """An input that could not become an article; the rest of the load goes on.

    :param origin: as in :class:`RawArticle`.
    :param detail: the value at fault, shortened ("404", "18/6/2926", a parser's message), or "".
    """

    origin: str
    reason: Reason
    detail: str = ""


@dataclass(slots=True, kw_only=True)
class LoadReport:
    """What a load did, counted as it goes.

    :param copies: articles that were stored or found as copies of an article under another id or address.
    :param sentences: sentences written by this load.
    """

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    copies: int = 0
    sentences: int = 0
    took_s: float = 0.0
    rejected: list[Rejection] = field(default_factory=list)
