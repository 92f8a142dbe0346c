"""Questions written over the articles of a corpus, which name sentences by place in place of quoting them.

``questions.jsonl`` beside this file holds some thousands, in nine styles. A line is an object: ``article`` (id),
``style``, ``question``, and for answerable ones ``sentences`` (positions of those that answer, each by itself) and
``answer`` (position, and the characters ``[start, end)`` there). Positions are those of the articles as loaded by the
cleaner of :data:`corpus.clean.CLEANER_VERSION` 1; a line whose places do not exist is passed over.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

from corpus.store import ArticleStore
from retrieval.evaluate import GoldQuestion

QUESTIONS = Path(__file__).with_name("questions.jsonl")
"""The questions that come with the code."""


async def located_questions(store: ArticleStore, path: Path = QUESTIONS) -> AsyncIterator[GoldQuestion]:
    """Questions with the sentences that a store has at their places; those of articles that it lacks are left out."""
    texts: dict[str, dict[int, str]] = {}
    for number, row in enumerate(_rows(path)):
        article = row["article"]
        if article not in texts:
            texts[article] = {sentence.position: sentence.text for sentence in await store.sentences(article)}
        gold = _gold(f"located-{number}", row, texts[article])
        if gold is not None:
            yield gold


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _gold(id_: str, row: Mapping[str, Any], texts: Mapping[int, str]) -> GoldQuestion | None:
    if not texts:
        return None
    if "answer" not in row:
        return GoldQuestion(id=id_, question=row["question"], answerable=False, style=row["style"])
    position, start, end = row["answer"]
    positions = row["sentences"]
    if not texts.keys() >= {position, *positions} or not 0 <= start < end <= len(texts[position]):
        return None
    return GoldQuestion(
        id=id_,
        question=row["question"],
        answerable=True,
        sentences={row["article"]: [texts[place] for place in positions]},
        answer=texts[position][start:end],
        style=row["style"],
    )
