"""The retrieval benchmark: Kutip beside three simple systems on the same store and questions."""

from __future__ import annotations

import asyncio
import resource
import statistics
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from corpus.types import POSITION_BITS
from retrieval.candidates import Candidate, no_filter
from retrieval.engine import Engine, open_engine
from retrieval.evaluate import GoldQuestion, covers, judge, summarise
from retrieval.settings import RetrievalSettings
from scripts.console import load_settings
from scripts.evaluate import read_questions

SHOWN = 3
METRICS = ("article@1", "sentence@1", "sentence@3")

Found = Sequence[tuple[str, str]]
"""Article ids and sentences, best first."""


def run(questions: Sequence[Path]) -> int:
    """Ask every question of each system and print one table.

    :return: exit code: 0 when Kutip is 0.05 above the best simple system on every metric, 1 when it is not.
    """
    golds = [gold for gold in read_questions(questions) if gold.answerable]
    table, took = asyncio.run(_measure(golds, load_settings(RetrievalSettings)))
    print(f"{'':28}" + "".join(f"{metric:>12}" for metric in METRICS))
    for name, row in table.items():
        print(f"{name:28}" + "".join(f"{row[metric]:12.3f}" for metric in METRICS))
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)
    took.sort()
    print(
        f"a question: p50 {statistics.median(took):.1f} ms, p95 {took[int(0.95 * len(took))]:.1f} ms; "
        f"peak resident {megabytes:.0f} MB; {len(golds)} questions"
    )
    simple = [row for name, row in table.items() if name != "Kutip"]
    return 0 if all(table["Kutip"][metric] >= max(row[metric] for row in simple) + 0.05 for metric in METRICS) else 1


async def _measure(
    golds: Sequence[GoldQuestion], settings: RetrievalSettings
) -> tuple[dict[str, Mapping[str, float]], list[float]]:
    scores: dict[str, list[dict[str, float]]] = {}
    judgements, took = [], []
    async with open_engine(settings) as engine:
        for gold in golds:
            for name, found in (await _simple_systems(gold.question, engine, settings)).items():
                scores.setdefault(name, []).append(_score(gold, found))
            started = time.perf_counter()
            answer = await engine.answerer.answer(gold.question, k=SHOWN)
            took.append(1000 * (time.perf_counter() - started))
            judgements.append(judge(gold, answer))
    table: dict[str, Mapping[str, float]] = {
        name: {metric: statistics.fmean(row[metric] for row in rows) for metric in METRICS}
        for name, rows in scores.items()
    }
    return table | {"Kutip": summarise(judgements)}, took


async def _simple_systems(question: str, engine: Engine, settings: RetrievalSettings) -> dict[str, Found]:
    """Best BM25 article and its best sentences; best sentence vectors; a hand mix of both."""
    understood = no_filter(await engine.answerer.understand(question, now=datetime.now(settings.zone)))
    candidates = (await engine.search.candidates(understood)).found
    lexical, terms = engine.indexes.lexical, engine.search.terms(understood)
    best_article = lexical.search_articles(terms, k=1).ids.tolist()
    in_article = lexical.search_sentences(terms, k=SHOWN, within=best_article).ids.tolist() if best_article else []
    query = engine.search.encode(understood)
    nearest = engine.indexes.dense.search(query, k=SHOWN).ids.tolist()

    def mix(one: Candidate) -> float:
        return one.cosine + one.article_vector_cosine + 0.1 * one.article_lexical + 0.02 * one.lexical

    mixed = sorted(candidates, key=mix, reverse=True)[:SHOWN]
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
