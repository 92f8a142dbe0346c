"""The records that cross the borders of retrieval: what is asked, what is found, what is answered."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from corpus.types import POSITION_BITS, Article


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which articles a search may use; an empty filter allows all.

    :param sources: names as stored; empty means any.
    :param since: first day allowed, by the article's local day of publication.
    :param until: last day allowed, inclusive.
    """

    sources: frozenset[str] = frozenset()
    since: date | None = None
    until: date | None = None

    def __bool__(self) -> bool:
        """Whether anything is filtered at all."""
        return bool(self.sources or self.since or self.until)

    def allows(self, source: str, day: date) -> bool:
        """Whether an article of that source and day may be used.

        >>> Filter(since=date(2025, 6, 1)).allows("Warta Nusa", date(2025, 5, 31))
        False
        """
        if self.sources and source not in self.sources:
            return False
        return (self.since is None or day >= self.since) and (self.until is None or day <= self.until)

    def within(self, other: Filter) -> Filter:
        """The filter that allows what both allow.

        >>> Filter(since=date(2025, 6, 1)).within(Filter(since=date(2025, 5, 1), until=date(2025, 6, 9)))
        Filter(sources=frozenset(), since=datetime.date(2025, 6, 1), until=datetime.date(2025, 6, 9))
        """
        if self.sources and other.sources and not self.sources & other.sources:
            return Filter(since=date.max, until=date.min)
        return Filter(
            sources=self.sources & other.sources or self.sources | other.sources,
            since=max((day for day in (self.since, other.since) if day is not None), default=None),
            until=min((day for day in (self.until, other.until) if day is not None), default=None),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Hits:
    """What an index found, best first.

    :param ids: (n,) int64, of sentences, or versions of articles.
    :param scores: (n,) float32, never rising: cosines of a dense index, sums of BM25 of a lexical one.
    """

    ids: NDArray[np.int64]
    scores: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.ids)


class Status(StrEnum):
    """Whether the articles hold the answer."""

    ANSWERED = "answered"
    NOT_FOUND = "not_found"


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """One quoted sentence with all that is needed to show and check it.

    :param text: a sentence of the article after cleaning.
    :param span: character offsets ``[start, end)`` in `text` of the answering words, or None.
    :param score: confidence in 0..1; falls along a list of citations.
    :param before: the sentence before it in the article, or "".
    :param after: the sentence after it in the article, or "".
    :param also: other articles of the same story (near copies), earliest first.
    """

    text: str
    score: float
    article: Article
    position: int
    span: tuple[int, int] | None = None
    before: str = ""
    after: str = ""
    also: tuple[Article, ...] = ()

    @property
    def sentence_id(self) -> int:
        """Of the sentence in the store."""
        return self.article.version << POSITION_BITS | self.position


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a question gets.

    :param confidence: 0..1, that the first citation answers.
    :param answerable: 0..1, that some article answers, by which the status is decided.
    :param answers: best first; for :attr:`Status.NOT_FOUND` the nearest sentences, to be offered as perhaps related
        and never as an answer.
    :param filter: the source and period that were understood.
    :param took_ms: wall time from question to answer.
    """

    id: str
    question: str
    status: Status
    confidence: float
    answers: tuple[Citation, ...] = ()
    filter: Filter = field(default_factory=Filter)
    took_ms: float = 0.0
    answerable: float = 0.0
