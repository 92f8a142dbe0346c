"""One SQLite connection: how it is opened, its transactions, and its errors as errors of Kutip."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import time
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import aiosqlite

from corpus.errors import NotAStoreError, StoreBusyError, StoreDamagedError, StoreError, StoreFullError
from corpus.schema import Schema, migrate, schema_of

CACHE_KIB = 16 * 1024
"""Page cache of each connection: memory stays flat however large the file is."""

WAL_LIMIT_BYTES = 64 * 1024 * 1024
"""The write-ahead log is cut to this size when a checkpoint has emptied it."""

CHECKPOINT_PAGES = 8000
"""The write-ahead log is brought into the file when it has this many pages (32 MB), not SQLite's 1,000: one batch of
articles in a large store writes most of those, and a page that several batches wrote is then brought over once."""

POLL_S = 0.05
"""SQLite waits this long for a lock before the event loop gets its turn and the wait goes on."""

FULL_BELOW_BYTES = 1_000_000
"""An input/output error with less free space than this is put down to the full disk."""

_WRITE_FAILED = {sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_SHMSIZE}
"""What SQLite says, in place of "full", about a quota, a limit on file sizes, or no room for the shared index."""


def store_error(error: sqlite3.Error, path: Path) -> StoreError | None:
    """The error of Kutip that stands for one of SQLite.

    :return: None for what no person can mend: a bug of ours.
    """
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return None
    match code & 0xFF:
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return StoreBusyError(path, str(error))
        case sqlite3.SQLITE_FULL:
            return StoreFullError(path, str(error))
        case sqlite3.SQLITE_IOERR if code in _WRITE_FAILED or _is_full(path):
            return StoreFullError(path, str(error))
        case sqlite3.SQLITE_CORRUPT:
            return StoreDamagedError(path, str(error))
        case sqlite3.SQLITE_NOTADB:
            return NotAStoreError(path, str(error))
        case sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM | sqlite3.SQLITE_IOERR:
            return StoreError(path, str(error))
    return None


def _is_full(path: Path) -> bool:
    try:
        return shutil.disk_usage(path.parent).free < FULL_BELOW_BYTES
    except OSError:
        return False


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn SQLite's errors inside the block into those of Kutip.

    :raises StoreError: and its kinds, with SQLite's error as the cause.
    """
    try:
        yield
    except sqlite3.Error as error:
        found = store_error(error, path)
        if found is None:
            raise
        raise found from error


def address(path: Path, mode: str) -> str:
    """SQLite's URI of a file.

    :param mode: ``ro``, ``rw``, or ``rwc`` to create it.

    >>> address(Path("/data/kutip 50%.db"), "ro")
    'file:///data/kutip%2050%25.db?mode=ro'
    """
    return f"{path.absolute().as_uri()}?mode={mode}"


def connect(path: Path, mode: str, *, busy_timeout_s: float = 5.0) -> sqlite3.Connection:
    """A plain connection in autocommit mode, for work in a thread of its own."""
    return sqlite3.connect(address(path, mode), uri=True, isolation_level=None, timeout=busy_timeout_s)


def prepare(path: Path, schema: Schema, *, busy_timeout_s: float) -> None:
    """Create a file or bring it up to date, in write-ahead-log mode.

    :raises StoreError: and its kinds.
    """
    with explained(path):
        connection = connect(path, "rwc", busy_timeout_s=busy_timeout_s)
        try:
            schema_of(connection, path, schema)  # before anything is changed in what may be another program's file
            _switch_to_wal(connection, time.monotonic() + busy_timeout_s)
            migrate(connection, path, schema)
        finally:
            connection.close()


def _switch_to_wal(connection: sqlite3.Connection, deadline: float) -> None:
    while True:
        try:  # SQLite does not wait for a lock here by itself
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
        time.sleep(POLL_S)


def require(path: Path, schema: Schema, *, busy_timeout_s: float) -> None:
    """Check a store that is to be read only.

    :raises StoreError: it is not there, or its schema is too old for reading without a migration.
    :raises NotAStoreError: it is something else.
    :raises NewerStoreError: it was written by a later version.
    """
    if not path.exists():
        raise StoreError(path)
    with explained(path):
        connection = connect(path, "ro", busy_timeout_s=busy_timeout_s)
        try:
            version = schema_of(connection, path, schema)
            if version < schema.version:
                raise StoreError(path, f"schema {version} must first be brought up to {schema.version} by a load")
        finally:
            connection.close()


class Database:
    """An aiosqlite connection with transactions and Kutip's errors."""

    def __init__(self, connection: aiosqlite.Connection, path: Path, busy_timeout_s: float) -> None:
        self._connection = connection
        self._path = path
        self._busy_timeout_s = busy_timeout_s
        self._writing = asyncio.Lock()

    @classmethod
    async def open(cls, path: Path, mode: str, *, busy_timeout_s: float) -> Database:
        """Open a prepared store.

        :param mode: ``ro`` or ``rw``.
        """
        with explained(path):
            connection = await aiosqlite.connect(
                address(path, mode),
                uri=True,
                isolation_level=None,
                timeout=POLL_S if mode == "rw" else busy_timeout_s,
            )
        database = cls(connection, path, busy_timeout_s)
        try:
            await database.rows(f"PRAGMA cache_size = -{CACHE_KIB}")
            if mode == "rw":
                # FULL, not NORMAL: an index derived from the change log must never be ahead of the log after a power
                # failure, or it would take later changes of the same numbers for known.
                await database.rows("PRAGMA synchronous = FULL")
                await database.rows("PRAGMA fullfsync = ON")  # macOS, where fsync alone promises little
                await database.rows(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
                await database.rows(f"PRAGMA journal_size_limit = {WAL_LIMIT_BYTES}")
        except BaseException:
            await connection.close()
            raise
        return database

    async def close(self) -> None:
        """Close; a transaction that is open is rolled back."""
        await self._connection.close()

    async def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run one statement and return its rows."""
        with explained(self._path):
            return [tuple(row) for row in await self._connection.execute_fetchall(sql, parameters)]

    async def run_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run one statement for each of `rows`."""
        with explained(self._path):
            await (await self._connection.executemany(sql, rows)).close()

    @asynccontextmanager
    async def transaction(self, *, commit: bool = True) -> AsyncIterator[None]:
        """All or nothing of what the block writes; callers in this process take turns.

        :param commit: False undoes everything at the end.
        :raises StoreBusyError: another process held the write lock for the whole time-out.
        """
        async with self._writing:
            try:
                await self._begin()
                yield
                if commit:
                    with explained(self._path):
                        await self._connection.commit()
            finally:
                # Does nothing after a commit. A caller cancelled in the middle of any statement comes by here too, and
                # the connection's queue keeps the order: what is begun is ended before anything else.
                await self._connection.rollback()

    async def _begin(self) -> None:
        deadline = time.monotonic() + self._busy_timeout_s
        while True:
            try:
                await self.rows("BEGIN IMMEDIATE")
                return
            except StoreBusyError:
                if time.monotonic() >= deadline:
                    raise
                await asyncio.sleep(0)
