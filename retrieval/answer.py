"""The one path from question to answer: understand -> search -> order -> decide -> cite."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from corpus.store import ArticleStore
from corpus.types import POSITION_BITS
from retrieval.candidates import Candidate, Candidates, Search
from retrieval.features import features
from retrieval.indexer import Indexes
from retrieval.query import Understanding, understand
from retrieval.rank import RankModel, Story, fold, signs
from retrieval.reader_input import ReadSpan
from retrieval.reading import PASSAGES, CandidateReader
from retrieval.spans import guess_span
from retrieval.stems import IndonesianStems
from retrieval.types import Answer, Citation, Filter, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """A question's candidates in their final order.

    :param features: (n, FEATURES) float32, and likewise (n,) `scores`, in the order of `stories` before folding.
    :param confidence: that the first answers; 0 without candidates.
    :param answerable: that some article answers; 0 without candidates.
    :param is_sure: whether that is enough to answer.
    :param spans: sentence id -> the words that answer, as the reader found them.
    """

    stories: Sequence[Story]
    signs: NDArray[np.float32] | None
    confidence: float
    answerable: float = 0.0
    is_sure: bool = False
    spans: Mapping[int, ReadSpan] = field(default_factory=dict)


class Answerer:
    """Answers questions over one store; any number of questions at once.

    :param model: of order and confidence without a reader.
    :param reader: reads the best candidates and decides; without one the search decides alone.
    :param zone: in which "hari ini" and "kemarin" are meant.
    :param threshold: chance that some article answers from which a question is answered (without a reader, the
        confidence); None is the tuned one.
    """

    def __init__(
        self,
        store: ArticleStore,
        indexes: Indexes,
        search: Search,
        model: RankModel,
        *,
        zone: ZoneInfo,
        reader: CandidateReader | None = None,
        threshold: float | None = None,
    ) -> None:
        self._store = store
        self._indexes = indexes
        self._search = search
        self._model = model
        self._zone = zone
        self._reader = reader
        self._threshold = threshold
        self._stems = IndonesianStems()
        self._sources: tuple[int, tuple[str, ...]] = (-1, ())

    async def answer(
        self,
        question: str,
        *,
        id_: str = "",
        k: int = 3,
        now: datetime | None = None,
        where: Filter | None = None,
        passages: int | None = None,
    ) -> Answer:
        """Answer one question.

        :param k: citations at most.
        :param now: aware; for questions about "kemarin"; the present by default.
        :param where: limits that hold besides those that the question names, and are never lifted.
        :param passages: articles to read at most, fewer where time is short; 0 leaves order and confidence to the
            search, None is the usual number.
        """
        started = time.perf_counter()
        understood = await self.understand(question, now=now or datetime.now(self._zone))
        where = where or Filter()
        passages = PASSAGES if passages is None else passages
        ranked = await self.rank(replace(understood, filter=understood.filter.within(where)), passages=passages)
        is_out_of_reach = not ranked.stories and bool(understood.filter)
        if is_out_of_reach:
            ranked = await self.rank(replace(understood, filter=where), passages=passages)
        is_answered = ranked.is_sure and not is_out_of_reach
        return Answer(
            id=id_,
            question=understood.text,
            status=Status.ANSWERED if is_answered else Status.NOT_FOUND,
            confidence=0.0 if is_out_of_reach else ranked.confidence,
            answers=await self._cite(ranked, understood, k=k),
            filter=understood.filter,
            answerable=0.0 if is_out_of_reach else ranked.answerable,
            took_ms=1000 * (time.perf_counter() - started),
        )

    async def understand(self, question: str, *, now: datetime) -> Understanding:
        """Read a question in the light of what the store holds."""
        seq = self._indexes.seq
        if self._sources[0] != seq:
            self._sources = (seq, tuple(count.source for count in await self._store.sources()))
        return await asyncio.to_thread(
            understand, question, now=now, sources=self._sources[1], vocabulary=self._indexes.lexical
        )

    async def rank(self, question: Understanding, *, passages: int = PASSAGES) -> Ranked:
        """Search, read and order.

        :param passages: articles to read at most.
        """
        if not question.text:
            return Ranked(stories=(), signs=None, confidence=0.0)
        candidates = await self._search.candidates(question)
        if not candidates.found:
            return Ranked(stories=(), signs=None, confidence=0.0)
        return await asyncio.to_thread(self._rank, question, candidates, passages)

    def _rank(self, question: Understanding, candidates: Candidates, passages: int) -> Ranked:
        table = features(question, candidates, self._stems)
        scores = self._model.scores(table)
        order = np.argsort(-scores, kind="stable")
        found = [candidates.found[place] for place in order]
        look = signs(
            table[order],
            scores[order],
            [candidate.article.version for candidate in found],
            known_words=self.known_words(question),
            words=len(question.content),
        )
        ranked = Ranked(
            stories=fold(list(zip(found, scores[order].tolist(), strict=True))),
            signs=look,
            confidence=(confidence := self._model.confidence(look)),
            answerable=confidence,
            is_sure=confidence >= (self._model.threshold if self._threshold is None else self._threshold),
        )
        if self._reader is None or not passages:
            return ranked
        return self._read(self._reader, question, found, table[order], scores[order], ranked, passages)

    def _read(
        self,
        reader: CandidateReader,
        question: Understanding,
        found: Sequence[Candidate],
        table: NDArray[np.float32],
        scores: NDArray[np.float32],
        ranked: Ranked,
        passages: int,
    ) -> Ranked:
        """Read the best of what the search found, and order and judge by both."""
        read = reader.order(
            question.written_out,
            found,
            table,
            scores,
            known_words=self.known_words(question),
            passages=passages,
        )
        threshold = reader.model.threshold if self._threshold is None else self._threshold
        ordered = [found[place] for place in read.order]
        return Ranked(
            stories=fold(list(zip(ordered, read.scores.tolist(), strict=True))),
            signs=ranked.signs,
            confidence=read.confidence,
            answerable=read.answerable,
            is_sure=read.answerable >= threshold,
            spans={found[place].sentence.id: span for place, span in read.spans.items()},
        )

    def known_words(self, question: Understanding) -> float:
        """Share of the question's words that some article uses."""
        words = question.content
        return sum(self._indexes.lexical.knows(word) for word in words) / len(words) if words else 0.0

    async def _cite(self, ranked: Ranked, question: Understanding, *, k: int) -> tuple[Citation, ...]:
        stories = ranked.stories[:k]
        ids = [story.candidate.sentence.id for story in stories]
        around = await self._store.sentences_by_id([near for id_ in ids for near in _neighbours(id_)])
        citations = []
        for story in stories:
            sentence, article = story.candidate.sentence, story.candidate.article
            before, after = _neighbours(sentence.id)
            copies = await self._store.near_copies(article.near_group) if article.near_group else ()
            citations.append(
                Citation(
                    text=sentence.text,
                    position=sentence.position,
                    span=_span(ranked.spans.get(sentence.id), story.candidate, question),
                    score=ranked.confidence * float(np.exp(min(0.0, story.score - stories[0].score))),
                    article=article,
                    before=around[before].text if before in around else "",
                    after=around[after].text if after in around else "",
                    also=tuple(copy for copy in copies if copy.id != article.id),
                )
            )
        return tuple(citations)


def _span(read: ReadSpan | None, candidate: Candidate, question: Understanding) -> tuple[int, int] | None:
    """The words that answer: as read, else guessed from the kind of question."""
    if read is not None:
        return read.start, read.end
    return guess_span(
        candidate.sentence.text,
        kind=question.kind,
        question=question.written_out,
        published=candidate.article.published_at.day,
    )


def _neighbours(sentence_id: int) -> tuple[int, int]:
    """Ids of the sentences before and after; -1 before the first."""
    is_first = sentence_id & ((1 << POSITION_BITS) - 1) == 0
    return (-1 if is_first else sentence_id - 1), sentence_id + 1
