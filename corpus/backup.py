"""Backups of the store, and restoring one.

A backup is itself a store, compacted, in one file. Databases that live beside the store, such as the bot's, travel in a
table of it, so that nobody can carry away one without the other.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from corpus.database import connect, explained
from corpus.errors import BackupError, NotAStoreError, StoreBusyError, StoreDamagedError, StoreError, StoreFullError
from corpus.schema import ARTICLES, Schema, migrate, renew_store_id, schema_of

BUSY_TIMEOUT_S = 5.0
"""How long a restore waits for another process to close the store."""

SCRATCH_PREFIX = ".kutip-copy-"
LEFTOVER_AFTER_S = 24 * 3600
"""No copy takes a day: an older folder of that name belongs to nobody any more."""


ENCLOSED = "enclosed_files"
"""The table that holds the other databases, cut into pieces."""

PIECE_BYTES = 16 * 2**20
"""SQLite takes at most 1 GB in one place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Companion:
    """A database beside the store that goes into its backups and comes back with it.

    :param path: its file; its name says which it is, in every backup.
    :param on_restore: changes a restored copy before it is put in its place.
    """

    path: Path
    schema: Schema
    on_restore: Callable[[sqlite3.Connection], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Restored:
    """A checked copy, and the place that it is for."""

    copy: Path
    place: Path
    schema: Schema


async def backup(store_path: Path, target: Path, *, companions: Sequence[Companion] = ()) -> None:
    """Write the whole store to one file, compacted, while others read and write it.

    Companions are copied first: what they say of articles is then in the store.

    :param target: replaced at once when the new file is whole and on the disk, and not before; only its owner may read
        it.
    :param companions: those that are not there are left out.
    :raises StoreError: there is no store, or it or a companion cannot be read.
    :raises BackupError: `target` cannot be written, or is a file that no backup wrote.
    """
    await asyncio.to_thread(_backup, store_path, target, companions)


async def restore(source: Path, store_path: Path, *, companions: Sequence[Companion] = ()) -> list[Path]:
    """Put a backup in the place of the store: nothing is touched before all of it is checked.

    The restored store gets a new :meth:`~corpus.store.ArticleStore.store_id`, by which indexes notice that the numbers
    of its changes are not those that they know.

    :param companions: those that the backup does not hold stay as they are.
    :return: what was put in place.
    :raises BackupError: `source` is missing, damaged or no backup.
    :raises NewerStoreError: `source` was written by a later version.
    :raises StoreBusyError: another process has the store or a companion open.
    :raises StoreFullError: no room for it; the store is as before.
    :raises NotAStoreError: what is in the place of the store or of a companion is something else, which is left alone.
    """
    return await asyncio.to_thread(_restore, source, store_path, companions)


def _backup(store_path: Path, target: Path, companions: Sequence[Companion]) -> None:
    if not store_path.exists():
        raise StoreError(store_path)
    with explained(store_path), closing(connect(store_path, "ro")) as store:
        schema_of(store, store_path, ARTICLES)
        _check_target(store_path, target)
        with _scratch(target, beside=target) as scratch:
            enclosed = [_companion_copy(one, scratch.parent, target) for one in companions if one.path.exists()]
            _compact_copy(store, scratch, store_path, target)
            _enclose(enclosed, scratch, target)
            scratch.chmod(0o600)
            _sync(scratch)
            scratch.replace(target)
            _sync(target.parent)


def _companion_copy(companion: Companion, folder: Path, target: Path) -> Path:
    copy = folder / f"enclosed-{companion.path.name}"
    with explained(companion.path), closing(connect(companion.path, "ro")) as connection:
        schema_of(connection, companion.path, companion.schema)
        _compact_copy(connection, copy, companion.path, target)
    return copy


def _compact_copy(connection: sqlite3.Connection, scratch: Path, path: Path, target: Path) -> None:
    try:
        connection.execute("VACUUM INTO ?", (str(scratch),))
    except sqlite3.Error as error:
        raise _as_backup_error(error, path, target) from error


def _enclose(files: Sequence[Path], scratch: Path, target: Path) -> None:
    """Put files into the table of a backup that is being made."""
    if not files:
        return
    try:
        with explained(target), closing(connect(scratch, "rw")) as backed_up:
            backed_up.execute("PRAGMA journal_mode = OFF").fetchall()  # it is thrown away if anything fails
            backed_up.execute("BEGIN")
            backed_up.execute(
                f"CREATE TABLE {ENCLOSED} (name TEXT NOT NULL, piece INTEGER NOT NULL, data BLOB NOT NULL,"
                " PRIMARY KEY (name, piece)) STRICT"
            )
            for file in files:
                with file.open("rb") as content:
                    for piece, data in enumerate(iter(lambda: content.read(PIECE_BYTES), b"")):
                        backed_up.execute(
                            f"INSERT INTO {ENCLOSED} VALUES (?, ?, ?)",  # noqa: S608 - a constant
                            (file.name.removeprefix("enclosed-"), piece, data),
                        )
            backed_up.execute("COMMIT")
    except StoreError as error:
        raise BackupError(target, error.detail) from error


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


def _restore(source: Path, store_path: Path, companions: Sequence[Companion]) -> list[Path]:
    if not source.is_file():
        raise BackupError(source, "is not there")
    with ExitStack() as stack:
        scratch = stack.enter_context(_scratch(source, beside=store_path, create_folder=True))
        _copy_of_backup(source, scratch, store_path)
        restored = _enclosed_copies(source, scratch, companions)
        restored.append(_Restored(copy=scratch, place=store_path, schema=ARTICLES))
        for one in restored:
            _check_free(one)
        for one in restored:
            _put_in_place(one)
    return [one.place for one in restored]


def _copy_of_backup(source: Path, scratch: Path, store_path: Path) -> None:
    """A checked copy, at the newest schema: what was checked is what will be used."""
    try:
        with explained(source), closing(connect(source, "ro")) as backed_up:
            if schema_of(backed_up, source, ARTICLES) == 0:
                raise BackupError(source, "is empty")
            with explained(store_path), closing(connect(scratch, "rwc")) as copy:
                backed_up.backup(copy)
                _check_integrity(copy, source)
                migrate(copy, source, ARTICLES)
                renew_store_id(copy)
    except NotAStoreError as error:
        raise BackupError(source, "is no backup of Kutip") from error
    except StoreDamagedError as error:
        raise BackupError(source, f"is damaged: {error.detail}") from error


def _enclosed_copies(source: Path, scratch: Path, companions: Sequence[Companion]) -> list[_Restored]:
    """Take the companions out of the copy of a backup, each checked and at its newest schema; the copy is then a store
    and nothing else.
    """
    found = []
    with explained(scratch), closing(connect(scratch, "rw")) as copy:
        is_there = copy.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (ENCLOSED,)).fetchone()
        for companion in companions if is_there else ():
            file = scratch.with_name(f"enclosed-{companion.path.name}")
            if _write_pieces(copy, companion.path.name, file):
                _ready_companion(companion, file, source)
                found.append(_Restored(copy=file, place=companion.path, schema=companion.schema))
        if is_there:
            copy.execute("PRAGMA secure_delete = ON").fetchall()  # what people wrote must not stay in free pages
            copy.execute(f"DROP TABLE {ENCLOSED}")
        # Every process that has a store in this mode open holds a lock on it, by which _overwrite finds it.
        copy.execute("PRAGMA journal_mode = WAL").fetchall()
    return found


