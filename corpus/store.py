"""The store: articles, their sentences, vectors and the change log in one SQLite file, the one source of truth.

The same statements run on PostgreSQL, see :mod:`corpus.postgres.store`.

A store has one connection for reading and, unless it was opened for reading only, one for writing. In write-ahead-log
mode neither waits for the other, in this process or between processes, and a reader sees what was committed at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from corpus.database import Database, prepare, require
from corpus.errors import StoreError
from corpus.feed_list import FeedList
from corpus.ports import Database as AnyDatabase
from corpus.ports import Rows
from corpus.schema import ARTICLES
from corpus.storing.store_rows import (
    SELECT_ARTICLE,
    SELECT_SENTENCES_BY_ID,
    SELECT_SENTENCES_OF,
    SELECT_WITH_SENTENCES,
    article_of,
    article_with_sentences,
    change_of,
    json_of,
    month_count_of,
    sentence_of,
    source_count_of,
    vectors_of,
)
from corpus.storing.store_writes import batch_for, find, grouped, latest_seq, remove, write
from corpus.types import (
    POSITION_BITS,
    Article,
    Change,
    Draft,
    MonthCount,
    Outcome,
    Sentence,
    SourceCount,
    StoreCounts,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class ArticleStore:
    """Articles in, articles and sentences out. Use :meth:`open`.

    One event loop at a time; its coroutines may share one store. SQLite runs in threads of its own. Sentence ids
    and versions may be numpy integers, as indexes give them.
    """

    def __init__(self, path: Path | str, reader: AnyDatabase, writer: Database | None) -> None:
        self.path = path
        self._reader = reader
        self._writer = writer
        self.feeds = FeedList(reader, self._writing)
        """The feeds that keep this store fresh."""

    @classmethod
    async def open(cls, path: Path, *, busy_timeout_s: float = 30.0, read_only: bool = False) -> Self:
        """Open a store; create it, or bring an older one up to date, unless it is for reading only.

        :param busy_timeout_s: how long a write waits for another process.
        :raises StoreError: it is not there (``read_only``), or cannot be opened.
        :raises NotAStoreError: the file is something else.
        :raises NewerStoreError: written by a later version.
        :raises StoreBusyError: another process did not let go of it.
        """
        check = require if read_only else prepare
        await asyncio.to_thread(check, path, ARTICLES, busy_timeout_s=busy_timeout_s)
        reader = await Database.open(path, "ro", busy_timeout_s=busy_timeout_s)
        if read_only:
            return cls(path, reader, None)
        try:
            return cls(path, reader, await Database.open(path, "rw", busy_timeout_s=busy_timeout_s))
        except BaseException:
            await reader.close()
            raise

    async def close(self) -> None:
        """Close; nothing that was committed depends on it."""
        await self._reader.close()
        if self._writer is not None:  # last, because only a writer can empty the write-ahead log and take it away
            await self._writer.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    @asynccontextmanager
    async def _writing(self, *, commit: bool = True) -> AsyncIterator[Rows]:
        if self._writer is None:
            raise StoreError(self.path, "opened for reading only")
        async with self._writer.transaction(commit=commit):
            yield self._writer

    @property
    def reader(self) -> Rows:
        """Where statements run that read whole tables."""
        return self._reader

    def writing(self) -> AbstractAsyncContextManager[Rows]:
        """A transaction of its own for whole tables, all or nothing."""
        return self._writing()

    # writing articles

    async def known_inputs(self, hashes: Sequence[bytes]) -> set[bytes]:
        """Those of some input hashes that led to an article which is still there, so that nothing is left to do."""
        rows = await self._reader.rows(
            "SELECT DISTINCT input_hash FROM inputs WHERE input_hash IN (SELECT value FROM json_each(?))",
            (json_of(digest.hex() for digest in hashes),),
        )
        return {bytes.fromhex(digest) for (digest,) in rows}

    async def upsert(self, drafts: Sequence[Draft], *, dry_run: bool = False) -> list[Outcome]:
        """Take in a batch of articles in one transaction: all of it is stored or nothing.

        Which article a draft is: the one with its id, else the one with its address, else the one with its content and
        source where one of the two has neither id nor address, else a new one. A draft changes nothing if its input
        was seen before, if it was published before what is stored, or if it says the same.

        :param dry_run: tell the outcomes and write nothing.
        :return: one outcome a draft, in order.
        :raises StoreBusyError: another process kept writing for the whole time-out.
        :raises StoreFullError: no room; the store is as before.
        """
        if not drafts:
            return []
        async with self._writing(commit=not dry_run) as database:
            batch = await batch_for(database, drafts)
            outcomes = [batch.decide(draft) for draft in drafts]
            await write(database, batch)
            copies = await grouped(database, {outcome.article_id for outcome in outcomes})
        return [replace(outcome, copy=outcome.article_id in copies) for outcome in outcomes]

    async def delete(self, id_or_url: str) -> Article | None:
        """Take an article out, with all that was derived from it; its input may be loaded again.

        :return: what was deleted, or None if no article has that id or address.
        """
        async with self._writing() as database:
            stored = await find(database, id_or_url)
            if stored is None:
                return None
            await remove(database, stored)
        return stored.article

    # reading

    async def get(self, article_id: str) -> Article | None:
        """The article with an id."""
        return (await self.get_many([article_id])).get(article_id)

    async def find(self, id_or_url: str) -> Article | None:
        """The article with an id or address."""
        stored = await find(self._reader, id_or_url)
        return stored.article if stored else None

    async def get_many(self, ids: Iterable[str]) -> dict[str, Article]:
        """Articles by id; ids that are gone are absent."""
        found = await self._articles("WHERE a.id IN (SELECT value FROM json_each(?))", json_of(ids))
        return {article.id: article for article in found}

    async def by_version(self, versions: Iterable[int]) -> dict[int, Article]:
        """Articles by version; versions that are gone are absent."""
        found = await self._articles("WHERE a.version IN (SELECT value FROM json_each(?))", json_of(map(int, versions)))
        return {article.version: article for article in found}

    async def near_copies(self, group: str) -> list[Article]:
        """Articles of a near-copy group, earliest published first."""
        return await self._articles("WHERE a.near_group = ? ORDER BY a.published_utc, a.first_version", group)

    async def _articles(self, clause: str, parameter: str | int) -> list[Article]:
        rows = await self._reader.rows(f"{SELECT_ARTICLE} {clause}", (parameter,))
        return [article_of(row) for row in rows]

    async def sentences(self, article_id: str) -> list[Sentence]:
        """All sentences of an article in reading order; none if it is gone."""
        rows = await self._reader.rows(SELECT_SENTENCES_OF, (json_of([article_id]),))
        return [sentence_of(row) for row in rows]

    async def sentences_by_id(self, ids: Iterable[int]) -> dict[int, Sentence]:
        """Sentences by :attr:`Sentence.id`; ids of texts that were changed or deleted are absent."""
        rows = await self._reader.rows(
            SELECT_SENTENCES_BY_ID, (json_of(map(int, ids)), POSITION_BITS, (1 << POSITION_BITS) - 1)
        )
        return {sentence.id: sentence for sentence in map(sentence_of, rows)}

    async def iter_articles(self, *, batch: int = 256) -> AsyncIterator[list[tuple[Article, list[Sentence]]]]:
        """All articles with their sentences, by version, `batch` at a time.

        No transaction stays open between the batches: articles that are changed meanwhile come by again, at the end.
        """
        after = 0
        while True:
            rows = await self._reader.rows(
                f"{SELECT_WITH_SENTENCES} WHERE a.version > ? ORDER BY a.version LIMIT ?", (after, batch)
            )
            if not rows:
                return
            entries = [article_with_sentences(row) for row in rows]
            after = entries[-1][0].version
            yield entries

    async def of_days(self, first: date, last: date) -> list[tuple[Article, list[Sentence]]]:
        """Articles of some days, by their own calendar day, with their sentences; by version."""
        rows = await self._reader.rows(
            f"{SELECT_WITH_SENTENCES} WHERE a.day BETWEEN ? AND ? ORDER BY a.version",
            (first.isoformat(), last.isoformat()),
        )
        return await asyncio.to_thread(lambda: [article_with_sentences(row) for row in rows])

    async def last_seq(self) -> int:
        """Number of the last change, 0 for a new store."""
        return await latest_seq(self._reader)

    async def changes(self, after: int, limit: int) -> list[Change]:
        """The change log from the number behind `after` on, at most `limit` lines."""
        rows = await self._reader.rows(
            "SELECT seq, article_id, kind, replaces FROM changes WHERE seq > ? ORDER BY seq LIMIT ?", (after, limit)
        )
        return [change_of(row) for row in rows]

    async def store_id(self) -> str:
        """Which store this is. An index remembers it: a restored backup is another store, whose numbers start over."""
        ((store_id,),) = await self._reader.rows("SELECT value FROM properties WHERE name = 'store_id'")
        return str(store_id)

    async def newest(self, limit: int) -> list[Article]:
        """The articles published last, the newest first."""
        return await self._articles("ORDER BY a.published_utc DESC, a.version DESC LIMIT ?", limit)

    async def sources(self) -> list[SourceCount]:
        """Articles of each source with the first and last day, most articles first."""
        rows = await self._reader.rows(
            "SELECT source, count(*), min(day), max(day) FROM articles GROUP BY source ORDER BY count(*) DESC, source"
        )
        return [source_count_of(row) for row in rows]

    async def months(self) -> list[MonthCount]:
        """Articles of each source and month, by month, then source."""
        rows = await self._reader.rows(
            "SELECT source, substr(day, 1, 7) AS month, count(*) FROM articles GROUP BY month, source"
            " ORDER BY month, source"
        )
        return [month_count_of(row) for row in rows]

    async def counts(self) -> StoreCounts:
        """Articles and sentences."""
        ((articles, sentences),) = await self._reader.rows(
            "SELECT count(*), coalesce(sum(sentence_count), 0) FROM articles"
        )
        return StoreCounts(articles=articles, sentences=sentences)

    # derived vectors

    async def put_vectors(self, fingerprint: str, vectors: Mapping[int, NDArray[np.float16]]) -> None:
        """Keep what an encoder made of some articles.

        :param fingerprint: of the encoder; each has vectors of its own.
        :param vectors: by version, (n, dim) float16 each, rows as the caller likes. Versions that are gone are skipped.
        """
        async with self._writing() as database:
            await database.run_many(
                "INSERT INTO vectors (article_id, version, fingerprint, dim, data)"
                " SELECT a.id, a.version, ?, ?, ? FROM articles AS a WHERE a.version = ?"
                " ON CONFLICT (version, fingerprint, article_id)"
                " DO UPDATE SET dim = excluded.dim, data = excluded.data",
                [(fingerprint, rows.shape[1], rows.astype("<f2").tobytes(), int(v)) for v, rows in vectors.items()],
            )

    async def vectors(self, fingerprint: str, versions: Sequence[int]) -> dict[int, NDArray[np.float16]]:
        """Kept vectors by version, (n, dim) float16 each; versions without are absent."""
        rows = await self._reader.rows(
            "SELECT version, dim, data FROM vectors WHERE fingerprint = ?"
            " AND version IN (SELECT value FROM json_each(?))",
            (fingerprint, json_of(map(int, versions))),
        )
        return dict(map(vectors_of, rows))

    async def versions_without_vectors(self, fingerprint: str, *, after: int = 0, limit: int = 256) -> list[int]:
        """Versions above `after` that an encoder has still to work on, lowest first."""
        rows = await self._reader.rows(
            "SELECT a.version FROM articles AS a WHERE a.version > ? AND NOT EXISTS"
            " (SELECT 1 FROM vectors AS v WHERE v.version = a.version AND v.fingerprint = ?)"
            " ORDER BY a.version LIMIT ?",
            (after, fingerprint, limit),
        )
        return [version for (version,) in rows]

    async def drop_vectors(self, *, keep: str) -> int:
        """Delete the vectors of all encoders but one.

        :return: how many articles' vectors were deleted.
        """
        async with self._writing() as database:
            await database.rows("DELETE FROM vectors WHERE fingerprint <> ?", (keep,))
            ((deleted,),) = await database.rows("SELECT changes()")
        return int(deleted)
