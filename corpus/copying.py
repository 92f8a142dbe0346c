"""A whole store from one engine to the other, table by table, with its vectors: nothing is cleaned or embedded anew.

Each table is copied in the order of its key, a batch a transaction, and begins behind the last row that the copy has;
so a copy that was cut short goes on where it was. At the end both stores are read through and compared.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

from corpus.errors import StoreError
from corpus.ports import Rows
from corpus.store import ArticleStore

BATCH_ROWS = 2000
BATCH_VECTORS = 256
"""Articles whose vectors are copied in one transaction."""

_UNFINISHED = "copy_of"
"""Property of a copy that is not whole yet: which store it is of."""

Progress = Callable[[str, int], None]
"""Called with the name of a table and the rows copied since the last call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table that is the same on both engines.

    :param key: its primary key, by which it is read. :param columns: the others.
    """

    name: str
    key: tuple[str, ...]
    columns: tuple[str, ...]

    async def batches(
        self, rows: Rows, *, after: tuple[Any, ...] | None = None
    ) -> AsyncIterator[list[tuple[Any, ...]]]:
        """Its rows by key, `BATCH_ROWS` at a time, from behind a key on."""
        key, columns = ", ".join(self.key), ", ".join(self.key + self.columns)
        places = ", ".join("?" * len(self.key))
        while True:
            behind = f" WHERE ({key}) > ({places})" if after is not None else ""
            sql = f"SELECT {columns} FROM {self.name}{behind} ORDER BY {key} LIMIT {BATCH_ROWS}"  # noqa: S608 - constants
            found = await rows.rows(sql, after or ())
            if not found:
                return
            yield found
            after = found[-1][: len(self.key)]

    async def last_key(self, rows: Rows) -> tuple[Any, ...] | None:
        """The highest key, None where there is no row."""
        key = ", ".join(self.key)
        order = ", ".join(f"{column} DESC" for column in self.key)
        found = await rows.rows(f"SELECT {key} FROM {self.name} ORDER BY {order} LIMIT 1")  # noqa: S608 - constants
        return found[0] if found else None

    @property
    def insert(self) -> str:
        """The statement that writes a row."""
        names = self.key + self.columns
        places = ", ".join("?" * len(names))
        return f"INSERT INTO {self.name} ({', '.join(names)}) VALUES ({places})"  # noqa: S608 - constants


def _table(name: str, key: str, columns: str = "") -> Table:
    return Table(name=name, key=tuple(key.split()), columns=tuple(columns.split()))


TABLES = (
    _table(
        "articles",
        "id",
        "version first_version has_own_id url url_key title source published published_utc day near_group"
        " sentence_count content_hash signature body",
    ),
    _table("sentences", "version position article_id", "paragraph text"),
    _table("inputs", "input_hash article_id"),
    _table("bands", "band_key article_id"),
    _table("changes", "seq", "article_id kind replaces"),
    _table(
        "feeds",
        "id",
        "url title source added_at next_at polled_at changed_at etag last_modified interval_s took_s failures"
        " broken_since problem reported_at articles rejected",
    ),
    _table("feed_entries", "entry_key feed_id", "text_hash tries again_at seen_at"),
)
"""All but vectors, which each engine keeps in its own way, and properties."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """What a table holds, for comparing.

    :param checksum: of all rows in the order of their key.
    """

    rows: int
    checksum: str


async def copy_store(source: ArticleStore, target: ArticleStore, *, on_progress: Progress | None = None) -> None:
    """Copy everything; go on where an earlier call for the same two stores was cut short.

    :param target: empty, or an unfinished copy of `source`.
    :raises StoreError: the target holds something else, or the source was changed meanwhile.
    """
    store_id = await source.store_id()
    await _claim(target, store_id)
    last_seq = await source.last_seq()
    for table in TABLES:
        async for batch in table.batches(source.reader, after=await table.last_key(target.reader)):
            async with target.writing() as transaction:
                await transaction.run_many(table.insert, batch)
            if on_progress:
                on_progress(table.name, len(batch))
    for fingerprint in await _fingerprints(source):
        await _copy_vectors(source, target, fingerprint, on_progress)
    if await source.last_seq() != last_seq:
        raise StoreError(source.path, "it was changed while it was copied; stop what loads into it and copy again")


async def finish_copy(source: ArticleStore, target: ArticleStore) -> None:
    """Make a copy that was compared a store of its own right, under the id of its source."""
    async with target.writing() as transaction:
        await transaction.rows("DELETE FROM properties WHERE name = ?", (_UNFINISHED,))
        await transaction.rows("UPDATE properties SET value = ? WHERE name = 'store_id'", (await source.store_id(),))


async def sums(store: ArticleStore) -> dict[str, Sum]:
    """Count and checksum of each table, alike on both engines."""
    found: dict[str, Sum] = {}
    for table in TABLES:
        digest, count = hashlib.blake2b(digest_size=16), 0
        async for batch in table.batches(store.reader):
            count += len(batch)
            for row in batch:
                digest.update(repr(row).encode("utf-8", "surrogatepass"))
        found[table.name] = Sum(rows=count, checksum=digest.hexdigest())
    digest, count = hashlib.blake2b(digest_size=16), 0
    for fingerprint in await _fingerprints(store):
        async for versions in _vector_versions(store, fingerprint, after=0):
            for version, matrix in sorted((await store.vectors(fingerprint, versions)).items()):
                count += len(matrix)
                digest.update(repr((fingerprint, version, matrix.shape)).encode() + matrix.astype("<f2").tobytes())
    return found | {"vectors": Sum(rows=count, checksum=digest.hexdigest())}


async def _claim(target: ArticleStore, store_id: str) -> None:
    claimed = await target.reader.rows("SELECT value FROM properties WHERE name = ?", (_UNFINISHED,))
    if claimed == [(store_id,)]:
        return
    if claimed or await target.last_seq():
        raise StoreError(target.path, "it holds something already; copy into an empty store")
    async with target.writing() as transaction:
        await transaction.rows("INSERT INTO properties (name, value) VALUES (?, ?)", (_UNFINISHED, store_id))


async def _fingerprints(store: ArticleStore) -> list[str]:
    return [
        name for (name,) in await store.reader.rows("SELECT DISTINCT fingerprint FROM vectors ORDER BY fingerprint")
    ]


async def _vector_versions(store: ArticleStore, fingerprint: str, *, after: int) -> AsyncIterator[list[int]]:
    while True:
        rows = await store.reader.rows(
            f"SELECT version FROM vectors WHERE fingerprint = ? AND version > ? ORDER BY version LIMIT {BATCH_VECTORS}",  # noqa: S608
            (fingerprint, after),
        )
        if not rows:
            return
        versions = [int(version) for (version,) in rows]
        yield versions
        after = versions[-1]


async def _copy_vectors(
    source: ArticleStore, target: ArticleStore, fingerprint: str, on_progress: Progress | None
) -> None:
    ((last,),) = await target.reader.rows(
        "SELECT coalesce(max(version), 0) FROM vectors WHERE fingerprint = ?", (fingerprint,)
    )
    async for versions in _vector_versions(source, fingerprint, after=int(last)):
        vectors = await source.vectors(fingerprint, versions)
        await target.put_vectors(fingerprint, vectors)
        if on_progress:
            on_progress("vectors", sum(map(len, vectors.values())))