def _write_pieces(copy: sqlite3.Connection, name: str, file: Path) -> bool:
    """:return: False if the backup does not hold the file."""
    with file.open("wb") as content:
        for (data,) in copy.execute(f"SELECT data FROM {ENCLOSED} WHERE name = ? ORDER BY piece", (name,)):  # noqa: S608
            content.write(data)
        return content.tell() > 0


def _ready_companion(companion: Companion, file: Path, source: Path) -> None:
    try:
        with explained(source), closing(connect(file, "rw")) as copy:
            schema_of(copy, source, companion.schema)
            _check_integrity(copy, source)
            migrate(copy, source, companion.schema)
            copy.execute("BEGIN IMMEDIATE")
            companion.on_restore(copy)
            copy.execute("COMMIT")
            copy.execute("PRAGMA journal_mode = WAL").fetchall()
    except (NotAStoreError, StoreDamagedError) as error:
        raise BackupError(source, f"holds a damaged {companion.path.name}") from error


def _check_integrity(copy: sqlite3.Connection, source: Path) -> None:
    problems = [text for (text,) in copy.execute("PRAGMA integrity_check(1)")]
    if problems != ["ok"]:
        raise BackupError(source, f"is damaged: {problems[0]}")


def _check_free(restored: _Restored) -> None:
    """Refuse before anything was touched, not between two files.

    :raises StoreBusyError: another process has the place open. :raises NotAStoreError: something else is there.
    """
    if not _is_used(restored.place):
        return
    try:
        with explained(restored.place), closing(_sole_user(restored)) as store:
            store.execute("PRAGMA journal_mode = WAL").fetchall()
    except StoreDamagedError:
        pass  # SQLite cannot read it, so no process can be using it


def _put_in_place(restored: _Restored) -> None:
    scratch, place = restored.copy, restored.place
    if _is_used(place):
        try:
            _overwrite(restored)
            return
        except StoreDamagedError:
            pass  # SQLite cannot take over a file that it cannot read, and no process can be using it
    for suffix in ("-wal", "-shm", "-journal"):  # left by another file, they would be taken for the new one's
        _beside(place, suffix).unlink(missing_ok=True)
    _sync(scratch)
    scratch.replace(place)
    _sync(place.parent)


def _is_used(place: Path) -> bool:
    return place.exists() and place.stat().st_size > 0


def _overwrite(restored: _Restored) -> None:
    """One SQLite transaction over all pages: no moment shows half a store, and a killed restore leaves the old one."""
    with (
        explained(restored.place),
        closing(connect(restored.copy, "ro")) as copy,
        closing(_sole_user(restored)) as store,
    ):
        copy.backup(store)
        store.execute("PRAGMA journal_mode = WAL").fetchall()


def _sole_user(restored: _Restored) -> sqlite3.Connection:
    """Open what is in a place, with nobody else there.

    :raises StoreBusyError: another process has it open.
    """
    store = connect(restored.place, "rw", busy_timeout_s=BUSY_TIMEOUT_S)
    try:
        schema_of(store, restored.place, restored.schema)
        store.execute("PRAGMA synchronous = FULL")
        (mode,) = store.execute("PRAGMA journal_mode = DELETE").fetchone()  # refused while anybody has it open
        if mode != "delete":
            raise StoreBusyError(restored.place, "in use")
    except BaseException:
        store.close()
        raise
    return store


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
