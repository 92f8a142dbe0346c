"""Connections to a PostgreSQL database: pool, transactions, migrations, and its errors as errors of Kutip.

The only file of the corpus that imports asyncpg.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any, TypeVar
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from corpus.errors import NewerStoreError, NotAStoreError, StoreBusyError, StoreError, StoreFullError, StoreLostError
from corpus.postgres.dialect import spelled, values_of
from corpus.postgres.schema import ARTICLES, PostgresSchema, new_store_id, pgvector_problem

POOL_SIZE = 8
CONNECT_TIMEOUT_S = 10.0
RECONNECT_AFTER_S = 0.2
"""Pause before a statement is tried again on another connection."""

_WRITE_LOCK = 0x4B757470
"""Advisory lock of the one writer; numbers of the change log are given out under it."""

_MIGRATION_LOCK = _WRITE_LOCK + 1

_LOST = (
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
    # What the driver says of an idle connection that the server ended, between its last words and its end.
    asyncpg.InternalClientError,
    OSError,
    TimeoutError,
)
_REFUSED = (
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.InsufficientPrivilegeError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.UndefinedFileError,
    asyncpg.FeatureNotSupportedError,
)

Result = TypeVar("Result")


def shown(url: str) -> str:
    """An address without its password, for messages.

    >>> shown("postgresql://kutip:rahasia@db.example:5432/kutip?sslmode=require")
    'postgresql://kutip@db.example:5432/kutip'
    """
    parts = urlsplit(url)
    user, at, host = parts.netloc.rpartition("@")
    return urlunsplit((parts.scheme, user.partition(":")[0] + at + host, parts.path, "", ""))


def store_error(error: BaseException, address: str) -> StoreError | None:
    """The error of Kutip that stands for one of the driver.

    :return: None for what no person can mend: a bug of ours.
    """
    if isinstance(error, StoreError):
        return error
    if isinstance(error, _LOST) or (isinstance(error, asyncpg.InterfaceError) and "clos" in str(error)):
        return StoreLostError(address, str(error) or type(error).__name__)
    if isinstance(error, asyncpg.LockNotAvailableError):
        return StoreBusyError(address, str(error))
    if isinstance(error, asyncpg.DiskFullError):
        return StoreFullError(address, str(error))
    if isinstance(error, (*_REFUSED, asyncpg.ClientConfigurationError)):
        return StoreError(address, str(error))
    return None


@contextmanager
def explained(address: str) -> Iterator[None]:
    """Turn the driver's errors inside the block into those of Kutip.

    :raises StoreError: and its kinds, with the driver's error as the cause.
    """
    try:
        yield
    except (asyncpg.PostgresError, asyncpg.InterfaceError, *_LOST) as error:
        found = store_error(error, address)
        if found is None:
            raise
        raise found from error


async def twice(work: Callable[[], Awaitable[Result]]) -> Result:
    """Do idempotent work, and once more where the connection was lost on the way."""
    try:
        return await work()
    except StoreLostError:
        await asyncio.sleep(RECONNECT_AFTER_S)
        return await work()


class Transaction:
    """Statements on one connection, inside its transaction."""

    def __init__(self, connection: Any, address: str) -> None:
        self.connection = connection
        self._address = address

    async def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run one statement and return its rows."""
        with explained(self._address):
            return [tuple(row) for row in await self.connection.fetch(spelled(sql), *values_of(parameters))]

    async def run_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run one statement for each of `rows`."""
        with explained(self._address):
            await self.connection.executemany(spelled(sql), [tuple(row) for row in rows])


class PostgresDatabase:
    """A pool of connections to a prepared database."""

    def __init__(self, pool: Any, address: str, busy_timeout_s: float) -> None:
        self._pool = pool
        self._busy_timeout_s = busy_timeout_s
        self.address = address

    @classmethod
    async def open(
        cls, url: str, *, busy_timeout_s: float, read_only: bool = False, size: int = POOL_SIZE
    ) -> PostgresDatabase:
        """Connect to a prepared database.

        :raises StoreLostError: it cannot be reached.
        """
        address = shown(url)
        settings = {"application_name": "kutip"} | ({"default_transaction_read_only": "on"} if read_only else {})
        with explained(address):
            pool = await asyncpg.create_pool(
                url, min_size=1, max_size=size, timeout=CONNECT_TIMEOUT_S, init=_prepare, server_settings=settings
            )
        return cls(pool, address, busy_timeout_s)

    async def close(self) -> None:
        """Close all connections; what is open is rolled back."""
        self._pool.terminate()

    async def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run one statement that reads and return its rows; once more where the connection was lost."""

        async def work() -> list[tuple[Any, ...]]:
            with explained(self.address):
                async with self._pool.acquire() as connection:
                    return [tuple(row) for row in await connection.fetch(spelled(sql), *values_of(parameters))]

        return await twice(work)

    async def run_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run one statement for each of `rows`, all or none."""
        async with self.transaction() as transaction:
            await transaction.run_many(sql, rows)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Transaction]:
        """A transaction for statements that need settings of their own."""
        with explained(self.address):
            async with self._pool.acquire() as connection, connection.transaction():
                yield Transaction(connection, self.address)

    @asynccontextmanager
    async def transaction(self, *, commit: bool = True) -> AsyncIterator[Transaction]:
        """All or nothing of what the block writes; writers take turns, in this process and others.

        :param commit: False undoes everything at the end.
        :raises StoreBusyError: another process held the write lock for the whole time-out.
        :raises StoreLostError: the connection broke; whether the transaction was committed is not known.
        """
        with explained(self.address):
            async with self._pool.acquire() as connection:
                transaction = connection.transaction()
                await transaction.start()
                try:
                    await connection.execute(f"SET LOCAL lock_timeout = {int(1000 * self._busy_timeout_s)}")
                    await connection.execute(f"SELECT pg_advisory_xact_lock({_WRITE_LOCK})")
                    yield Transaction(connection, self.address)
                except BaseException:
                    if not connection.is_closed():
                        await transaction.rollback()
                    raise
                await (transaction.commit() if commit else transaction.rollback())


async def _prepare(connection: Any) -> None:
    """Vectors go over the wire as pgvector's own binary form."""
    schema = await connection.fetchval(
        "SELECT n.nspname FROM pg_extension AS e JOIN pg_namespace AS n ON n.oid = e.extnamespace"
        " WHERE e.extname = 'vector'"
    )
    if schema is not None:
        await connection.set_type_codec("halfvec", schema=schema, encoder=bytes, decoder=bytes, format="binary")


