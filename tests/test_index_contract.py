"""What holds for the search indexes of every engine: files beside SQLite, tables in PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from corpus_drafts import batch_of, draft_of, text_of
from letter_encoder import LetterEncoder
from store_engines import Engine, SqliteEngine, engine, postgres_url, store

from corpus.store import ArticleStore
from retrieval.indexer import Indexer, Indexes
from retrieval.lexical_texts import LexicalArticle
from retrieval.types import Filter, Hits

__all__ = ["engine", "postgres_url", "store"]

DAY = date(2025, 6, 12)
QUESTIONS = [text_of(number)[:60] for number in range(6)] + ["padi dan beras warga desa", "yang di dan", "sawah 7"]


@pytest.fixture
def indexer(engine: Engine, store: ArticleStore, tmp_path: Path) -> Indexer:
    """Of an empty store of each engine."""
    return indexer_of(engine, store, tmp_path)


def indexer_of(engine: Engine, store: ArticleStore, folder: Path) -> Indexer:
    if isinstance(engine, SqliteEngine):
        return Indexer(store, LetterEncoder(), folder / "index")
    from corpus.postgres.store import PostgresStore
    from retrieval.postgres.indexer import PostgresIndexer

    assert isinstance(store, PostgresStore)
    return PostgresIndexer(store, LetterEncoder())


@pytest.fixture
async def indexes(indexer: Indexer) -> Indexes:
    """Indexes that hold nothing yet."""
    return await indexer.open()


async def brought_up(indexer: Indexer) -> Indexes:
    """Open, embed, catch up and save, as ``kutip load`` does."""
    indexes = await indexer.open()
    await indexer.embed()
    if await indexer.catch_up(indexes):
        await indexer.save(indexes)
    return indexes


def article(
    version: int, *sentences: str, title: str = "", source: str = "Warta Nusa", day: date = DAY
) -> LexicalArticle:
    return LexicalArticle(version=version, source=source, day=day, title=title, sentences=sentences)


NEWS = (
    article(
        1,
        "Harga cabai naik dua kali lipat di pasar.",
        "Pedagang mengeluhkan pasokan dari Kediri.",
        title="Harga cabai melonjak",
    ),
    article(2, "Gubernur meresmikan jembatan baru.", "Jembatan itu menghubungkan dua kota.", source="Harian Kota"),
    article(3, "Ia memperbaiki diri setelah kalah.", title="Petinju bangkit", day=date(2024, 1, 5)),
)


@pytest.fixture
async def news(indexes: Indexes) -> Indexes:
    """Indexes by words that hold three articles."""
    await asyncio.to_thread(indexes.lexical.apply, added=NEWS, seq=3)
    return indexes


async def sentences_for(indexes: Indexes, question: str, *, k: int = 10, where: Filter | None = None) -> list[int]:
    terms = indexes.lexical.terms(question)
    hits = await asyncio.to_thread(indexes.lexical.search_sentences, terms, k=k, where=where)
    return [int(found) for found in hits.ids]


async def articles_for(indexes: Indexes, question: str, *, within: Collection[int] | None = None) -> list[int]:
    terms = indexes.lexical.terms(question)
    hits = await asyncio.to_thread(indexes.lexical.search_articles, terms, k=10, within=within)
    return [int(found) for found in hits.ids]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        pytest.param("kenaikan", [1 << 12], id="another form of a word"),
        pytest.param("Jembatan apa yang diresmikan gubernur?", [2 << 12, 2 << 12 | 1], id="most words first"),
        pytest.param("bangkit", [], id="a headline is no sentence"),
        pytest.param("'); DROP TABLE articles; -- & | ! <-> :*", [], id="syntax"),
        pytest.param("", [], id="nothing"),
    ],
)
async def test_sentences_are_found_by_words(news: Indexes, question: str, expected: list[int]) -> None:
    """The sentences with the most telling words come first, by any form of these."""
    assert expected == await sentences_for(news, question)


async def test_articles_are_found_by_all_their_words(news: Indexes) -> None:
    """Words from different sentences and the headline count together."""
    assert ([1], [3], [2]) == (
        await articles_for(news, "cabai pasokan"),
        await articles_for(news, "petinju kalah"),
        await articles_for(news, "gubernur kota"),
    )


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        (Filter(sources=frozenset({"Harian Kota"})), [2]),
        (Filter(since=date(2025, 1, 1), sources=frozenset({"Warta Nusa"})), [1]),
        (Filter(until=date(2024, 12, 31)), [3]),
        (Filter(sources=frozenset({"Tidak Ada"})), []),
    ],
)
async def test_a_filter_is_part_of_the_search(news: Indexes, where: Filter, expected: list[int]) -> None:
    """Sources and days limit what is found, and change no score."""
    question = news.lexical.terms("harga jembatan memperbaiki")
    hits = await asyncio.to_thread(news.lexical.search_articles, question, k=1, where=where)
    free = await asyncio.to_thread(news.lexical.search_articles, question, k=10)
    scores = dict(zip(free.ids.tolist(), free.scores.tolist(), strict=True))
    assert expected == hits.ids.tolist()
    assert [scores[version] for version in expected] == pytest.approx(hits.scores.tolist())


async def test_a_search_within_versions(news: Indexes) -> None:
    """Only these are found, and none within none."""
    assert ([2], []) == (
        await articles_for(news, "harga jembatan", within=[2, 3]),
        await articles_for(news, "harga jembatan", within=[]),
    )


async def test_words_that_are_gone_are_not_found(news: Indexes) -> None:
    """Removed articles leave neither hits nor counts nor words."""
    await asyncio.to_thread(news.lexical.apply, removed=[1, 99], seq=4)
    known = await asyncio.to_thread(news.lexical.knows, "cabai")
    assert ([], 3, 4, {2: 2, 3: 1}, False) == (
        await sentences_for(news, "cabai"),
        news.lexical.sentence_count,
        news.lexical.seq,
        await asyncio.to_thread(news.lexical.versions),
        known,
    )


async def test_applying_again_changes_nothing(news: Indexes) -> None:
    """A batch that another process applied already, or that ends before, is passed over."""
    terms = news.lexical.terms("harga")
    before = await asyncio.to_thread(news.lexical.search_sentences, terms, k=10)
    await asyncio.to_thread(news.lexical.apply, added=NEWS, seq=3)
    await asyncio.to_thread(news.lexical.apply, added=[article(9, "Harga beras turun.")], seq=2)
    after = await asyncio.to_thread(news.lexical.search_sentences, terms, k=10)
    assert (before.ids.tolist(), 5) == (after.ids.tolist(), news.lexical.sentence_count)
    assert before.scores.tolist() == pytest.approx(after.scores.tolist(), rel=0.02)  # what is gone may still count


async def test_vocabulary(news: Indexes) -> None:
    """Known words, frequencies of stems, and what a mistyped word may stand for."""

    def work() -> tuple[bool, bool, int, int, list[str]]:
        lexical = news.lexical
        return (
            lexical.knows("Petinju"),
            lexical.knows("petani"),
            lexical.document_frequency("jembat"),
            lexical.document_frequency("tiada"),
            lexical.suggest("gubenrur"),
        )

    stem = news.lexical.terms("jembatan")[0].stem
    assert "jembat" == stem
    assert (True, False, 2, 0, ["gubernur"]) == await asyncio.to_thread(work)


async def test_indexes_agree_with_the_store(store: ArticleStore, indexer: Indexer) -> None:
    """New, changed and deleted articles are in both indexes as in the store, also for another process."""
    for number in range(3):
        await store.upsert(batch_of(number))
    await brought_up(indexer)
    await store.delete("salinan-1")
    await store.upsert(batch_of(7))
    indexes = await brought_up(indexer)
    again = await indexer.open()
    assert ([], [], await store.last_seq()) == (await indexer.verify(indexes), await indexer.verify(again), again.seq)


async def test_rebuilt_indexes_agree(store: ArticleStore, indexer: Indexer) -> None:
    """What is built anew holds the store, and nothing is embedded again."""
    await store.upsert(batch_of(0))
    await brought_up(indexer)
    embedded: list[int] = []
    rebuilt = await indexer.rebuild(on_progress=embedded.append)
    assert ([], []) == (embedded, await indexer.verify(rebuilt))


@pytest.mark.parametrize(
    "where",
    [
        None,
        Filter(sources=frozenset({"Kabar Timur"})),
        Filter(since=DAY + timedelta(days=2), until=DAY + timedelta(days=4)),
    ],
)
async def test_nearest_vectors(store: ArticleStore, indexer: Indexer, where: Filter | None) -> None:
    """Ids, order and cosines are those of plain arithmetic over what the filter allows."""
    await store.upsert(
        [
            draft_of(text_of(n), id=str(n), source=f"Kabar {('Timur', 'Barat')[n % 2]}", day=f"2025-06-{12 + n % 7}")
            for n in range(14)
        ]
    )
    indexes = await brought_up(indexer)
    query = LetterEncoder().encode_queries([text_of(3)])[0]
    hits = await asyncio.to_thread(indexes.dense.search, query, k=10, where=where)
    expected: list[tuple[float, int]] = []
    async for batch in store.iter_articles():
        for found, sentences in batch:
            if where is None or where.allows(found.source, found.published_at.day):
                vectors = (await store.vectors(indexer.fingerprint, [found.version]))[found.version]
                cosines = vectors.astype(np.float32) @ query
                expected += [(float(c), s.id) for c, s in zip(cosines, sentences, strict=True)]
    expected.sort(key=lambda pair: (-pair[0], pair[1]))
    assert [cosine for cosine, _ in expected[:10]] == pytest.approx(hits.scores.tolist(), abs=2e-3)
    assert {id_ for cosine, id_ in expected if cosine > expected[9][0] + 4e-3} <= set(hits.ids.tolist())


async def test_both_engines_score_alike(engine: Engine, store: ArticleStore, indexer: Indexer, tmp_path: Path) -> None:
    """The shares of BM25 by which answers are ordered are those of the default engine."""
    drafts = [draft for number in range(8) for draft in batch_of(number)]
    for number in range(8):
        await store.upsert(batch_of(number))
    indexes = await brought_up(indexer)
    async with await SqliteEngine(tmp_path).open("beside") as other:
        await other.upsert(drafts)
        beside = await brought_up(Indexer(other, LetterEncoder(), tmp_path / "beside"))
        for question in QUESTIONS:
            for mine, theirs in zip(await both(indexes, question), await both(beside, question), strict=True):
                assert theirs.scores.tolist() == pytest.approx(mine.scores.tolist(), abs=0.03)


async def both(indexes: Indexes, question: str) -> list[Hits]:
    """The best sentences and articles, scores as shares of the best."""
    terms = indexes.lexical.terms(question)
    found = [
        await asyncio.to_thread(search, terms, k=20)
        for search in (indexes.lexical.search_sentences, indexes.lexical.search_articles)
    ]
    return [Hits(ids=hits.ids, scores=hits.scores / (hits.scores[0] if len(hits) else 1)) for hits in found]
