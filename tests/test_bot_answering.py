"""Questions on their way to the engine: real store, model and indexes over the samples that ship with Kutip."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

import corpus
from bot.answering import Answering, Asked, percentile
from bot.errors import BusyError, SlowError
from bot.health import engine_checks
from bot.metrics import BotMetrics
from bot.types import StoredAnswer, StoredCitation, Turn
from corpus.ingest import IngestOptions, ingest
from corpus.store import ArticleStore
from retrieval.encoder import open_encoder
from retrieval.engine import Engine, open_engine
from retrieval.indexer import Indexer
from retrieval.settings import RetrievalSettings
from retrieval.types import Answer, Filter, Status

SAMPLES = Path(corpus.__file__).parent / "samples"
QUESTION = "siapa yang memberlakukan keadaan darurat militer di Ukraina?"
NOW = datetime(2026, 5, 1, 3, 0, tzinfo=UTC)

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def engine(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """An engine over the samples."""
    settings = RetrievalSettings(_env_file=None, data_dir=tmp_path_factory.mktemp("data"), threads=2)
    async with await ArticleStore.open(settings.store_path) as store:
        await ingest([str(SAMPLES)], store=store, settings=settings, options=IngestOptions())
        await Indexer(store, open_encoder(settings), settings.index_folder).embed()
    async with open_engine(settings) as opened:
        yield opened


def answering(engine: Engine, *, most_waiting: int = 50, timeout_s: float = 20.0, behind: int = 0) -> Answering:
    """The way to an engine."""
    return Answering(engine, workers=2, most_waiting=most_waiting, timeout_s=timeout_s, behind=lambda: behind)


def stored(answer: Answer) -> StoredAnswer:
    """What the bot keeps of an answer."""
    return StoredAnswer(
        id=7,
        chat_id=1,
        user_id=1,
        question=answer.question,
        status=answer.status,
        confidence=answer.confidence,
        citations=tuple(
            StoredCitation(
                sentence_id=citation.sentence_id,
                article_id=citation.article.id,
                span=citation.span,
                score=citation.score,
                also=tuple(article.id for article in citation.also),
            )
            for citation in answer.answers
        ),
        asked_at=NOW,
    )


async def test_question_is_answered(engine: Engine) -> None:
    """What comes back is the engine's answer."""
    asked = await answering(engine).ask(QUESTION, k=3, now=NOW)
    expected = await engine.answerer.answer(QUESTION, k=3, now=NOW)
    assert QUESTION == asked.question_used
    assert expected.answers == asked.answer.answers


async def test_loop_stays_free_while_answering(engine: Engine) -> None:
    """While ten questions are computed the event loop is never held for long."""
    way = answering(engine)
    work = asyncio.gather(*(way.ask(f"{QUESTION} {number}", k=10, now=NOW) for number in range(10)))
    longest, before = 0.0, time.monotonic()
    while not work.done():
        await asyncio.sleep(0.001)
        longest, before = max(longest, time.monotonic() - before), time.monotonic()
    await work
    assert longest < 0.5


async def test_crowd_is_told_that_it_is_busy(engine: Engine) -> None:
    """Two are computed and three wait; the others are refused at once, and none of the five is lost."""
    way = answering(engine, most_waiting=3)
    results = await asyncio.gather(*(way.ask(QUESTION, k=1, now=NOW) for _ in range(9)), return_exceptions=True)
    assert [3, 3, 3, 3] == [result.waiting for result in results if isinstance(result, BusyError)]
    assert 5 == sum(not isinstance(result, BaseException) for result in results)
    assert 0 == way.waiting


async def test_those_who_wait_to_be_let_in_count_too(engine: Engine) -> None:
    """More than can be answered in time wait outside: who finds all places taken is told so."""
    way = answering(engine, behind=100_000)
    results = await asyncio.gather(*(way.ask(QUESTION, k=1, now=NOW) for _ in range(3)), return_exceptions=True)
    assert [100_000] == [result.waiting for result in results if isinstance(result, BusyError)]
    assert 2 == sum(not isinstance(result, BaseException) for result in results)


async def test_the_more_wait_to_be_let_in_the_less_is_read(engine: Engine) -> None:
    """With hundreds outside the search answers alone; with none the articles are read."""
    alone, crowded = [
        (await answering(engine, behind=behind).ask(QUESTION, k=3, now=NOW)).answer.confidence for behind in (0, 500)
    ]
    searched = await engine.answerer.answer(QUESTION, k=3, now=NOW, passages=0)
    assert searched.confidence == crowded != alone


