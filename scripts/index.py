"""``kutip index``: the derived indexes: how far they are, build them anew, compare them with the store."""

from __future__ import annotations

import asyncio

import typer

from corpus.opening import open_store
from retrieval.encoder import open_encoder
from retrieval.engine import open_indexer
from retrieval.settings import RetrievalSettings
from scripts.console import load_settings, run_async
from scripts.embedding import embedding_progress

index = typer.Typer(help="The derived indexes.", no_args_is_help=True, rich_markup_mode=None)

SHOWN_DIFFERENCES = 20


@index.command("status")
def status() -> None:
    """Tell how far the indexes follow the store."""
    run_async(_status(load_settings(RetrievalSettings)))


async def _status(settings: RetrievalSettings) -> None:
    async with await open_store(settings, read_only=settings.database_url is None) as store:
        indexer = open_indexer(settings, store, await asyncio.to_thread(open_encoder, settings))
        indexes = await indexer.open()
        counts = await store.counts()
        print(f"store:   {counts.articles} articles, {counts.sentences} sentences, change {await store.last_seq()}")
        print(f"vectors: {await indexer.missing()} articles are not embedded yet")
        way = "exact" if indexes.dense.is_exhaustive else "inverted lists" if settings.database_url is None else "HNSW"
        print(
            f"dense:   {len(indexes.dense)} vectors, change {indexes.dense.seq}, {way}, "
            f"{indexes.dense.bytes_per_vector:.0f} bytes a vector"
        )
        print(f"lexical: {indexes.lexical.sentence_count} sentences, change {indexes.lexical.seq}")


@index.command("rebuild")
def rebuild() -> None:
    """Build both indexes anew from the stored vectors; embeds only what has none."""
    run_async(_rebuild(load_settings(RetrievalSettings)))


async def _rebuild(settings: RetrievalSettings) -> None:
    async with await open_store(settings) as store:
        indexer = open_indexer(settings, store, await asyncio.to_thread(open_encoder, settings))
        with embedding_progress() as show:
            indexes = await indexer.rebuild(on_progress=show)
        print(f"built: {len(indexes.dense)} vectors, {indexes.lexical.sentence_count} sentences, change {indexes.seq}")


@index.command("verify")
def verify() -> None:
    """Compare the store with both indexes and name every difference."""
    if run_async(_verify(load_settings(RetrievalSettings))):
        raise typer.Exit(1)


async def _verify(settings: RetrievalSettings) -> int:
    async with await open_store(settings, read_only=settings.database_url is None) as store:
        indexer = open_indexer(settings, store, await asyncio.to_thread(open_encoder, settings))
        indexes = await indexer.open()
        await indexer.catch_up(indexes)  # else every change since the last command would look like damage
        found = await indexer.verify(indexes)
    for difference in found[:SHOWN_DIFFERENCES]:
        print(f"{difference.index}: {difference.problem}")
    if len(found) > SHOWN_DIFFERENCES:
        print(f"... and {len(found) - SHOWN_DIFFERENCES} more")
    if found:
        print(f"{len(found)} differences; mend them with `kutip index rebuild`")
    else:
        print("store, dense and lexical index agree")
    return len(found)
