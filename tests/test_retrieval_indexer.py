"""Indexes that follow the store, whatever happens to the process that brings them up to it."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio
from corpus_drafts import batch_of, draft_of, text_of
from letter_encoder import LetterEncoder

from corpus.backup import backup, restore
from corpus.store import ArticleStore
from corpus.types import POSITION_BITS
from retrieval.indexer import Indexer, Indexes
from retrieval.vector_files import read_manifest, write_manifest


@pytest_asyncio.fixture
async def store(tmp_path: Path) -> AsyncIterator[ArticleStore]:
    """A store with the articles of a few batches."""
    async with await ArticleStore.open(tmp_path / "kutip.db") as opened:
        for number in range(3):
            await opened.upsert(batch_of(number))
        yield opened


@pytest.fixture
def indexer(store: ArticleStore, tmp_path: Path) -> Indexer:
    return Indexer(store, LetterEncoder(), tmp_path / "index")


async def brought_up(indexer: Indexer) -> Indexes:
    """Open, embed, catch up and save, as ``kutip load`` does."""
    indexes = await indexer.open()
    await indexer.embed()
    if await indexer.catch_up(indexes):
        await indexer.save(indexes)
    return indexes


async def test_indexes_agree_with_the_store_after_every_kind_of_change(store: ArticleStore, indexer: Indexer) -> None:
    """New, changed and deleted articles are in both indexes as they are in the store, also when opened again."""
    await brought_up(indexer)
    await store.delete("salinan-1")
    await store.upsert(batch_of(7))
    indexes = await brought_up(indexer)
    again = await indexer.open()
    assert ([], [], await store.last_seq()) == (await indexer.verify(indexes), await indexer.verify(again), again.seq)


async def test_verify_names_what_an_index_lacks(store: ArticleStore, indexer: Indexer) -> None:
    """An index that did not catch up differs, and each article is named."""
    indexes = await brought_up(indexer)
    (outcome,) = await store.upsert([draft_of(text_of(99), id="lain")])
    problems = {f"{found.index}: {found.problem}" for found in await indexer.verify(indexes)}
    version = (await store.get_many([outcome.article_id]))[outcome.article_id].version
    assert {
        f"vectors: version {version} is not embedded",
        f"dense: version {version} of the store is missing",
        f"lexical: version {version} of the store is missing",
    } == problems


async def test_an_index_in_an_older_layout_is_made_anew(indexer: Indexer, tmp_path: Path) -> None:
    """From the stored vectors, without a command and without an error."""
    await brought_up(indexer)
    folder = tmp_path / "index" / "dense"
    write_manifest(folder, read_manifest(folder) | {"format": 0})
    indexes = await indexer.open()
    assert 0 == len(indexes.dense)
    await indexer.catch_up(indexes)
    assert [] == await indexer.verify(indexes)


async def test_indexes_of_another_store_are_not_used(store: ArticleStore, indexer: Indexer, tmp_path: Path) -> None:
    """A restored backup counts its changes anew, so that nothing of the indexes before may stay."""
    await backup(store.path, tmp_path / "copy.db")
    await store.upsert(batch_of(5))
    await brought_up(indexer)
    await store.close()
    await restore(tmp_path / "copy.db", store.path)
    async with await ArticleStore.open(store.path) as restored:
        again = Indexer(restored, LetterEncoder(), tmp_path / "index")
        await restored.upsert([draft_of(text_of(77), id="sesudah")])
        assert [] == await again.verify(await brought_up(again))


async def test_an_index_that_holds_more_is_not_replaced(store: ArticleStore, indexer: Indexer) -> None:
    """Of two processes that save, the one that is behind writes nothing."""
    behind = await brought_up(indexer)
    await store.upsert(batch_of(4))
    ahead = await brought_up(indexer)
    await indexer.save(behind)
    assert ahead.seq == (await indexer.open()).seq > behind.seq


@pytest.mark.parametrize("half_made", ["nothing in it", "one part of two", "whole, but beside its place"])
async def test_a_lexical_index_that_was_begun_is_made_again(indexer: Indexer, tmp_path: Path, half_made: str) -> None:
    """Whatever a process left that was killed while it made the first one, the next start goes on."""
    folder = tmp_path / "index" / "lexical"
    await indexer.open()
    if half_made == "nothing in it":
        for path in sorted(folder.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
    elif half_made == "one part of two":
        (folder / "articles").rename(tmp_path / "articles")
    else:
        folder.rename(folder.with_suffix(".part"))
    assert [] == await indexer.verify(await brought_up(indexer))


async def test_a_failed_look_does_not_end_the_following(
    store: ArticleStore, indexer: Indexer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Once the cause is gone, the running process follows the store again."""
    indexes = await brought_up(indexer)
    lexical, aside = tmp_path / "index" / "lexical", tmp_path / "aside"
    async with indexer.following(indexes, pause_s=0.01):
        lexical.rename(aside)
        await store.upsert(batch_of(6))
        await indexer.embed()
        await until(lambda: bool(caplog.records))
        aside.rename(lexical)
        last = await store.last_seq()
        await until(lambda: indexes.seq == last)
    assert [] == await indexer.verify(indexes)


