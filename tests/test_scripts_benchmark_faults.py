"""What the fault benchmark counts as a wrong citation; the benchmark itself needs data that cannot be shipped."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest_asyncio
from corpus_drafts import draft_of, text_of

from corpus.store import ArticleStore
from retrieval.types import Answer, Citation, Filter, Status
from scripts.benchmark_corpus import read_jsonl
from scripts.benchmark_faults import portions, wrong_citations


@pytest_asyncio.fixture
async def store(tmp_path: Path) -> AsyncIterator[ArticleStore]:
    """A store with one article."""
    async with await ArticleStore.open(tmp_path / "kutip.db") as opened:
        await opened.upsert([draft_of(text_of(1), id="a")])
        yield opened


async def answer_from(store: ArticleStore) -> Answer:
    """An answer that cites the second sentence of the article."""
    article = (await store.get_many(["a"]))["a"]
    sentence = (await store.sentences("a"))[1]
    citation = Citation(
        text=sentence.text, position=1, span=None, score=1.0, article=article, before="", after="", also=()
    )
    return Answer(
        id="q",
        question="apa?",
        status=Status.ANSWERED,
        confidence=1.0,
        answers=(citation,),
        filter=Filter(),
        took_ms=1.0,
    )


async def test_a_sentence_of_a_stored_article_is_right(store: ArticleStore) -> None:
    """Nothing is counted that is as it should be."""
    assert 0 == await wrong_citations(await answer_from(store), store, await store.last_seq())


async def test_a_text_that_the_article_does_not_have_is_wrong(store: ArticleStore) -> None:
    """The very sentence is compared."""
    answer = await answer_from(store)
    changed = replace(answer, answers=(replace(answer.answers[0], text="Bukan begini."),))
    assert 1 == await wrong_citations(changed, store, await store.last_seq())


async def test_an_article_is_cited_wrongly_if_it_was_gone_before_the_question(store: ArticleStore) -> None:
    """One that went while the question was answered was there when it was asked."""
    answer, asked = await answer_from(store), await store.last_seq()
    await store.delete("a")
    assert (0, 1) == (
        await wrong_citations(answer, store, asked),
        await wrong_citations(answer, store, await store.last_seq()),
    )


def test_portions_hold_all_rows_in_order(tmp_path: Path) -> None:
    """None is lost between two files."""
    rows = [{"id": number} for number in range(23)]
    files = portions(rows, tmp_path / "parts", 5)
    assert (5, rows) == (len(files), [row for file in files for row in read_jsonl(file)])
