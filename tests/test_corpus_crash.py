"""What the machine does to a store: processes killed at any moment, and no room on the disk. All of it for real."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from corpus_drafts import BATCHES, batch_of

from corpus.backup import backup, restore
from corpus.store import ArticleStore
from corpus.types import OutcomeStatus

ROW_OF_STORE_ID = "INSERT INTO \"properties\" VALUES('store_id'"


LOAD = """
import asyncio, sys
from pathlib import Path
from corpus.store import ArticleStore
from corpus_drafts import BATCHES, batch_of

async def main():
    async with await ArticleStore.open(Path(sys.argv[1])) as store:
        for number in range(BATCHES):
            await store.upsert(batch_of(number))
            print(number, flush=True)

asyncio.run(main())
"""

LOAD_UNTIL_FULL = """
import asyncio, resource, sys
from pathlib import Path
from corpus.errors import StoreFullError
from corpus.store import ArticleStore
from corpus_drafts import BATCHES, batch_of

async def main():
    async with await ArticleStore.open(Path(sys.argv[1])) as store:
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
        committed = 0
        try:
            for number in range(BATCHES):
                await store.upsert(batch_of(number))
                committed += 1
        except StoreFullError:
            print("full", committed, (await store.counts()).articles, flush=True)
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        await store.upsert(batch_of(committed))
        print("room again", flush=True)

asyncio.run(main())
"""

RESTORE = """
import asyncio, sys
from pathlib import Path
from corpus.backup import restore

print("ready", flush=True)
asyncio.run(restore(Path(sys.argv[1]), Path(sys.argv[2])))
print("done", flush=True)
"""


def start(script: str, *arguments: object) -> subprocess.Popen[str]:
    """Another Python process with this folder on its path."""
    return subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)],
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parent)},
        stdout=subprocess.PIPE,
        text=True,
    )


def everything_in(path: Path) -> list[str]:
    """The whole store as SQL, but for its id; the file must be sound."""
    with closing(sqlite3.connect(path)) as connection:
        assert [("ok",)] == connection.execute("PRAGMA integrity_check").fetchall()
        return [line for line in connection.iterdump() if not line.startswith(ROW_OF_STORE_ID)]


async def load(path: Path, batches: int = BATCHES) -> None:
    async with await ArticleStore.open(path) as store:
        for number in range(batches):
            await store.upsert(batch_of(number))


async def is_loaded(path: Path, number: int) -> bool:
    """Whether a batch and all before it are in the store."""
    inputs = [draft.input_hash for earlier in range(number + 1) for draft in batch_of(earlier)]
    async with await ArticleStore.open(path, read_only=True) as store:
        return set(inputs) == await store.known_inputs(inputs)


def test_killed_loads(tmp_path: Path) -> None:
    """Loads that are killed at random moments lose nothing they committed; loading again gives an undisturbed store."""
    path, undisturbed = tmp_path / "kutip.db", tmp_path / "undisturbed.db"
    asyncio.run(load(undisturbed))
    generator = random.Random(20)
    for last in (0, 5, 12, 20):
        with start(LOAD, path) as process:
            assert process.stdout is not None
            for line in process.stdout:
                if int(line) == last:
                    break
            time.sleep(generator.uniform(0, 0.02))
            process.send_signal(signal.SIGKILL)
            committed = [int(line) for line in process.stdout.read().splitlines()]
        everything_in(path)
        assert asyncio.run(is_loaded(path, max([last, *committed])))
    asyncio.run(load(path))
    assert everything_in(undisturbed) == everything_in(path)


def test_two_loads_at_once(tmp_path: Path) -> None:
    """Two processes that load the same articles at the same time give one store with each article once."""
    path, alone = tmp_path / "kutip.db", tmp_path / "alone.db"
    asyncio.run(load(alone))
    loads = [start(LOAD, path) for _ in range(2)]
    assert [str(BATCHES - 1)] * 2 == [process.communicate()[0].split()[-1] for process in loads]
    assert everything_in(alone) == everything_in(path)


@pytest.mark.parametrize("limit_bytes", [150_000, 300_000])
def test_no_room(tmp_path: Path, limit_bytes: int) -> None:
    """With no room a load ends in a clear error, what was committed is there, and with room again it goes on."""
    path = tmp_path / "kutip.db"
    with start(LOAD_UNTIL_FULL, path, limit_bytes) as process:
        full, again = process.communicate()[0].splitlines()
    word, committed, articles = full.split()
    before = tmp_path / "before.db"
    asyncio.run(load(before, batches=int(committed)))
    assert ("full", "room again") == (word, again)
    assert 0 < int(committed) < BATCHES
    assert asyncio.run(counted(before)) == int(articles)
    asyncio.run(load(before))
    asyncio.run(load(path))
    assert everything_in(before) == everything_in(path)


async def counted(path: Path) -> int:
    async with await ArticleStore.open(path, read_only=True) as store:
        return (await store.counts()).articles


def test_killed_restores(tmp_path: Path) -> None:
    """A restore that is killed at a random moment leaves the old store or the new one, and can be repeated."""
    path, copy = tmp_path / "kutip.db", tmp_path / "copy.db"
    asyncio.run(load(path, batches=15))
    asyncio.run(backup(path, copy))
    new = everything_in(copy)
    asyncio.run(load(path))
    old = everything_in(path)
    generator = random.Random(4)
    for _ in range(3):
        with start(RESTORE, copy, path) as process:
            assert process.stdout is not None
            assert "ready\n" == process.stdout.readline()
            time.sleep(generator.uniform(0.01, 0.15))
            process.send_signal(signal.SIGKILL)
        found = everything_in(path)
        assert found in (old, new)
        asyncio.run(goes_on(path))
        asyncio.run(load(path))
        assert old == everything_in(path)
    asyncio.run(restore(copy, path))
    assert new == everything_in(path)


async def goes_on(path: Path) -> None:
    """Whatever state a killed restore left, the store opens and is written to."""
    async with await ArticleStore.open(path) as store:
        outcomes = await store.upsert(batch_of(0))
    assert {OutcomeStatus.UNCHANGED} == {outcome.status for outcome in outcomes}
