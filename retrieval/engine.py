"""Puts the parts of retrieval together over one store: encoder, indexes, search, answers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from threadpoolctl import threadpool_limits

from corpus.opening import open_store
from corpus.store import ArticleStore
from retrieval.answer import Answerer
from retrieval.candidates import Search
from retrieval.encoder import open_encoder
from retrieval.indexer import Indexer, Indexes
from retrieval.ports import Encoder
from retrieval.rank import RankModel
from retrieval.reader import OnnxReader
from retrieval.reading import CandidateReader
from retrieval.reading_model import ReadingModel
from retrieval.settings import RetrievalSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """Everything that answers questions over an open store."""

    store: ArticleStore
    indexer: Indexer
    indexes: Indexes
    search: Search
    answerer: Answerer


@asynccontextmanager
async def open_engine(settings: RetrievalSettings, *, model: RankModel | None = None) -> AsyncIterator[Engine]:
    """Open the store with its indexes, brought up to date as far as sentences are embedded, and followed from then on.

    :param model: of order and confidence; the shipped one by default.
    :raises StoreError: there is no store, or it cannot be used.
    :raises RetrievalError: a model or an index cannot be used.
    """
    async with await open_store(settings) as store:
        encoder = await asyncio.to_thread(open_encoder, settings, for_questions=True)
        indexer = open_indexer(settings, store, encoder)
        indexes = await indexer.open()
        if await indexer.catch_up(indexes):
            await indexer.save(indexes)
        search = Search(store, indexes, encoder, fingerprint=indexer.fingerprint)
        answerer = Answerer(
            store,
            indexes,
            search,
            model or RankModel.load(),
            zone=settings.zone,
            reader=await asyncio.to_thread(open_reader, settings),
            threshold=settings.answer_threshold,
        )
        async with indexer.following(indexes):
            # Questions are answered beside each other. Products of matrices as small as theirs gain nothing from more
            # threads, whose waiting in a loop took a quarter of the time from the models (105 ms a question, not 78).
            with threadpool_limits(limits=1, user_api="blas"):
                yield Engine(store=store, indexer=indexer, indexes=indexes, search=search, answerer=answerer)


def open_indexer(settings: RetrievalSettings, store: ArticleStore, encoder: Encoder) -> Indexer:
    """Choose what keeps the indexes of a store: files, or tables of the store's own database.

    :param store: opened with the same settings.
    """
    if settings.database_url is None:
        return Indexer(store, encoder, settings.index_folder)
    from corpus.postgres.store import PostgresStore
    from retrieval.postgres.indexer import PostgresIndexer

    if not isinstance(store, PostgresStore):
        raise TypeError("the settings name a database and the store is a file")
    return PostgresIndexer(store, encoder)


def open_reader(settings: RetrievalSettings) -> CandidateReader:
    """Open the shipped reader.

    :raises ModelMissingError: a file of it is not there.
    :raises ModelBrokenError: a file cannot be used.
    """
    return CandidateReader(OnnxReader(threads=settings.threads), ReadingModel.load())
