"""Questions answered off the event loop, a few at once, the rest in a short queue, each within its time."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from bot.errors import BusyError, SlowError
from bot.pace import Pace
from bot.types import StoredAnswer, StoredCitation, Turn
from bot.words.conversation import follow_up
from corpus.types import Article, Sentence
from retrieval.engine import Engine
from retrieval.types import Answer, Citation, Filter

if TYPE_CHECKING:
    from bot.settings import BotSettings

REMEMBERED = 1000
"""Latest questions that the percentiles are of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """:param question_used: the question as it was asked of the articles, after the last turn helped."""

    answer: Answer
    question_used: str


class Answering:
    """The way from handlers to the engine.

    :param workers: questions that are computed at once; more than the processors only makes all of them slow.
    :param most_waiting: questions that may wait beside them.
    :param timeout_s: for waiting and computing together.
    :param on_answered: called with the seconds that a question took, waiting included.
    :param behind: tells how many wait to be let in, before they may wait here.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        workers: int,
        most_waiting: int,
        timeout_s: float,
        on_answered: Callable[[float], None] = lambda _took_s: None,
        behind: Callable[[], int] = lambda: 0,
    ) -> None:
        self._engine = engine
        self._places = asyncio.Semaphore(workers)
        self._most_waiting = most_waiting
        self._timeout_s = timeout_s
        self._on_answered = on_answered
        self._behind = behind
        self._waiting = 0
        self._took_s: deque[float] = deque(maxlen=REMEMBERED)
        self._pace = Pace(workers=workers)

    @classmethod
    def of(
        cls,
        engine: Engine,
        settings: BotSettings,
        *,
        on_answered: Callable[[float], None],
        behind: Callable[[], int] = lambda: 0,
    ) -> Answering:
        """With the limits of the settings."""
        return cls(
            engine,
            workers=settings.answer_workers,
            most_waiting=settings.waiting_questions,
            timeout_s=settings.answer_timeout_s,
            on_answered=on_answered,
            behind=behind,
        )

    @property
    def waiting(self) -> int:
        """Questions that wait for one being computed."""
        return self._waiting

    def percentile_s(self, share: float) -> float | None:
        """Seconds within which a share (0..1) of the last thousand questions was answered; None before the first.

        >>> from bot.answering import percentile
        >>> percentile([3.0, 1.0, 2.0, 4.0], 0.5)
        2.0
        """
        return percentile(self._took_s, share)

    @property
    def p50_s(self) -> float | None:
        """Median of the last thousand questions, in seconds."""
        return self.percentile_s(0.5)

    @property
    def p95_s(self) -> float | None:
        """95th percentile of the last thousand questions, in seconds."""
        return self.percentile_s(0.95)

    async def ask(
        self, question: str, *, k: int, now: datetime, where: Filter | None = None, last: Turn | None = None
    ) -> Asked:
        """Answer one question; the more others wait, the fewer articles are read for it.

        :param k: citations at most.
        :param now: aware.
        :param where: limits that hold besides those of the question, such as a group's period.
        :param last: the person's last question, which helps where the new text alone is too thin.
        :raises BusyError: too many questions wait already, here or to be let in, to be through in time.
        :raises SlowError: no answer in time.
        """
        if self._is_overrun():
            raise BusyError(self._in_line)
        question_used = follow_up(question, last) or question
        started = time.monotonic()
        try:
            async with asyncio.timeout(self._timeout_s):
                await self._wait_for_place()
                try:
                    answer = await self._compute(question_used, k=k, now=now, where=where)
                finally:
                    self._places.release()
        except TimeoutError as error:
            raise SlowError(self._timeout_s) from error
        took_s = time.monotonic() - started
        self._took_s.append(took_s)
        self._on_answered(took_s)
        return Asked(answer=answer, question_used=question_used)

    @property
    def _in_line(self) -> int:
        return self._waiting + self._behind()

    def _is_overrun(self) -> bool:
        """Whether too many wait here, or outside so many that the last would wait too long: somebody has to be told."""
        if not self._places.locked():
            return False
        return self._waiting >= self._most_waiting or self._pace.through_s(self._behind()) > self._timeout_s

    async def _compute(self, question: str, *, k: int, now: datetime, where: Filter | None) -> Answer:
        passages = self._pace.passages(self._in_line)
        started = time.monotonic()
        answer = await self._engine.answerer.answer(question, k=k, now=now, where=where, passages=passages)
        self._pace.took(time.monotonic() - started, passages=passages)
        return answer

    async def _wait_for_place(self) -> None:
        self._waiting += 1
        try:
            await self._places.acquire()
        finally:
            self._waiting -= 1

    async def recall(self, stored: StoredAnswer) -> Answer:
        """An earlier answer with its citations as the store has them now; those whose text is gone are left out."""
        store = self._engine.store
        ids = [near for citation in stored.citations for near in around(citation.sentence_id)]
        sentences = await store.sentences_by_id(ids)
        articles = await store.get_many(
            id_ for citation in stored.citations for id_ in (citation.article_id, *citation.also)
        )
        return Answer(
            id=str(stored.id),
            question=stored.question,
            status=stored.status,
            confidence=stored.confidence,
            answers=tuple(
                _citation(citation, sentences, articles)
                for citation in stored.citations
                if citation.sentence_id in sentences and citation.article_id in articles
            ),
        )


def percentile(values: Sequence[float] | deque[float], share: float) -> float | None:
    """The value that a share of the values does not exceed (nearest rank); None of none."""
    if not values:
        return None
    ordered = sorted(values)
    return ordered[max(0, -int(-share * len(ordered) // 1) - 1)]


def around(sentence_id: int) -> tuple[int, int, int]:
    """Ids of a sentence, the one before and the one after; those that do not exist find nothing in the store."""
    return sentence_id, sentence_id - 1, sentence_id + 1


def _citation(stored: StoredCitation, sentences: dict[int, Sentence], articles: dict[str, Article]) -> Citation:
    _, before, after = around(stored.sentence_id)
    sentence = sentences[stored.sentence_id]
    return Citation(
        text=sentence.text,
        position=sentence.position,
        span=stored.span,
        score=stored.score,
        article=articles[stored.article_id],
        before=_text(sentences.get(before), sentence),
        after=_text(sentences.get(after), sentence),
        also=tuple(articles[id_] for id_ in stored.also if id_ in articles),
    )


def _text(near: Sentence | None, sentence: Sentence) -> str:
    """The text of a neighbour, unless it belongs to another article."""
    return near.text if near is not None and near.version == sentence.version else ""
