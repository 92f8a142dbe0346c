"""Keeps the search tables of a store on PostgreSQL in step with it; no file is written."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from corpus.postgres.database import prepare
from corpus.postgres.store import PostgresStore
from retrieval.indexer import Indexer, Indexes
from retrieval.lexical_texts import stamp
from retrieval.ports import Encoder
from retrieval.postgres.schema import SEARCH
from retrieval.postgres.statements import Statements
from retrieval.postgres.vectors import PostgresVectors
from retrieval.postgres.words import PostgresWords

_EMPTY = (
    "TRUNCATE sentence_words, word_counts",
    "UPDATE word_state SET seq = 0, sentences = 0, sentence_words = 0, articles = 0, article_words = 0",
)


class PostgresIndexer(Indexer):
    """As :class:`Indexer`, over tables that all processes share: one of them applies a change, for all.

    :param store: open; its database takes the tables.
    """

    def __init__(self, store: PostgresStore, encoder: Encoder) -> None:
        super().__init__(store, encoder, Path())  # no file is written
        self._database = store.database
        self._url = store.url

    async def open(self) -> Indexes:
        """Make the tables where they are not there; empty them where they are of another store or other words.

        :raises StoreError: the database refuses.
        """
        await prepare(self._url, SEARCH)
        statements = Statements(self._database, asyncio.get_running_loop())
        words = await asyncio.to_thread(PostgresWords.open, statements)
        store_id = await self._store.store_id()
        if (words.state.store_id, words.state.fingerprint) != (store_id, stamp("")):
            await self._empty(store_id)
            await asyncio.to_thread(words.reload)
        vectors = PostgresVectors(
            statements,
            fingerprint=self.fingerprint,
            dim=self._encoder.dim,
            seq=lambda: words.seq,
            count=lambda: words.sentence_count,
        )
        return Indexes(dense=vectors, lexical=words)

    async def _empty(self, store_id: str) -> None:
        async with self._database.transaction() as transaction:
            for statement in _EMPTY:
                await transaction.rows(statement)
            await transaction.rows("UPDATE word_state SET store_id = ?, fingerprint = ?", (store_id, stamp("")))

    async def save(self, indexes: Indexes) -> bool:
        """Nothing is to be written to files; many vectors get their index."""
        if isinstance(indexes.dense, PostgresVectors):
            await asyncio.to_thread(indexes.dense.arrange)
        return True

    async def rebuild(self, *, on_progress: Callable[[int], None] | None = None) -> Indexes:
        """As :meth:`Indexer.rebuild`."""
        await self._store.drop_vectors(keep=self.fingerprint)
        await self.embed(on_progress=on_progress)
        indexes = await self.open()
        await self._empty(await self._store.store_id())
        await self.catch_up(indexes)
        await self.save(indexes)
        return indexes
