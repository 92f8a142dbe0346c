"""The article store on PostgreSQL: the same statements as on SQLite, vectors as rows that pgvector can search."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Self

import numpy as np

from corpus.errors import StoreError
from corpus.postgres.database import PostgresDatabase, Transaction, prepare, require, twice
from corpus.postgres.schema import ARTICLES
from corpus.store import ArticleStore
from corpus.storing.store_rows import json_of
from corpus.types import Article, Draft, Outcome

if TYPE_CHECKING:
    from numpy.typing import NDArray

_HEADER_BYTES = 4
"""A halfvec on the wire: its dimension and nothing in two bytes each, then two bytes a number, big end first."""

_VECTORS = f"""
    SELECT v.version, v.dim, coalesce((
        SELECT string_agg(substr(halfvec_send(s.vector), {_HEADER_BYTES + 1}), ''::bytea ORDER BY s.position)
        FROM sentence_vectors AS s
        WHERE s.version = v.version AND s.fingerprint = v.fingerprint AND s.article_id = v.article_id
    ), '')
    FROM vectors AS v WHERE v.fingerprint = ? AND v.version IN (SELECT value FROM json_each(?))
"""  # noqa: S608 - constants


class PostgresStore(ArticleStore):
    """Articles in, articles and sentences out, in a PostgreSQL database. Use :meth:`connect`.

    Any number of processes on any number of machines may share the database; writers take turns. What is asked again
    after a lost connection changes nothing that was written: reading, :meth:`upsert`, :meth:`delete` and the writing of
    vectors are tried once more by themselves.
    """

    def __init__(self, database: PostgresDatabase, *, url: str, read_only: bool) -> None:
        super().__init__(database.address, database, None)
        self.database = database
        self.url = url
        self._read_only = read_only

    @classmethod
    async def connect(cls, url: str, *, busy_timeout_s: float = 30.0, read_only: bool = False) -> Self:
        """Open a store; create it, or bring an older one up to date, unless it is for reading only.

        :param url: ``postgresql://user:password@host:port/database``.
        :param busy_timeout_s: how long a write waits for another one.
        :raises StoreError: there is none (``read_only``), or the database refuses.
        :raises StoreLostError: the database cannot be reached.
        :raises NotAStoreError: the database is another program's.
        :raises NewerStoreError: written by a later version.
        """
        if read_only:
            await require(url, ARTICLES)
        else:
            await prepare(url, ARTICLES)
        database = await PostgresDatabase.open(url, busy_timeout_s=busy_timeout_s, read_only=read_only)
        return cls(database, url=url, read_only=read_only)

    @asynccontextmanager
    async def _writing(self, *, commit: bool = True) -> AsyncIterator[Transaction]:
        if self._read_only:
            raise StoreError(self.path, "opened for reading only")
        async with self.database.transaction(commit=commit) as transaction:
            yield transaction

    async def upsert(self, drafts: Sequence[Draft], *, dry_run: bool = False) -> list[Outcome]:
        """As :meth:`ArticleStore.upsert`; tried again, what the first try did is told as unchanged."""
        take_in = super().upsert
        return await twice(lambda: take_in(drafts, dry_run=dry_run))

    async def delete(self, id_or_url: str) -> Article | None:
        """As :meth:`ArticleStore.delete`."""
        stored = await self.find(id_or_url)
        take_out = super().delete
        return await twice(lambda: take_out(id_or_url)) or stored if stored else None

    async def put_vectors(self, fingerprint: str, vectors: Mapping[int, NDArray[np.float16]]) -> None:
        """As :meth:`ArticleStore.put_vectors`."""

        async def work() -> None:
            async with self._writing() as transaction:
                await _put_vectors(transaction, fingerprint, vectors)

        await twice(work)

    async def vectors(self, fingerprint: str, versions: Sequence[int]) -> dict[int, NDArray[np.float16]]:
        """As :meth:`ArticleStore.vectors`."""
        rows = await self.database.rows(_VECTORS, (fingerprint, json_of(map(int, versions))))
        return {version: np.frombuffer(data, dtype=">f2").reshape(-1, dim).astype("<f2") for version, dim, data in rows}

    async def drop_vectors(self, *, keep: str) -> int:
        """As :meth:`ArticleStore.drop_vectors`."""

        async def work() -> int:
            async with self._writing() as transaction:
                gone = await transaction.rows("DELETE FROM vectors WHERE fingerprint <> ? RETURNING version", (keep,))
            return len(gone)

        return await twice(work)


async def _put_vectors(transaction: Transaction, fingerprint: str, vectors: Mapping[int, NDArray[np.float16]]) -> None:
    matrices = {int(version): matrix for version, matrix in vectors.items()}
    found = await transaction.rows(
        "SELECT id, version, source, day FROM articles WHERE version IN (SELECT value FROM json_each(?))",
        (json_of(matrices),),
    )
    await transaction.rows(
        "DELETE FROM vectors WHERE fingerprint = ? AND version IN (SELECT value FROM json_each(?))",
        (fingerprint, json_of(matrices)),
    )
    await transaction.run_many(
        "INSERT INTO vectors (article_id, version, fingerprint, dim) VALUES (?, ?, ?, ?)",
        [(article_id, version, fingerprint, matrices[version].shape[1]) for article_id, version, _, _ in found],
    )
    await transaction.connection.copy_records_to_table(
        "sentence_vectors",
        columns=["article_id", "version", "position", "fingerprint", "source", "day", "vector"],
        records=[
            (article_id, version, position, fingerprint, source, day, vector)
            for article_id, version, source, day in found
            for position, vector in enumerate(wire_vectors(matrices[version]))
        ],
    )


def wire_vectors(matrix: NDArray[np.floating]) -> list[bytes]:
    """Rows of a matrix as pgvector takes them.

    >>> wire_vectors(np.array([[1.0, 2.0]], dtype=np.float16))[0].hex()
    '000200003c004000'
    """
    header = int(matrix.shape[1]).to_bytes(2, "big") + b"\0\0"
    return [header + row.tobytes() for row in matrix.astype(">f2")]
