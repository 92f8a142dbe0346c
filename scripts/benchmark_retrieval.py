"""The retrieval benchmark: how often the right sentence is found, how fast, and in how much memory.

Everything is measured beside simpler systems in the same run, in turns, so that a busy machine slows all of them.
"""

from __future__ import annotations

import asyncio
import json
import operator
import os
import statistics
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

import numpy as np

from corpus.types import POSITION_BITS
from retrieval.candidates import no_filter
from retrieval.encoder import open_encoder
from retrieval.engine import Engine, open_engine
from retrieval.evaluate import GoldQuestion, covers, judge, summarise
from retrieval.settings import RetrievalSettings
from retrieval.types import Answer
from scripts import benchmark_pooled
from scripts.benchmark_pooled import folder_for
from scripts.console import load_settings
from scripts.evaluate import read_questions
from scripts.plain_stack import PlainStack

SHOWN = 3
METRICS = ("article@1", "sentence@1", "sentence@3")
SEARCH_ALONE = "Kutip without its reader"
AHEAD = 0.05
"""By how much Kutip must be ahead of the best simple system in every metric."""

POOLED_LEAST = (0.60, 0.95, 0.72)
"""What Kutip must reach on the pooled questions, in the order of their metrics."""

TIMED_QUESTIONS = 400
"""Questions that are timed: enough for the 95th percentile."""

ROUND_QUESTIONS = 40
"""Questions that one system answers before the other has its turn: enough that each finds its own data in the cache."""

EMBEDDED_SENTENCES = 3_000
EMBEDDING_ROUNDS = 6

Found = Sequence[tuple[str, str]]
"""Article ids and sentences, best first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One measured figure and what it must be.

    :param least: it must not be lower. :param most: it must not be higher.
    """

    what: str
    value: float
    unit: str = ""
    least: float | None = None
    most: float | None = None

    @property
    def is_met(self) -> bool:
        """Whether the figure is what it must be."""
        is_enough = self.least is None or self.value >= self.least
        return is_enough and (self.most is None or self.value <= self.most)

    def __str__(self) -> str:
        digits = 3 if not self.unit else 1
        bound = f">= {self.least:g}" if self.least is not None else f"<= {self.most:g}" if self.most is not None else ""
        verdict = "" if not bound else "met" if self.is_met else "MISSED"
        return f"{self.what:58}{self.value:10.{digits}f} {self.unit:4}{bound:>10}  {verdict}".rstrip()


def run(questions: Sequence[Path], *, qa: Path | None = None, work: Path | None = None) -> int:
    """Measure everything and print it.

    :param questions: files with gold answers on the articles of the settings' store.
    :param qa: folder of the pooled question files; without it they are left out.
    :param work: folder in which what is made for them is kept, by default one among the temporary files.
    :return: exit code: 0 when every figure is what it must be, 1 when one is not.
    """
    settings = load_settings(RetrievalSettings)
    golds = [gold for gold in read_questions(questions) if gold.answerable]
    return asyncio.run(_show(_lines(golds, settings, qa, folder_for(work))))


async def _show(lines: AsyncIterator[Line]) -> int:
    missed = 0
    async for line in lines:
        print(line, flush=True)
        missed += not line.is_met
    return 1 if missed else 0


async def _lines(
    golds: Sequence[GoldQuestion], settings: RetrievalSettings, qa: Path | None, work: Path
) -> AsyncIterator[Line]:
    for line in _start(golds, settings):
        yield line
    async with open_engine(settings) as engine:
        print(f"{len(engine.indexes.dense)} sentences, {len(golds)} questions", flush=True)
        for line in await _quality(golds, engine, settings):
            yield line
        plain = await _plain(engine)
        for line in await _latency(golds[:TIMED_QUESTIONS], engine, plain):
            yield line
        for line in await _embedding(engine, plain, settings):
            yield line
    if qa:
        rows = await benchmark_pooled.measure(qa, work, say=partial(print, file=sys.stderr, flush=True))
        print_table(rows, benchmark_pooled.METRICS)
        for metric, least in zip(benchmark_pooled.METRICS, POOLED_LEAST, strict=True):
            yield Line(what=f"pooled questions, {metric}", value=rows["Kutip"][metric], least=least)