async def prepare(url: str, *schemas: PostgresSchema) -> None:
    """Bring a database to the newest schemas, one transaction a step; create pgvector where that is allowed.

    :raises StoreError: no pgvector, or too old a one; the database refuses.
    :raises NotAStoreError: it holds another program's tables.
    :raises NewerStoreError: written by a later version.
    """
    address = shown(url)
    with explained(address):
        connection = await asyncpg.connect(url, timeout=CONNECT_TIMEOUT_S)
        try:
            await connection.execute(f"SELECT pg_advisory_lock({_MIGRATION_LOCK})")
            await _require_pgvector(connection, address)
            for schema in schemas:
                await _migrate(connection, address, schema)
        finally:
            await connection.close()


async def require(url: str, *schemas: PostgresSchema) -> None:
    """Check a database that is to be read only.

    :raises StoreError: there is no store, or its schema is too old for reading without a migration.
    :raises NewerStoreError: it was written by a later version.
    """
    address = shown(url)
    with explained(address):
        connection = await asyncpg.connect(url, timeout=CONNECT_TIMEOUT_S)
        try:
            for schema in schemas:
                version = await _version_of(connection, address, schema)
                if not version:
                    raise StoreError(address, "there is no store yet; load some articles first: kutip load PATH")
                if version < schema.version:
                    raise StoreError(
                        address, f"schema {version} must first be brought up to {schema.version} by a load"
                    )
        finally:
            await connection.close()


async def _require_pgvector(connection: Any, address: str) -> None:
    ask = "SELECT extversion FROM pg_extension WHERE extname = 'vector'"
    if await connection.fetchval(ask) is None:
        try:
            await connection.execute("CREATE EXTENSION IF NOT EXISTS vector")
        except asyncpg.PostgresError as error:
            raise StoreError(address, f"{pgvector_problem(None)} ({error})") from error
    if problem := pgvector_problem(await connection.fetchval(ask)):
        raise StoreError(address, problem)


async def _version_of(connection: Any, address: str, schema: PostgresSchema) -> int:
    there, alien = await connection.fetchrow(
        "SELECT to_regclass('kutip_schemas') IS NOT NULL, to_regclass($1) IS NOT NULL", schema.kind
    )
    if not there:
        if alien:
            raise NotAStoreError(address, f"it has a table {schema.kind} of another program")
        return 0
    version = await connection.fetchval("SELECT version FROM kutip_schemas WHERE kind = $1", schema.kind)
    if (version or 0) > schema.version:
        raise NewerStoreError(address, found=version, known=schema.version)
    return int(version or 0)


async def _migrate(connection: Any, address: str, schema: PostgresSchema) -> None:
    while (done := await _version_of(connection, address, schema)) < schema.version:
        async with connection.transaction():
            await connection.execute(
                'CREATE TABLE IF NOT EXISTS kutip_schemas (kind text COLLATE "C" PRIMARY KEY, version integer NOT NULL)'
            )
            for statement in schema.migrations[done]:
                await connection.execute(statement)
            if schema is ARTICLES and not done:
                await connection.execute("INSERT INTO properties VALUES ('store_id', $1)", new_store_id())
            await connection.execute(
                "INSERT INTO kutip_schemas VALUES ($1, $2) ON CONFLICT (kind) DO UPDATE SET version = excluded.version",
                schema.kind,
                done + 1,
            )
