"""Backups of the store, and restoring one."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from corpus.database import connect, explained
from corpus.errors import BackupError, NotAStoreError, StoreBusyError, StoreDamagedError, StoreError, StoreFullError
from corpus.schema import ARTICLES, migrate, renew_store_id, schema_of

BUSY_TIMEOUT_S = 5.0
"""How long a restore waits for another process to close the store."""

SCRATCH_PREFIX = ".kutip-copy-"
LEFTOVER_AFTER_S = 24 * 3600
"""No copy takes a day: an older folder of that name belongs to nobody any more."""


async def backup(store_path: Path, target: Path) -> None:
    """Write the whole store to one file, compacted, while others read and write it.

    :param target: replaced at once when the new file is whole and on the disk, and not before.
    :raises StoreError: there is no store, or it cannot be read.
    :raises BackupError: `target` cannot be written, or is a file that no backup wrote.
    """
    await asyncio.to_thread(_backup, store_path, target)


async def restore(source: Path, store_path: Path) -> None:
    """Put a backup in the place of the store, all of it or nothing.

    The restored store gets a new :meth:`~corpus.store.ArticleStore.store_id`, by which indexes notice that the numbers
    of its changes are not those that they know.

    :raises BackupError: `source` is missing, damaged or no backup.
    :raises NewerStoreError: `source` was written by a later version.
    :raises StoreBusyError: another process has the store open.
    :raises StoreFullError: no room for it; the store is as before.
    :raises NotAStoreError: what is in the place of the store is something else, which is left alone.
    """
    await asyncio.to_thread(_restore, source, store_path)


def _backup(store_path: Path, target: Path) -> None:
    if not store_path.exists():
        raise StoreError(store_path)
    with explained(store_path), closing(connect(store_path, "ro")) as store:
        schema_of(store, store_path, ARTICLES)
        _check_target(store_path, target)
        with _scratch(target, beside=target) as scratch:
            try:
                store.execute("VACUUM INTO ?", (str(scratch),))
            except sqlite3.Error as error:
                raise _as_backup_error(error, store_path, target) from error
            _sync(scratch)
            scratch.replace(target)
            _sync(target.parent)


def _check_target(store_path: Path, target: Path) -> None:
    """:raises BackupError: a backup there would destroy something else."""
    if target.is_dir():
        raise BackupError(target, "is a folder")
    if not target.exists():
        return
    if target.samefile(store_path):
        raise BackupError(target, "is the store itself")
    if _beside(target, "-wal").exists():
        raise BackupError(target, "is a store in use")
    try:
        with explained(target), closing(connect(target, "ro")) as existing:
            schema_of(existing, target, ARTICLES)
    except StoreError as error:
        raise BackupError(target, "exists and is no backup") from error


def _as_backup_error(error: sqlite3.Error, store_path: Path, target: Path) -> Exception:
    """Whose fault a failed copy is: the damaged store's, or the target's."""
    try:
        with explained(store_path):
            raise error
    except StoreFullError:
        return BackupError(target, "no room on the disk")
    except (StoreDamagedError, sqlite3.Error) as same:
        return same
    except StoreError as other:
        return BackupError(target, other.detail)


def _restore(source: Path, store_path: Path) -> None:
    if not source.is_file():
        raise BackupError(source, "is not there")
    with _scratch(source, beside=store_path, create_folder=True) as scratch:
        _copy_of_backup(source, scratch, store_path)
        _put_in_place(scratch, store_path)


def _copy_of_backup(source: Path, scratch: Path, store_path: Path) -> None:
    """A checked copy, at the newest schema: what was checked is what will be used."""
    try:
        with explained(source), closing(connect(source, "ro")) as backed_up:
            if schema_of(backed_up, source, ARTICLES) == 0:
                raise BackupError(source, "is empty")
            with explained(store_path), closing(connect(scratch, "rwc")) as copy:
                backed_up.backup(copy)
                problems = [text for (text,) in copy.execute("PRAGMA integrity_check(1)")]
                if problems != ["ok"]:
                    raise BackupError(source, f"is damaged: {problems[0]}")
                migrate(copy, source, ARTICLES)
                renew_store_id(copy)
                # Every process that has a store in this mode open holds a lock on it, by which _overwrite finds it.
                copy.execute("PRAGMA journal_mode = WAL")
    except NotAStoreError as error:
        raise BackupError(source, "is no backup of Kutip") from error
    except StoreDamagedError as error:
        raise BackupError(source, f"is damaged: {error.detail}") from error


def _put_in_place(scratch: Path, store_path: Path) -> None:
    if store_path.exists() and store_path.stat().st_size:
        try:
            _overwrite(scratch, store_path)
            return
        except StoreDamagedError:
            pass  # SQLite cannot take over a file that it cannot read, and no process can be using it
    for suffix in ("-wal", "-shm", "-journal"):  # left by another file, they would be taken for the new one's
        _beside(store_path, suffix).unlink(missing_ok=True)
    _sync(scratch)
    scratch.replace(store_path)
    _sync(store_path.parent)


def _overwrite(scratch: Path, store_path: Path) -> None:
    """One SQLite transaction over all pages: no moment shows half a store, and a killed restore leaves the old one."""
    with (
        explained(store_path),
        closing(connect(scratch, "ro")) as copy,
        closing(connect(store_path, "rw", busy_timeout_s=BUSY_TIMEOUT_S)) as store,
    ):
        schema_of(store, store_path, ARTICLES)
        store.execute("PRAGMA synchronous = FULL")
        (mode,) = store.execute("PRAGMA journal_mode = DELETE").fetchone()  # refused while anybody has it open
        if mode != "delete":
            raise StoreBusyError(store_path, "in use")
        copy.backup(store)
        store.execute("PRAGMA journal_mode = WAL")


@contextmanager
def _scratch(name: Path, *, beside: Path, create_folder: bool = False) -> Iterator[Path]:
    """A path for a new file on the disk of `beside`; what is left there at the end is deleted.

    :raises BackupError: the folder cannot be written to.
    """
    try:
        if create_folder:
            beside.parent.mkdir(parents=True, exist_ok=True)
        _remove_leftovers(beside.parent)
        with TemporaryDirectory(prefix=SCRATCH_PREFIX, dir=beside.parent) as folder:
            yield Path(folder) / beside.name
    except OSError as error:
        raise BackupError(name, f"{error.filename or beside.parent}: {error.strerror}") from error


def _remove_leftovers(folder: Path) -> None:
    """What killed backups and restores left, as large as a store each; not what another one is working in."""
    for leftover in folder.glob(f"{SCRATCH_PREFIX}*"):
        if time.time() - leftover.stat().st_mtime > LEFTOVER_AFTER_S:
            shutil.rmtree(leftover, ignore_errors=True)


def _beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