def _start(golds: Sequence[GoldQuestion], settings: RetrievalSettings) -> Iterator[Line]:
    """Start a process of its own, as a person would."""
    asked = "".join(gold.question.replace("\n", " ") + "\n" for gold in golds[:100])
    environment = os.environ | {"KUTIP_DATA_DIR": str(settings.data_dir)}
    reports = []
    for _ in range(3):
        started = time.time()
        ended = subprocess.run(
            [sys.executable, "-m", "scripts.benchmark_retrieval"],
            input=asked,
            capture_output=True,
            text=True,
            check=True,
            env=environment,
        )
        reports.append(json.loads(ended.stdout) | {"started": started})
    ready = [report["ready_at"] - report["started"] for report in reports]
    yield Line(what="from process start to ready", value=statistics.median(ready), unit="s", most=3)
    yield Line(what="resident once ready", value=statistics.median(_column(reports, "ready_mb")), unit="MB")
    yield Line(what="most resident over 100 questions", value=max(_column(reports, "peak_mb")), unit="MB", most=700)


def _column(rows: Sequence[Mapping[str, float]], name: str) -> list[float]:
    return [row[name] for row in rows]


async def _quality(golds: Sequence[GoldQuestion], engine: Engine, settings: RetrievalSettings) -> list[Line]:
    """Print how often each system finds article and sentence."""
    scores: dict[str, list[dict[str, float]]] = {}
    judgements, faults = [], 0
    for gold in golds:
        for name, found in (await _simple_systems(gold.question, engine, settings)).items():
            scores.setdefault(name, []).append(_score(gold, found))
        searched = await engine.answerer.answer(gold.question, k=SHOWN, passages=0)
        found = [(one.article.id, one.text) for one in searched.answers]
        scores.setdefault(SEARCH_ALONE, []).append(_score(gold, found))
        answer = await engine.answerer.answer(gold.question, k=SHOWN)
        judgements.append(judge(gold, answer))
        faults += not await _is_quoted(answer, engine)
    simple = {
        name: {metric: statistics.fmean(row[metric] for row in rows) for metric in METRICS}
        for name, rows in scores.items()
    }
    kutip = summarise(judgements)
    print_table({**simple, "Kutip": kutip}, METRICS)
    lines = [Line(what="answers whose citations are all true to the store", value=1 - faults / len(golds), least=1)]
    for metric in METRICS:
        ahead = kutip[metric] - max(row[metric] for name, row in simple.items() if name != SEARCH_ALONE)
        lines.append(Line(what=f"{metric} ahead of the best simple system", value=ahead, least=AHEAD))
    return lines


def print_table(rows: Mapping[str, Mapping[str, float]], metrics: Sequence[str]) -> None:
    """Print a system a line."""
    print(f"{'':28}" + "".join(f"{metric:>12}" for metric in metrics))
    for name, row in rows.items():
        print(f"{name:28}" + "".join(f"{row[metric]:12.3f}" for metric in metrics), flush=True)


async def _is_quoted(answer: Answer, engine: Engine) -> bool:
    """Whether every citation is a sentence of its article, at its place, with the answering words inside."""
    for citation in answer.answers:
        sentences = await engine.store.sentences(citation.article.id)
        is_there = citation.position < len(sentences) and sentences[citation.position].text == citation.text
        start, end = citation.span or (0, 1)
        if not is_there or not 0 <= start < end <= len(citation.text):
            return False
    return True


async def _simple_systems(question: str, engine: Engine, settings: RetrievalSettings) -> dict[str, Found]:
    """Best BM25 article and its best sentences; best sentence vectors; a hand mix of both."""
    understood = no_filter(await engine.answerer.understand(question, now=datetime.now(settings.zone)))
    candidates = await engine.search.candidates(understood)
    lexical, terms = engine.indexes.lexical, engine.search.terms(understood)
    best_article = lexical.search_articles(terms, k=1).ids.tolist()
    in_article = lexical.search_sentences(terms, k=SHOWN, within=best_article).ids.tolist() if best_article else []
    query = engine.search.encode(understood)
    nearest = engine.indexes.dense.search(query, k=SHOWN).ids.tolist()
    near = candidates.closeness
    mix = near.cosine + near.article_vector + 0.1 * near.article_lexical + 0.02 * near.lexical
    mixed = [candidates.found[row] for row in np.argsort(-mix, kind="stable")[:SHOWN]]
    return {
        "word search (BM25)": await _texts(in_article, engine),
        "dense sentences": await _texts(nearest, engine),
        "hand mix": [(one.article.id, one.sentence.text) for one in mixed],
    }


async def _texts(ids: Sequence[int], engine: Engine) -> Found:
    sentences = await engine.store.sentences_by_id(ids)
    articles = await engine.store.by_version({id_ >> POSITION_BITS for id_ in ids})
    return [(articles[id_ >> POSITION_BITS].id, sentences[id_].text) for id_ in ids if id_ in sentences]


def _score(gold: GoldQuestion, found: Found) -> dict[str, float]:
    right = [any(covers(text, wanted) for wanted in gold.sentences.get(article, ())) for article, text in found]
    return {
        "article@1": float(bool(found) and found[0][0] in gold.sentences),
        "sentence@1": float(any(right[:1])),
        "sentence@3": float(any(right[:SHOWN])),
    }


