"""A whole store copied from one engine to the other: nothing is lost, changed or done twice."""

from __future__ import annotations

import asyncio
from pathlib import Path

import numpy as np
import pytest
from corpus_drafts import batch_of, draft_of, text_of
from store_engines import Engine, SqliteEngine, engine, postgres_url, store

from corpus.copying import copy_store, finish_copy, sums
from corpus.errors import StoreError
from corpus.store import ArticleStore

__all__ = ["engine", "postgres_url", "store"]


async def filled(store: ArticleStore) -> None:
    for number in range(6):
        await store.upsert(batch_of(number))
    await store.delete("salinan-1")
    versions = await store.versions_without_vectors("huruf")
    chance = np.random.default_rng(3)
    await store.put_vectors("huruf", {v: chance.normal(size=(v % 4, 8)).astype(np.float16) for v in versions})


async def test_there_and_back(engine: Engine, store: ArticleStore, tmp_path: Path) -> None:
    """A store copied to either engine and back to a file is the store that it was."""
    async with (
        await SqliteEngine(tmp_path).open("asal") as source,
        await SqliteEngine(tmp_path).open("pulang") as back,
    ):
        await filled(source)
        for one, other in ((source, store), (store, back)):
            await copy_store(one, other)
            await finish_copy(one, other)
        held = await sums(source)
        assert (held, held) == (await sums(store), await sums(back))
        assert 17 == held["articles"].rows
        assert await source.store_id() == await back.store_id()
        assert await source.known_inputs([batch_of(1)[0].input_hash]) == await back.known_inputs(
            [batch_of(1)[0].input_hash]
        )


async def test_a_copy_goes_on_where_it_was(engine: Engine, store: ArticleStore, tmp_path: Path) -> None:
    """Cut short anywhere, a copy is whole after the next call, and copies no row twice."""
    async with await SqliteEngine(tmp_path).open("asal") as source:
        await filled(source)
        steps: list[tuple[str, int]] = []

        def stop(table: str, rows: int) -> None:
            steps.append((table, rows))
            if table in {"sentences", "vectors"} and steps.count((table, rows)) == 1:
                raise asyncio.CancelledError

        for _ in range(2):
            with pytest.raises(asyncio.CancelledError):
                await copy_store(source, store, on_progress=stop)
        await copy_store(source, store, on_progress=stop)
        assert await sums(source) == await sums(store)
        assert len({table for table, _ in steps}) == len(steps)


async def test_a_store_that_holds_something_is_left_alone(engine: Engine, store: ArticleStore, tmp_path: Path) -> None:
    """Nothing is copied over what is there."""
    await store.upsert([draft_of(text_of(1), id="7")])
    async with await SqliteEngine(tmp_path).open("asal") as source:
        await filled(source)
        with pytest.raises(StoreError, match="empty store"):
            await copy_store(source, store)
    assert 1 == (await store.counts()).articles
