"""Backups are whole or not there at all, and restoring one never loses both stores."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
from corpus_drafts import draft_of, text_of

from corpus.backup import backup, restore
from corpus.errors import BackupError, NewerStoreError, NotAStoreError, StoreBusyError, StoreDamagedError, StoreError
from corpus.schema import ARTICLES
from corpus.store import ArticleStore


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "kutip.db"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return tmp_path / "cadangan.db"


@pytest.fixture
async def store(path: Path) -> AsyncIterator[ArticleStore]:
    path.parent.mkdir()
    async with await ArticleStore.open(path) as opened:
        await opened.upsert([draft_of(text_of(n), id=str(n)) for n in range(20)])
        yield opened


@pytest.fixture
async def backed_up(store: ArticleStore, path: Path, copy: Path) -> Path:
    """A backup of twenty articles; the store itself is closed, and one article poorer since."""
    await backup(path, copy)
    await store.delete("7")
    await store.close()
    return copy


async def ids_in(path: Path) -> set[str]:
    async with await ArticleStore.open(path) as store:
        return {article.id async for batch in store.iter_articles() for article, _ in batch}


ALL = {str(n) for n in range(20)}


# backup


async def test_backup_is_a_store(store: ArticleStore, path: Path, copy: Path) -> None:
    """A backup is a store with all articles, also those that still lie in the write-ahead log."""
    await backup(path, copy)
    assert ALL == await ids_in(copy)


async def test_backup_while_another_process_writes(store: ArticleStore, path: Path, copy: Path) -> None:
    """A backup does not wait for a writer, and holds what was committed."""
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("DELETE FROM articles")
        await backup(path, copy)
    assert ALL == await ids_in(copy)


async def test_backup_replaces_an_older_one(store: ArticleStore, path: Path, copy: Path) -> None:
    """A second backup to the same file takes the place of the first, and leaves nothing else in the folder."""
    await backup(path, copy)
    await store.delete("7")
    await backup(path, copy)
    assert [copy.name, "data"] == sorted(entry.name for entry in copy.parent.iterdir())
    assert ALL - {"7"} == await ids_in(copy)


async def test_backup_removes_old_leftovers(store: ArticleStore, path: Path, copy: Path) -> None:
    """What killed backups left is removed after a day; what may belong to a running one is left alone."""
    for name, age_s in (("tua", 48 * 3600), ("muda", 60)):
        folder = copy.parent / f".kutip-copy-{name}"
        folder.mkdir()
        (folder / "kutip.db").touch()
        os.utime(folder, (time.time() - age_s,) * 2)
    await backup(path, copy)
    assert [".kutip-copy-muda"] == [entry.name for entry in copy.parent.glob(".*")]


async def test_backup_of_a_missing_store(path: Path, copy: Path) -> None:
    """Without a store there is no backup."""
    with pytest.raises(StoreError):
        await backup(path, copy)
    assert not copy.exists()


async def test_backup_over_another_file(store: ArticleStore, path: Path, copy: Path) -> None:
    """A file that no backup wrote is not overwritten."""
    copy.write_text("Catatan rapat redaksi.")
    with pytest.raises(BackupError):
        await backup(path, copy)
    assert "Catatan rapat redaksi." == copy.read_text()


async def test_backup_over_the_store_itself(store: ArticleStore, path: Path) -> None:
    """The store is not its own backup."""
    with pytest.raises(BackupError, match="itself"):
        await backup(path, path)


async def test_backup_over_a_store_in_use(store: ArticleStore, path: Path, copy: Path) -> None:
    """A store that somebody has open is not overwritten by a backup of another one."""
    async with await ArticleStore.open(copy):
        with pytest.raises(BackupError, match="in use"):
            await backup(path, copy)


@pytest.mark.parametrize("name", ["tidak/ada.db", "data"])
async def test_backup_to_where_no_file_can_be(store: ArticleStore, path: Path, tmp_path: Path, name: str) -> None:
    """A folder that is not there, or a folder in place of the file, is a clear error."""
    with pytest.raises(BackupError):
        await backup(path, tmp_path / name)


async def test_backup_of_a_damaged_store(store: ArticleStore, path: Path, copy: Path) -> None:
    """A damaged store gives no backup, and an older backup stays."""
    await backup(path, copy)
    before = copy.read_bytes()
    await store.close()
    data = bytearray(path.read_bytes())
    data[4096 * 2 :] = b"\xff" * (len(data) - 4096 * 2)
    path.write_bytes(data)
    with pytest.raises(StoreDamagedError):
        await backup(path, copy)
    assert before == copy.read_bytes()


# restore


async def test_restore(backed_up: Path, path: Path) -> None:
    """A restored store holds what the backup holds, and nothing else lies beside it."""
    await restore(backed_up, path)
    assert ALL == await ids_in(path)
    assert ["kutip.db"] == [entry.name for entry in path.parent.iterdir()]


async def test_restore_to_an_empty_place(backed_up: Path, tmp_path: Path) -> None:
    """A backup can be restored where there is no store yet, not even a folder."""
    await restore(backed_up, tmp_path / "baru" / "kutip.db")
    assert ALL == await ids_in(tmp_path / "baru" / "kutip.db")


async def test_restored_store_is_another_store(backed_up: Path, path: Path) -> None:
    """After each restore the store has a new id, by which indexes notice that their numbers no longer fit."""
    found = []
    for _ in range(2):
        await restore(backed_up, path)
        async with await ArticleStore.open(backed_up) as copy, await ArticleStore.open(path) as store:
            found += [await copy.store_id(), await store.store_id()]
    assert 3 == len(set(found))


async def test_restore_ignores_a_stale_log(backed_up: Path, path: Path) -> None:
    """The write-ahead log of a store that is gone is not taken for that of the restored one."""
    async with await ArticleStore.open(path) as store:
        await store.upsert([draft_of(text_of(99), id="99")])
        log = path.with_name("kutip.db-wal").read_bytes()
    path.unlink()
    path.with_name("kutip.db-wal").write_bytes(log)
    await restore(backed_up, path)
    assert ALL == await ids_in(path)


@pytest.mark.parametrize("offset", [100, 4096, 40_960], ids=["header", "second page", "later pages"])
async def test_restore_over_a_damaged_store(backed_up: Path, path: Path, offset: int) -> None:
    """A damaged store is replaced: that is what backups are for."""
    data = bytearray(path.read_bytes())
    data[offset:] = b"\xff" * (len(data) - offset)
    path.write_bytes(data)
    await restore(backed_up, path)
    assert ALL == await ids_in(path)


@pytest.mark.parametrize("read_only", [False, True])
async def test_restore_of_a_store_in_use(backed_up: Path, path: Path, read_only: bool) -> None:
    """While another one has the store open nothing is restored, and what it reads stays true."""
    async with await ArticleStore.open(path, read_only=read_only) as store:
        await store.counts()
        with pytest.raises(StoreBusyError):
            await restore(backed_up, path)
        assert 19 == (await store.counts()).articles


HOLD_OPEN = """
import asyncio, sys
from pathlib import Path
from corpus.store import ArticleStore