async def _plain(engine: Engine) -> PlainStack:
    """The plain stack over the same sentences and vectors."""
    texts: list[str] = []
    vectors = []
    async for batch in engine.store.iter_articles():
        rows = await engine.store.vectors(engine.indexer.fingerprint, [article.version for article, _ in batch])
        for article, sentences in batch:
            if article.version in rows:
                texts += [sentence.text for sentence in sentences]
                vectors.append(rows[article.version])
    return PlainStack(texts, np.concatenate(vectors))


async def _latency(golds: Sequence[GoldQuestion], engine: Engine, plain: PlainStack) -> list[Line]:
    """Time questions from the text to all that is shown, Kutip and the plain stack in turns."""
    ours: list[float] = []
    reading: list[float] = []
    theirs: list[float] = []
    for begin in range(0, len(golds), ROUND_QUESTIONS):
        some = [gold.question for gold in golds[begin : begin + ROUND_QUESTIONS]]
        for question in some:
            started = time.perf_counter()
            await engine.answerer.answer(question, k=SHOWN, passages=0)
            ours.append(1000 * (time.perf_counter() - started))
        for question in some:
            started = time.perf_counter()
            await engine.answerer.answer(question, k=SHOWN)
            reading.append(1000 * (time.perf_counter() - started))
        for question in some:
            started = time.perf_counter()
            plain.answer(question, k=SHOWN)
            theirs.append(1000 * (time.perf_counter() - started))
    p50, p95 = np.percentile(ours, [50, 95]).tolist()
    plain_p50, plain_p95 = np.percentile(theirs, [50, 95]).tolist()
    read_p50, read_p95 = np.percentile(reading, [50, 95]).tolist()
    return [
        Line(what="a question without the reader, median", value=p50, unit="ms", most=25),
        Line(what="a question without the reader, 95th percentile", value=p95, unit="ms", most=60),
        Line(what="a question with the reader, median", value=read_p50, unit="ms", most=120),
        Line(what="a question with the reader, 95th percentile", value=read_p95, unit="ms", most=250),
        Line(what="a question with the plain stack, median", value=plain_p50, unit="ms"),
        Line(what="a question with the plain stack, 95th percentile", value=plain_p95, unit="ms"),
        Line(
            what="times faster than the plain stack without the reader, by the medians", value=plain_p50 / p50, least=4
        ),
    ]


async def _embedding(engine: Engine, plain: PlainStack, settings: RetrievalSettings) -> list[Line]:
    """Embed the same sentences as a load does and as the plain stack does, in turns."""
    passages: list[list[str]] = []
    wanted = EMBEDDED_SENTENCES
    async for batch in engine.store.iter_articles():
        for article, sentences in batch[::8]:
            if wanted > 0:
                passages.append([article.title, *(sentence.text for sentence in sentences)])
                wanted -= len(sentences)
        if wanted <= 0:
            break
    encoder = open_encoder(settings)
    ours, theirs = [], []
    for begin in range(EMBEDDING_ROUNDS):
        some = passages[begin::EMBEDDING_ROUNDS]
        texts = [text for passage in some for text in passage[1:]]
        ours.append(len(texts) / _seconds(partial(encoder.encode_spans, some)))
        theirs.append(len(texts) / _seconds(partial(plain.embed, texts)))
    rate, plain_rate = statistics.median(ours), statistics.median(theirs)
    ratio = statistics.median(map(operator.truediv, ours, theirs))
    return [
        Line(what="sentences embedded a second, headlines and context included", value=rate, unit="/s", least=150),
        Line(what="sentences embedded a second by the plain stack", value=plain_rate, unit="/s"),
        Line(what="times faster than the plain stack", value=ratio, least=3),
    ]


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


async def _report_start() -> None:
    """Open everything, tell when, answer what comes from standard input, tell the memory."""
    async with open_engine(load_settings(RetrievalSettings)) as engine:
        await engine.answerer.answer("siapa?")
        report = {"ready_at": time.time(), "ready_mb": _resident_mb("VmRSS")}
        for question in sys.stdin:
            await engine.answerer.answer(question)
        print(json.dumps(report | {"peak_mb": _resident_mb("VmHWM")}))


def _resident_mb(name: str) -> float:
    """Memory of this process by the kernel's count.

    :param name: ``VmRSS`` for now, ``VmHWM`` for the most so far. A child's ``ru_maxrss`` would count its parent's too.
    """
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith(name):
            return int(line.split()[1]) / 1e3
    raise LookupError(name)


if __name__ == "__main__":
    asyncio.run(_report_start())
