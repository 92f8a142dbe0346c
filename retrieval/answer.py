"""The one path from question to answer: understand -> search -> order -> decide -> cite."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from corpus.store import ArticleStore
from corpus.types import POSITION_BITS
from retrieval.candidates import Candidates, Search, no_filter
from retrieval.features import features
from retrieval.indexer import Indexes
from retrieval.query import Understanding, understand
from retrieval.rank import RankModel, Story, fold, signs
from retrieval.spans import guess_span
from retrieval.stems import IndonesianStems
from retrieval.types import Answer, Citation, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """A question's candidates in their final order.

    :param features: (n, FEATURES) float32, and likewise (n,) `scores`, in the order of `stories` before folding.
    :param confidence: that the first answers; 0 without candidates.
    """

    stories: Sequence[Story]
    signs: NDArray[np.float32] | None
    confidence: float


class Answerer:
    """Answers questions over one store; any number of questions at once.

    :param model: of order and confidence.
    :param zone: in which "hari ini" and "kemarin" are meant.
    :param threshold: confidence from which a question counts as answered; None is the model's own.
    """

    def __init__(
        self,
        store: ArticleStore,
        indexes: Indexes,
        search: Search,
        model: RankModel,
        *,
        zone: ZoneInfo,
        threshold: float | None = None,
    ) -> None:
        self._store = store
        self._indexes = indexes
        self._search = search
        self._model = model
        self._zone = zone
        self._threshold = model.threshold if threshold is None else threshold
        self._stems = IndonesianStems()
        self._sources: tuple[int, tuple[str, ...]] = (-1, ())

    async def answer(self, question: str, *, id_: str = "", k: int = 3, now: datetime | None = None) -> Answer:
        """Answer one question.

        :param k: citations at most.
        :param now: aware; for questions about "kemarin"; the present by default.
        """
        started = time.perf_counter()
        understood = await self.understand(question, now=now or datetime.now(self._zone))
        ranked = await self.rank(understood)
        is_out_of_reach = not ranked.stories and bool(understood.filter)
        if is_out_of_reach:
            ranked = await self.rank(no_filter(understood))
        is_answered = bool(ranked.stories) and ranked.confidence >= self._threshold and not is_out_of_reach
        return Answer(
            id=id_,
            question=understood.text,
            status=Status.ANSWERED if is_answered else Status.NOT_FOUND,
            confidence=0.0 if is_out_of_reach else ranked.confidence,
            answers=await self._cite(ranked.stories[:k], understood, confidence=ranked.confidence),
            filter=understood.filter,
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

    async def rank(self, question: Understanding) -> Ranked:
        """Search and order, without deciding."""
        if not question.text:
            return Ranked(stories=(), signs=None, confidence=0.0)
        candidates = await self._search.candidates(question)
        if not candidates.found:
            return Ranked(stories=(), signs=None, confidence=0.0)
        return await asyncio.to_thread(self._rank, question, candidates)

    def _rank(self, question: Understanding, candidates: Candidates) -> Ranked:
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
        stories = fold(list(zip(found, scores[order].tolist(), strict=True)))
        return Ranked(stories=stories, signs=look, confidence=self._model.confidence(look))

    def known_words(self, question: Understanding) -> float:
        """Share of the question's words that some article uses."""
        words = question.content
        return sum(self._indexes.lexical.knows(word) for word in words) / len(words) if words else 0.0

    async def _cite(
        self, stories: Sequence[Story], question: Understanding, *, confidence: float
    ) -> tuple[Citation, ...]:
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
                    span=guess_span(
                        sentence.text,
                        kind=question.kind,
                        question=question.written_out,
                        published=article.published_at.day,
                    ),
                    score=confidence * float(np.exp(min(0.0, story.score - stories[0].score))),
                    article=article,
                    before=around[before].text if before in around else "",
                    after=around[after].text if after in around else "",
                    also=tuple(copy for copy in copies if copy.id != article.id),
                )
            )
        return tuple(citations)


def _neighbours(sentence_id: int) -> tuple[int, int]:
    """Ids of the sentences before and after; -1 before the first."""
    is_first = sentence_id & ((1 << POSITION_BITS) - 1) == 0
    return (-1 if is_first else sentence_id - 1), sentence_id + 1
