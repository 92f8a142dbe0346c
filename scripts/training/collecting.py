"""Asks the real search about questions with known answers: what the reader, and what comes after it, learn from."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.store import ArticleStore
from corpus.types import Article, Sentence
from retrieval.candidates import Candidate
from retrieval.engine import open_engine
from retrieval.evaluate import GoldQuestion
from retrieval.features import features
from retrieval.query import Understanding
from retrieval.rank import RankModel
from retrieval.settings import RetrievalSettings
from retrieval.stems import IndonesianStems
from scripts.evaluate import read_questions
from scripts.training.examples import is_right
from scripts.training.located import located_questions


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """A question with its candidates, best first by the order without a reader.

    :param table: (n, len(FEATURES)) float32. :param scores: (n,) float32, never rising.
    :param missing: gold sentences, and their neighbours, that the search did not bring.
    """

    gold: GoldQuestion
    understood: Understanding
    found: Sequence[Candidate]
    table: NDArray[np.float32]
    scores: NDArray[np.float32]
    known_words: float
    missing: Sequence[tuple[Article, Sentence]]


async def search_all(paths: Sequence[Path], settings: RetrievalSettings) -> AsyncIterator[Searched]:
    """Search for every question; questions that bring nothing are left out.

    :param paths: question files; without any the questions that come with the code.
    """
    model = RankModel.load()
    stems = IndonesianStems()
    async with open_engine(settings) as engine:
        asked = list(read_questions(paths)) if paths else [gold async for gold in located_questions(engine.store)]
        for gold in asked:
            understood = await engine.answerer.understand(gold.question, now=datetime.now(settings.zone))
            candidates = await engine.search.candidates(understood)
            if not candidates.found:
                continue
            table = features(understood, candidates, stems)
            scores = model.scores(table)
            order = np.argsort(-scores, kind="stable")
            found = [candidates.found[place] for place in order]
            yield Searched(
                gold=gold,
                understood=understood,
                found=found,
                table=table[order],
                scores=scores[order],
                known_words=engine.answerer.known_words(understood),
                missing=await _missing(gold, found, engine.store),
            )


async def _missing(
    gold: GoldQuestion, found: Sequence[Candidate], store: ArticleStore
) -> list[tuple[Article, Sentence]]:
    """Gold sentences with a neighbour on either side, when none of them was found."""
    if any(is_right(one.sentence.text, one.article.id, gold) for one in found):
        return []
    held = {one.sentence.id for one in found}
    missing: list[tuple[Article, Sentence]] = []
    for article_id in gold.sentences:
        article = await store.get(article_id)
        if article is None:
            continue
        sentences = await store.sentences(article_id)
        golden = [one.position for one in sentences if is_right(one.text, article_id, gold)]
        missing += [
            (article, one)
            for one in sentences
            if one.id not in held and any(abs(one.position - place) <= 1 for place in golden)
        ]
    return missing