async def test_slow_answers_are_given_up_and_free_their_places(engine: Engine) -> None:
    """Who waits too long in a crowd is told so; later questions are answered again."""
    way = answering(engine, most_waiting=600, timeout_s=1.0)
    results = await asyncio.gather(*(way.ask(QUESTION, k=1, now=NOW) for _ in range(600)), return_exceptions=True)
    assert {SlowError} == {type(result) for result in results if isinstance(result, BaseException)}
    assert 0 == way.waiting
    assert Status.ANSWERED is (await answered_in_the_end(way)).answer.status


async def answered_in_the_end(way: Answering) -> Asked:
    """Ask until there is an answer in time: threads whose questions were given up end their work first."""
    for _ in range(60):
        try:
            return await way.ask(QUESTION, k=1, now=NOW)
        except SlowError:
            await asyncio.sleep(0.2)
    raise AssertionError("no place was given back")


async def test_latencies_are_known(engine: Engine) -> None:
    """Median and 95th percentile are of the questions answered, and each is told to whoever counts."""
    told: list[float] = []
    way = Answering(engine, workers=2, most_waiting=9, timeout_s=20, on_answered=told.append)
    assert (None, None) == (way.p50_s, way.p95_s)
    await asyncio.gather(*(way.ask(QUESTION, k=1, now=NOW) for _ in range(4)))
    assert 4 == len(told)
    assert (sorted(told)[1], max(told)) == (way.p50_s, way.p95_s)


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [
        pytest.param([1.0], 0.5, 1.0, id="one"),
        pytest.param([3.0, 1.0, 2.0, 4.0], 0.5, 2.0, id="median of four"),
        pytest.param([float(number) for number in range(1, 101)], 0.95, 95.0, id="95 of 100"),
        pytest.param([float(number) for number in range(1, 101)], 1.0, 100.0, id="all of 100"),
        pytest.param([float(number) for number in range(1, 101)], 0.0, 1.0, id="none of 100"),
    ],
)
async def test_percentile_is_the_nearest_rank(values: list[float], share: float, expected: float) -> None:
    """The value that the share does not exceed."""
    assert expected == percentile(values, share)


async def test_last_turn_helps_a_thin_question(engine: Engine) -> None:
    """A follow-up is asked together with the question that it leans on."""
    last = Turn(question=QUESTION, asked_at=NOW - timedelta(minutes=1), article_ids=())
    asked = await answering(engine).ask("kapan itu?", k=3, now=NOW, last=last)
    assert "Ukraina" in asked.question_used
    assert Status.ANSWERED is asked.answer.status


async def test_period_of_a_group_limits_the_search(engine: Engine) -> None:
    """With a period no citation lies outside it; without, the same question finds more."""
    everything = (await answering(engine).ask("harga bahan bakar", k=10, now=NOW)).answer.answers
    days = sorted(citation.article.published_at.day for citation in everything)
    where = Filter(since=days[-1])
    limited = (await answering(engine).ask("harga bahan bakar", k=10, now=NOW, where=where)).answer.answers
    assert days[0] < days[-1]
    assert limited
    assert all(citation.article.published_at.day >= days[-1] for citation in limited)


async def test_period_of_a_group_holds_where_the_question_names_another(engine: Engine) -> None:
    """A question about a year outside the group's period finds nothing of that year."""
    where = Filter(since=date(2099, 1, 1))
    asked = await answering(engine).ask("harga pertalite februari 2022", k=10, now=NOW, where=where)
    assert (Status.NOT_FOUND, ()) == (asked.answer.status, asked.answer.answers)


async def test_recalled_answer_is_the_same(engine: Engine) -> None:
    """From what is kept of an answer the same citations come back, with neighbours and other outlets."""
    answer = (await answering(engine).ask(QUESTION, k=10, now=NOW)).answer
    recalled = await answering(engine).recall(stored(answer))
    assert answer.answers
    assert answer.answers == recalled.answers


async def test_recalling_leaves_out_what_is_gone(engine: Engine) -> None:
    """A sentence or an article that is not there any more is left out, the others stay in order."""
    kept = stored((await answering(engine).ask(QUESTION, k=3, now=NOW)).answer)
    first, second, third = kept.citations
    changed = replace(
        kept, citations=(replace(first, sentence_id=1 << 50), replace(second, article_id="no-such-article"), third)
    )
    recalled = await answering(engine).recall(changed)
    assert [third.sentence_id] == [citation.sentence_id for citation in recalled.answers]


async def test_engine_checks_find_a_healthy_engine(engine: Engine) -> None:
    """A store that can be read, with indexes that follow it, gives no reason; the lag is measured."""
    metrics = BotMetrics()
    found = [await check() for check in engine_checks(engine, metrics).values()]
    assert [None, None] == found
    assert b"kutip_index_lag 0.0" in metrics.render()