async def until(is_so: Callable[[], bool]) -> None:
    """Wait for something that happens within seconds."""
    async with asyncio.timeout(10):
        while not is_so():  # noqa: ASYNC110 - there is no event for it
            await asyncio.sleep(0.01)


async def test_searches_beside_changes_find_only_whole_articles(store: ArticleStore, indexer: Indexer) -> None:
    """Each hit is a sentence of an article that the store has, or had when the search began."""
    indexes = await brought_up(indexer)
    writer = Indexer(store, LetterEncoder(), store.path.parent / "index")
    done = asyncio.Event()

    async def change() -> None:
        for number in range(3, 15):
            await store.upsert(batch_of(number))
            await writer.embed()
            await store.delete(f"salinan-{number - 1}")
        done.set()

    wrong: list[int] = []
    changing = asyncio.create_task(change())
    async with indexer.following(indexes, pause_s=0.005):
        for number in range(10**9):
            before = await store.last_seq()
            query = LetterEncoder().encode_queries([text_of(number % 20)])[0]
            hits = await asyncio.to_thread(indexes.dense.search, query, k=20)
            known = await store.sentences_by_id(hits.ids.tolist())
            gone = {change.replaces for change in await store.changes(indexes.seq, 10**6)}
            gone |= {change.replaces for change in await store.changes(before, 10**6)}
            wrong += [hit for hit in hits.ids.tolist() if hit not in known and hit >> POSITION_BITS not in gone]
            if done.is_set():
                break
        await changing
        last = await store.last_seq()
        await until(lambda: indexes.seq == last)
    assert ([], []) == (wrong, await indexer.verify(indexes))


LOAD = """
import asyncio, sys
from pathlib import Path
from corpus.store import ArticleStore
from retrieval.indexer import Indexer
from corpus_drafts import batch_of
from letter_encoder import LetterEncoder

async def main():
    folder = Path(sys.argv[1])
    async with await ArticleStore.open(folder / "kutip.db") as store:
        indexer = Indexer(store, LetterEncoder(), folder / "index")
        print("ready", flush=True)
        for number in range(10):
            await store.upsert(batch_of(number))
            indexes = await indexer.open()
            await indexer.embed()
            if await indexer.catch_up(indexes):
                await indexer.save(indexes)

asyncio.run(main())
"""


def test_killed_loads_leave_indexes_that_agree(tmp_path: Path) -> None:
    """After kills at any moment the next start brings store and indexes together, each article once."""
    generator = random.Random(5)
    for _ in range(3):
        with subprocess.Popen(
            [sys.executable, "-c", LOAD, str(tmp_path)],
            env=os.environ | {"PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *sys.path])},
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdout
            assert "ready\n" == process.stdout.readline()
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(generator.uniform(0.02, 0.3))
            process.send_signal(signal.SIGKILL)
    problems, killed = asyncio.run(finished(tmp_path))
    _, alone = asyncio.run(finished(tmp_path / "alone"))
    assert ([], alone) == (problems, killed)


async def finished(folder: Path) -> tuple[list[str], list[tuple[str, int, str]]]:
    """Load to the end. :return: what verify finds, and id, sentences and body of each article."""
    folder.mkdir(exist_ok=True)
    async with await ArticleStore.open(folder / "kutip.db") as store:
        for number in range(10):
            await store.upsert(batch_of(number))
        indexer = Indexer(store, LetterEncoder(), folder / "index")
        await brought_up(indexer)
        problems = [json.dumps([found.index, found.problem]) for found in await indexer.verify(await indexer.open())]
        loaded = [
            (article.id, len(sentences), article.body)
            async for batch in store.iter_articles()
            for article, sentences in batch
        ]
    return problems, sorted(loaded)


def test_letters_are_vectors_of_length_1() -> None:
    """The encoder of these tests keeps what the port promises."""
    assert [1.0, 1.0] == pytest.approx(
        np.linalg.norm(LetterEncoder().encode_passages(["padi", "beras"]), axis=1).tolist()
    )
