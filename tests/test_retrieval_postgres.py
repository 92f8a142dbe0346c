"""Search inside PostgreSQL, what only this engine has: the index over vectors, frequent words looked up afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import pytest
from corpus_drafts import draft_of, text_of
from letter_encoder import LetterEncoder
from postgres_server import new_database, postgres_url

from retrieval.types import Filter

if TYPE_CHECKING:
    from corpus.postgres.store import PostgresStore

__all__ = ["postgres_url"]


@pytest.fixture
async def store(postgres_url: str) -> AsyncIterator[PostgresStore]:
    """An empty store."""
    from corpus.postgres.store import PostgresStore

    async with new_database(postgres_url) as url, await PostgresStore.connect(url) as opened:
        yield opened


async def test_vectors_are_found_by_their_index(store: PostgresStore) -> None:
    """Through HNSW the nearest are found as by comparing all, and a narrow filter misses nothing."""
    from retrieval.postgres.indexer import PostgresIndexer
    from retrieval.postgres.statements import Statements
    from retrieval.postgres.vectors import PostgresVectors

    await store.upsert([draft_of(text_of(n), id=str(n), source="Kabar Timur" if n == 5 else "Nusa") for n in range(60)])
    indexer = PostgresIndexer(store, LetterEncoder())
    few = (await indexer.open()).dense
    await indexer.embed()
    statements = Statements(store.database, asyncio.get_running_loop())
    many = PostgresVectors(statements, fingerprint=indexer.fingerprint, dim=32, seq=lambda: 0, count=lambda: 10**6)
    query = LetterEncoder().encode_queries([text_of(3)])[0]
    only = Filter(sources=frozenset({"Kabar Timur"}))

    def work() -> tuple[list[bool], set[int], set[int], set[int], set[int]]:
        made = [many.arrange(), many.arrange()]
        found = [index.search(query, k=20, where=where) for where in (None, only) for index in (many, few)]
        return made, *(set(hits.ids.tolist()) for hits in found)

    made, near, nearest, allowed, all_allowed = await asyncio.to_thread(work)
    assert [True, False] == made
    assert len(near & nearest) >= 18
    assert (6, all_allowed) == (len(allowed), allowed)


async def test_searching_on_the_event_loop_is_refused(store: PostgresStore) -> None:
    """A search that would wait for its own event loop for ever is a clear error."""
    from retrieval.postgres.indexer import PostgresIndexer

    indexes = await PostgresIndexer(store, LetterEncoder()).open()
    with pytest.raises(RuntimeError, match="to_thread"):
        indexes.lexical.knows("padi")


async def test_frequent_words_still_order_what_rare_ones_found(store: PostgresStore) -> None:
    """Where frequent stems are looked up only in what the rare ones found, scores are those of looking up all."""
    from retrieval.postgres.indexer import PostgresIndexer
    from retrieval.postgres.statements import Statements
    from retrieval.postgres.words import PostgresWords

    await store.upsert([draft_of(text_of(n, words=200), id=str(n)) for n in range(30)])
    indexer = PostgresIndexer(store, LetterEncoder())
    indexes = await indexer.open()
    await indexer.embed()
    await indexer.catch_up(indexes)
    terms = indexes.lexical.terms("wasit pasar jembatan lampu gol")
    statements = Statements(store.database, asyncio.get_running_loop())
    narrow = await asyncio.to_thread(PostgresWords.open, statements, found_at_once=1)
    whole, narrowed = [
        [await asyncio.to_thread(search, terms, k=5) for search in (index.search_sentences, index.search_articles)]
        for index in (indexes.lexical, narrow)
    ]
    for all_, some in zip(whole, narrowed, strict=True):
        assert all_.scores[:3].tolist() == pytest.approx(some.scores[:3].tolist(), rel=0.2)