async def main():
    async with await ArticleStore.open(Path(sys.argv[1])):
        print("open", flush=True)
        sys.stdin.read()

asyncio.run(main())
"""


async def test_restore_of_a_store_that_another_process_has_open(backed_up: Path, path: Path) -> None:
    """Another process that only has the store open, and is not writing at the moment, is noticed too."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", HOLD_OPEN, str(path), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    assert b"open\n" == await process.stdout.readline()
    with pytest.raises(StoreBusyError):
        await restore(backed_up, path)
    await process.communicate(b"")
    await restore(backed_up, path)
    assert ALL == await ids_in(path)


async def test_restore_over_another_programs_file(backed_up: Path, tmp_path: Path) -> None:
    """What is in the place of the store but is no store is left alone."""
    other = tmp_path / "kontak.db"
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("CREATE TABLE kontak (nama TEXT)")
    before = other.read_bytes()
    with pytest.raises(NotAStoreError):
        await restore(backed_up, other)
    assert before == other.read_bytes()


async def restore_fails(source: Path, path: Path, problem: str) -> None:
    """A restore that is refused leaves the store as it was."""
    before = path.read_bytes()
    with pytest.raises(BackupError, match=problem):
        await restore(source, path)
    assert before == path.read_bytes()
    assert ["kutip.db"] == [entry.name for entry in path.parent.iterdir()]


async def test_restore_of_a_missing_file(backed_up: Path, path: Path, tmp_path: Path) -> None:
    """A backup that is not there is a clear error."""
    await restore_fails(tmp_path / "tidak-ada.db", path, "not there")


@pytest.mark.parametrize(
    ("content", "problem"), [(b"", "empty"), (b"Catatan rapat redaksi. " * 300, "no backup")], ids=["empty", "text"]
)
async def test_restore_of_no_backup(backed_up: Path, path: Path, content: bytes, problem: str) -> None:
    """A file that is no backup is a clear error."""
    backed_up.write_bytes(content)
    await restore_fails(backed_up, path, problem)


async def test_restore_of_another_programs_file(backed_up: Path, path: Path, tmp_path: Path) -> None:
    """The database of another program is no backup."""
    with closing(sqlite3.connect(tmp_path / "kontak.db")) as connection:
        connection.execute("CREATE TABLE kontak (nama TEXT)")
    await restore_fails(tmp_path / "kontak.db", path, "no backup")


@pytest.mark.parametrize("cut", [0.3, 0.6, 0.95])
async def test_restore_of_a_truncated_backup(backed_up: Path, path: Path, cut: float) -> None:
    """A backup that was only copied in part is noticed."""
    data = backed_up.read_bytes()
    backed_up.write_bytes(data[: int(len(data) * cut)])
    await restore_fails(backed_up, path, "damaged")


async def test_restore_of_a_damaged_backup(backed_up: Path, path: Path) -> None:
    """A backup with pages that were overwritten is noticed."""
    data = bytearray(backed_up.read_bytes())
    data[4096 * 2 : 4096 * 4] = b"\xff" * 4096 * 2
    backed_up.write_bytes(data)
    await restore_fails(backed_up, path, "damaged")


async def test_restore_of_a_newer_backup(backed_up: Path, path: Path) -> None:
    """A backup of a later version is refused as such."""
    with closing(sqlite3.connect(backed_up)) as connection:
        connection.execute(f"PRAGMA user_version = {ARTICLES.version + 1}")
    with pytest.raises(NewerStoreError):
        await restore(backed_up, path)
    assert ALL - {"7"} == await ids_in(path)
